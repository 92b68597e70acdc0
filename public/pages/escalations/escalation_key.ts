import type { EscalationView } from '../../../common/api/views';
import { targetText } from '../../format/targets';
import { actionTitle } from '../../format/words';
import { say } from '../../i18n';

/** As much of an escalation as it takes to answer it. */
export type Answerable = Pick<EscalationView, 'case_id' | 'act_id' | 'seen'> & {
  readonly act: Pick<EscalationView['act'], 'action' | 'target'>;
  readonly brief: Pick<EscalationView['brief'], 'event_id' | 'rule' | 'claimed'>;
  readonly aim?: EscalationView['aim'];
  readonly limits?: EscalationView['limits'];
};

/** One act of one case; an event may have several that wait. */
export const keyOf = ({ case_id, act_id }: Pick<EscalationView, 'case_id' | 'act_id'>): string =>
  `${case_id}/${act_id}`;

export const pathOfEscalation = ({ case_id, act_id }: Pick<EscalationView, 'case_id' | 'act_id'>): string =>
  `/escalations/${encodeURIComponent(case_id)}/${encodeURIComponent(act_id)}`;

/** Whether it may be answered together with others. */
export const isSelectable = ({ alone }: Pick<EscalationView, 'alone'>): boolean => alone === undefined;

/** `Block address 203.0.113.7`. */
export const actName = ({ act }: Pick<Answerable, 'act'>): string =>
  say('escalation.act', '{action} {target}', { action: actionTitle(act.action), target: targetText(act.target) });

/** Why it waits, in the words of who holds it up: the brakes, else the first policy that does not just permit. */
export const obstacleOf = ({ text, stop_reason, why }: EscalationView): string => {
  const said = why.find((reason) => reason.code !== 'policy_matched')?.text;
  return (stop_reason === 'not_permitted' ? (said ?? text) : (text ?? said)) ?? why[0]?.text ?? '';
};

/** The act and its target as one text. The host knows which spellings are of one target; else the letters tell. */
export const aimOf = ({ aim, act }: EscalationView): string =>
  aim ?? [act.action, act.target.type, act.target.value, act.target.host ?? ''].join(' ');

export const isSameTarget = (one: EscalationView, other: EscalationView): boolean => aimOf(one) === aimOf(other);

export const isSamePolicy = (one: EscalationView, other: EscalationView): boolean =>
  one.act.policy.id === other.act.policy.id;

/**
 * What several escalations have in common, so that one reason can hold for all of them: the same action on the same
 * target, or the same policy. Undefined if nothing.
 */
export const commonGround = (items: readonly EscalationView[]): 'target' | 'policy' | undefined => {
  const [first, ...others] = items;
  if (first === undefined) return undefined;
  if (others.every((other) => isSameTarget(first, other))) return 'target';
  return others.every((other) => isSamePolicy(first, other)) ? 'policy' : undefined;
};
