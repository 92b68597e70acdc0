import { iso } from '../../common/iso';
import { monitorEventLoopDelay } from 'perf_hooks';
import type { DecisionRecord } from '../../common/flow/decision';
import { OpenSearchEvidenceLog } from '../../server/adapters/opensearch/evidence_log';
import type { OpenSearchTransport } from '../../server/adapters/opensearch/transport';
import { realClock } from '../../server/adapters/system/real_clock';
import { decide, type DecideRequest } from '../../server/engine/decision/decide';
import { INITIAL_WEIGHTS, modelOf } from '../../server/engine/decision/model';
import { sealDecision } from '../../server/engine/decision/seal';
import { Inventory } from '../../server/runner/facts/inventory';
import { compileDraft } from '../../server/engine/policy/compile_bundle';
import { runBacktest } from '../../server/runner/doctrine/backtest/run_backtest';
import { lookupsOf } from '../builders/lookups';
import { Dice } from '../fakes/scheduler';
import { rounded } from './figures';
import { benchEvent, policySet } from './policy_set';

const PREFIX = 'bench-backtest-';
const POLICIES = 200;
const BULK = 500;
const SPAN_MS = 6 * 86_400_000;
const MODEL = modelOf(INITIAL_WEIGHTS);

/** A backtest beside reading the same decisions from the same node in the same run. */
interface BacktestFigures {
  readonly decisions: number;
  readonly policies: number;
  readonly read_seconds: number;
  readonly backtest_seconds: number;
  /** At most 2. */
  readonly ratio: number;
  readonly changed: number;
  /** How long the event loop was late, reading alone and during the backtest. */
  readonly loop_delay_ms: {
    readonly reading: { readonly p50: number; readonly p99: number; readonly max: number };
    readonly backtest: { readonly p50: number; readonly p99: number; readonly max: number };
  };
  readonly heap_growth_mib: number;
}

const MIB = 1024 * 1024;

const recordAt = (request: DecideRequest, index: number): DecisionRecord => ({
  event: request.received,
  decision: sealDecision(decide(request), request, { decisionId: `bench-${index}`, engineDigest: 'bench' }),
});

const fill = async (log: OpenSearchEvidenceLog, count: number, from: number): Promise<void> => {
  const bundle = compileDraft(policySet(POLICIES));
  const dice = new Dice(11);
  for (let first = 0; first < count; first += BULK) {
    const entries = Array.from({ length: Math.min(BULK, count - first) }, (_, offset) => {
      const index = first + offset;
      const now = from + Math.floor((SPAN_MS * index) / count);
      const received = { ...benchEvent(dice, index, POLICIES), received_at: iso(now) };
      const event = { ...received.event, timestamp: received.received_at };
      const record = recordAt(
        { received: { ...received, event }, bundle, model: MODEL, now, lookups: lookupsOf() },
        index,
      );
      const body = record as unknown as Readonly<Record<string, unknown>>;
      return { family: 'decisions' as const, id: `bench-${index}`, at: received.received_at, body };
    });
    await log.append(entries);
  }
};

const measured = async <Value>(work: () => Promise<Value>) => {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const started = performance.now();
  const value = await work();
  const seconds = (performance.now() - started) / 1_000;
  delay.disable();
  const ms = (nanoseconds: number): number => rounded(nanoseconds / 1e6);
  return {
    value,
    seconds,
    loop: { p50: ms(delay.percentile(50)), p99: ms(delay.percentile(99)), max: ms(delay.max) },
  };
};

/** Fills an index of its own with decisions, reads them, and tries a changed set of policies on them. */
export const benchBacktest = async (
  transport: OpenSearchTransport,
  count: number,
  progress: (line: string) => void,
): Promise<BacktestFigures> => {
  const log = new OpenSearchEvidenceLog(transport, { prefix: PREFIX, replicas: 0 });
  try {
    const from = Date.now() - SPAN_MS - 3_600_000;
    progress(`writing ${count} decisions …`);
    await fill(log, count, from);
    await transport.request({ method: 'POST', path: `/${PREFIX}*/_refresh` });
    const span = { from: iso(from), to: iso(from + SPAN_MS + 1) };
    const readAll = async (): Promise<number> => {
      let read = 0;
      for await (const { body } of log.scan({ family: 'decisions', where: { effectless: false }, ...span }))
        if (body.decision !== undefined) read += 1;
      return read;
    };
    const candidate = compileDraft(policySet(POLICIES).filter((_, index) => index % 2 === 0));
    progress('reading them once, so that both meet a warm cache …');
    await readAll();
    progress('reading …');
    const reading = await measured(readAll);
    progress('backtest …');
    const before = process.memoryUsage().heapUsed;
    const tried = await measured(() =>
      runBacktest(
        {
          evidence: log,
          clock: realClock,
          model: MODEL,
          populationOf: () => 1_000,
          scopes: new Inventory('bench', []),
        },
        { candidate, changes: [], ...span, signal: new AbortController().signal, tell: () => undefined },
      ),
    );
    return {
      decisions: tried.value?.decisions ?? 0,
      policies: POLICIES,
      read_seconds: rounded(reading.seconds),
      backtest_seconds: rounded(tried.seconds),
      ratio: rounded(tried.seconds / reading.seconds),
      changed: tried.value?.changed ?? 0,
      loop_delay_ms: { reading: reading.loop, backtest: tried.loop },
      heap_growth_mib: Math.round((process.memoryUsage().heapUsed - before) / MIB),
    };
  } finally {
    await transport.request({ method: 'DELETE', path: `/${PREFIX}*` });
  }
};
