import fc from 'fast-check';
import type { AssetFacts } from '../../../common/flow/decision';
import type { DetectionEvent } from '../../../common/flow/event';
import { received } from '../../../test/builders/events';
import { lookupsOf } from '../../../test/builders/lookups';
import { aPolicy } from '../../../test/builders/policies';
import { compileDraft } from '../policy/compile_bundle';
import type { CompiledPolicies } from '../policy/compiled';
import { decide, type Decided, type DecideRequest } from './decide';
import { INITIAL_WEIGHTS, modelOf } from './model';
import { randomRuns } from '../../../test/builders/random_runs';

const NOW = Date.parse('2026-11-22T10:00:01.000Z');

interface Parts {
  readonly mode?: string;
  readonly when?: string;
  readonly extra?: string;
  readonly then?: string;
}

const action = (
  id: string,
  { mode = 'enforce', when = 'true', extra = '', then }: Parts = {},
): string => `apiVersion: reflex/v1
kind: Policy
metadata: { id: ${id}, title: Title of ${id}, owner: soc }
spec:
  layer: action
  mode: ${mode}
  when: ${JSON.stringify(when)}
  then: ${then ?? '{ action: block_ip, target: { ip: event.source.ip }, ttl: 4h }'}
  rollback: { action: unblock_ip }
${extra}`;

const judge = (id: string, spec: string, layer = 'domain', mode = 'enforce'): string => `apiVersion: reflex/v1
kind: Policy
metadata: { id: ${id}, title: Title of ${id}, owner: soc }
spec:
  layer: ${layer}
  mode: ${mode}
  on: { actions: [block_ip] }
${spec}`;

const says = (id: string, effect: string, when = 'true', [layer, mode]: readonly string[] = []): string =>
  judge(id, `  effect: ${effect}\n  when: ${JSON.stringify(when)}\n`, layer, mode);

// Reading a policy takes a millisecond; properties read the same ones again and again.
const files = new Map<string, ReturnType<typeof aPolicy>>();
const fileOf = (source: string): ReturnType<typeof aPolicy> => {
  const known = files.get(source) ?? aPolicy(source);
  files.set(source, known);
  return known;
};
const setOf = (sources: readonly string[]): CompiledPolicies => compileDraft(sources.map(fileOf));

interface World {
  readonly event?: Partial<DetectionEvent>;
  readonly kept?: Parameters<typeof received>[1];
  readonly assets?: Readonly<Record<string, Partial<AssetFacts>>>;
  readonly sightings?: readonly number[];
  readonly asked?: Partial<DecideRequest>;
}
const decideOn = (sources: readonly string[], { event, kept, assets, sightings, asked }: World = {}): Decided =>
  decide({
    received: received(event, kept),
    lookups: lookupsOf(assets, sightings ? { sightings_ms: [...sightings] } : {}),
    bundle: setOf(sources),
    model: modelOf(INITIAL_WEIGHTS),
    now: NOW,
    ...asked,
  });
const codesOf = (decided: Decided): string[] => decided.acts.flatMap((act) => act.reasons.map(({ code }) => code));

describe('combining', () => {
  const cases: ReadonlyArray<readonly [string, readonly string[], Decided['verdict']]> = [
    ['nothing objects', [action('aa')], 'permit'],
    ['a judge denies', [action('aa'), says('jj', 'deny')], 'deny'],
    ['a judge escalates', [action('aa'), says('jj', 'escalate')], 'escalate'],
    ['one denies and one escalates', [action('aa'), says('jj', 'escalate'), says('kk', 'deny')], 'deny'],
    ['what denies does not hold', [action('aa'), says('jj', 'deny', 'false')], 'permit'],
    ['a requirement is met', [action('aa'), judge('jj', '  require: "true"\n')], 'permit'],
    ['a requirement is not met', [action('aa'), judge('jj', '  require: "false"\n')], 'deny'],
    [
      'a requirement that escalates is not met',
      [action('aa'), judge('jj', '  require: "false"\n  effect: escalate\n')],
      'escalate',
    ],
    ['a judge errs', [action('aa'), says('jj', 'deny', 'int(event.severity) == 1')], 'escalate'],
    [
      'a judge that would escalate errs',
      [action('aa'), says('jj', 'escalate', 'int(event.severity) == 1')],
      'escalate',
    ],
    ['a requirement errs', [action('aa'), judge('jj', '  require: "int(event.severity) == 1"\n')], 'escalate'],
    [
      'a judge errs and another denies',
      [action('aa'), says('jj', 'deny', 'int(event.severity) == 1'), says('kk', 'deny')],
      'deny',
    ],
    ['the proposing condition errs', [action('aa', { when: 'int(event.severity) == 1' })], 'escalate'],
    [
      'a judge that only asks people denies',
      [action('aa'), says('jj', 'deny', 'true', ['domain', 'escalate'])],
      'escalate',
    ],
    ['a judge in shadow denies', [action('aa'), says('jj', 'deny', 'true', ['domain', 'shadow'])], 'permit'],
    ['a judge that is off denies', [action('aa'), says('jj', 'deny', 'true', ['domain', 'off'])], 'permit'],
    [
      'a judge of another action denies',
      [action('aa'), says('jj', 'deny').replace('[block_ip]', '[isolate_host]')],
      'permit',
    ],
    ['a global judge denies', [action('aa'), says('jj', 'deny', 'true', ['global'])], 'deny'],
    ['a contextual judge escalates', [action('aa'), says('jj', 'escalate', 'true', ['contextual'])], 'escalate'],
    [
      'a judge denies that expired',
      [action('aa'), says('jj', 'deny').replace('  mode:', '  expires: 2026-11-22\n  mode:')],
      'permit',
    ],
    [
      'a judge denies that expires tomorrow',
      [action('aa'), says('jj', 'deny').replace('  mode:', '  expires: 2026-11-23\n  mode:')],
      'deny',
    ],
    ['the proposing policy asks a person', [action('aa', { mode: 'escalate' })], 'escalate'],
    ['the proposing policy is in shadow', [action('aa', { mode: 'shadow' })], 'learn'],
    ['the proposing policy is off', [action('aa', { mode: 'off' })], 'learn'],
    ['the proposing policy expired', [action('aa').replace('  mode:', '  expires: 2026-11-22\n  mode:')], 'learn'],
    ['nothing is proposed', [action('aa', { when: 'false' }), says('jj', 'deny')], 'learn'],
    [
      'nothing is proposed and one wants to escalate then',
      [action('aa', { when: 'false', extra: '  otherwise: escalate\n' })],
      'escalate',
    ],
    [
      'nothing is proposed and one wants to hold then',
      [action('aa', { when: 'false', extra: '  otherwise: hold\n' })],
      'hold',
    ],
    [
      'one wants to hold and one to escalate',
      [
        action('aa', { when: 'false', extra: '  otherwise: hold\n' }),
        action('bb', { when: 'false', extra: '  otherwise: escalate\n' }),
      ],
      'escalate',
    ],
    [
      'another one proposes where one wants to escalate otherwise',
      [action('aa', { when: 'false', extra: '  otherwise: escalate\n' }), action('bb')],
      'permit',
    ],
    [
      'a shadow policy wants to escalate otherwise',
      [action('aa', { mode: 'shadow', when: 'false', extra: '  otherwise: escalate\n' })],
      'learn',
    ],
    ['there is no policy', [], 'learn'],
  ];
  it.each(cases.map(([when, sources, verdict]) => ({ when, sources, verdict })))(
    'when $when: $verdict',
    ({ sources, verdict }) => {
      expect(decideOn(sources).verdict).toBe(verdict);
    },
  );

  it('judges each act by itself', () => {
    const decided = decideOn(
      [
        action('aa'),
        action('bb', { then: '{ action: block_ip, target: { ip: event.destination.ip }, ttl: 4h }' }),
        says('jj', 'deny', 'target.value == "198.51.100.9"'),
      ],
      { event: { destination: { ip: '198.51.100.9' } } },
    );
    expect(decided.acts.map((act) => [act.proposed.target.value, act.result])).toEqual([
      ['203.0.113.7', 'permit'],
      ['198.51.100.9', 'deny'],
    ]);
    expect(decided.verdict).toBe('permit');
  });

  const pool: readonly string[] = [
    action('a1'),
    action('a2', { when: 'event.confidence > 0.95' }),
    action('a3', { mode: 'escalate' }),
    action('a4', { when: 'int(event.rule.id) == 1', extra: '  otherwise: escalate\n' }),
    action('a5', { when: '"c2" in event.tags', extra: '  confirm: { seen: 2, within: 5m }\n' }),
    says('j1', 'deny', '"vip" in target.asset.tags'),
    says('j2', 'escalate', 'event.severity == "high"', ['contextual']),
    says('j3', 'deny', 'int(event.rule.id) == 2', ['global']),
    judge('j4', '  require: event.confidence > 0.6\n', 'global'),
    says('j5', 'deny', 'event.severity == "critical"', ['global']),
  ];
  const some = fc.uniqueArray(fc.constantFrom(...pool), { maxLength: pool.length });
  const event = fc.record({
    severity: fc.constantFrom('low' as const, 'high' as const, 'critical' as const),
    confidence: fc.constantFrom(0.5, 0.9, 0.99),
    tags: fc.constantFrom<string[]>([], ['c2']),
    rule: fc.record({ id: fc.constantFrom('1', '2', 'x') }),
  });
  const assets = fc.constantFrom<NonNullable<World['assets']>>(
    {},
    { '203.0.113.7': { tags: ['vip'] } },
    { '203.0.113.7': { known: false } },
  );
  /** What a decision says, whatever the order in which it came about. */
  const gist = (decided: Decided): unknown => [
    decided.verdict,
    [...decided.acts, ...decided.held]
      .filter(({ proposed }) => !proposed.shadow)
      .map(
        (act) =>
          `${act.proposed.policy.ref.id} ${act.proposed.target.value} ${act.result} ${act.reasons
            .map(({ code, policy }) => `${code}:${policy ?? ''}`)
            .sort()
            .join(',')}`,
      )
      .sort(),
    decided.reasons.map(({ code, policy }) => `${code}:${policy ?? ''}`).sort(),
  ];

  it('does not depend on the order of the policies', () => {
    fc.assert(
      fc.property(some, event, assets, (sources, fields, known) => {
        const world = { event: fields, assets: known };
        expect(gist(decideOn([...sources].reverse(), world))).toEqual(gist(decideOn(sources, world)));
        expect(gist(decideOn([...sources].sort(), world))).toEqual(gist(decideOn(sources, world)));
      }),
      { numRuns: randomRuns(150) },
    );
  });

  it('never permits an act that a further policy denies', () => {
    fc.assert(
      fc.property(some, event, assets, fc.nat(), (sources, fields, known, where) => {
        const at = where % (sources.length + 1);
        const decided = decideOn([...sources.slice(0, at), says('no', 'deny'), ...sources.slice(at)], {
          event: fields,
          assets: known,
        });
        for (const act of [...decided.acts, ...decided.held]) expect(act.result).toBe('deny');
        expect(['deny', 'learn', 'escalate', 'hold']).toContain(decided.verdict);
      }),
      { numRuns: randomRuns(150) },
    );
  });

  it('never decides otherwise because a policy in shadow was added', () => {
    const shadows = [
      ...pool.map((source) => source.replace(/id: (\w+)/, 'id: s-$1').replace(/mode: \w+/, 'mode: shadow')),
      says('s-no', 'deny', 'true', ['global', 'shadow']),
      action('s-yes', { mode: 'shadow', extra: '  otherwise: escalate\n' }),
    ];
    fc.assert(
      fc.property(some, fc.subarray(shadows, { minLength: 1 }), event, assets, (sources, added, fields, known) => {
        const world = { event: fields, assets: known };
        expect(gist(decideOn([...sources, ...added], world))).toEqual(gist(decideOn(sources, world)));
      }),
      { numRuns: randomRuns(150) },
    );
  });

  it('never becomes milder because a further judge was asked', () => {
    const rank = { permit: 0, escalate: 1, deny: 2 };
    const judges = pool.filter((source) => !source.includes('layer: action'));
    fc.assert(
      fc.property(some, fc.constantFrom(...judges), event, assets, (sources, more, fields, known) => {
        fc.pre(!sources.includes(more));
        const world = { event: fields, assets: known };
        const results = (decided: Decided): Map<string, number> =>
          new Map([...decided.acts, ...decided.held].map((act) => [act.proposed.policy.ref.id, rank[act.result]]));
        const before = results(decideOn(sources, world));
        for (const [id, result] of results(decideOn([...sources, more], world)))
          expect(result).toBeGreaterThanOrEqual(before.get(id) ?? 0);
      }),
      { numRuns: randomRuns(150) },
    );
  });
});

describe('policy_scope', () => {
  it('lets only the named policy propose', () => {
    const decided = decideOn([action('aa'), action('bb')], { event: { policy_scope: 'bb' } });
    expect(decided.proposals.map(({ policy }) => policy.ref.id)).toEqual(['bb']);
    expect(decided.verdict).toBe('permit');
  });
  it('accepts the hash of the text in force', () => {
    expect(decideOn([action('aa')], { event: { policy_scope: `aa@${fileOf(action('aa')).hash}` } }).verdict).toBe(
      'permit',
    );
  });
  it('escalates for a name that is unknown', () => {
    const decided = decideOn([action('aa')], { event: { policy_scope: 'other' } });
    expect([decided.verdict, decided.acts]).toEqual(['escalate', []]);
  });
  it.each(['', '  confirm: { seen: 2, within: 5m }\n'])(
    'permits no act under another text of the policy than the sender meant %#',
    (extra) => {
      const decided = decideOn([action('aa', { extra })], { event: { policy_scope: 'aa@0000' } });
      expect(decided.verdict).toBe('escalate');
      expect([...decided.acts, ...decided.held].map(({ result }) => result)).toEqual(['escalate']);
      expect(decided.held).toEqual([]);
      expect(codesOf(decided)).toContain('scope_mismatch');
    },
  );
  it('still denies what is denied', () => {
    expect(decideOn([action('aa'), says('no', 'deny')], { event: { policy_scope: 'aa@0000' } }).acts[0]?.result).toBe(
      'deny',
    );
  });
});

describe('confirm', () => {
  const twice = action('aa', { extra: '  confirm: { seen: 2, within: 5m }\n' });
  const received_at = '2026-11-22T10:00:00.000Z';
  const at = (ms: number, sightings: readonly number[]): Decided =>
    decideOn([twice], { kept: { received_at }, sightings, asked: { now: Date.parse(received_at) + ms } });

  it('holds the first sighting until the end of the window', () => {
    const decided = at(1_000, []);
    expect(decided.verdict).toBe('hold');
    expect(decided.reviewAt).toBe(Date.parse(received_at) + 300_000);
    expect(decided.acts).toEqual([]);
    expect(decided.held).toHaveLength(1);
  });
  it('permits the second within the window', () => expect(at(1_000, [300_999]).verdict).toBe('permit'));
  it('counts a sighting at the very edge', () => expect(at(1_000, [301_000]).verdict).toBe('permit'));
  it('does not count one of before the window', () => expect(at(1_000, [301_001]).verdict).toBe('hold'));
  // INV-1: waiting alone confirms nothing.
  it('permits nothing once the window is over and it was not seen again', () => {
    for (const late of [300_000, 300_001, 600_000]) {
      const decided = at(late, []);
      expect([decided.verdict, decided.acts, decided.held]).toEqual(['learn', [], []]);
    }
  });
  it('permits at the end of the window what was confirmed in it', () =>
    expect(at(300_000, [120_000]).verdict).toBe('permit'));
  it('asks a person without waiting where a person is to be asked anyway', () => {
    const decided = decideOn([twice, says('jj', 'escalate')], { kept: { received_at } });
    expect(decided.verdict).toBe('escalate');
  });
});

describe('what must be known', () => {
  const inside = { assets: { '203.0.113.7': { known: false, external: false } } };
  it.each([
    ['"x" in src.asset.tags'],
    ['src.asset.tags.exists(t, t == "x")'],
    ['"x" in src["asset"]["tags"]'],
    ['[src].exists(s, "x" in s.asset.tags)'],
    ['src.asset.criticality == "high" || event.confidence > 0.5'],
  ])('asks a person where `%s` rests on an asset that nobody knows', (condition) => {
    const decided = decideOn([action('aa', { when: `(${condition}) || true` })], inside);
    expect([decided.verdict, codesOf(decided)]).toEqual(['escalate', expect.arrayContaining(['missing_context'])]);
    expect(decideOn([action('aa', { when: `(${condition}) || true` })]).verdict).toBe('permit');
  });
  it.each([['"x" in target.asset.tags'], ['"x" in target["asset"].tags'], ['[target].exists(t, "x" in t.asset.tags)']])(
    'asks a person where a judge looks at `%s` of a target that nobody knows',
    (condition) => {
      expect(decideOn([action('aa'), says('jj', 'deny', condition)], inside).verdict).toBe('escalate');
      expect(decideOn([action('aa'), says('jj', 'deny', condition)]).verdict).toBe('permit');
    },
  );
  it('leaves it to the policy that asks whether it is known', () => {
    expect(decideOn([action('aa', { when: '!src.asset.known || "x" in src.asset.tags' })], inside).verdict).toBe(
      'permit',
    );
  });
  it('does not mind what the condition does not look at', () => {
    expect(decideOn([action('aa', { when: 'event.confidence > 0.5' })], inside).verdict).toBe('permit');
  });
  it.each([
    ['there is none', { event: { source: {} } }, 'target_unknown'],
    ['it is nonsense', { event: { source: { ip: 'gateway' } } }, 'target_invalid'],
    ['it is written in octal', { event: { source: { ip: '0313.0.113.7' } } }, 'target_invalid'],
  ])('asks a person about a target if %s', (_, world, code) => {
    const decided = decideOn([action('aa')], world);
    expect([decided.verdict, codesOf(decided)]).toEqual(['escalate', expect.arrayContaining([code])]);
    expect(decided.acts[0]?.proposed.target.value).toBe('');
  });
  const wide = (expression: string): string =>
    action('aa', { then: `{ action: block_ip, target: { ip: '${expression}' }, network: true, ttl: 4h }` });
  it.each([
    ['its source is one', { source: { ip: '203.0.113.0/24' } }, 'event.source.ip'],
    ['a tag is one, in another spelling', { tags: [' 203.0.113.9/24'] }, '"203.0.113.0/24"'],
  ])('asks a person about a network that the event names itself: %s', (_, event, expression) => {
    const decided = decideOn([wide(expression)], { event });
    expect([decided.verdict, codesOf(decided)]).toEqual(['escalate', expect.arrayContaining(['network_as_said'])]);
  });
  it('asks a person about a network where the policy does not say that it may act on one', () => {
    const then = `{ action: block_ip, target: { ip: 'event.source.ip + "/24"' }, ttl: 4h }`;
    const judges = [says('jj', 'deny', '"x" in target.asset.tags')];
    const decided = decideOn([action('aa', { then }), ...judges]);
    expect([decided.verdict, codesOf(decided)]).toEqual(['escalate', expect.arrayContaining(['missing_context'])]);
    expect(decideOn([wide('event.source.ip + "/24"'), ...judges]).verdict).toBe('permit');
  });
  it('leaves it to a policy how wide it acts around an address', () => {
    const event = { source: { ip: '203.0.113.7' }, tags: ['198.51.100.0/24', 'a/b'] };
    const decided = decideOn([wide('event.source.ip + "/24"')], { event });
    expect([decided.verdict, decided.acts[0]?.proposed.target.value]).toEqual(['permit', '203.0.113.0/24']);
  });
  it.each([
    'event.confidence > 0.5',
    'score.value > 0.1',
    'score.log_odds > 0.0',
    'event["confidence"] > 0.5',
    '[event].exists(e, e.confidence > 0.5)',
    '[score].exists(s, s.value > 0.1)',
  ])('never permits by `%s` alone what nobody vouched for', (condition) => {
    const decided = decideOn([action('aa', { when: condition })], { kept: { uncalibrated: true } });
    expect([decided.verdict, codesOf(decided)]).toEqual(['escalate', expect.arrayContaining(['uncalibrated_source'])]);
    expect(decideOn([action('aa', { when: condition })]).verdict).toBe('permit');
  });
});

describe('the age of an event', () => {
  const MINUTE = 60_000;
  const old = (minutes: number, extra = ''): Decided =>
    decideOn([action('aa', { extra })], { asked: { now: Date.parse('2026-11-22T10:00:00.000Z') + minutes * MINUTE } });
  it('is 15 minutes at most, unless the policy says otherwise', () => {
    expect(old(15).verdict).toBe('permit');
    expect([old(15.01).verdict, codesOf(old(15.01))]).toEqual(['escalate', ['policy_matched', 'event_too_old']]);
    expect(old(20, '  max_event_age: 30m\n').verdict).toBe('permit');
    expect(old(2, '  max_event_age: 1m\n').verdict).toBe('escalate');
  });
  it('counts from when it happened and from when it came', () => {
    const now = Date.parse('2026-11-22T10:00:01.000Z');
    const late = {
      event: { timestamp: '2026-11-22T09:00:00.000Z' },
      kept: { received_at: '2026-11-22T10:00:00.000Z' },
      asked: { now },
    };
    expect(decideOn([action('aa')], late).verdict).toBe('escalate');
    const kept = {
      event: { timestamp: '2026-11-22T10:00:00.000Z' },
      kept: { received_at: '2026-11-22T09:00:00.000Z' },
      asked: { now },
    };
    expect(decideOn([action('aa')], kept).verdict).toBe('escalate');
  });
  it('does not count when a decided case is looked at again', () => {
    expect(decideOn([action('aa')], { asked: { now: NOW + 3 * 3_600_000, review: true } }).verdict).toBe('permit');
  });
});

describe('an asker', () => {
  const two = [
    action('aa'),
    action('bb', { then: '{ action: block_ip, target: { ip: event.destination.ip }, ttl: 4h }' }),
  ];
  const world = { event: { destination: { ip: '198.51.100.9' } } };
  it('is answered for what it wants alone', () => {
    const decided = decideOn(two, { ...world, asked: { wanted: { action: 'block_ip', target: '198.51.100.9' } } });
    expect(decided.acts.map((act) => act.proposed.target.value)).toEqual(['198.51.100.9']);
  });
  it.each(['CORP\\Ana', 'ana@corp', ' corp\\ana '])('may spell what it wants as it likes: %s', (target) => {
    const disable = action('aa', {
      then: '{ action: disable_user, target: { user: event.user.name }, ttl: 4h }',
    }).replace('unblock_ip', 'enable_user');
    const asked = { wanted: { action: 'disable_user', target } };
    const about = (name: string) => decideOn([disable], { event: { user: { name } }, asked }).acts;
    expect(about('ana@corp')).toHaveLength(1);
    expect(about('corp\\ana')).toHaveLength(1);
    expect(about('ana@other')).toEqual([]);
  });
  it('learns that nothing permits what it wants', () => {
    expect(decideOn(two, { ...world, asked: { wanted: { action: 'isolate_host' } } }).verdict).toBe('learn');
  });
});

describe('rollout', () => {
  const at = (percent: number, ip: string): boolean =>
    decideOn([action('aa', { extra: `  rollout: { percent: ${percent}, by: asset }\n` })], {
      event: { source: { ip } },
    }).verdict === 'permit';
  const ips = Array.from({ length: 400 }, (_, n) => `203.0.${Math.floor(n / 200)}.${n % 200}`);
  it('takes about the share of targets that it says, and everything at 100', () => {
    const share = ips.filter((ip) => at(25, ip)).length;
    expect(share).toBeGreaterThan(60);
    expect(share).toBeLessThan(140);
    expect(ips.every((ip) => at(100, ip))).toBe(true);
  });
  it('keeps every target that it had when it grows', () => {
    for (const ip of ips.slice(0, 100))
      for (const [less, more] of [
        [5, 10],
        [10, 50],
        [50, 99],
      ] as const)
        if (at(less, ip)) expect(at(more, ip)).toBe(true);
  });
});
