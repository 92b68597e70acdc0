import {
  StoreUnavailable,
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
import { withHold, withoutHolds, type Moment, type WantedHold } from './part';

/** Somebody else was faster so often in a row before the order is given back. */
const MOST_TRIES = 6;
/** Then it is tried again after so long, ms. */
const BUSY_PAUSE_MS = 7_000;

type Permit = Pick<CallContext, 'mayStart' | 'signal'>;
type Failed = Extract<CallOutcome, { kind: 'failed' }>;

const NOT_STARTED: CallOutcome = { kind: 'not_started', why: 'the permit to start had lapsed before it was written' };
const failed = (error: TargetError): Failed => ({ kind: 'failed', error });

/** What a change makes of a part: another one, nothing, or an error. */
type Made =
  { readonly part: ListPart; readonly text: string } | { readonly part?: never; readonly outcome: CallOutcome };

interface Change {
  readonly value: string;
  readonly make: (read: ReadPart, deadline: Deadline) => Promise<Made>;
}

/** One try: reads the part, changes it, and writes it unless somebody else did meanwhile. Undefined: they did. */
const tryOnce = async (
  { store }: FeedParts,
  { value, make }: Change,
  { mayStart, deadline }: { readonly mayStart: () => boolean; readonly deadline: Deadline },
): Promise<CallOutcome | undefined> => {
  let read: ReadPart;
  let made: Made;
  try {
    read = await deadline.within(store.part(value));
    made = await make(read, deadline);
  } catch (cause) {
    return failed(whyNotRead(cause));
  }
  if (made.part === undefined) return made.outcome;
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
    const { values, lastChange } = await deadline.within(store.size());
    const moment: Moment = { now: utc(), last: lastChange };
    const next = withHold(part, wanted, moment);
    if (next === undefined) return { outcome: { kind: 'succeeded', text: 'it was in the list already' } };
    // Nothing that is in the list makes room: that would be an end before its time.
    if (!values.has(wanted.value) && values.size >= mostEntries) {
      const message = `the list has ${values.size} entries, and its devices take ${mostEntries}`;
      return { outcome: failed({ code: 'list_full', message, retryable: false }) };
    }
    return { part: next, text: 'it is in the list; devices have it once they fetch' };
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

/** When the list last changed; as far as it is known: undoing does not wait for that. */
const lastChangeKnown = async ({ store }: FeedParts, deadline: Deadline): Promise<number> => {
  try {
    return (await deadline.within(store.size())).lastChange;
  } catch (cause) {
    if (cause instanceof StoreUnavailable) return 0;
    throw cause;
  }
};

/** Takes what the commands of an effect hold out of the list, and nothing that others hold. */
export const takeEntry = async (
  parts: FeedParts,
  { target, command_ids: commandIds }: EffectHandle,
  permit: Permit,
): Promise<UndoOutcome> => {
  const value = spellingOf(parts.entries, target.value);
  if (value === undefined) return { kind: 'succeeded', text: 'it never could be in this list' };
  const make = async ({ part }: ReadPart, deadline: Deadline): Promise<Made> => {
    const last = await lastChangeKnown(parts, deadline);
    const next = withoutHolds(part, { value, commandIds }, { now: parts.utc(), last });
    return next === undefined
      ? { outcome: { kind: 'succeeded', text: 'it was gone from the list already' } }
      : { part: next, text: 'it is out of the list; devices forget it once they fetch' };
  };
  return changeList(parts, { value, make }, permit);
};
