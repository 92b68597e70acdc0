import { keptEvent } from '../../server/runner/sources/receive';
import { removeOld } from '../../server/runner/undoing/janitor';
import { plannedCase, type CaseContent, type CaseState } from '../../server/runner/keeping/kinds/case';
import type { StateStore } from '../../server/runner/ports';
import type { Agent } from '../../server/runner/agent/agent';
import { aCase } from '../builders/undoing';
import { anEvent } from '../builders/events';
import { simBundle, simInventory } from '../simulation/scenario';
import { World } from '../simulation/world';
import { rounded } from './figures';

/*
 * What an installation costs that has grown: agents of the real runner on the fake state, in simulated time. Requests
 * are counted and times are simulated, so a busy machine changes only what is said to be seconds of this machine.
 */

const METHODS = ['get', 'getMany', 'bulk', 'bulkThenGet', 'search', 'count', 'remove', 'removeMany'] as const;
type Counts = Record<(typeof METHODS)[number], number>;

const noCounts = (): Counts => ({
  get: 0,
  getMany: 0,
  bulk: 0,
  bulkThenGet: 0,
  search: 0,
  count: 0,
  remove: 0,
  removeMany: 0,
});

/** Counts what an agent asks of the state from now on. */
const countCalls = (store: StateStore, counts: Counts): void => {
  for (const name of METHODS) {
    const call = store[name] as (...args: readonly unknown[]) => unknown;
    Object.assign(store, {
      [name]: (...args: readonly unknown[]) => {
        counts[name] += 1;
        return call.apply(store, args as never);
      },
    });
  }
};

const worldOf = (agents: number): { readonly world: World; readonly started: readonly Agent[] } => {
  const world = new World({
    seed: 1,
    agents,
    bundle: simBundle(),
    inventory: simInventory,
    actions: ['block_ip', 'isolate_host'],
    idempotency: 'set',
  });
  return { world, started: world.agents.map((machine) => world.boot(machine)) };
};

const perSecond = (counts: Counts, seconds: number) =>
  Object.fromEntries(Object.entries(counts).map(([name, count]) => [name, rounded(count / seconds)]));

const IDLE_S = 60;
/** After this one agent knows that it is alone, and the tidying after the start is over. */
const SETTLED_S = 90;

/** Requests a second of one of several agents that have nothing to do. */
export const idleRequests = async (agents: number) => {
  const { world } = worldOf(agents);
  await world.scheduler.runUntil(world.now + SETTLED_S * 1_000);
  const counts = noCounts();
  for (const { store } of world.agents) if (store !== undefined) countCalls(store, counts);
  await world.scheduler.runUntil(world.now + IDLE_S * 1_000);
  return { agents, each_per_second: perSecond(counts, IDLE_S * agents) };
};

const HOUR = 3_600_000;

/** Puts cases into the state as an earlier time left them; they share what they hold, or no machine had room. */
const putCases = (
  world: World,
  count: number,
  { owner, state, ageMs, from = 0 }: { owner: string; state: CaseState; ageMs: number; from?: number },
): void => {
  const at = new Date(world.epoch + world.now - ageMs).toISOString();
  const due = state === 'waiting' ? new Date(world.epoch + world.now + 4 * HOUR).toISOString() : undefined;
  const { kind, facets, content } = plannedCase(
    aCase('case:bench', { state, acts: [], ...(due === undefined ? {} : { due }) }),
    at,
  );
  for (let n = from; n < from + count; n += 1) {
    const id = `case:bench-${state}-${n}`;
    const body = { kind, write_id: id, session: owner, owner, ordinal: n, facets, content, outbox: [] };
    world.store.documents.set(id, { body, version: { seqNo: 10_000_000 + n, primaryTerm: 1 } });
  }
};

const heapMb = (): number => {
  globalThis.gc?.();
  return Math.round(process.memoryUsage().heapUsed / 1e6);
};

/** Time until something is so, simulated seconds. */
const secondsUntil = async (world: World, isSo: () => boolean, mostS = 600): Promise<number> => {
  const began = world.now;
  while (!isSo() && world.now < began + mostS * 1_000) await world.scheduler.runUntil(world.now + 250);
  return isSo() ? rounded((world.now - began) / 1_000) : NaN;
};

/** One agent beside so many decided cases, with so many that wait for people. */
export const grownState = async (decided: number, waiting: number) => {
  const { world, started } = worldOf(1);
  await world.scheduler.runUntil(world.now + 10_000);
  const [agent] = started;
  const owner = agent?.shift?.session.id;
  if (agent === undefined || owner === undefined) throw new Error('the agent did not join');
  putCases(world, decided, { owner, state: 'decided', ageMs: HOUR });
  putCases(world, waiting, { owner, state: 'waiting', ageMs: HOUR });
  const before = heapMb();
  const all = await secondsUntil(world, () => (agent.shift?.cases.size ?? 0) >= waiting);
  const taken = heapMb() - before;
  const counts = noCounts();
  if (world.agents[0]?.store !== undefined) countCalls(world.agents[0].store, counts);
  await world.scheduler.runUntil(world.now + IDLE_S * 1_000);
  const requests = perSecond(counts, IDLE_S);
  // One more that nobody looks after, of a later ordinal than everything else.
  const event = anEvent({ event_id: 'orphan' });
  const received = keptEvent(event, {
    intake: { type: 'webhook', id: 'bench' },
    identity: ['orphan'],
    granted: undefined,
    receivedAt: new Date(world.epoch + world.now).toISOString(),
  });
  const orphan: CaseContent = { received, state: 'held', acts: [], claims: 0 };
  const planned = plannedCase(orphan, received.received_at);
  world.store.documents.set(planned.id, {
    body: { ...planned, write_id: 'orphan', session: owner, owner, ordinal: 1e9, outbox: [] },
    version: { seqNo: 20_000_000, primaryTerm: 1 },
  });
  const found = await secondsUntil(world, () => world.store.get(planned.id)?.write_id !== 'orphan');
  return {
    decided,
    waiting,
    seconds_until_all_are_in_care: all,
    heap_mb_for_what_waits: taken,
    requests_per_second: requests,
    seconds_until_an_orphan_is_found: found,
  };
};

/** How the janitor removes what is past the horizon: requests, and seconds of this machine. */
export const janitorRound = async (count: number) => {
  const { world, started } = worldOf(1);
  await world.scheduler.runUntil(world.now + 10_000);
  const [agent] = started;
  if (agent === undefined) throw new Error('no agent');
  putCases(world, count, { owner: 'gone', state: 'decided', ageMs: 91 * 24 * HOUR });
  world.store.refresh();
  const counts = noCounts();
  if (world.agents[0]?.store !== undefined) countCalls(world.agents[0].store, counts);
  const began = process.cpuUsage();
  let removed: number | undefined;
  void removeOld({ store: agent.parts.store, basics: agent.parts }).then((done) => (removed = done));
  await secondsUntil(world, () => removed !== undefined);
  const { user } = process.cpuUsage(began);
  return { removed, removals: counts.removeMany, cpu_seconds_of_this_machine: rounded(user / 1e6) };
};
