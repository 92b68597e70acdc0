import type { Decision } from '../../../common/flow/decision';
import type { Identities } from '../../engine/entity/identity';
import type { Effect } from '../../engine/execution/effect';
import { isOf, type EffectReason } from '../../engine/execution/reasons';
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

/** Nobody decided in time: no act without a person. */
export const lapsed = (acts: readonly CaseAct[], at: string): readonly CaseAct[] =>
  acts.map((act) =>
    act.status === 'waiting'
      ? {
          ...act,
          status: 'expired',
          resolution: { verb: 'expired', by: 'reflex', at, reason: 'nobody decided in time', four_eyes: false },
        }
      : act,
  );

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
