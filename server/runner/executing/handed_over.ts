import { iso } from '../../../common/iso';
import { digestOf } from '../../engine/digest/digest';
import { isFactOf } from '../../engine/entity/target_keys';
import type { CaseAct, CaseContent, Resolution } from '../keeping/kinds/case';
import type { Session } from '../session/session';
import { changeCase, type Writing } from './change_document';

/*
 * An approval that was given on a host without the role `act`: it is written into the case, and an agent that acts
 * executes it. INVARIANT (INV-10): no approval outlives the approver's role, which only the request could ask for. So
 * it counts for a short time, for what the person saw, and once; after that a person is asked again.
 */

/** For so long an agent that acts may take it, ms. */
export const HANDED_FOR_MS = 60_000;

/**
 * What a decision about an escalation binds to: command, facts of the target, and every policy that took part. It
 * does not change when another bundle is released that leaves these policies as they are.
 */
export const escalationDigest = ({ decision }: Pick<CaseContent, 'decision'>, actId: string): string | undefined => {
  const act = decision?.acts.find((each) => each.act_id === actId);
  if (!decision || !act) return undefined;
  const policies = decision.trace
    .filter((trace) => trace.act_id === actId || (trace.act_id === undefined && trace.policy.id === act.policy.id))
    .map(({ policy }) => `${policy.id}@${policy.hash}`);
  const facts = decision.inputs.assets.filter((each) => isFactOf(each, act.target));
  return digestOf({
    action: act.action,
    target: act.target,
    connector: act.connector,
    ttl_ms: act.ttl_ms,
    facts,
    policies: [...new Set(policies)].sort(),
  });
};

/** Whether an act waits, and still is what a person saw. */
const isAsSeen = (content: CaseContent, { act_id, status }: CaseAct, seen: string): boolean =>
  status === 'waiting' && escalationDigest(content, act_id) === seen;

/** What the brakes said is over once a person has spoken: the page shows the text alone. */
const saying = ({ stopped: _stopped, handed: _handed, ...act }: CaseAct, text: string): CaseAct => ({ ...act, text });

/** The other agents that live and act. */
export const actorsBeside = (session: Pick<Session, 'livePeers' | 'saysOfItself'>): readonly string[] =>
  session.livePeers.filter((id) => session.saysOfItself(id)?.roles.includes('act') === true);

/**
 * Leaves an approval to an agent that acts.
 *
 * @returns the case afterwards; undefined if the act does not wait any more, or is not what was seen
 */
export const handOver = (
  writing: Writing,
  caseId: string,
  { actId, seen, resolution }: { readonly actId: string; readonly seen: string; readonly resolution: Resolution },
): Promise<CaseContent | undefined> =>
  changeCase(writing, caseId, (content) => {
    const act = content.acts.find((each) => each.act_id === actId);
    if (act === undefined || !isAsSeen(content, act, seen)) return undefined;
    const until = iso(Date.parse(resolution.at) + HANDED_FOR_MS);
    const text = `${resolution.by} approved it; an agent that acts executes it within ${HANDED_FOR_MS / 1_000} s, or it waits for a person again`;
    const handed = { ...saying(act, text), handed: { resolution, seen, until } };
    return { acts: content.acts.map((each) => (each === act ? handed : each)) };
  });

/** Why a handed approval does not count any more; undefined while it does. */
export const whyOver = (content: CaseContent, act: CaseAct, utc: number): string | undefined => {
  const { handed } = act;
  if (handed === undefined) return undefined;
  if (utc >= Date.parse(handed.until)) return 'no agent that acts took it in time; approve it again';
  return isAsSeen(content, act, handed.seen) ? undefined : 'what was approved has changed since; look again';
};

/** A handed approval is over: the act waits for a person again, and says why. */
export const takeBackApproval = async (writing: Writing, caseId: string, actId: string): Promise<void> => {
  await changeCase(writing, caseId, (content) => {
    const act = content.acts.find((each) => each.act_id === actId);
    const why = act && whyOver(content, act, writing.clock.utc());
    if (act?.handed === undefined || why === undefined) return undefined;
    const again = saying(act, `${act.handed.resolution.by} approved it, but ${why}`);
    return { acts: content.acts.map((each) => (each === act ? again : each)) };
  });
};
