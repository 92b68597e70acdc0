import { err, ok, type Result } from '../../../../common/result';
import type { AgentParts } from '../../agent/parts';
import type { AgentWith } from '../../agent/views';
import { find } from '../../keeping/state_docs';
import { isOwnWork } from '../../record/four_eyes';
import { NOT_JOINED, refusal, type Refusal } from '../../record/refusal';

type Parts = AgentWith<'bundles' | 'store'> & { readonly parts: Pick<AgentParts, 'rollouts'> };

/** The newest releases among which the one that brought the text is looked for. */
const MOST_RELEASES = 50;

/** Whether somebody wrote the text of a policy that is in force, as far as the state remembers its releases. */
const wroteIt = async ({ parts: { bundles, store } }: Parts, policy: string, name: string): Promise<boolean> => {
  const text = bundles.active?.bundle.policies.find((each) => each.policy.metadata.id === policy)?.source;
  if (text === undefined) return false;
  const released = await find(store, 'candidate', { states: ['released'], sort: 'newest', limit: MOST_RELEASES });
  return released.some(
    ({ content }) =>
      content.sources[policy] === text &&
      content.changes.some((change) => change.policy === policy) &&
      isOwnWork(content, name),
  );
};

interface Word {
  readonly by: string;
  readonly reason: string;
  /** There is nobody else here. */
  readonly singleUser: boolean;
}

/** A person lets a rollout go on that stopped itself. INVARIANT (INV-10): not who wrote the policy. */
export const resumeRollout = async (
  agent: Parts & { readonly shift: unknown },
  policy: string,
  { by, reason, singleUser }: Word,
): Promise<Result<true, Refusal>> => {
  if (!agent.shift) return err(NOT_JOINED);
  if (!singleUser && (await wroteIt(agent, policy, by)))
    return err(refusal('not_four_eyes', `\`${by}\` wrote \`${policy}\`: somebody else lets its rollout go on`));
  const resumed = await agent.parts.rollouts.resume(policy, { by, reason });
  return resumed ? ok(true) : err(refusal('not_waiting', `the rollout of \`${policy}\` has not stopped itself`));
};
