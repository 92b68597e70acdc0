import type { Command } from '../../../common/flow/command';
import { iso } from '../../../common/iso';
import { present } from '../../../common/present';

/*
 * Why an effect is there. A storm of events about one target must not make its document grow, so reasons that join are
 * folded per policy: the newest stands for those before it, with their count and their latest deadline.
 */

/** Why an effect is there: one command. The effect ends with its last reason. */
export interface EffectReason {
  readonly command: Command;
  /** UTC; null where nothing lasts. Of several, the latest. */
  readonly deadline: string | null;
  /** Number of the next record of this command. */
  readonly next_n: number;
  readonly demo?: boolean;
  /** UTC at which it joined. The claim itself, and what earlier versions wrote, lack it: these are never folded. */
  readonly joined_at?: string;
  /** For how many it stands, itself included; missing: for itself alone. */
  readonly times?: number;
  /** Another agent asked for it, and looks for its command until it is confirmed. */
  readonly asked?: true;
  /** Commands of other agents for which it stands, the last ones only. */
  readonly covers?: readonly string[];
}

type Reasons = readonly EffectReason[];

export const reasonOf = (command: Command, atMs: number, demo: boolean): EffectReason => ({
  command,
  ...present({ demo: demo || undefined }),
  deadline: command.ttl_ms === null ? null : iso(atMs + command.ttl_ms),
  next_n: 0,
});

export const timesOf = ({ times = 1 }: Pick<EffectReason, 'times'>): number => times;

/** Whether a reason is of a command, or stands for it. */
export const isOf = ({ command, covers }: EffectReason, commandId: string | undefined): boolean =>
  commandId !== undefined && (command.command_id === commandId || covers?.includes(commandId) === true);

const laterOf = (a: string | null, b: string | null): string | null =>
  a === null || b === null ? null : Date.parse(a) >= Date.parse(b) ? a : b;

/** Whoever asked looks for its command about once a second: so many are known by name. */
const MOST_COVERED = 64;

/** Reasons of one policy that last equally long: of two, the one that joined later ends later on any steady clock. */
const isAlike = (a: EffectReason, b: EffectReason): boolean =>
  a.command.policy.id === b.command.policy.id &&
  a.command.policy.hash === b.command.policy.hash &&
  a.command.ttl_ms === b.command.ttl_ms &&
  (a.demo ?? false) === (b.demo ?? false);

const standingFor = (newer: EffectReason, older: EffectReason): EffectReason => {
  const asked = older.asked === true ? [older.command.command_id] : [];
  const covers = [...(older.covers ?? []), ...asked, ...(newer.covers ?? [])].slice(-MOST_COVERED);
  return {
    ...newer,
    deadline: laterOf(newer.deadline, older.deadline),
    times: timesOf(newer) + timesOf(older),
    ...(covers.length > 0 ? { covers } : {}),
  };
};

/** Reasons after one more has joined. */
export interface Folded {
  readonly reasons: Reasons;
  /** Those that the new one stands for from now on. */
  readonly folded: Reasons;
}

/**
 * The reasons with a further one that joins now. INVARIANT (INV-4): it ends no earlier than any for which it stands, by
 * the clock of the agent that confirms it and by UTC. What the target may know by its command id stays apart, for it is
 * removed by that.
 */
export const withReason = (
  { reasons, also_sent = [] }: { readonly reasons: Reasons; readonly also_sent?: readonly string[] },
  newer: EffectReason,
): Folded => {
  const folded = reasons.filter(
    (each) => each.joined_at !== undefined && !also_sent.includes(each.command.command_id) && isAlike(each, newer),
  );
  const kept = reasons.filter((each) => !folded.includes(each));
  return { reasons: [...kept, folded.reduce(standingFor, newer)], folded };
};

/** The reasons without a command that was taken back. Where others count with it, it stays for them with their end. */
export const withoutCommand = (reasons: Reasons, commandId: string): Reasons =>
  reasons.flatMap((each) => {
    if (!isOf(each, commandId)) return [each];
    return timesOf(each) === 1 ? [] : [{ ...each, times: timesOf(each) - 1 }];
  });

/** Whether the effect is named by any of these for somebody else than one case. */
export const isWantedByOthers = (reasons: Reasons, caseId: string): boolean =>
  reasons.some((reason) => reason.command.case_id !== caseId || timesOf(reason) > 1);

/** Latest deadline of the reasons in ms; null if one of them has none, so that only a person ends it. */
export const deadlineOf = ({ reasons }: { readonly reasons: Reasons }): number | null => {
  const deadlines = reasons.map((reason) => reason.deadline);
  return deadlines.length === 0 || deadlines.includes(null)
    ? null
    : Math.max(...deadlines.map((each) => Date.parse(each ?? '')));
};
