import { iso } from '../../../common/iso';
import type { Decision } from '../../../common/flow/decision';
import { onExpiryOf } from '../../../common/flow/demand';
import { ESCALATION_EXPIRES_MS } from '../../engine/decision/seal';
import type { Identities } from '../../engine/entity/identity';
import type { Effect } from '../../engine/execution/effect';
import { isOf, type EffectReason } from '../../engine/execution/reasons';
import type { ChangedActs } from '../executing/change_document';
import { actLike } from '../executing/earlier_acts';
import { actAfter, cameToEffect, triedAgain, type CaseAct, type CaseContent } from '../keeping/kinds/case';
import { effectIds } from '../keeping/kinds/effect';
import type { Connector, Idempotency } from '../ports';

/* What became of the acts of a case, as its keeper finds it. Pure. */

const MAY_HAVE_BEEN_SENT = 'it may have been sent once already and cannot be repeated without harm: a person decides';

/**
 * What the effect document tells of an act whose claim nobody executes any more: in effect or finally absent closes
 * it. A target that counts each sending goes to a person instead of being tried again (INV-2).
 *
 * @param idempotency of its connector; undefined if this agent does not have it
 * @returns the act afterwards, or undefined while it is not certain
 */
export const whatBecameOf = (
  act: CaseAct,
  effect: Effect | undefined,
  idempotency: Idempotency | undefined,
): CaseAct | undefined => {
  const isOurs = (reason: EffectReason): boolean => isOf(reason, act.command_id);
  if (effect?.reasons.some(isOurs)) {
    if (effect.state === 'present')
      return actAfter(act, effect.gone ? { to: 'gone', text: effect.gone.text } : { to: 'present' });
    return effect.state === 'undoing' && effect.undo?.why === 'ttl'
      ? { ...act, status: 'present', text: 'it was in effect; its time is over' }
      : undefined;
  }
  if (effect?.requested.some(isOurs)) return undefined;
  if (idempotency === 'none') return { ...act, status: 'waiting', text: MAY_HAVE_BEEN_SENT };
  return triedAgain(act, 'its effect is not there');
};

/** For so long an act waits at the most that a policy lets wait on, from its decision, ms. */
export const HOLDS_FOR_MS = 7 * 86_400_000;

type Waiting = Pick<CaseContent, 'acts' | 'decision'>;

/** How an act waits on that nobody answered in time; undefined if it does not. It does so once. */
const waitsOn = ({ decision }: Waiting, { act_id, late }: CaseAct, utc: number): CaseAct['late'] => {
  if (late !== undefined) return Date.parse(late.until) > utc ? late : undefined;
  const how = onExpiryOf(decision?.acts.find((each) => each.act_id === act_id)?.demands ?? []);
  if (decision === undefined || how === 'deny') return undefined;
  const until = how === 'second' ? utc + ESCALATION_EXPIRES_MS : Date.parse(decision.decided_at) + HOLDS_FOR_MS;
  return until > utc ? { how, until: iso(until) } : undefined;
};

const expired = (act: CaseAct, at: string): CaseAct => ({
  ...act,
  status: 'expired',
  resolution: { verb: 'expired', by: 'reflex', at, reason: 'nobody decided in time', four_eyes: false },
});

/**
 * Nobody decided in time: no act without a person. Where its policies say so, it waits on for one. INVARIANT: it is
 * never permitted.
 *
 * @param utc ms
 */
export const lapsed = (content: Waiting, utc: number): Required<Pick<ChangedActs, 'acts' | 'due'>> => {
  const acts = content.acts.map((act): CaseAct => {
    if (act.status !== 'waiting') return act;
    const late = waitsOn(content, act, utc);
    return late === undefined ? expired(act, iso(utc)) : { ...act, late };
  });
  const ends = acts.flatMap(({ status, late }) => (status === 'waiting' && late ? [late.until] : []));
  return { acts, due: [...ends].sort()[0] ?? null };
};

/** An effect that a review ends early. */
export interface EarlyEnd {
  readonly effectId: string;
  /** Its source says that it is over: then what other cases want stays. */
  readonly over: boolean;
  readonly text: string;
}

/** Effects of a case that its review now denies. */
export const deniedNow = (before: CaseContent, review: Decision | undefined): readonly EarlyEnd[] => {
  const over = before.received.source_state === 'completed';
  const text = over ? 'its source says that it is over' : 'the policies in force now deny it';
  return before.acts.flatMap(({ act_id, status, effect_id }) => {
    const act = before.decision?.acts.find((each) => each.act_id === act_id);
    const isDenied = cameToEffect(status) && act !== undefined && actLike(review?.acts ?? [], act)?.result === 'deny';
    return isDenied && effect_id !== undefined ? [{ effectId: effect_id, over, text }] : [];
  });
};

/** Effects that held acts of a case wait for, at whichever of these connectors would do them. */
export const effectsInTheWay = (
  { acts, decision }: CaseContent,
  connectors: ReadonlyMap<string, Pick<Connector, 'name' | 'capabilities'>>,
  who: Identities,
): readonly string[] =>
  acts.flatMap(({ act_id, status, stopped }) => {
    const act = decision?.acts.find((each) => each.act_id === act_id);
    if (act === undefined || status !== 'held' || stopped?.reason !== 'target_busy') return [];
    return [...connectors.values()]
      .filter(({ name, capabilities }) => (act.connector ?? name) === name && capabilities.actions.includes(act.action))
      .flatMap(({ name }) => effectIds(name, act.action, act.target, who));
  });
