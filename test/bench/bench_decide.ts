import type { AssetFacts, HistoryFacts } from '../../common/flow/decision';
import { decide, type DecideRequest } from '../../server/engine/decision/decide';
import { INITIAL_WEIGHTS, modelOf } from '../../server/engine/decision/model';
import { compileDraft } from '../../server/engine/policy/compile_bundle';
import { Dice } from '../fakes/scheduler';
import { benchEvent, policySet } from './policy_set';

const counts = {
  events_1h: 1,
  events_24h: 3,
  events_30d: 9,
  acts_1h: 0,
  acts_24h: 0,
  acts_30d: 1,
  true_positives_30d: 2,
  false_positives_30d: 1,
};
const HISTORY: HistoryFacts = {
  src: counts,
  host: counts,
  user: counts,
  rule: counts,
  domains: ['endpoint', 'network'],
  sightings_ms: [],
};
const MODEL = modelOf(INITIAL_WEIGHTS);
const NOW = Date.parse('2026-11-22T10:00:01.000Z');
const EVENTS = 2_000;
const ROUND_MS = 1_500;
const ROUNDS = 3;

interface DecideFigures {
  readonly policies: number;
  readonly decisions_per_second: number;
  /** By the processor time of this process, which a busy machine changes little. */
  readonly decisions_per_processor_second: number;
  readonly permits_percent: number;
}

/** `decide()` alone on one core: no hash, no write, in-memory lookups; the best of three rounds. */
export const benchDecide = (policies: number): DecideFigures => {
  const bundle = compileDraft(policySet(policies));
  const dice = new Dice(7);
  const assets = new Map<string, AssetFacts>();
  const asset = (type: AssetFacts['type'], value: string): AssetFacts => {
    const known = assets.get(value);
    if (known) return known;
    const made: AssetFacts = { type, value, known: true, tags: ['managed'], criticality: 'medium' };
    assets.set(value, made);
    return made;
  };
  const requests: DecideRequest[] = Array.from({ length: EVENTS }, (_, index) => ({
    received: benchEvent(dice, index, policies),
    bundle,
    model: MODEL,
    now: NOW,
    lookups: { asset, history: () => HISTORY },
  }));
  let permits = 0;
  for (const request of requests) if (decide(request).verdict === 'permit') permits += 1;
  let [best, bestOfProcessor] = [0, 0];
  for (let round = 0; round < ROUNDS; round += 1) {
    const used = process.cpuUsage();
    const started = process.hrtime.bigint();
    const until = started + BigInt(ROUND_MS) * 1_000_000n;
    let done = 0;
    while (process.hrtime.bigint() < until) {
      for (const request of requests) decide(request);
      done += EVENTS;
    }
    best = Math.max(best, done / (Number(process.hrtime.bigint() - started) / 1e9));
    const { user, system } = process.cpuUsage(used);
    bestOfProcessor = Math.max(bestOfProcessor, done / ((user + system) / 1e6));
  }
  return {
    policies,
    decisions_per_second: Math.round(best),
    decisions_per_processor_second: Math.round(bestOfProcessor),
    permits_percent: Math.round((permits / EVENTS) * 1000) / 10,
  };
};
