import { readFileSync } from 'fs';
import type { ChildProcess } from 'child_process';
import { stateIndexOf } from '../../server/adapters/opensearch/definitions';
import { OpenSearchEvidenceLog } from '../../server/adapters/opensearch/evidence_log';
import { OpenSearchStateStore } from '../../server/adapters/opensearch/state_store';
import type { OpenSearchTransport } from '../../server/adapters/opensearch/transport';
import { realChance } from '../../server/adapters/system/real_chance';
import { realClock } from '../../server/adapters/system/real_clock';
import { iso } from '../../common/iso';
import { closedCase, plannedCase, type CaseContent } from '../../server/runner/keeping/kinds/case';
import { contentOf } from '../../server/runner/keeping/state_docs';
import type { Log, StateStore, StateWrite } from '../../server/runner/ports';
import { removeOld } from '../../server/runner/undoing/janitor';
import { shrinkCases } from '../../server/runner/undoing/shrink_cases';
import { rounded } from './figures';
import type { ReflexClient } from './reflex_client';

/*
 * A state of a million cases on a real node: what an idle agent asks of it, how much room it takes, how long an orphan
 * waits, and what tidying costs. Requests are those that the index itself counted, whoever made them.
 */

const DECIDED = 1_000_000;
const WAITING = 10_000;
const WHOLE = 20_000;
const OLD = 60_000;
const AT_ONCE = 2_000;
const LANES = 3;
const IDLE_S = 60;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const quiet = (): void => undefined;
const log: Log = { debug: quiet, info: quiet, warn: quiet, error: quiet };
const basics = { clock: realClock, chance: realChance, log };

/** A host under test. */
type Host = Pick<ChildProcess, 'pid'>;

/** What the benchmark runs on. */
export interface GrownRig {
  readonly node: OpenSearchTransport;
  readonly reflex: ReflexClient;
  readonly first: Host;
  /** Starts so many more agents; the answer ends them. */
  readonly startMore: (count: number) => Promise<() => Promise<void>>;
  readonly endFirst: () => Promise<void>;
  readonly progress: (line: string) => void;
}

interface Counted {
  readonly writes: number;
  readonly gets: number;
  readonly searches: number;
}

interface StatsBody {
  readonly _all: {
    readonly primaries: {
      readonly indexing: { readonly index_total: number; readonly delete_total: number };
      readonly get: { readonly total: number };
      readonly search: { readonly query_total: number };
      readonly store: { readonly size_in_bytes: number };
    };
  };
}

const statsOf = async (node: OpenSearchTransport): Promise<StatsBody['_all']['primaries']> => {
  const answer = await node.request({ method: 'GET', path: `/${stateIndexOf()}/_stats` });
  return (answer.body as StatsBody)._all.primaries;
};

const countedOf = async (node: OpenSearchTransport): Promise<Counted> => {
  const { indexing, get, search } = await statsOf(node);
  return { writes: indexing.index_total + indexing.delete_total, gets: get.total, searches: search.query_total };
};

/** What the index counted a second, for each of so many agents, while nothing happens. */
const idlePerSecond = async (node: OpenSearchTransport, agents: number) => {
  const before = await countedOf(node);
  await realClock.sleep(IDLE_S * 1_000);
  const after = await countedOf(node);
  const each = (name: keyof Counted): number => rounded((after[name] - before[name]) / IDLE_S / agents);
  return { agents, each_per_second: { writes: each('writes'), gets: each('gets'), searches: each('searches') } };
};

/** Memory that a process has, MB; undefined where the system does not tell. */
const memoryMb = ({ pid }: Host): number | undefined => {
  try {
    const [, kb] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return kb === undefined ? undefined : Math.round(Number(kb) / 1_000);
  } catch {
    return undefined;
  }
};

/** A real case as Reflex wrote it, with its session: what all others here are made after. */
const aRealCase = async (reflex: ReflexClient, store: StateStore) => {
  await reflex.send([
    {
      event_id: 'grown',
      timestamp: iso(Date.now()),
      confidence: 0.99,
      severity: 'high',
      source: { ip: '198.51.100.9' },
      rule: { id: 'bench-block', name: 'the rule of the benchmark' },
    },
  ]);
  for (;;) {
    const [doc] = await store.search({ kinds: ['case'], states: ['decided'], limit: 1, fresh: true });
    const content = contentOf('case', doc);
    if (doc && content?.decision) return { owner: doc.owner, content: { ...content, decision: content.decision } };
    await realClock.sleep(200);
  }
};

type RealCase = Awaited<ReturnType<typeof aRealCase>>;

interface Filling {
  readonly owner: string;
  readonly ageMs: number;
  readonly contentOf: (id: string) => CaseContent;
}

const fill = async (store: StateStore, name: string, count: number, { owner, ageMs, contentOf: make }: Filling) => {
  const at = iso(Date.now() - ageMs);
  const began = performance.now();
  let next = 0;
  const write = async (): Promise<void> => {
    const from = next;
    next += AT_ONCE;
    const writes = Array.from({ length: Math.min(AT_ONCE, count - from) }, (_, n): StateWrite => {
      const id = `case:${name}-${from + n}`;
      const { kind, facets, content } = plannedCase(make(id), at);
      const body = { kind, write_id: id, session: owner, owner, ordinal: from + n, facets, content, outbox: [] };
      return { id, expect: 'absent', body };
    });
    const bad = (await store.bulk(writes)).find(({ kind }) => kind !== 'written');
    if (bad) throw new Error(`a case of the benchmark was not written: ${JSON.stringify(bad)}`);
  };
  const lane = async (): Promise<void> => {
    while (next < count) await write();
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return rounded((performance.now() - began) / 1_000);
};

const over = ({ due: _due, ...content }: CaseContent, case_id: string): CaseContent => ({
  ...content,
  received: { ...content.received, case_id },
  acts: content.acts.map((act) => ({ ...act, effect_id: 'effect:gone' })),
});

const orphanSeconds = async (store: StateStore, { owner, content }: RealCase): Promise<number> => {
  const id = `case:orphan-${realChance.uuid()}`;
  const held: CaseContent = { received: { ...content.received, case_id: id }, state: 'held', acts: [], claims: 0 };
  const { kind, facets } = plannedCase(held, iso(Date.now()));
  const body = { kind, write_id: id, session: owner, owner, ordinal: 1e9, facets, content: held, outbox: [] };
  await store.bulk([{ id, expect: 'absent', body }]);
  const began = performance.now();
  while ((await store.get(id))?.write_id === id) await realClock.sleep(500);
  return rounded((performance.now() - began) / 1_000);
};

const timed = async (node: OpenSearchTransport, work: () => Promise<number>) => {
  const before = await countedOf(node);
  const began = performance.now();
  const done = await work();
  const seconds = rounded((performance.now() - began) / 1_000);
  const { writes, searches } = await countedOf(node);
  return { done, seconds, writes: writes - before.writes, searches: searches - before.searches };
};

const tidying = async ({ node, progress }: GrownRig, store: StateStore, real: RealCase) => {
  const evidence = new OpenSearchEvidenceLog(node, { appendTimeoutMs: 60_000 });
  const { owner, content } = real;
  const { decision } = content;
  const decisionOf = (id: string) => ({ ...decision, decision_id: `decision of ${id}` });
  const make = (id: string): CaseContent => ({ ...over(content, id), decision: decisionOf(id) });
  progress(`${WHOLE} whole cases …`);
  await fill(store, 'whole', WHOLE, { owner, ageMs: HOUR, contentOf: make });
  for (let from = 0; from < WHOLE; from += 500) {
    const ids = Array.from({ length: 500 }, (_, n) => `case:whole-${from + n}`);
    const at = iso(Date.now());
    await evidence.append(
      ids.map((id) => ({
        family: 'decisions',
        id: `decision of ${id}`,
        at,
        body: { event: content.received, decision: decisionOf(id) },
      })),
    );
  }
  await realClock.sleep(3_000);
  const shrunk = await timed(node, () => shrinkCases({ store, evidence, basics }));
  progress(`${OLD} cases that are past their time …`);
  await fill(store, 'old', OLD, { owner, ageMs: 91 * DAY, contentOf: (id) => closedCase(make(id)) });
  await store.count({ kinds: ['case'] });
  await realClock.sleep(3_000);
  const removed = await timed(node, () => removeOld({ store, basics }));
  return { shrunk, removed };
};

/** Ten agents for real, a million cases, an orphan, and the janitor's work. */
export const benchGrown = async (rig: GrownRig) => {
  const { node, first, progress } = rig;
  const store = new OpenSearchStateStore(node, { timeoutMs: 60_000, searchTimeoutMs: 60_000 });
  const real = await aRealCase(rig.reflex, store);
  const bytes = (content: CaseContent): number => Buffer.byteLength(JSON.stringify(content));
  const case_bytes = { whole: bytes(real.content), shrunk: bytes(closedCase(real.content)) };
  progress('one idle agent …');
  const idle = [await idlePerSecond(node, 1)];
  progress('ten idle agents …');
  const endMore = await rig.startMore(9);
  await realClock.sleep(20_000);
  idle.push(await idlePerSecond(node, 10));
  await endMore();
  progress(`${DECIDED} decided cases …`);
  const before = memoryMb(first);
  const make = (id: string): CaseContent => closedCase(over(real.content, id));
  const filled = await fill(store, 'decided', DECIDED, { owner: real.owner, ageMs: HOUR, contentOf: make });
  const waiting = (id: string): CaseContent => ({
    ...over(real.content, id),
    state: 'waiting',
    due: iso(Date.now() + 4 * HOUR),
    acts: real.content.acts.map((act) => ({ act_id: act.act_id, status: 'waiting' })),
  });
  await fill(store, 'waiting', WAITING, { owner: real.owner, ageMs: HOUR, contentOf: waiting });
  await realClock.sleep(90_000);
  progress('an agent beside them …');
  const beside = { ...(await idlePerSecond(node, 1)), memory_mb: { before, after: memoryMb(first) } };
  progress('an orphan among them …');
  const orphan = await orphanSeconds(store, real);
  const { store: room } = await statsOf(node);
  await rig.endFirst();
  return {
    case_bytes,
    idle,
    cases: {
      decided: DECIDED,
      waiting: WAITING,
      seconds_to_fill: filled,
      index_mb: Math.round(room.size_in_bytes / 1e6),
    },
    beside,
    seconds_until_an_orphan_is_found: orphan,
    ...(await tidying(rig, store, real)),
  };
};
