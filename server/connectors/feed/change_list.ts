import {
  type CallContext,
  type CallOutcome,
  type ClearedCommand,
  type EffectHandle,
  type ListPart,
  type TargetError,
  type UndoOutcome,
} from '../connector';
import { whyNotRead, whyUnsure, withDeadline, type Deadline } from './calls';
import { entryFor, spellingOf } from './entry';
import type { FeedParts } from './feed_parts';
import type { ReadPart } from './feed_store';
import { withHold, withoutHolds, type WantedHold } from './part';

/** Somebody else was faster so often in a row before the order is given back. */
const MOST_TRIES = 6;
/** Then it is tried again after so long, ms. */
const BUSY_PAUSE_MS = 7_000;

type Permit = Pick<CallContext, 'mayStart' | 'signal'>;
type Failed = Extract<CallOutcome, { kind: 'failed' }>;

const NOT_STARTED: CallOutcome = { kind: 'not_started', why: 'the permit to start had lapsed before it was written' };
const failed = (error: TargetError): Failed => ({ kind: 'failed', error });

/** What a change makes of a part: another one, or an outcome without writing. */
interface MadePart {
  readonly part: ListPart;
  readonly text: string;
  /** To be called once it is written or not. */
  readonly release?: () => void;
}
type Made = MadePart | { readonly part?: never; readonly outcome: CallOutcome };

interface Change {
  readonly value: string;
  readonly make: (read: ReadPart, deadline: Deadline) => Promise<Made>;
}

interface How {
  readonly mayStart: () => boolean;
  readonly deadline: Deadline;
}

/** Undefined: somebody else changed the part meanwhile. */
const write = async (
  { store }: FeedParts,
  { read, made }: { readonly read: ReadPart; readonly made: MadePart },
  { mayStart, deadline }: How,
): Promise<CallOutcome | undefined> => {
  if (deadline.isPast) return failed({ code: 'timeout', message: 'the caller gave up', retryable: true });
  // INVARIANT (INV-1): asked right before it is written, with nothing waited for in between.
  if (!mayStart()) return NOT_STARTED;
  try {
    const outcome = await deadline.within(store.write(read, made.part));
    if (outcome.kind === 'written') return { kind: 'succeeded', text: made.text };
    if (outcome.kind === 'conflict') return undefined;
    return failed({ code: 'refused_by_store', message: outcome.message, retryable: false });
  } catch (cause) {
    return { kind: 'unknown', error: whyUnsure(cause) };
  }
};

/** One try: reads the part, changes it, and writes it. Undefined: somebody else changed it meanwhile. */
const tryOnce = async (parts: FeedParts, { value, make }: Change, how: How): Promise<CallOutcome | undefined> => {
  let read: ReadPart;
  let made: Made;
  try {
    read = await how.deadline.within(parts.store.part(value));
    made = await make(read, how.deadline);
  } catch (cause) {
    return failed(whyNotRead(cause));
  }
  if (made.part === undefined) return made.outcome;
  try {
    return await write(parts, { read, made }, how);
  } finally {
    made.release?.();
  }
};

const changeList = (parts: FeedParts, change: Change, { mayStart, signal }: Permit): Promise<CallOutcome> => {
  if (signal.aborted)
    return Promise.resolve(failed({ code: 'timeout', message: 'the caller gave up', retryable: true }));
  if (!mayStart()) return Promise.resolve(NOT_STARTED);
  return withDeadline(signal, async (deadline) => {
    for (let tries = 0; tries < MOST_TRIES; tries += 1) {
      const outcome = await tryOnce(parts, change, { mayStart, deadline });
      if (outcome !== undefined) return outcome;
    }
    const message = `other orders changed the same part of the list ${MOST_TRIES} times in a row`;
    return { ...failed({ code: 'busy', message, retryable: true }), retry_after_ms: BUSY_PAUSE_MS };
  });
};

/** Sees that a hold is there, if the list has room for its entry. */
const holdEntry = (parts: FeedParts, wanted: WantedHold, permit: Permit): Promise<CallOutcome> => {
  const { store, mostEntries, utc } = parts;
  const make = async ({ part }: ReadPart, deadline: Deadline): Promise<Made> => {
    await deadline.within(store.refresh());
    const next = withHold(part, wanted, { now: utc(), last: store.lastChange() });
    if (next === undefined) return { outcome: { kind: 'succeeded', text: 'it was in the list already' } };
    // Nothing that is in the list makes room: that would be an end before its time.
    if (!store.has(wanted.value) && store.size() >= mostEntries) {
      const message = `the list has ${store.size()} entries, and its devices take ${mostEntries}`;
      return { outcome: failed({ code: 'list_full', message, retryable: false }) };
    }
    // Nothing is waited for since the count: no other order takes the same room.
    const release = store.reserve(wanted.value);
    return { part: next, text: 'it is in the list; devices have it once they fetch', release };
  };
  return changeList(parts, { value: wanted.value, make }, permit);
};

/** How long a hold is served, from now on: it ends by itself even if no Reflex is ever up again. */
const untilOf = ({ utc, graceMs }: FeedParts, lastsMs: number | null): number | null =>
  lastsMs === null ? null : utc() + lastsMs + graceMs;

/** Puts the entry of a command into the list. Repeating it changes nothing. */
export const putEntry = async (parts: FeedParts, command: ClearedCommand, permit: Permit): Promise<CallOutcome> => {
  const entry = entryFor(parts, command.target);
  if (!entry.ok) return failed(entry.error);
  const wanted = {
    value: entry.value,
    commandId: command.command_id,
    until: untilOf(parts, command.ttl_ms),
    longer: false,
  };
  return holdEntry(parts, wanted, permit);
};

/** Makes an entry of ours last longer. */
export const keepEntry = async (
  parts: FeedParts,
  { effect, lastsMs }: { readonly effect: EffectHandle; readonly lastsMs: number | null },
  permit: Permit,
): Promise<CallOutcome> => {
  const entry = entryFor(parts, effect.target);
  if (!entry.ok) return failed(entry.error);
  const commandId = effect.command_ids[0] ?? '';
  const wanted = { value: entry.value, commandId, until: untilOf(parts, lastsMs), longer: true };
  return holdEntry(parts, wanted, permit);
};

/** Takes what the commands of an effect hold out of the list, and nothing that others hold. */
export const takeEntry = async (
  parts: FeedParts,
  { target, command_ids: commandIds }: EffectHandle,
  permit: Permit,
): Promise<UndoOutcome> => {
  const value = spellingOf(parts.entries, target.value);
  if (value === undefined) return { kind: 'succeeded', text: 'it never could be in this list' };
  const make = async ({ part }: ReadPart): Promise<Made> => {
    const next = withoutHolds(part, { value, commandIds }, { now: parts.utc(), last: parts.store.lastChange() });
    return next === undefined
      ? { outcome: { kind: 'succeeded', text: 'it was gone from the list already' } }
      : { part: next, text: 'it is out of the list; devices forget it once they fetch' };
  };
  return changeList(parts, { value, make }, permit);
};
