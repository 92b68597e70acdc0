import type { PolicyFault } from '../../../../common/policy/policy';
import { checkForm, type SchemaCheck } from '../../../../common/policy/text/check_form';
import { isPolicy } from './policy_validator';

/** What the page can say of a text by itself. */
export interface FormFaults {
  readonly faults: readonly PolicyFault[];
  /** False if the text is not of the form of a policy: the host could say nothing more of it. */
  readonly hasForm: boolean;
}

type Checker = (source: string) => FormFaults;

const checkerWith =
  (isPolicy: SchemaCheck): Checker =>
  (source) => {
    const { faults, policy } = checkForm(isPolicy, 'policy.yaml', source);
    return { faults, hasForm: policy !== undefined };
  };

/** Loaded when an editor opens, with the YAML library and the compiled schema; undefined where there is none. */
export const formFaults: Checker | undefined = isPolicy && checkerWith(isPolicy);
