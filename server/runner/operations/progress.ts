import type { ActProgress, ActStatus, Outcome, ProgressStatus } from '../../../common/api/progress';
import { present } from '../../../common/present';
import type { Decision } from '../../../common/flow/decision';
import type { ActionRecord } from '../../../common/flow/outcome';
import type { Effect } from '../../engine/execution/effect';
import { deadlineOf, isOf, timesOf } from '../../engine/execution/reasons';
import { iso } from '../../../common/iso';
import type { CaseAct, CaseContent, Resolution } from '../keeping/kinds/case';
import { standingView } from './quorum';
import { reappliedView } from './reapplied';

/*
 * The one projection of what became of an act. Its case says how it was decided, braked and started; whether its effect
 * is there now only the effect says, and how it ended the record of that.
 */

/** Records that tell how the effect of a command ended. */
export const ENDS = ['undone', 'verified_absent', 'late_effect_removed', 'taken_back', 'closed_by_person'] as const;

/** What is known around one act. */
interface Around {
  /** As its document says now; undefined if there is none, or none was named. */
  readonly effect: Effect | undefined;
  /** Records of the ends of its effect, oldest first, and of its command's being folded. */
  readonly records: readonly ActionRecord[];
}

const forWhom = ({ stands_for }: Pick<Resolution, 'stands_for'>) =>
  present({ stands_for: stands_for && standingView(stands_for) });

const saidOf = (said: Resolution): NonNullable<ActProgress['resolution']> => {
  const { verb, by, at, reason, four_eyes, others } = said;
  const before = others?.map((each) => ({ by: each.by, at: each.at, reason: each.reason, ...forWhom(each) }));
  return { verb, by, at, reason, four_eyes, ...forWhom(said), ...present({ others: before }) };
};

export const progressOf = (
  { act_id, status, text, stopped, command_id, effect_id, resolution, reapply }: CaseAct,
  now: Partial<Pick<ActProgress, 'until' | 'ended'>> & { readonly status?: ProgressStatus } = {},
): ActProgress => ({
  act_id,
  status: now.status ?? status,
  ...present({
    text: now.ended === undefined ? text : undefined,
    stop_reason: stopped?.reason,
    command_id,
    effect_id,
    resolution: resolution && saidOf(resolution),
    reapplied: reappliedView(reapply),
    until: now.until,
    ended: now.ended,
  }),
});

const isEnd = ({ state }: ActionRecord): boolean => ENDS.some((each) => each === state);

/** The end of the effect as it stood for a command: of the command itself, or of those that it was folded into. */
const endOf = (commandId: string, records: readonly ActionRecord[]): ActionRecord | undefined => {
  const own = records.filter(({ command }) => command.command_id === commandId);
  const folded = own.find(({ state }) => state === 'reason_folded');
  return own.find(isEnd) ?? (folded && records.find((each) => isEnd(each) && each.at >= folded.at));
};

/** The reason that stands for a command, also after it was folded into a later one of its policy. */
const standsFor = (act: CaseAct, policy: string | undefined, { effect, records }: Around) => {
  const { reasons = [], since } = effect ?? {};
  const own = reasons.find((each) => isOf(each, act.command_id));
  if (own !== undefined) return own;
  const folded = records.find(
    ({ command, state }) => command.command_id === act.command_id && state === 'reason_folded',
  );
  // A later life of the same effect has reasons of the same policy, and is not what this act came to.
  return folded !== undefined && since !== undefined && since <= folded.at
    ? reasons.find((each) => each.command.policy.id === policy && timesOf(each) > 1)
    : undefined;
};

const EFFECT_STATUS: Readonly<Record<Exclude<Effect['state'], 'absent'>, ProgressStatus>> = {
  applying: 'applying',
  present: 'present',
  unknown: 'unknown',
  undoing: 'ending',
};

const untilOf = (effect: Effect): string | null => {
  const deadline = deadlineOf(effect);
  return deadline === null ? null : iso(deadline);
};

/** How an act fares that came to an effect. */
const ofEffect = (act: CaseAct, policy: string | undefined, around: Around): ActProgress => {
  const { effect, records } = around;
  if (effect !== undefined && effect.state !== 'absent' && standsFor(act, policy, around) !== undefined)
    return progressOf(act, {
      status: effect.gone ? 'gone' : EFFECT_STATUS[effect.state],
      until: untilOf(effect),
    });
  const end = act.command_id === undefined ? undefined : endOf(act.command_id, records);
  return progressOf(act, {
    status: 'ended',
    ended: present({ at: end?.at, by: end?.by, text: end?.text }),
  });
};

/** How one act fares now. */
export const progressNow = (act: CaseAct, policy: string | undefined, around: Around): ActProgress =>
  act.status === 'present' || act.status === 'gone' ? ofEffect(act, policy, around) : progressOf(act);

/** What a person would look at first, first. */
const URGENCY: readonly ProgressStatus[] = [
  'waiting',
  'unknown',
  'gone',
  'failed',
  'applying',
  'held',
  'present',
  'ending',
  'stopped',
  'denied',
  'refused',
  'expired',
  'done',
  'ended',
  'superseded',
  'not_known',
  'shadow',
];

/** What became of a decision and of each of its acts. */
export interface WhatBecame {
  readonly outcome: Outcome;
  readonly progress: readonly ActProgress[];
}

/** What became of a decision that proposed no act, or whose acts only waited to be seen again. */
const withoutActs = ({ verdict, effectless }: Decision, content: CaseContent | undefined): Outcome => {
  if (effectless === true || verdict === 'learn') return 'nothing';
  if (verdict === 'deny') return 'denied';
  if (content === undefined) return 'not_known';
  if (content.state === 'waiting') return 'waiting';
  if (content.state === 'held') return 'held';
  return verdict === 'escalate' ? 'expired' : 'nothing';
};

const isOwn = (content: CaseContent, { decision_id }: Decision): boolean =>
  (content.decision?.decision_id ?? content.closed?.decision_id) === decision_id;

/** By what an act itself says, where its case does not speak of it any more. */
const byItself = (act: Decision['acts'][number], effectless: boolean | undefined): ActStatus | undefined => {
  if (act.shadow || effectless === true) return 'shadow';
  return act.result === 'deny' ? 'denied' : undefined;
};

/** The last that is on record of a command: what is known of an act whose case left the state. */
const byRecords = (actId: string, last: ActionRecord | undefined, around: Around): ActProgress => {
  // What was claimed and given back never began.
  if (last === undefined || last.state === 'taken_back') return { act_id: actId, status: 'not_known' };
  const { command, effect_id, state } = last;
  const act: CaseAct = { act_id: actId, status: 'present', command_id: command.command_id, effect_id };
  if (state === 'failed') return progressOf({ ...act, status: 'failed' });
  if (command.rollback !== null) return ofEffect(act, command.policy.id, around);
  return progressOf({ ...act, status: state === 'unknown' || state === 'sent' ? 'unknown' : 'done' });
};

/** The same with where it was carried out, as far as that is known. */
const carriedOut = (progress: ActProgress, { effect, records }: Around, last?: ActionRecord): ActProgress => ({
  ...progress,
  ...present({ connector: (effect ?? last?.command ?? records.at(-1)?.command)?.connector }),
});

/** Everything that a projection looks at; each by its id. */
export interface Known {
  readonly cases: ReadonlyMap<string, CaseContent>;
  readonly effects: ReadonlyMap<string, Effect>;
  /** Ends and foldings, oldest first, by effect. */
  readonly ends: ReadonlyMap<string, readonly ActionRecord[]>;
  /** The newest record of each decision's act: `decision_id act_id`. Of decisions whose case left the state. */
  readonly last: ReadonlyMap<string, ActionRecord>;
}

export const lastKey = (decisionId: string, actId: string): string => `${decisionId} ${actId}`;

/** What became of a decision, as everybody is told it. */
export const whatBecame = (decision: Decision, { cases, effects, ends, last }: Known): WhatBecame => {
  const content = cases.get(decision.case_id);
  const isSuperseded = content !== undefined && !isOwn(content, decision);
  const around = (effectId: string | undefined): Around => ({
    effect: effects.get(effectId ?? ''),
    records: ends.get(effectId ?? '') ?? [],
  });
  const progress = decision.acts.map((act): ActProgress => {
    const own = isSuperseded ? undefined : content?.acts.find((each) => each.act_id === act.act_id);
    if (own !== undefined) {
      const known = around(own.effect_id);
      return carriedOut(progressNow(own, act.policy.id, known), known);
    }
    const status = byItself(act, decision.effectless);
    if (status !== undefined) return { act_id: act.act_id, status };
    const record = last.get(lastKey(decision.decision_id, act.act_id));
    const known = around(record?.effect_id);
    const told = carriedOut(byRecords(act.act_id, record, known), known, record);
    return told.status === 'not_known' && isSuperseded ? { ...told, status: 'superseded' } : told;
  });
  if (progress.length === 0) {
    const isPlain = decision.effectless === true || decision.verdict === 'learn' || decision.verdict === 'deny';
    return { outcome: isSuperseded && !isPlain ? 'superseded' : withoutActs(decision, content), progress };
  }
  const outcome = URGENCY.find((each) => progress.some(({ status }) => status === each)) ?? 'not_known';
  return { outcome, progress };
};
