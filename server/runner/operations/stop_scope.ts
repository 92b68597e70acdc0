import { canonicalScope, partsOf } from '../../../common/flow/stop_scope';
import { ACTIONS } from '../../../common/policy/actions';
import { err, ok, type Result } from '../../../common/result';
import { nearest } from '../../engine/policy/cel/suggest';
import type { Agent } from '../agent/agent';
import type { AgentWith } from '../agent/views';
import { refusal, type Refusal } from '../record/refusal';

/* The scope of an order, as somebody wrote it. An order that covers nothing would look like one that holds. */

type Knowing = AgentWith<'bundles' | 'clock' | 'connectors'> & {
  readonly shift?:
    { readonly session: Pick<NonNullable<Agent['shift']>['session'], 'livePeers' | 'saysOfItself'> } | undefined;
};

/** Names that a scope of a kind may have; undefined where this agent cannot know all of them. */
const namesOf = (kind: string, { parts, shift }: Knowing): readonly string[] | undefined => {
  const others = (shift?.session.livePeers ?? []).map((id) => shift?.session.saysOfItself(id));
  const connectors = [...parts.connectors.values()];
  if (kind === 'action')
    return [...ACTIONS.map(({ action }) => action), ...connectors.flatMap(({ capabilities }) => capabilities.actions)];
  if (kind === 'connector') {
    // An agent without the role `undo` does not say which connectors it has.
    const isWhole = others.every((other) => other !== undefined && Object.keys(other.undoes ?? {}).length > 0);
    return isWhole
      ? [...connectors.map(({ name }) => name), ...others.flatMap((other) => Object.keys(other?.undoes ?? {}))]
      : undefined;
  }
  // Which sources there are nobody knows for certain: the first event of one makes it known.
  if (kind === 'source') return undefined;
  const { bundleVersion, hashes } = parts.bundles.brakeRules(parts.clock.utc());
  const isNewest = hashes.size > 0 && others.every((other) => (other?.bundle_version ?? Infinity) <= bundleVersion);
  return isNewest ? [...hashes.keys()] : undefined;
};

/**
 * The scope of an order in its one spelling. A name that there is not is refused where that is certain; where it is
 * not, the order is taken: it only restrains.
 *
 * @param agent undefined while nothing is ready: only the form is looked at then
 * @param written in the form of `SCOPE_FORM`
 * @returns the scope, or `invalid` for a layer that proposes nothing, or `not_found` for an unknown name
 */
export const readScope = (agent: Knowing | undefined, written: string): Result<string, Refusal> => {
  const scope = canonicalScope(written);
  if (!scope.ok) return err(refusal('invalid', scope.error));
  const [kind, name] = partsOf(scope.value);
  const names = kind === 'all' || agent === undefined ? undefined : namesOf(kind, agent);
  if (names === undefined || names.includes(name)) return ok(scope.value);
  const close = nearest(name, names);
  const meant = close === undefined ? '' : `; did you mean \`${kind}:${close}\`?`;
  return err(refusal('not_found', `there is no ${kind} \`${name}\`${meant}`));
};
