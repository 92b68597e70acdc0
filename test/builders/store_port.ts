import {
  StoreUnavailable,
  type Chance,
  type Clock,
  type Log,
  type StateQuery,
  type StateStore,
  type StateWrite,
  type WriteOutcome,
} from '../../server/runner/ports';
import type { FakeStore } from '../fakes/fake_store';
import { Dice, type Scheduler } from '../fakes/scheduler';

/**
 * What may happen to one call. `lost`: carried out, not answered. `refused`: neither. `late`: carried out after the
 * sender gave up.
 */
export type Fate = 'fine' | 'lost' | 'refused' | 'late';

const GIVE_UP_MS = 1_000;
const LATE_MS = 3_000;

export interface StorePort {
  readonly store: StateStore;
  /** Fates of the next bulks, in order; afterwards all is fine. */
  readonly bulkFates: Fate[];
  /** Every bulk that was sent. */
  readonly bulks: StateWrite[][];
  away: boolean;
  /** How long a bulk takes on its way, ms; default no time. */
  bulkTakes: (writes: readonly StateWrite[]) => number;
}

/** Bulks that hold a document take so long, ms. */
export const slowFor =
  (slowId: string, ms = 1_000) =>
  (writes: readonly StateWrite[]): number =>
    writes.some(({ id }) => id === slowId) ? ms : 0;

/** A fake store behind a network that does what the test says. */
export const storePort = (fake: FakeStore, scheduler: Scheduler): StorePort => {
  const after = (ms: number): Promise<void> => new Promise((resolve) => scheduler.after(ms, resolve));
  const port: StorePort = {
    bulkFates: [],
    bulks: [],
    away: false,
    bulkTakes: () => 0,
    store: {
      get: (id) => ask(() => fake.get(id)),
      getMany: (ids) =>
        ask(() => new Map(ids.flatMap((id) => (fake.get(id) ? [[id, fake.get(id)] as const] : [])) as never)),
      bulk: async (writes) => {
        port.bulks.push([...writes]);
        const fate = port.bulkFates.shift() ?? 'fine';
        const ms = port.bulkTakes(writes);
        if (ms > 0) await after(ms);
        const land = (): WriteOutcome[] => writes.map((write) => fake.write(write));
        if (fate === 'late') scheduler.after(LATE_MS, land);
        if (fate === 'fine' || fate === 'lost') {
          const outcomes = await ask(land);
          if (fate === 'fine') return outcomes;
        }
        await after(GIVE_UP_MS);
        throw new StoreUnavailable('no answer');
      },
      bulkThenGet: async (writes, id) => {
        const outcomes = await port.store.bulk(writes);
        // In the same turn as the last write: nothing comes in between.
        return { outcomes, doc: fake.get(id) };
      },
      search: (query) => ask(() => fake.search(query)),
      count: (query) => ask(() => fake.count(query)),
      remove: (id, expect) => ask(() => fake.remove(id, expect)),
      removeMany: (docs) => ask(() => docs.map(({ id, version }) => fake.remove(id, version))),
      identity: () => ask(() => 'identity'),
      raiseSchema: (schema) => ask(() => fake.raiseSchema(schema)),
      nodeTime: () => ask(() => scheduler.now),
    },
  };
  const ask = async <Answer>(answer: () => Answer): Promise<Answer> => {
    await after(1);
    if (port.away) throw new StoreUnavailable('away');
    return answer();
  };
  return port;
};

export const clockOf = (scheduler: Scheduler, utc = Date.parse('2026-11-22T10:00:00.000Z')): Clock => ({
  monotonic: () => scheduler.now,
  utc: () => utc + Math.floor(scheduler.now),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      scheduler.after(ms, resolve);
      signal?.addEventListener('abort', () => resolve(), { once: true });
    }),
});

export const chanceOf = (seed = 1): Chance => {
  const dice = new Dice(seed);
  return { uuid: () => dice.uuid(), random: () => dice.next() };
};

export const quietLog = (lines: string[] = []): Log => {
  const say = (message: string): void => {
    lines.push(message);
  };
  return { debug: say, info: say, warn: say, error: say };
};

/** Lets virtual time pass until something is settled. */
export const drive = async <Value>(scheduler: Scheduler, promise: Promise<Value>, mostMs = 120_000): Promise<Value> => {
  let settled = false;
  const done = promise.finally(() => {
    settled = true;
  });
  done.catch(() => undefined);
  const end = scheduler.now + mostMs;
  while (!settled && scheduler.now < end) await scheduler.runUntil(scheduler.now + 10);
  if (!settled) throw new Error(`not settled within ${mostMs} ms`);
  return done;
};

/** Every search from now on, with when it was made, ms of the scheduler. */
export const noteSearches = (
  { store }: Pick<StorePort, 'store'>,
  scheduler: Scheduler,
): ReadonlyArray<StateQuery & { readonly at: number }> => {
  const made: Array<StateQuery & { at: number }> = [];
  const { search } = store;
  const noted: typeof search = (query) => {
    made.push({ ...query, at: scheduler.now });
    return search(query);
  };
  Object.assign(store, { search: noted });
  return made;
};
