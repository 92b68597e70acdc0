import { iso } from '../../../common/iso';
import fc from 'fast-check';
import { decode } from '../../../common/codec/decode';
import { DecisionRecord } from '../../../common/flow/decision';
import { received } from '../../../test/builders/events';
import { lookupsOf } from '../../../test/builders/lookups';
import { aPolicy, BLOCK_KNOWN_IOC } from '../../../test/builders/policies';
import { decide, type DecideRequest } from '../decision/decide';
import { INITIAL_WEIGHTS, modelOf } from '../decision/model';
import { ESCALATION_EXPIRES_MS, sealDecision } from '../decision/seal';
import { compileDraft } from '../policy/compile_bundle';
import { replay, type ReplayRequest } from './replay';
import { randomRuns } from '../../../test/builders/random_runs';

const NOW = Date.parse('2026-11-22T10:00:01.000Z');
const JUDGE = `apiVersion: reflex/v1
kind: Policy
metadata: { id: ask-for-vips, title: Ask for VIPs, owner: soc }
spec:
  layer: contextual
  mode: enforce
  on: { actions: [block_ip] }
  effect: escalate
  when: '"vip" in target.asset.tags'
`;
const HOLD = BLOCK_KNOWN_IOC.replace('block-known-ioc', 'block-later').replace(
  '  rollback',
  '  confirm: { seen: 2, within: 5m }\n  rollback',
);
const ERRS = BLOCK_KNOWN_IOC.replace('block-known-ioc', 'block-err').replace(
  /when: .*/,
  'when: int(event.rule.id) == 1',
);
const bundle = {
  ...compileDraft([BLOCK_KNOWN_IOC, JUDGE, HOLD, ERRS].map(aPolicy)),
  origin: { version: 1, digest: 'digest', key_id: 'key' },
};
const model = modelOf(INITIAL_WEIGHTS);

const sealed = (
  overrides: Partial<DecideRequest> = {},
  filing: { effectless?: boolean; predecessor?: string } = {},
): DecisionRecord => {
  const request: DecideRequest = {
    received: received({
      confidence: 0.95,
      rule: { id: '7', origin: 'known_ioc' },
      user: { name: 'web' },
      src_host: 'web',
      tags: ['ü😀'],
      raw: { a: [1.5, -0, 1e-7] },
    }),
    lookups: lookupsOf({ '203.0.113.7': { tags: ['vip'] }, web: { tags: ['x'] } }, { sightings_ms: [1, 2] }),
    bundle,
    model,
    now: NOW,
    ...overrides,
  };
  return {
    event: request.received,
    decision: sealDecision(decide(request), request, { decisionId: 'd1', engineDigest: 'e1', ...filing }),
  };
};
const stored = (record: DecisionRecord): DecisionRecord => JSON.parse(JSON.stringify(record)) as DecisionRecord;
const replayed = (record: DecisionRecord, overrides: Partial<ReplayRequest> = {}) =>
  replay({ record, bundle, model, engineDigest: 'e1', ...overrides });

describe('sealDecision', () => {
  it('makes a record that the wire accepts', () => {
    const faultsOf = (record: DecisionRecord): unknown => {
      const decoded = decode(DecisionRecord, stored(record));
      return decoded.ok ? [] : decoded.error;
    };
    expect(faultsOf(sealed())).toEqual([]);
    const asked = { review: true, wanted: { action: 'block_ip' } };
    expect(faultsOf(sealed(asked, { effectless: true, predecessor: 'd0' }))).toEqual([]);
  });

  it('does not put the ids that a decision is filed under into its hash', () => {
    const one = sealed();
    const other = sealed({}, { predecessor: 'd0' });
    expect(other.decision.hash).toBe(one.decision.hash);
  });

  it('says clause by clause what was seen', () => {
    const { trace } = sealed().decision;
    const judged = trace.find(({ policy }) => policy.id === 'ask-for-vips');
    expect(judged).toMatchObject({
      role: 'judges',
      act_id: 'a0',
      outcome: 'says escalate',
      clauses: [{ result: 'true', values: { 'target.asset.tags': ['vip'] } }],
    });
    expect(trace.find(({ policy }) => policy.id === 'block-err')).toMatchObject({
      matched: false,
      clauses: [{ result: 'false', values: { 'event.rule.id': '7' } }],
    });
  });

  it('shows the asset of the target, not another thing of the same name', () => {
    const quarantine = BLOCK_KNOWN_IOC.replace(
      /then: .*/,
      'then: { action: disable_user, target: { user: event.user.name }, ttl: 4h }',
    ).replace('unblock_ip', 'enable_user');
    const set = compileDraft([quarantine, JUDGE.replace('[block_ip]', '[disable_user]')].map(aPolicy));
    const { decision } = sealed({
      bundle: set,
      lookups: { ...lookupsOf(), asset: (type, value) => ({ type, value, known: true, tags: [type] }) },
    });
    expect(decision.trace.find(({ role }) => role === 'judges')?.clauses[0]?.values).toEqual({
      'target.asset.tags': ['user'],
    });
  });

  it('is looked at again before the ttl ends, when an escalation lapses, when a hold is over', () => {
    expect(sealed({ lookups: lookupsOf() }).decision).toMatchObject({
      verdict: 'permit',
      next_review_at: '2026-11-22T10:05:00.000Z',
    });
    const only = (source: string, overrides: Partial<DecideRequest> = {}) =>
      sealed({ bundle: compileDraft([aPolicy(source)]), lookups: lookupsOf(), ...overrides }).decision;
    expect(only(BLOCK_KNOWN_IOC)).toMatchObject({
      verdict: 'permit',
      next_review_at: iso(NOW + 0.9 * 4 * 3_600_000),
    });
    expect(only(BLOCK_KNOWN_IOC.replace('enforce', 'escalate'))).toMatchObject({
      verdict: 'escalate',
      next_review_at: iso(NOW + ESCALATION_EXPIRES_MS),
    });
    expect(only(HOLD)).toMatchObject({
      verdict: 'hold',
      next_review_at: '2026-11-22T10:05:00.000Z',
      acts: [],
      held: [{ act_id: 'h0', result: 'permit' }],
    });
    expect(only(BLOCK_KNOWN_IOC.replace('enforce', 'shadow')).next_review_at).toBeUndefined();
  });
});

describe('replay', () => {
  it('gives the identical hash from the record alone (INV-7)', () => {
    const worlds: ReadonlyArray<Partial<DecideRequest>> = [
      {},
      { review: true },
      { wanted: { action: 'block_ip', target: '203.0.113.7' } },
      { wanted: { action: 'isolate_host' } },
      { received: received({ severity: 'low' }) },
      {
        received: received(
          { confidence: 0.95, rule: { id: 'no number', origin: 'known_ioc' } },
          { uncalibrated: true, demo: true },
        ),
      },
      {
        received: received({ policy_scope: 'block-known-ioc@other', confidence: 0.95, rule: { origin: 'known_ioc' } }),
      },
      { received: received({ source: {}, confidence: 0.95, rule: { origin: 'known_ioc' } }) },
      { lookups: lookupsOf({}, { sightings_ms: [] }) },
      {
        received: received({}, { uncalibrated: true }),
        lookups: lookupsOf({}, { source_proof: { right: 20, wrong: 0, people: 2, days: 2, least_micro: 838_873 } }),
      },
    ];
    for (const world of worlds) {
      const record = stored(sealed(world));
      expect(replayed(record)).toMatchObject({ status: 'same', replayed_hash: record.decision.hash });
    }
  });

  it('gives the whole decision again, with what it is filed under', () => {
    for (const filing of [{}, { predecessor: 'd0' }, { effectless: true }, { effectless: true, predecessor: 'd0' }]) {
      const record = stored(sealed({}, filing));
      expect(replayed(record)).toMatchObject({ status: 'same', decision: filing });
      expect(replayed(record)).toEqual(expect.objectContaining({ decision: sealed({}, filing).decision }));
    }
  });

  it('gives the identical hash for any event', () => {
    const event = fc.record({
      confidence: fc.double({ min: 0, max: 1, noNaN: true }),
      severity: fc.constantFrom('low' as const, 'high' as const),
      tags: fc.array(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 9 }), { maxLength: 4 }),
      src_host: fc.string({ minLength: 1, maxLength: 9 }),
      rule: fc.record({ id: fc.constantFrom('1', 'x'), origin: fc.constantFrom('known_ioc', 'other') }),
      raw: fc.jsonValue(),
    });
    fc.assert(
      fc.property(event, (fields) => {
        expect(replayed(stored(sealed({ received: received(fields) }))).status).toBe('same');
      }),
      { numRuns: randomRuns(200) },
    );
  });

  /** Every leaf of a value with its path. */
  const leavesOf = (value: unknown, path: readonly string[] = []): Array<readonly string[]> =>
    typeof value === 'object' && value !== null
      ? Object.entries(value).flatMap(([key, item]) => leavesOf(item, [...path, key]))
      : [path];
  const changedAt = (record: DecisionRecord, path: readonly string[]): DecisionRecord => {
    const copy = stored(record);
    const last = path[path.length - 1] ?? '';
    const parent = path
      .slice(0, -1)
      .reduce<Record<string, unknown>>(
        (at, key) => at[key] as Record<string, unknown>,
        copy as unknown as Record<string, unknown>,
      );
    const before = parent[last];
    parent[last] =
      typeof before === 'string'
        ? `${before}x`
        : typeof before === 'number'
          ? before + 1
          : typeof before === 'boolean'
            ? !before
            : 'x';
    return copy;
  };

  it('finds every change of every value of a record', () => {
    const record = stored(sealed());
    // Only what a decision is filed under is outside its hash; the chains of the evidence cover that.
    const filed = ['decision.decision_id', 'decision.case_id', 'decision.decided_at'];
    const paths = leavesOf(record).filter((path) => !filed.includes(path.join('.')));
    expect(paths.length).toBeGreaterThan(100);
    for (const path of paths)
      expect([path.join('.'), replayed(changedAt(record, path)).status]).not.toEqual([path.join('.'), 'same']);
  });

  it('finds an act that was made up together with a fitting hash', () => {
    const record = stored(sealed());
    const forged = stored(sealed({ lookups: lookupsOf() }));
    // Inputs of one decision with the outcome of another one: the hash of the mixture fits, the outcome does not.
    const mixed: DecisionRecord = {
      event: record.event,
      decision: { ...forged.decision, inputs: record.decision.inputs },
    };
    expect(replayed(mixed).status).toBe('differs');
  });

  it('claims nothing where something is missing', () => {
    const record = stored(sealed());
    expect(replayed(record, { bundle: undefined }).status).toBe('bundle_missing');
    expect(replayed(record, { bundle: { ...bundle, origin: { ...bundle.origin, digest: 'other' } } }).status).toBe(
      'bundle_missing',
    );
    expect(replayed(record, { model: undefined }).status).toBe('model_missing');
    expect(replayed(record, { model: modelOf({ ...INITIAL_WEIGHTS, bias: 1 }) }).status).toBe('model_missing');
    expect(replayed(record, { engineDigest: 'e2' }).status).toBe('engine_differs');
  });

  it('says that a changed record was changed, whatever engine reads it', () => {
    const record = stored(sealed());
    const changed = { ...record, decision: { ...record.decision, verdict: 'deny' as const } };
    expect(replayed(changed, { engineDigest: 'e2' }).status).toBe('differs');
  });
});
