import { iso } from '../../common/iso';
import { spawn } from 'child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { gunzipSync } from 'zlib';
import { loadPolicySync } from '@open-policy-agent/opa-wasm';
import { extract } from 'tar-stream';
import type { AssetFacts } from '../../common/flow/decision';
import { decide, type Decided, type DecideRequest } from '../../server/engine/decision/decide';
import { INITIAL_WEIGHTS, modelOf } from '../../server/engine/decision/model';
import { isPrivateAddress } from '../../common/entity/address';
import { EventFacts } from '../../server/engine/policy/cel/facts';
import { compileDraft } from '../../server/engine/policy/compile_bundle';
import { aHistory } from '../builders/lookups';
import { eventually } from '../contracts/eventually';
import { Dice } from '../fakes/scheduler';
import { opa, opaProgram, whyNotOpa } from '../targets/opa';
import { freePort } from '../targets/processes';
import { rounded, quantile, spread, type Spread } from './figures';
import { ENTRY, regoOf } from './policy_set_rego';
import { benchEvent, ORIGIN_GROUPS, policySet } from './policy_set';

/*
 * The same rules and the same events: `decide()`, the rules as a WebAssembly module of Open Policy Agent in this
 * thread, and its server beside it. Verdicts are compared before anything is timed.
 */

const NOW = Date.parse('2026-11-22T10:00:01.000Z');
const EVENTS = 1_000;
const ROUNDS = 7;
const LEG_MS = 400;
const BATCH = 200;
const WASM_BATCH = 20;
const MODEL = modelOf(INITIAL_WEIGHTS);
const HISTORY = aHistory();

interface OpaFigures {
  readonly policies: number;
  /** Events on which all three said the same, and how many acts that were, by their result. */
  readonly agreed_events: number;
  readonly acts: Readonly<Record<string, number>>;
  /**
   * Decisions a second, the middle of the rounds. In this process by its processor time, which a busy machine changes
   * little; the server can only be timed by the clock, so Reflex is beside it.
   */
  readonly reflex: number;
  readonly opa_wasm: number;
  /** Told only what the rules look at. */
  readonly opa_wasm_least_input: number;
  readonly reflex_by_clock: number;
  readonly opa_server_by_clock: number;
  /** Two hundred events in one request. */
  readonly opa_server_batch_by_clock: number;
  /** How many times as many Reflex makes, round by round. */
  readonly times_opa_wasm: Spread;
  readonly times_opa_wasm_least_input: Spread;
  readonly times_opa_server: Spread;
  readonly times_opa_server_batch: Spread;
}

type Verdicts = readonly string[];

interface Leg {
  readonly name: 'reflex' | 'wasm' | 'least' | 'server' | 'batch';
  /** Decides some events from the one at `from` on; how many. */
  readonly run: (from: number) => number | Promise<number>;
}

const verdictsOf = ({ acts }: Decided): Verdicts =>
  acts.map(({ proposed, result }) => `${proposed.policy.ref.id} ${result}`).sort();

const verdictsIn = (said: ReadonlyArray<{ readonly policy: string; readonly result: string }>): Verdicts =>
  said.map(({ policy, result }) => `${policy} ${result}`).sort();

/** One host in ten is critical, one has been seen scanning. */
const assetFacts = (type: AssetFacts['type'], value: string): AssetFacts => ({
  type,
  value,
  known: true,
  tags: value.endsWith('3') ? ['managed', 'scanner'] : ['managed'],
  criticality: value.endsWith('7') ? 'critical' : 'medium',
});

const requestsFor = (policies: number): readonly DecideRequest[] => {
  const bundle = compileDraft(policySet(policies));
  const dice = new Dice(7);
  const known = new Map<string, AssetFacts>();
  const asset = (type: AssetFacts['type'], value: string): AssetFacts => {
    const found = known.get(value) ?? assetFacts(type, value);
    known.set(value, found);
    return found;
  };
  return Array.from({ length: EVENTS }, (_, index) => {
    const received = benchEvent(dice, index, policies);
    const ip = dice.chance(0.1) ? `10.0.0.${dice.whole(1, 254)}` : received.event.source?.ip;
    const event = { ...received.event, source: { ip } };
    return {
      received: { ...received, event },
      bundle,
      model: MODEL,
      now: NOW,
      lookups: { asset, history: () => HISTORY },
    };
  });
};

/** What the rules look at, no more: nobody who asks knows that beforehand. */
const leastInput = (request: DecideRequest) => {
  const { received, lookups } = request;
  const { event } = received;
  const host = lookups.asset('host', event.src_host ?? '');
  return {
    event: {
      confidence: event.confidence,
      severity_rank: new EventFacts(received).severity_rank,
      tags: event.tags,
      rule: event.rule,
      process: event.process,
    },
    score: { value: decide(request).score.value },
    history: { src: { events_24h: HISTORY.src.events_24h } },
    src: { asset: { tags: host.tags } },
    target: { ip: { is_private: isPrivateAddress(event.source?.ip ?? '') }, host: { criticality: host.criticality } },
  };
};

/** What is known of an event, as conditions and guards may look at all of it. */
const wholeInput = (request: DecideRequest): object => {
  const { received, lookups } = request;
  const { event } = received;
  const least = leastInput(request);
  const host = lookups.asset('host', event.src_host ?? '');
  return {
    event: { ...event, severity_rank: least.event.severity_rank },
    intake: received.intake,
    score: least.score,
    history: HISTORY,
    src: { asset: host },
    dst: null,
    user: null,
    target: { ip: { ...lookups.asset('ip', event.source?.ip ?? ''), ...least.target.ip }, host },
    now: iso(NOW),
  };
};

const moduleOf = async (folder: string): Promise<Uint8Array> => {
  const built = opa(['build', '-t', 'wasm', '-e', ENTRY, '-o', 'out.tar.gz', 'bench.rego'], folder);
  if (built.exit !== 0) throw new Error(built.text);
  const archive = extract();
  archive.end(gunzipSync(readFileSync(join(folder, 'out.tar.gz'))));
  for await (const entry of archive) {
    const parts: Buffer[] = [];
    for await (const part of entry) parts.push(part as Buffer);
    if (entry.header.name.endsWith('policy.wasm')) return Buffer.concat(parts);
  }
  throw new Error('`opa build` made no module');
};

const startServer = async (folder: string) => {
  const port = await freePort();
  const args = [
    'run',
    '--server',
    '--addr',
    `127.0.0.1:${port}`,
    '--log-level',
    'error',
    '--disable-telemetry',
    'bench.rego',
    'batch.rego',
  ];
  const child = spawn(opaProgram(), args, { cwd: folder, stdio: 'ignore' });
  const url = `http://127.0.0.1:${port}`;
  await eventually(async () => {
    if (!(await fetch(`${url}/health`)).ok) throw new Error('it is not ready yet');
  });
  const ask = async (path: string, input: unknown): Promise<unknown> => {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${url}/v1/data/${path}`, { method: 'POST', headers, body: JSON.stringify({ input }) });
    return ((await answer.json()) as { result: unknown }).result;
  };
  return { ask, end: () => child.kill() };
};

interface Rate {
  /** Decisions a second of the clock, and a second of this process's own processor time. */
  readonly clock: number;
  readonly processor: number;
}

const rateOf = async ({ run }: Leg, from: number): Promise<Rate> => {
  const began = performance.now();
  const used = process.cpuUsage();
  let done = 0;
  while (performance.now() - began < LEG_MS) done += await run(from + done);
  const { user, system } = process.cpuUsage(used);
  return { clock: (done / (performance.now() - began)) * 1_000, processor: (done / (user + system)) * 1_000_000 };
};

const figuresFor = async (policies: number, folder: string): Promise<OpaFigures> => {
  writeFileSync(join(folder, 'bench.rego'), regoOf(policies, ORIGIN_GROUPS));
  writeFileSync(
    join(folder, 'batch.rego'),
    'package batch\n\nanswers := [x | some item in input; x := data.bench.verdicts with input as item]\n',
  );
  const requests = requestsFor(policies);
  const inputs = requests.map(wholeInput);
  const least = requests.map(leastInput);
  const program = loadPolicySync(await moduleOf(folder), { initial: 16, maximum: 4_096 });
  const server = await startServer(folder);
  const wasm = (input: object) =>
    (program.evaluate(input, ENTRY) as ReadonlyArray<{ readonly result: Parameters<typeof verdictsIn>[0] }>)[0]
      ?.result ?? [];
  const at = <Value>(values: readonly Value[], index: number): Value => values[index % EVENTS] as Value;
  const wasmLeg =
    (of: readonly object[]) =>
    (from: number): number => {
      for (let index = 0; index < WASM_BATCH; index += 1) wasm(at(of, from + index));
      return WASM_BATCH;
    };
  try {
    const acts: Record<string, number> = {};
    const batched = (await server.ask('batch/answers', inputs)) as ReadonlyArray<Parameters<typeof verdictsIn>[0]>;
    for (const [index, request] of requests.entries()) {
      const decided = decide(request);
      const wanted = JSON.stringify(verdictsOf(decided));
      const said = [wasm(at(inputs, index)), wasm(at(least, index)), batched[index] ?? []].map((each) =>
        JSON.stringify(verdictsIn(each)),
      );
      if (said.some((each) => each !== wanted))
        throw new Error(`event ${index}: Reflex says ${wanted}, Open Policy Agent ${said.join(' and ')}`);
      for (const { result } of decided.acts) acts[result] = (acts[result] ?? 0) + 1;
    }
    const legs: readonly Leg[] = [
      {
        name: 'reflex',
        run: (from) => {
          for (let index = 0; index < BATCH; index += 1) decide(at(requests, from + index));
          return BATCH;
        },
      },
      { name: 'wasm', run: wasmLeg(inputs) },
      { name: 'least', run: wasmLeg(least) },
      { name: 'server', run: async (from) => ((await server.ask(ENTRY, at(inputs, from))) === undefined ? 0 : 1) },
      {
        name: 'batch',
        run: async (from) => {
          await server.ask(
            'batch/answers',
            Array.from({ length: BATCH }, (_, index) => at(inputs, from + index)),
          );
          return BATCH;
        },
      },
    ];
    const rates: Record<Leg['name'], Rate[]> = { reflex: [], wasm: [], least: [], server: [], batch: [] };
    for (let round = 0; round <= ROUNDS; round += 1) {
      for (const leg of legs) {
        const rate = await rateOf(leg, round * 37);
        // The first round warms up.
        if (round > 0) rates[leg.name].push(rate);
      }
    }
    const middle = (name: Leg['name'], by: keyof Rate): number =>
      rounded(
        quantile(
          rates[name].map((rate) => rate[by]),
          0.5,
        ),
      );
    const times = (name: Leg['name'], by: keyof Rate): Spread =>
      spread(rates[name].map((rate, round) => (rates.reflex[round]?.[by] ?? NaN) / rate[by]));
    return {
      policies,
      agreed_events: EVENTS,
      acts,
      reflex: middle('reflex', 'processor'),
      opa_wasm: middle('wasm', 'processor'),
      opa_wasm_least_input: middle('least', 'processor'),
      reflex_by_clock: middle('reflex', 'clock'),
      opa_server_by_clock: middle('server', 'clock'),
      opa_server_batch_by_clock: middle('batch', 'clock'),
      times_opa_wasm: times('wasm', 'processor'),
      times_opa_wasm_least_input: times('least', 'processor'),
      times_opa_server: times('server', 'clock'),
      times_opa_server_batch: times('batch', 'clock'),
    };
  } finally {
    server.end();
  }
};

/** Figures for a set of that size; without the real Open Policy Agent why there is nothing to say. */
export const benchOpa = async (policies: number): Promise<OpaFigures | string> => {
  const why = whyNotOpa();
  if (why !== undefined) return why;
  const folder = mkdtempSync(join(tmpdir(), 'reflex-bench-opa-'));
  try {
    return await figuresFor(policies, folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
