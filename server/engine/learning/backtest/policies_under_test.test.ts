import type { DecisionRecord } from '../../../../common/flow/decision';
import type { Label } from '../../../../common/flow/feedback';
import type { PolicyUnderTest } from '../../../../common/api/routes/backtest';
import { brakeFacts } from '../../../../test/builders/brake_facts';
import { received } from '../../../../test/builders/events';
import { lookupsOf } from '../../../../test/builders/lookups';
import { aPolicy, BLOCK_KNOWN_IOC } from '../../../../test/builders/policies';
import { decide } from '../../decision/decide';
import { INITIAL_WEIGHTS, modelOf } from '../../decision/model';
import { sealDecision } from '../../decision/seal';
import { compileDraft } from '../../policy/compile_bundle';
import { BacktestSum } from './backtest_sum';
import { BrakeTrial, type BrakeFacts } from './brake_trial';
import { compareDecision } from './compare_decision';
import { PoliciesUnderTest, type PolicyChange } from './policies_under_test';

/* What the backtest says of a policy that is not in force yet, in shadow above all. */

const model = modelOf(INITIAL_WEIGHTS);
const START = Date.parse('2026-11-22T10:00:01.000Z');
const SHADOW = BLOCK_KNOWN_IOC.replace('block-known-ioc', 'mine').replace('mode: enforce', 'mode: shadow');
const MINE: PolicyChange = { policy: 'mine', change: 'added', mode: 'shadow', role: 'proposes' };
const global = (id: string, spec: string): string => `apiVersion: reflex/v1
kind: Policy
metadata: { id: ${id}, title: A brake, owner: test }
spec: { layer: global, mode: enforce, ${spec} }
`;
const limit = (most: number): string =>
  global('few', `limit: { action: block_ip, max_count: ${most}, within: 1h, on_breach: escalate }`);

/** Something that was decided: about which address, how long after the start, by which policies. */
interface Then {
  readonly ip: string;
  readonly at?: number;
  readonly by?: readonly string[];
  readonly id?: string;
  readonly caseId?: string;
  readonly review?: boolean;
  readonly event?: object;
}

const recordOf = ({ ip, at = 0, by = [], id, caseId, review, event = {} }: Then): DecisionRecord => {
  const heard = received({ confidence: 0.95, rule: { origin: 'known_ioc' }, source: { ip }, ...event });
  const request = {
    received: { ...heard, case_id: caseId ?? `case:${ip}` },
    lookups: lookupsOf({}),
    bundle: compileDraft(by.map(aPolicy)),
    model,
    now: START + at,
    ...(review === undefined ? {} : { review }),
  };
  const names = { decisionId: id ?? `d:${ip}`, engineDigest: 'e' };
  return { event: request.received, decision: sealDecision(decide(request), request, names) };
};

/** A target that is never touched. */
const KEPT = '198.51.100.1';
const protectedBy: BrakeFacts['protectedBy'] = ({ value }) =>
  value === KEPT ? { brake: 'kept', text: 'it is ours' } : undefined;

const tried = (
  set: readonly string[],
  changes: readonly PolicyChange[],
  history: readonly Then[],
  labels: Readonly<Record<string, Label>> = {},
) => {
  const bundle = compileDraft(set.map(aPolicy));
  const brakes = new BrakeTrial(bundle, () => undefined, brakeFacts({ protectedBy }));
  const sum = new BacktestSum(bundle, () => undefined, new PoliciesUnderTest(changes, brakes));
  const tests = (policy: string): boolean => changes.some((each) => each.policy === policy);
  for (const then of history) sum.add(compareDecision(recordOf(then), { bundle, model, tests }));
  for (const each of sum.takeUnlabelled()) sum.addLabel(each, labels[each.case_id]);
  return sum.report();
};
const mine = (...args: Parameters<typeof tried>): PolicyUnderTest | undefined => tried(...args).under_test?.[0];
const cameTo = ({ outcomes }: PolicyUnderTest | undefined = {} as PolicyUnderTest): object =>
  Object.fromEntries(Object.entries(outcomes).filter(([, count]) => count > 0));

describe('a policy under test', () => {
  it('in shadow says what it would have done, though no decision would have been another', () => {
    const report = tried([SHADOW], [MINE], [{ ip: '203.0.113.1' }, { ip: '203.0.113.2', event: { confidence: 0.1 } }]);
    expect(report.changed).toBe(0);
    expect(report.under_test_total).toBe(1);
    expect(report.under_test).toEqual([
      {
        ...MINE,
        matched: 1,
        outcomes: { act: 1, already: 0, brake: 0, ask: 0, deny: 0, hold: 0, outside: 0 },
        brakes: [],
        right: 0,
        wrong: 0,
        hits: [
          {
            decision_id: 'd:203.0.113.1',
            case_id: 'case:203.0.113.1',
            at: '2026-11-22T10:00:01.000Z',
            action: 'block_ip',
            target: '203.0.113.1',
            outcome: 'act',
          },
        ],
      },
    ]);
  });

  it('is told apart by what its act would have come to', () => {
    const twice = `${SHADOW}  confirm: { seen: 2, within: 10m }\n`;
    const one = [{ ip: '203.0.113.1' }];
    const old = { ip: '203.0.113.1', at: 3_600_000 };
    const denies = global('never', "on: { actions: [block_ip] }, when: 'true', effect: deny");
    expect(cameTo(mine([SHADOW], [MINE], one))).toEqual({ act: 1 });
    expect(cameTo(mine([twice], [MINE], one))).toEqual({ hold: 1 });
    expect(cameTo(mine([SHADOW], [MINE], [{ ...old, event: { timestamp: '2026-11-22T10:00:00.000Z' } }]))).toEqual({
      ask: 1,
    });
    const denied = mine([SHADOW, denies], [MINE], one);
    expect([cameTo(denied), denied?.hits[0]?.why]).toEqual([{ deny: 1 }, 'A brake']);
    const rolledOut = SHADOW.replace('mode: shadow', 'mode: enforce') + '  rollout: { percent: 1, by: asset }\n';
    const outside = mine([rolledOut], [{ ...MINE, mode: 'enforce' }], [{ ip: '203.0.113.1' }, { ip: '203.0.113.9' }]);
    expect(cameTo(outside)).toEqual({ outside: 2 });
  });

  it('says which other policy had acted on it already, and not where that act was another or only proposed', () => {
    const other = BLOCK_KNOWN_IOC;
    const history = [{ ip: '203.0.113.1', by: [other] }, { ip: '203.0.113.2' }];
    const found = mine([SHADOW, other], [MINE], history);
    expect(cameTo(found)).toEqual({ act: 1, already: 1 });
    expect(found?.hits.map(({ outcome, why }) => [outcome, why])).toEqual([
      ['act', undefined],
      ['already', 'block-known-ioc'],
    ]);
    const asks = other.replace('mode: enforce', 'mode: escalate');
    expect(cameTo(mine([SHADOW], [MINE], [{ ip: '203.0.113.1', by: [asks] }]))).toEqual({ act: 1 });
  });

  it('says which brake stops it; what is stopped takes no place from what comes later', () => {
    const minutes = [0, 1, 2, 61, 62].map((minute, n) => ({
      ip: `203.0.113.${n}`,
      at: minute * 60_000,
      event: fresh(minute),
    }));
    const found = mine([SHADOW, limit(2)], [MINE], minutes);
    expect(found?.hits.map(({ outcome }) => outcome).reverse()).toEqual(['act', 'act', 'brake', 'act', 'act']);
    expect([found?.brakes, found?.hits[2]?.why]).toEqual([[{ brake: 'few', count: 1 }], 'few']);
    const safe = mine([SHADOW], [MINE], [{ ip: KEPT }]);
    expect([safe?.brakes, safe?.hits[0]?.why]).toEqual([[{ brake: 'kept', count: 1 }], 'it is ours']);
  });

  it('shares a limit with the policies in force, and says of a limit under test what it would have stopped', () => {
    const history = [1, 2, 3].map((n) => ({ ip: `203.0.113.${n}`, by: [BLOCK_KNOWN_IOC] }));
    const change: PolicyChange = { policy: 'few', change: 'changed', mode: 'enforce', role: 'brakes' };
    const [few] = tried([BLOCK_KNOWN_IOC, limit(2)], [change], history).under_test ?? [];
    expect([few?.matched, few?.hits[0]?.decision_id]).toEqual([1, 'd:203.0.113.3']);
    const low = SHADOW.replace('event.rule.origin == "known_ioc"', 'event.severity == "critical"');
    const high = BLOCK_KNOWN_IOC.replace('event.rule.origin == "known_ioc"', 'event.severity == "high"');
    const severities = ['high', 'high', 'critical'].map((severity, n) => ({
      ip: `203.0.113.${n}`,
      event: { severity },
    }));
    const found = mine([high, low, limit(2)], [MINE], severities);
    expect(cameTo(found)).toEqual({ brake: 1 });
  });

  it('counts what people said of what it would act on, however often the case was decided', () => {
    const history = ['1', '2', '3'].map((n) => ({ ip: `203.0.113.${n}` }));
    const again = { ip: '203.0.113.1', id: 'again', at: 1_000 };
    const found = mine([SHADOW], [MINE], [...history, again], {
      'case:203.0.113.1': 'false_positive',
      'case:203.0.113.2': 'true_positive',
      'case:203.0.113.3': 'duplicate',
    });
    expect([found?.matched, found?.right, found?.wrong]).toEqual([3, 1, 1]);
    expect(found?.hits.map(({ decision_id, label }) => [decision_id, label])).toEqual([
      ['again', 'false_positive'],
      ['d:203.0.113.3', 'duplicate'],
      ['d:203.0.113.2', 'true_positive'],
    ]);
  });

  it('leaves reviews of what is in effect out', () =>
    expect(mine([SHADOW], [MINE], [{ ip: '203.0.113.1', review: true }])?.matched).toBe(0));

  it('that judges says what it would have denied or asked, and is wrong where that was an attack', () => {
    const judge = global(
      'never',
      'on: { actions: [block_ip] }, when: \'event.source.ip != "203.0.113.3"\', effect: deny',
    );
    const change: PolicyChange = { policy: 'never', change: 'changed', mode: 'shadow', role: 'judges' };
    const history = ['1', '2', '3'].map((n) => ({ ip: `203.0.113.${n}` }));
    const silent = judge.replace('mode: enforce', 'mode: shadow');
    const labels = { 'case:203.0.113.1': 'true_positive', 'case:203.0.113.2': 'benign' } as const;
    const found = mine([BLOCK_KNOWN_IOC, silent], [change], history, labels);
    expect([cameTo(found), found?.right, found?.wrong]).toEqual([{ deny: 2 }, 1, 1]);
    // What another policy only records is stopped by nobody.
    expect(mine([SHADOW, silent], [change], history)?.matched).toBe(0);
  });

  it('lists a bounded number of events, and says how many there are', () => {
    const history = Array.from({ length: 60 }, (_, n) => ({ ip: `203.0.113.${n + 1}` }));
    const found = mine([SHADOW], [MINE], history);
    expect([found?.matched, found?.hits.length, found?.hits[0]?.target]).toEqual([60, 50, '203.0.113.60']);
    const many = Array.from({ length: 250 }, (_, n) => ({ ...MINE, policy: `p${n}` }));
    const { under_test, under_test_total } = tried([SHADOW], [...many, MINE], history);
    expect([under_test?.length, under_test_total, under_test?.[0]?.hits.length]).toEqual([200, 251, 5]);
  });
});

/** It happens when it is decided. */
function fresh(minute: number): object {
  return { timestamp: new Date(START + minute * 60_000 - 1_000).toISOString() };
}
