import { present } from '../../../common/present';
import type { Command } from '../../../common/flow/command';
import type { ActionRecord, TargetError, UndoCause } from '../../../common/flow/outcome';
import { driftCarried, type Drift } from './drift_mark';
import { withoutCommand, withReason, type EffectReason } from './reasons';

/*
 * The life of one effect at one target, as pure transitions (`protocol.md` sections 2 and 5). The effect, not the
 * command, is what agents claim: two commands on one target meet in one document. Every transition returns the next
 * document with the records of it in `outbox`, so that state and evidence cannot part.
 */

export type EffectState = 'absent' | 'applying' | 'present' | 'unknown' | 'undoing';

/** What an effect document holds besides the fields that every state document has. */
export interface Effect {
  readonly state: EffectState;
  /** Counts the lives of this document: absent to absent. */
  readonly gen: number;
  /** Grows with each claim and each undo; targets that can check it refuse lower ones. */
  readonly fence: number;
  /** Session that owns it; meaningless while absent. */
  readonly session: string;
  readonly connector: string;
  readonly action: string;
  readonly target: Command['target'];
  readonly reasons: readonly EffectReason[];
  /** Reasons that the owner is asked to confirm; where its target ends it by itself, also the owner's own ones. */
  readonly requested: readonly EffectReason[];
  /**
   * Until when the target was told to keep it, UTC; null has no end. Missing in what earlier versions wrote: then it is
   * the end of the first reason.
   */
  readonly ordered_until?: string | null;
  /** Commands that may be at the target besides those of its reasons: sent to keep it longer, and not counted yet. */
  readonly also_sent?: readonly string[];
  readonly before?: unknown;
  readonly after?: unknown;
  /** UTC of the moment the effect was first confirmed. */
  readonly since?: string;
  /** True once it was seen at the target, by a second observer where there is one; false once it is gone. */
  readonly verified?: boolean;
  /** UTC of a look that saw it: the last one before this was written, later ones are in the heartbeat. */
  readonly verified_at?: string;
  /** Since when, UTC, its target does not have it any more, though its time is not over (`seen.ts`). */
  readonly gone?: { readonly at: string; readonly text: string };
  /** It was removed at its target and closed, so that it may be applied again (`drift.ts`). */
  readonly drift?: Drift;
  /** True once another session took it over: it then runs to its deadline and takes no further reasons. */
  readonly taken_over?: boolean;
  /** Why undoing started, while it is undone. */
  readonly undo?: {
    readonly by: string;
    readonly why: UndoCause;
    readonly text: string;
  };
  /** A person asks the owner to undo it now. */
  readonly lift?: { readonly by: string; readonly text: string; readonly force: boolean };
  /** A person looked at the target, and says what came of what nothing takes back. */
  readonly looked?: Looked;
  readonly last_error?: TargetError;
  /** Records of transitions that were not written yet. */
  readonly outbox: readonly ActionRecord[];
}

/** What a person found at a target that does not tell Reflex. */
export interface Looked {
  readonly by: string;
  readonly as: 'happened' | 'not_happened';
  readonly reason: string;
}

export interface Moment {
  /** UTC, RFC 3339. */
  readonly at: string;
  readonly session: string;
  readonly effectId: string;
}

export type RecordDetails = Partial<
  Pick<ActionRecord, 'error' | 'text' | 'before' | 'after' | 'by' | 'why' | 'attempt' | 'duration_ms'>
>;

export const recordOf = (
  reason: EffectReason,
  state: ActionRecord['state'],
  moment: Moment,
  details: RecordDetails = {},
): ActionRecord => ({
  command: reason.command,
  n: reason.next_n,
  state,
  at: moment.at,
  session: moment.session,
  effect_id: moment.effectId,
  // Whoever writes the first record may have a clock that is off: the end is not to be reckoned from `at`.
  ...(reason.next_n === 0 ? present({ deadline: reason.deadline ?? undefined }) : {}),
  ...details,
});

/** Writes the same record for every reason of the effect and moves their counters on. */
export const recorded = (
  effect: Effect,
  state: ActionRecord['state'],
  moment: Moment,
  details?: RecordDetails,
): Effect => ({
  ...effect,
  reasons: effect.reasons.map((reason) => ({ ...reason, next_n: reason.next_n + 1 })),
  outbox: [...effect.outbox, ...effect.reasons.map((reason) => recordOf(reason, state, moment, details))],
});

/**
 * The fence of a claim. Where nobody knows of an earlier one it is the seconds since 1970: an effect leaves the state
 * after 90 days, and what its target has seen until then is lower, for it grew by less than one a second.
 */
const fenceOf = (previous: Effect | undefined, { at }: Moment): number => {
  const before = previous?.fence ?? 0;
  return before > 0 ? before + 1 : Math.floor(Date.parse(at) / 1_000);
};

/** What was removed at its target, and is claimed again. Should an earlier command be there, it is undone as well. */
const carried = (previous: Effect | undefined, { at }: Moment): Pick<Effect, 'drift' | 'also_sent'> => {
  const drift = driftCarried(previous?.drift, Date.parse(at));
  return drift === undefined ? {} : { drift, also_sent: drift.commands };
};

/** Claims an absent effect for one command. INVARIANT (INV-2): only an absent effect is claimed. */
export const claimed = (previous: Effect | undefined, reason: EffectReason, moment: Moment): Effect => {
  const { command } = reason;
  const effect: Effect = {
    state: 'applying',
    gen: (previous?.gen ?? 0) + 1,
    fence: fenceOf(previous, moment),
    session: moment.session,
    connector: command.connector,
    action: command.action,
    target: command.target,
    reasons: [reason],
    requested: [],
    ordered_until: reason.deadline,
    outbox: previous?.outbox ?? [],
    ...carried(previous, moment),
  };
  return recorded(effect, 'claimed', moment);
};

/** The request was written to the target (or may have been). */
export const afterSending = (
  effect: Effect,
  outcome: {
    readonly state: 'present' | 'unknown' | 'absent';
    readonly record: ActionRecord['state'];
    readonly details?: RecordDetails;
  },
  moment: Moment,
): Effect => {
  const told = recorded(effect, outcome.record, moment, outcome.details);
  const { error, before, after } = outcome.details ?? {};
  return {
    ...told,
    state: outcome.state,
    ...present({
      since: outcome.state === 'present' ? (effect.since ?? moment.at) : undefined,
      before,
      after,
      last_error: error,
    }),
    ...(outcome.state === 'absent' ? { reasons: [], requested: [] } : {}),
  };
};

/** The effect with a further record of one of its reasons. */
export const recordedFor = (
  effect: Effect,
  commandId: string,
  moment: Moment,
  { state, ...details }: RecordDetails & Pick<ActionRecord, 'state'>,
): Effect => {
  const reason = effect.reasons.find(({ command }) => command.command_id === commandId);
  if (reason === undefined) return effect;
  return {
    ...effect,
    reasons: effect.reasons.map((each) => (each === reason ? { ...each, next_n: each.next_n + 1 } : each)),
    outbox: [...effect.outbox, recordOf(reason, state, moment, details)],
  };
};

/** A session died or gave the effect up: another one owns it now, and nobody knows what is so at the target. */
export const takenOver = (effect: Effect, moment: Moment): Effect => ({
  ...recorded(effect, 'taken_over', moment),
  session: moment.session,
  fence: effect.fence + 1,
  taken_over: true,
  state: effect.state === 'applying' || effect.state === 'present' ? 'unknown' : effect.state,
});

/**
 * A further reason, by the session that executed the effect. It stands for those of its policy that joined before it;
 * their commands are on record as folded, and the effect names them no more.
 */
export const reasonAdded = (effect: Effect, reason: EffectReason, moment: Moment): Effect => {
  const joined = { ...reason, next_n: reason.next_n + 1, joined_at: moment.at };
  const { reasons, folded } = withReason(effect, joined);
  const text = `counted with command ${reason.command.command_id} of the same policy`;
  return {
    ...effect,
    reasons,
    requested: effect.requested.filter((each) => each.command.command_id !== reason.command.command_id),
    outbox: [
      ...effect.outbox,
      recordOf(reason, 'reason_added', moment),
      ...folded.map((each) => recordOf(each, 'reason_folded', moment, { text })),
    ],
  };
};

/** Commands that an effect named before a change and does not name any more. */
export const commandsGone = (before: Effect, after: Effect): readonly string[] => {
  const named = new Set(after.reasons.map(({ command }) => command.command_id));
  return before.reasons.map(({ command }) => command.command_id).filter((id) => !named.has(id));
};

/** Asks the owner for a further reason; it counts once the owner's journal has it. */
export const reasonRequested = (effect: Effect, reason: EffectReason): Effect => ({
  ...effect,
  requested: [...effect.requested, { ...reason, asked: true }],
});

/**
 * Starts undoing. Requests that were not confirmed are refused and claimed anew by those who asked. What went wrong
 * before says nothing about undoing.
 */
export const undoStarted = (effect: Effect, undo: NonNullable<Effect['undo']>, moment: Moment): Effect => {
  const { last_error: _error, ...rest } = recorded(effect, 'undo_started', moment, {
    by: undo.by,
    why: undo.why,
    text: undo.text,
  });
  return {
    ...rest,
    state: 'undoing',
    session: moment.session,
    fence: effect.fence + 1,
    requested: [],
    undo,
  };
};

/** Undoing did not succeed this time; it stays `undoing` and is tried again, or a person is asked. */
export const undoFailed = (
  effect: Effect,
  record: 'undo_failed' | 'undo_refused',
  error: TargetError,
  moment: Moment,
): Effect => ({
  ...recorded(effect, record, moment, { error }),
  last_error: error,
});

/** Finally absent: verified, and the connector's settle time has passed since the last sending. */
export const ended = (
  effect: Effect,
  record: ActionRecord['state'],
  moment: Moment,
  details?: RecordDetails,
): Effect => {
  const {
    before: _before,
    after: _after,
    since: _since,
    verified: _verified,
    verified_at: _seen,
    gone: _gone,
    undo: _undo,
    lift: _lift,
    last_error: _error,
    taken_over: _taken,
    ordered_until: _until,
    also_sent: _sent,
    drift,
    looked: _looked,
    ...rest
  } = recorded(effect, record, moment, details);
  // What was never there this time may still be applied again; what was undone may not.
  const isUndone = effect.undo !== undefined || effect.lift !== undefined;
  return { ...rest, ...(isUndone ? {} : present({ drift })), state: 'absent', reasons: [], requested: [] };
};

/** Finally absent, for somebody removed it at its target: it may be applied again until it was to end. */
export const endedByDrift = (effect: Effect, drift: Drift, moment: Moment, text: string): Effect => ({
  ...ended(effect, 'verified_absent', moment, { text }),
  drift,
});

/** Takes back a claim that never sent anything: a lone claim ends, a further reason leaves, which is on record too. */
export const claimTakenBack = (effect: Effect, commandId: string, moment: Moment): Effect => {
  const { state, reasons, requested } = effect;
  const isLone = reasons.length === 1 && reasons[0]?.command.command_id === commandId;
  if (state === 'applying' && isLone) return ended(effect, 'taken_back', moment);
  if (reasons.length < 2) return { ...effect, requested: withoutCommand(requested, commandId) };
  const told = recordedFor(effect, commandId, moment, { state: 'taken_back' });
  return {
    ...told,
    requested: withoutCommand(requested, commandId),
    reasons: withoutCommand(told.reasons, commandId),
  };
};

/** Every command of it that may be at its target. */
export const commandsOf = ({ reasons, also_sent }: Pick<Effect, 'reasons' | 'also_sent'>): readonly string[] => [
  ...new Set([...reasons.map(({ command }) => command.command_id), ...(also_sent ?? [])]),
];
