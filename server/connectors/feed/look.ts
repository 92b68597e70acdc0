import { iso } from '../../../common/iso';
import { err, ok, type Result } from '../../../common/result';
import type { ConnectorHealth, EffectHandle, ListedEffect, ListFetch, TargetError, Verification } from '../connector';
import { isRefusal, whyNotRead, withDeadline, type Deadline } from './calls';
import { isServable, spellingOf } from './entry';
import type { FeedParts } from './feed_parts';
import { entriesAt, holdingOf, holdsAt, type Holding } from './part';

/** Devices that a text names. */
const MOST_NAMED = 8;

const named = (devices: readonly string[]): string =>
  devices
    .slice(0, MOST_NAMED)
    .map((device) => `\`${device}\``)
    .join(', ') + (devices.length > MOST_NAMED ? ` and ${devices.length - MOST_NAMED} more` : '');

const ago = (ms: number): string => {
  const s = Math.max(0, Math.round(ms / 1000));
  return s < 120 ? `${s} s ago` : `${Math.round(s / 60)} min ago`;
};

/** One device, and what it fetched last. */
interface Sight {
  readonly name: string;
  readonly fetch?: ListFetch;
  /** It fetched lately. */
  readonly isAwake: boolean;
}

const sightsOf = async (
  { store, devices, utc, silentMs }: FeedParts,
  deadline: Deadline,
): Promise<readonly Sight[]> => {
  const fetches = await deadline.within(store.fetches(devices.map(({ name }) => name)));
  const now = utc();
  return devices.map(({ name }) => {
    const fetch = fetches.get(name)?.content;
    return {
      name,
      isAwake: fetch !== undefined && now - fetch.at <= silentMs,
      ...(fetch !== undefined && { fetch }),
    };
  });
};

const namesOf = (sights: readonly Sight[], is: (sight: Sight) => boolean): readonly string[] =>
  sights.filter(is).map(({ name }) => name);

/**
 * What devices have of an effect. INVARIANT: present and absent only where every device, each heard lately, fetched a
 * version that says so.
 */
export const judge = (holding: Holding, sights: readonly Sight[], now: number): Verification => {
  const seen = {
    in_list: holding.now,
    devices: sights.map(({ name, fetch }) => ({
      name,
      fetched: fetch === undefined ? null : iso(fetch.at),
      has: fetch === undefined ? null : holding.isIn(fetch) ? true : holding.isOut(fetch) ? false : null,
    })),
  };
  const others = holding.others === 0 ? '' : `; ${holding.others} other orders keep the entry in the list`;
  const silent = namesOf(sights, ({ isAwake }) => !isAwake);
  if (silent.length > 0)
    return { state: 'unknown', seen, text: `nothing was heard lately of ${named(silent)}${others}` };
  const lastHeard = ago(now - Math.min(...sights.map(({ fetch }) => fetch?.at ?? 0)));
  const fetchedAll = `fetched by ${named(namesOf(sights, () => true))}, the last ${lastHeard}`;
  if (holding.now) {
    const waits = namesOf(sights, ({ fetch }) => fetch === undefined || !holding.isIn(fetch));
    return waits.length === 0
      ? { state: 'present', seen, text: `in the list, ${fetchedAll}${others}` }
      : { state: 'unknown', seen, text: `in the list, and not fetched yet by ${named(waits)}${others}` };
  }
  const waits = namesOf(sights, ({ fetch }) => fetch === undefined || !holding.isOut(fetch));
  return waits.length === 0
    ? { state: 'absent', seen, text: `not in the list, ${fetchedAll}${others}` }
    : { state: 'unknown', seen, text: `out of the list, and ${named(waits)} has not fetched since${others}` };
};

/** Whether an effect is at every device. */
export const verifyEntry = (
  parts: FeedParts,
  { target, command_ids: commandIds }: EffectHandle,
  signal: AbortSignal,
): Promise<Verification> =>
  withDeadline(signal, async (deadline) => {
    const value = spellingOf(parts.entries, target.value);
    if (value === undefined) return { state: 'absent', text: 'it never could be in this list' };
    try {
      // First what devices have: what is read after it is not older.
      const sights = await sightsOf(parts, deadline);
      const { part, at } = await deadline.within(parts.store.part(value));
      const now = parts.utc();
      return judge(holdingOf(part, { value, commandIds, at }, now), sights, now);
    } catch (cause) {
      return { state: 'unknown', text: whyNotRead(cause).message };
    }
  });

/** Every hold, by its command. */
export const listEntries = (
  { store, entries, utc }: FeedParts,
  signal: AbortSignal,
): Promise<Result<readonly ListedEffect[], TargetError>> =>
  withDeadline(signal, async (deadline) => {
    try {
      const { parts } = await deadline.within(store.snapshot());
      const now = utc();
      const [action, type] =
        entries === 'addresses' ? (['block_ip', 'ip'] as const) : (['block_domain', 'domain'] as const);
      return ok(
        parts
          .flatMap(({ holds }) => holds.filter((hold) => holdsAt(hold, now)))
          .map(({ value, command_id, at }) => ({ action, target: { type, value }, command_id, since: iso(at) })),
      );
    } catch (cause) {
      return err(whyNotRead(cause));
    }
  });

const describeSight =
  (now: number) =>
  ({ name, fetch, isAwake }: Sight): string =>
    fetch === undefined
      ? `\`${name}\` has never fetched it`
      : `\`${name}\` fetched ${fetch.entries} ${ago(now - fetch.at)}${isAwake ? '' : ', and nothing since'}`;

/** How the list is, and which devices fetch it. */
export const feedStatus = (parts: FeedParts, signal: AbortSignal): Promise<ConnectorHealth> =>
  withDeadline(signal, async (deadline) => {
    try {
      const [snapshot, sights] = [await deadline.within(parts.store.snapshot()), await sightsOf(parts, deadline)];
      const now = parts.utc();
      const entries = entriesAt(snapshot.parts, now);
      const odd = entries.filter(({ value }) => !isServable(parts.entries, value)).length;
      const troubles = [
        ...(entries.length > parts.mostEntries ? [`more than the ${parts.mostEntries} that its devices take`] : []),
        ...(odd > 0 ? [`${odd} of them cannot be read and are not served`] : []),
      ];
      const isWell = troubles.length === 0 && sights.every(({ isAwake }) => isAwake);
      // Those that do not fetch come first: a text may be cut.
      const sorted = [...sights].sort((one, other) => Number(one.isAwake) - Number(other.isAwake));
      const texts = [`${entries.length} entries`, ...troubles, ...sorted.slice(0, MOST_NAMED).map(describeSight(now))];
      return { state: isWell ? 'ok' : 'degraded', authorised: true, text: texts.join('; ') };
    } catch (cause) {
      const text = whyNotRead(cause).message;
      return isRefusal(cause) ? { state: 'degraded', authorised: false, text } : { state: 'down', text };
    }
  });
