import fc from 'fast-check';
import { readdirSync, readFileSync } from 'fs';
import { join } from 'path';
import type { AssetFacts } from '../../common/flow/decision';
import { SEVERITIES } from '../../common/flow/event';
import { LAYERS } from '../../common/policy/policy';
import { decide, type DecideRequest } from '../../server/engine/decision/decide';
import { INITIAL_WEIGHTS, modelOf } from '../../server/engine/decision/model';
import { sealDecision } from '../../server/engine/decision/seal';
import { compareDecision, isChanged } from '../../server/engine/learning/backtest/compare_decision';
import { compileDraft } from '../../server/engine/policy/compile_bundle';
import { parsePolicies } from '../../server/engine/policy/parse_policy';
import { digestOfSet } from '../../server/runner/doctrine/releases/release';
import { received } from '../builders/events';
import { aHistory, NO_COUNTS } from '../builders/lookups';

const FOLDER = join(__dirname, '../../policies');

const sources = new Map(
  LAYERS.flatMap((layer) =>
    readdirSync(join(FOLDER, layer)).map((name) => {
      const source = readFileSync(join(FOLDER, layer, name), 'utf8');
      // Some are rolled out to a part of their targets, so that what is outside is decided too.
      const rolled = /block|isolate/.test(name) && layer === 'action';
      return [
        `${layer}/${name}`,
        rolled ? source.replace(/\n {2}rollback:/, '\n  rollout: { percent: 50, by: asset }\n  rollback:') : source,
      ] as const;
    }),
  ),
);
const parsed = parsePolicies(sources);
if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
const files = parsed.value;
const bundle = compileDraft(files);
const model = modelOf(INITIAL_WEIGHTS);
const NOW = Date.parse('2026-11-22T10:00:01.000Z');

const tags = [
  'attack.t1110',
  'attack.t1486',
  'attack.t1071',
  'attack.t1566.002',
  'attack.t1078.004',
  'attack.t1490',
  'attack.t1003.001',
  'domain:endpoint',
];
const anEvent = fc.record({
  confidence: fc.double({ min: 0, max: 1, noNaN: true }),
  severity: fc.constantFrom(...SEVERITIES),
  tags: fc.subarray(tags),
  src_host: fc.constantFrom('ws-1', 'srv-db', 'dc-01'),
  source: fc.constantFrom({ ip: '203.0.113.7' }, { ip: '10.0.0.8' }, {}),
  destination: fc.constantFrom({ domain: 'bad.example' }, { ip: '198.51.100.9' }, {}),
  user: fc.constantFrom({ name: 'a.user' }, { name: 'krbtgt' }, {}),
  rule: fc.constantFrom({ origin: 'known_ioc' }, { id: 'r1', origin: 'brute_force' }),
  process: fc.constantFrom({ name: 'vssadmin.exe', pid: 7, hash: 'a'.repeat(64) }, {}),
  file: fc.constantFrom({ hash: 'b'.repeat(64), path: 'C:\\x.exe' }, {}),
});
const facts = fc.record({
  known: fc.boolean(),
  external: fc.boolean(),
  criticality: fc.constantFrom('low' as const, 'critical' as const),
  tags: fc.subarray(['server', 'executive', 'scanner', 'partner', 'service_account']),
});
const history = fc.record({
  domains: fc.subarray(['network', 'endpoint', 'identity'], { minLength: 1 }),
  src: fc.record({ events_24h: fc.nat(40) }).map((counts) => ({ ...NO_COUNTS, ...counts })),
  sightings_ms: fc.array(fc.nat(600_000), { maxLength: 4 }),
});

describe('a backtest of the starter set against itself', () => {
  it('changes nothing, whatever happened and whichever rollouts had stopped', () => {
    const verdicts = new Set<string>();
    fc.assert(
      fc.property(anEvent, facts, history, fc.boolean(), (event, known, seen, stopped) => {
        const request: DecideRequest = {
          received: received(event),
          bundle,
          model,
          now: NOW,
          lookups: {
            asset: (type, value): AssetFacts => ({ type, value, ...known }),
            history: () => aHistory(seen),
            rolloutStopped: () => stopped,
          },
        };
        const decision = sealDecision(decide(request), request, { decisionId: 'd', engineDigest: 'e' });
        verdicts.add(decision.verdict);
        const comparison = compareDecision({ event: request.received, decision }, { bundle, model });
        expect([isChanged(comparison), comparison.undecidable]).toEqual([false, false]);
      }),
      { numRuns: 400, seed: 7 },
    );
    expect(verdicts.size).toBeGreaterThanOrEqual(4);
  });
});

it('the digest of a set does not depend on the order of its files, and on nothing else but their texts', () => {
  const digest = digestOfSet(files);
  fc.assert(
    fc.property(fc.shuffledSubarray([...files], { minLength: files.length }), (shuffled) => {
      expect(digestOfSet(shuffled)).toBe(digest);
    }),
    { numRuns: 20 },
  );
  const [first, ...rest] = files;
  if (!first) throw new Error('an empty starter set');
  expect(digestOfSet([{ ...first, source: `${first.source}\n` }, ...rest])).not.toBe(digest);
  expect(digestOfSet(rest)).not.toBe(digest);
});
