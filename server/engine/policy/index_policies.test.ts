import fc from 'fast-check';
import { received } from '../../../test/builders/events';
import { lookupsOf } from '../../../test/builders/lookups';
import { aPolicy } from '../../../test/builders/policies';
import type { DetectionEvent } from '../../../common/flow/event';
import { decide } from '../decision/decide';
import { INITIAL_WEIGHTS, modelOf } from '../decision/model';
import { compileDraft } from './compile_bundle';
import type { CompiledPolicies } from './compiled';
import { randomRuns } from '../../../test/builders/random_runs';

const policy = (id: number, when: string, on = ''): string => `apiVersion: reflex/v1
kind: Policy
metadata: { id: p-${id}, title: Policy ${id}, owner: soc }
spec:
  layer: action
  mode: enforce
${on === '' ? '' : `  on: { ${on} }\n`}  when: ${JSON.stringify(when)}
  then: { action: block_ip, target: { ip: event.source.ip }, ttl: 4h }
  rollback: { action: unblock_ip }
`;

const compiledOf = (conditions: ReadonlyArray<readonly [string, string]>): CompiledPolicies =>
  compileDraft(conditions.map(([when, on], index) => aPolicy(policy(index, when, on))));

/** The same policies, asked one and all. */
const unindexed = (policies: CompiledPolicies): CompiledPolicies => ({
  ...policies,
  actions: { all: policies.actions.all, candidates: () => policies.actions.all },
});

const proposedBy = (
  policies: CompiledPolicies,
  event: Partial<DetectionEvent>,
  intake?: { type: 'webhook' | 'kafka'; id: string },
): string[] =>
  decide({
    received: received(event, intake ? { intake } : {}),
    lookups: lookupsOf(),
    bundle: policies,
    model: modelOf(INITIAL_WEIGHTS),
    now: Date.parse('2026-11-22T10:00:01.000Z'),
  }).acts.map((act) => `${act.proposed.policy.ref.id} ${act.result}`);

const words = ['', 'a', 'b', 'known_ioc', 'constructor', '__proto__'];
const word = fc.constantFrom(...words);
const quoted = word.map((each) => JSON.stringify(each));
const field = fc.constantFrom(
  'event.rule.id',
  'event.rule.origin',
  'event.user.name',
  'event.src_host',
  'event.process.name',
  'event.file.name',
  'event.destination.domain',
  'event["rule"].name',
  'event.intake.id',
  'event.recommended_action',
);
const atom = fc.oneof(
  fc.tuple(field, quoted).map(([path, value]) => `${path} == ${value}`),
  fc.tuple(quoted, field).map(([value, path]) => `${value} == ${path}`),
  fc
    .tuple(field, fc.array(quoted, { minLength: 1, maxLength: 3 }))
    .map(([path, values]) => `${path} in [${values.join(', ')}]`),
  quoted.map((value) => `${value} in event.tags`),
  fc.tuple(field, quoted).map(([path, value]) => `${path} != ${value}`),
  fc.constantFrom(
    'event.severity in ["high", "critical"]',
    'event.severity == "low"',
    'event.intake.type == "kafka"',
    'event.confidence > 0.5',
    'int(event.rule.id) == 1',
    'event.tags.exists(t, t == "a")',
  ),
);
const condition = fc
  .array(
    fc.oneof(
      { weight: 4, arbitrary: atom },
      { weight: 1, arbitrary: fc.tuple(atom, atom).map(([a, b]) => `(${a} || ${b})`) },
    ),
    { minLength: 1, maxLength: 4 },
  )
  .map((clauses) => clauses.join(' && '));
const filter = fc.constantFrom(
  '',
  '',
  'severity: [high]',
  'severity: [low, critical]',
  'intake: [kafka]',
  'intake: ["webhook:a"]',
);
const optional = <Value>(arbitrary: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> =>
  fc.option(arbitrary, { nil: undefined });
const filled = word.filter((each) => each !== '');
const event: fc.Arbitrary<Partial<DetectionEvent>> = fc
  .record({
    severity: fc.constantFrom('low' as const, 'high' as const, 'critical' as const),
    tags: optional(fc.array(filled, { maxLength: 3 })),
    src_host: optional(filled),
    user: optional(fc.record({ name: filled })),
    rule: optional(fc.record({ id: filled, origin: filled, name: filled })),
    process: optional(fc.record({ name: filled })),
    file: optional(fc.record({ name: filled })),
    destination: optional(fc.record({ domain: filled })),
    recommended_action: optional(filled),
  })
  .map((fields) => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)));

describe('indexPolicies', () => {
  it('never loses a policy that asking all of them would find, errors included, and keeps their order', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(condition, filter), { minLength: 1, maxLength: 8 }),
        fc.array(fc.tuple(event, fc.constantFrom('webhook' as const, 'kafka' as const), filled), {
          minLength: 1,
          maxLength: 12,
        }),
        (conditions, events) => {
          const policies = compiledOf(conditions);
          for (const [fields, type, id] of events)
            expect(proposedBy(policies, fields, { type, id })).toEqual(
              proposedBy(unindexed(policies), fields, { type, id }),
            );
        },
      ),
      { numRuns: randomRuns(100) },
    );
  });

  it('does not look at policies that cannot match', () => {
    const policies = compiledOf(
      Array.from({ length: 200 }, (_, n) => [`event.rule.id == "rule-${n}" && event.confidence > 0.5`, '']),
    );
    const seen = policies.actions.candidates(received({ rule: { id: 'rule-7' } }));
    expect(seen.map(({ ref }) => ref.id)).toEqual(['p-7']);
    expect(policies.actions.candidates(received({}))).toEqual([]);
  });

  it('goes by the clause that fewest share', () => {
    const policies = compiledOf(
      Array.from({ length: 50 }, (_, n) => [
        `event.severity == "high" && event.rule.id == "rule-${n}"`,
        'severity: [high]',
      ]),
    );
    expect(policies.actions.candidates(received({ severity: 'high', rule: { id: 'rule-3' } }))).toHaveLength(1);
  });
});
