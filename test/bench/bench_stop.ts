import { Worker } from 'worker_threads';
import { ensureIndices } from '../../server/adapters/opensearch/indices';
import { OpenSearchStateStore } from '../../server/adapters/opensearch/state_store';
import type { OpenSearchTransport } from '../../server/adapters/opensearch/transport';
import { realChance } from '../../server/adapters/system/real_chance';
import { realClock } from '../../server/adapters/system/real_clock';
import { loneBody } from '../../server/runner/keeping/state_docs';
import type { Log, StateStore } from '../../server/runner/ports';
import { HostStop } from '../../server/runner/session/host_stop';
import { releaseSwitch, throwSwitch, type SwitchPorts } from '../../server/runner/session/kill_switch';
import { Session } from '../../server/runner/session/session';
import { ACKNOWLEDGE_AFTER_MS } from '../../server/runner/session/session_times';
import { quantile, rounded } from './figures';

/** What an order to stop takes until no effect can start anywhere, beside what one compare-and-set costs then. */
interface StopFigures {
  /** Tasks that would run all the time, besides the node and the agents. */
  readonly runnable_tasks: number;
  readonly orders: number;
  readonly acknowledged: number;
  readonly acknowledged_ms: { readonly p50: number; readonly most: number };
  readonly compare_and_set_ms: { readonly p50: number; readonly p99: number };
  /** 1.26 s + 4 × the p99 of a compare-and-set. */
  readonly bar_ms: number;
}

const AGENTS = 3;
const ORDERS = 20;
const WRITES = 100;
const BETWEEN_MS = 400;
const TASKS = [2, 8, 16];

const quiet = (): void => undefined;
const log: Log = { debug: quiet, info: quiet, warn: quiet, error: quiet };

/** Tasks that keep the machine busy. */
const busy = (tasks: number): Worker[] =>
  Array.from({ length: tasks }, () => new Worker('for (;;) Math.sqrt(Math.random());', { eval: true }));

const agentOn = async (store: StateStore, index: number, isOver: () => boolean): Promise<SwitchPorts> => {
  const basics = { clock: realClock, chance: realChance, log };
  const hostStop = new HostStop({ ...basics, localStop: { read: () => [], write: async () => undefined } });
  const session = new Session({
    store,
    basics,
    hostStop,
    name: { agent: `bench-${index}`, host: 'bench', roles: [], engineDigest: 'bench' },
    vitals: () => ({ bundle_version: 0, copied_through: 0, counters: {} }),
    generation: undefined,
    clockTrusted: () => true,
  });
  // The first makes the gate, the others know it by then.
  await session.join();
  void session.keepAlive(isOver);
  return { session, store, hostStop, ...basics };
};

/** Milliseconds of one compare-and-set after another on a document of its own. */
const writeTimes = async (store: StateStore): Promise<readonly number[]> => {
  const times: number[] = [];
  const id = `cursor:bench-${realChance.uuid()}`;
  let expect: Parameters<StateStore['bulk']>[0][number]['expect'] = 'absent';
  for (let write = 0; write < WRITES; write += 1) {
    const body = loneBody('cursor', { position: String(write) } as never, { write_id: realChance.uuid(), facets: {} });
    const began = performance.now();
    const [outcome] = await store.bulk([{ id, expect, body }]);
    times.push(performance.now() - began);
    if (outcome?.kind !== 'written') throw new Error('a compare-and-set of the benchmark failed');
    expect = outcome.version;
  }
  return times;
};

const series = async (ports: readonly SwitchPorts[], tasks: number): Promise<StopFigures> => {
  const [first] = ports;
  if (!first) throw new Error('no agent to give the order');
  const load = busy(tasks);
  const took: number[] = [];
  let acknowledged = 0;
  const order = { scope: 'all', who: 'bench', why: 'how long it takes' };
  for (let n = 0; n < ORDERS; n += 1) {
    const report = await throwSwitch(first, order);
    took.push(report.took_ms);
    if (report.acknowledged) acknowledged += 1;
    await releaseSwitch(first, first.session.stops);
    await realClock.sleep(BETWEEN_MS);
  }
  const writes = await writeTimes(first.store);
  await Promise.all(load.map((worker) => worker.terminate()));
  const p99 = quantile(writes, 0.99);
  return {
    runnable_tasks: tasks,
    orders: ORDERS,
    acknowledged,
    acknowledged_ms: { p50: rounded(quantile(took, 0.5)), most: rounded(Math.max(...took)) },
    compare_and_set_ms: { p50: rounded(quantile(writes, 0.5)), p99: rounded(p99) },
    bar_ms: rounded(ACKNOWLEDGE_AFTER_MS + 4 * p99),
  };
};

/** Three agents at a real node, and an order to stop given to one of them again and again. */
export const benchStop = async (
  transport: OpenSearchTransport,
  progress: (line: string) => void,
): Promise<readonly StopFigures[]> => {
  await ensureIndices(transport, { replicas: 0, mayCreateState: true });
  const store = new OpenSearchStateStore(transport);
  let over = false;
  const ports: SwitchPorts[] = [];
  for (let index = 0; index < AGENTS; index += 1) ports.push(await agentOn(store, index, () => over));
  const figures: StopFigures[] = [];
  for (const tasks of TASKS) {
    progress(`orders to stop with ${tasks} runnable tasks …`);
    figures.push(await series(ports, tasks));
  }
  over = true;
  await Promise.all(ports.map(({ session }) => session.leave()));
  return figures;
};
