import Ajv2020 from 'ajv/dist/2020';
import type { PolicyFault, PolicyTest } from '../../../common/policy/policy';
import { POLICY_TEST_SCHEMA, SCHEMA_OPTIONS } from '../../../common/policy/policy_schema';
import { schemaFaults } from '../../../common/policy/text/schema_faults';
import { parseYaml } from '../../../common/policy/text/yaml_source';
import { err, ok, type Result } from '../../../common/result';

/** Ending of the files that hold further tests of a policy, beside it: `<policy>.cases.yaml`. */
export const CASES_ENDING = '.cases.yaml';

/** Further tests of one policy. They are for authors and CI: a bundle does not carry them. */
export interface PolicyCases {
  readonly path: string;
  /** Id of the policy that they are of. */
  readonly policy: string;
  readonly cases: ReadonlyArray<PolicyTest & { readonly line: number; readonly column: number }>;
}

interface CasesDocument {
  readonly policy: string;
  readonly cases: readonly PolicyTest[];
}

const CASES_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  required: ['apiVersion', 'kind', 'policy', 'cases'],
  properties: {
    apiVersion: { const: 'reflex/v1' },
    kind: { const: 'PolicyCases' },
    policy: { type: 'string', minLength: 1, maxLength: 80, description: 'Id of the policy that is tested' },
    cases: { type: 'array', items: POLICY_TEST_SCHEMA, minItems: 1, maxItems: 1000 },
  },
};

const validate = new Ajv2020(SCHEMA_OPTIONS).compile<CasesDocument>(CASES_SCHEMA);

/**
 * Reads tests that stand beside their policy.
 *
 * @param path name of the file, for messages
 * @param source the YAML text, under the same limits as a policy
 */
export const parseCases = (path: string, source: string): Result<PolicyCases, readonly PolicyFault[]> => {
  const yaml = parseYaml(path, source);
  if (yaml.faults.length > 0) return err(yaml.faults);
  const { value } = yaml;
  if (!validate(value)) {
    return err(
      schemaFaults(validate.errors ?? []).map(({ path: at, ...fault }) => ({
        file: path,
        ...yaml.placeOf(at),
        ...fault,
      })),
    );
  }
  const { policy, cases } = value;
  return ok({ path, policy, cases: cases.map((each, index) => ({ ...each, ...yaml.placeOf(['cases', index]) })) });
};
