import type { Target } from '../../../common/flow/decision';
import { actionNamed } from '../../../common/policy/actions';
import { err, ok, type Result } from '../../../common/result';
import { resolveTarget } from '../../engine/decision/resolve_target';
import { meantBy } from '../../engine/intake/named_fields';
import { refusal, type Refusal } from '../record/refusal';

interface Named {
  readonly action: string;
  readonly target: string;
  /** Of a file or a process: the host that it is on. */
  readonly host?: string | undefined;
}

const invalid = (message: string): Result<never, Refusal> => err(refusal('invalid', message));

/** The target of an action that a person names. @returns `invalid` where it is none, or is none for that action */
export const targetIn = ({ action, target, host }: Named): Result<Target, Refusal> => {
  const type = actionNamed(action)?.target;
  if (type === undefined) return invalid(`\`${action}\` is no action that Reflex knows`);
  const resolved = resolveTarget(type, meantBy(type, target) ?? '', host);
  if (resolved === 'invalid') return invalid(`\`${target}\` is no valid ${type}`);
  if (resolved === 'unknown')
    return invalid(
      host === undefined ? `say which ${type}, and of a file or a process its \`host\`` : `say which ${type}`,
    );
  return ok(resolved);
};
