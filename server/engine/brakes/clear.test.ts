import { NOBODY_HERE } from './people_here';
import { NOTHING_OWN } from './own_machine';
import fc from 'fast-check';
import { readFileSync, readdirSync } from 'fs';
import { join } from 'path';
import type { Act, Target } from '../../../common/flow/decision';
import { shareOf } from '../../../common/policy/policy';
import {
  clear,
  mayStart,
  NO_PERSONS,
  PERMIT_STALE_MS,
  type BrakeRules,
  type ClearRequest,
  type Persons,
} from './clear';
import { bareIdentities, identitiesOf } from '../entity/identity';
import { breachOf } from './breach';
import { reservationsFor } from './limit_places';
import { ONE_INTAKE } from './one_intake';

const target = (value: string, type: Target['type'] = 'ip'): Target => ({ type, value });
const act = (overrides: Partial<Act> = {}): Act => ({
  act_id: 'a0',
  action: 'block_ip',
  target: target('203.0.113.7'),
  connector: null,
  policy: { id: 'p', hash: 'h', layer: 'action', mode: 'enforce' },
  result: 'permit',
  reasons: [],
  rollback: 'unblock_ip',
  ttl_ms: 3_600_000,
  shadow: false,
  ...overrides,
});
const rules = (overrides: Partial<BrakeRules> = {}): BrakeRules => ({
  bundleVersion: 3,
  hashes: new Map([['p', 'h']]),
  limits: [],
  keeps: [],
  protections: [],
  ...overrides,
});
const edge = { name: 'edge', actions: ['block_ip', 'isolate_host'], settleMs: 5_000 };
const request = (overrides: Partial<ClearRequest> = {}): ClearRequest => ({
  act: act(),
  decision: { decision_id: 'd', case_id: 'c', summary: 'why', bundle: { version: 3 } },
  commandId: 'cmd',
  intake: 'webhook:siem',
  sources: 1,
  isStopped: () => false,
  rules: rules(),
  connectors: [edge],
  own: NOTHING_OWN,
  people: NOBODY_HERE,
  scopes: {
    ...bareIdentities,
    scopesOf: () => ['net-1'],
    membersOf: () => [],
    criticalOf: () => undefined,
    populationOf: () => ({ count: 40, version: 'v1' }),
  },
  ...overrides,
});
const approval = { user: 'ann' };
const anything = { ...edge, actions: ['block_ip', 'block_domain', 'isolate_host', 'disable_user'] };
const onHost = (value: string): Act => act({ action: 'isolate_host', target: target(value, 'host') });
const user = (value: string): Act => act({ action: 'disable_user', target: target(value, 'user') });
const knowing = (origin: string): ClearRequest['scopes'] => ({
  ...identitiesOf([
    { type: 'host', value: 'dc01', addresses: ['10.77.0.10'], origin },
    { type: 'user', value: 'm\u00fcller', origin },
  ]),
  scopesOf: () => undefined,
  membersOf: () => [],
  criticalOf: () => undefined,
  populationOf: () => undefined,
});
const verdict = (overrides: Partial<ClearRequest>): string => {
  const clearance = clear(request(overrides));
  return clearance.kind === 'cleared' ? 'cleared' : `${clearance.reason}, ${clearance.then}`;
};

describe('clear', () => {
  it('hands on the command as it was decided', () => {
    const clearance = clear(request());
    expect(clearance).toMatchObject({
      kind: 'cleared',
      command: {
        command: {
          command_id: 'cmd',
          case_id: 'c',
          decision_id: 'd',
          act_id: 'a0',
          connector: 'edge',
          ttl_ms: 3_600_000,
          rollback: 'unblock_ip',
          reason: 'why',
        },
        reserve: [{ terms: { limit: ONE_INTAKE, scope: 'webhook:siem' } }],
      },
    });
    expect(clearance.kind === 'cleared' && Object.isFrozen(clearance.command.command)).toBe(true);
  });

  const protections = [
    { name: 'keep', protect: { ips: ['203.0.113.0/28', '8.8.8.8'], users: ['root'], hosts: ['dc01'] } },
  ];
  const cases: ReadonlyArray<readonly [string, Partial<ClearRequest>, string]> = [
    ['a permit', {}, 'cleared'],
    ['an escalated act', { act: act({ result: 'escalate' }) }, 'not_permitted, escalate'],
    ['an escalated act that a person permitted', { act: act({ result: 'escalate' }), approval }, 'cleared'],
    ['a denied act', { act: act({ result: 'deny' }) }, 'not_permitted, deny'],
    [
      'an act that the target of its connector does not let it do now',
      { connectors: [{ ...edge, cannot: (action) => (action === 'block_ip' ? 'our role is gone' : undefined) }] },
      'connector_unavailable, escalate',
    ],
    [
      'the same, whoever permitted it',
      { connectors: [{ ...edge, cannot: () => 'our role is gone' }], approval },
      'connector_unavailable, escalate',
    ],
    [
      'an act at a connector that cannot do another one now',
      { connectors: [{ ...edge, cannot: (action) => (action === 'isolate_host' ? 'no licence' : undefined) }] },
      'cleared',
    ],
    ['a denied act that a person permitted', { act: act({ result: 'deny' }), approval }, 'not_permitted, deny'],
    ['a permit of a bundle in doubt', { rules: rules({ doubt: 'nobody says so' }) }, 'bundle_doubtful, escalate'],
    ['a bundle in doubt where a person permitted', { rules: rules({ doubt: 'nobody says so' }), approval }, 'cleared'],
    [
      'a protected target of a bundle in doubt',
      { act: act({ target: target('8.8.8.8') }), rules: rules({ doubt: 'x', protections }) },
      'protected_target, deny',
    ],
    ...['DC01$', 'CORP\\dc01$', 'dc01$@corp.example'].map(
      (account) =>
        [
          `the account of a protected machine, ${account}`,
          {
            act: act({ action: 'disable_user', target: target(account, 'user') }),
            connectors: [{ name: 'directory', actions: ['disable_user'], settleMs: 0 }],
            rules: rules({ protections: [{ name: 'p', protect: { hosts: ['dc01.corp.example'] } }] }),
          },
          'protected_target, deny',
        ] as const,
    ),
    [
      'the account of another machine',
      {
        act: act({ action: 'disable_user', target: target('WS-7$', 'user') }),
        connectors: [{ name: 'directory', actions: ['disable_user'], settleMs: 0 }],
        rules: rules({ protections: [{ name: 'p', protect: { hosts: ['dc01.corp.example'] } }] }),
      },
      'cleared',
    ],
    ['an act in shadow', { act: act({ shadow: true }) }, 'shadow, drop'],
    ['an act in shadow that a person permitted', { act: act({ shadow: true }), approval }, 'shadow, drop'],
    [
      'a decision without effect',
      { decision: { decision_id: 'd', case_id: 'c', summary: '', effectless: true, bundle: { version: 3 } } },
      'effectless, drop',
    ],
    [
      'a decision without effect that a person permitted',
      { decision: { decision_id: 'd', case_id: 'c', summary: '', effectless: true, bundle: { version: 3 } }, approval },
      'effectless, drop',
    ],
    ['an act without a target', { act: act({ target: target('') }), approval }, 'not_permitted, escalate'],
    ['an act while the kill switch is thrown', { isStopped: () => true }, 'kill_switch, escalate'],
    [
      'an act while a breaker alone stops it',
      { isStopped: () => true, breakerAt: () => ({ scope: 'all', at: 'then', why: 'too many', triesItself: false }) },
      'breaker, escalate',
    ],
    [
      'an act at a connector that a breaker stops',
      {
        isStopped: (connector: string | null) => connector !== null,
        breakerAt: (connector: string | null) =>
          connector === null ? undefined : { scope: 'connector:x', at: 'then', why: 'fails', triesItself: true },
      },
      'breaker, escalate',
    ],
    [
      'an act while the kill switch is thrown for the connector that it comes to',
      { isStopped: (connector) => connector === 'edge' },
      'kill_switch, escalate',
    ],
    ['an approved act while the kill switch is thrown', { isStopped: () => true, approval }, 'kill_switch, escalate'],
    ['an act of a policy that is gone', { rules: rules({ hashes: new Map() }) }, 'policy_not_active, hold'],
    [
      'an act of a policy that was changed',
      { rules: rules({ hashes: new Map([['p', 'other']]) }) },
      'policy_not_active, hold',
    ],
    ['an act decided before the bundle in force', { rules: rules({ bundleVersion: 4 }) }, 'policy_not_active, hold'],
    ['an act decided after the bundle in force', { rules: rules({ bundleVersion: 2 }) }, 'policy_not_active, hold'],
    [
      'an approved act decided before the bundle in force',
      { rules: rules({ bundleVersion: 4 }), approval },
      'policy_not_active, hold',
    ],
    [
      'a protected target of an act decided before the bundle in force',
      { act: act({ target: target('8.8.8.8') }), rules: rules({ bundleVersion: 4, protections }) },
      'protected_target, deny',
    ],
    [
      'an approved act of a policy that was changed',
      { rules: rules({ hashes: new Map([['p', 'other']]) }), approval },
      'policy_not_active, hold',
    ],
    [
      'a protected address',
      { act: act({ target: target('8.8.8.8') }), rules: rules({ protections }) },
      'protected_target, deny',
    ],
    [
      'a protected address that a person permitted',
      { act: act({ target: target('8.8.8.8') }), rules: rules({ protections }), approval },
      'protected_target, deny',
    ],
    ['an address in a protected network', { rules: rules({ protections }) }, 'protected_target, deny'],
    [
      'an address beside a protected network',
      { act: act({ target: target('203.0.113.16') }), rules: rules({ protections }) },
      'cleared',
    ],
    [
      'a network around a protected address',
      { act: act({ target: target('8.8.8.0/24') }), rules: rules({ protections }) },
      'protected_target, deny',
    ],
    ['loopback', { act: act({ target: target('127.0.0.1') }), approval }, 'protected_target, deny'],
    ['loopback in IPv6', { act: act({ target: target('::1') }), approval }, 'protected_target, deny'],
    ['the unspecified address', { act: act({ target: target('0.0.0.0') }), approval }, 'protected_target, deny'],
    ['everything', { act: act({ target: target('0.0.0.0/0') }), approval }, 'protected_target, deny'],
    ['multicast', { act: act({ target: target('224.0.0.251') }), approval }, 'protected_target, deny'],
    ['broadcast', { act: act({ target: target('255.255.255.255') }), approval }, 'protected_target, deny'],
    ['loopback by NAT64', { act: act({ target: target('64:ff9b::7f00:1') }), approval }, 'protected_target, deny'],
    ['this host by its address', { act: onHost('127.0.0.1'), approval }, 'protected_target, deny'],
    ['this host by no address', { act: onHost('0.0.0.0'), approval }, 'protected_target, deny'],
    ['this host by its name', { act: onHost('localhost'), approval }, 'protected_target, deny'],
    ['a wildcard', { act: act({ target: target('*', 'user') }), approval }, 'target_invalid, deny'],
    ['a name with a newline', { act: act({ target: target('a\nb', 'user') }), approval }, 'target_invalid, deny'],
    [
      'a name of two scripts',
      { act: act({ target: target('r\u043e\u043ft', 'user') }), approval },
      'target_invalid, deny',
    ],
    [
      'a wildcard while the kill switch is thrown',
      { act: onHost('ws*'), isStopped: () => true },
      'target_invalid, deny',
    ],
    [
      'a public suffix',
      { act: act({ action: 'block_domain', target: target('co.uk', 'domain') }) },
      'scope_too_wide, escalate',
    ],
    [
      'a public suffix that a person permitted',
      { act: act({ action: 'block_domain', target: target('co.uk', 'domain') }), approval, connectors: [anything] },
      'cleared',
    ],
    ['all of NAT64', { act: act({ target: target('::fffe:0:0/95') }), approval }, 'protected_target, deny'],
    ['a network by NAT64', { act: act({ target: target('64:ff9b::c633:6400/118') }) }, 'scope_too_wide, escalate'],
    [
      'a protected address by NAT64 that a person permitted',
      { act: act({ target: target('64:ff9b::808:808') }), rules: rules({ protections }), approval },
      'protected_target, deny',
    ],
    [
      'a protected account in another realm',
      { act: act({ target: target('corp\\root', 'user') }), rules: rules({ protections }), approval },
      'protected_target, deny',
    ],
    [
      'a host by an address that is listed',
      { act: onHost('8.8.8.8'), rules: rules({ protections }) },
      'protected_target, deny',
    ],
    [
      'an address of a listed host',
      { act: act({ target: target('10.77.0.10') }), rules: rules({ protections }), scopes: knowing('file') },
      'protected_target, deny',
    ],
    [
      'an address that documents of the cluster give to a listed host',
      { act: act({ target: target('10.77.0.10') }), rules: rules({ protections }), scopes: knowing('cluster') },
      'protected_target, escalate',
    ],
    [
      'the same that a person permitted',
      {
        act: act({ target: target('10.77.0.10') }),
        rules: rules({ protections }),
        scopes: knowing('cluster'),
        approval,
      },
      'cleared',
    ],
    ['an account beyond ASCII that nobody listed', { act: user('m\u00fcller') }, 'unknown_population, escalate'],
    [
      'an account beyond ASCII that nobody listed and a person permitted',
      { act: user('m\u00fcller'), approval, connectors: [anything] },
      'cleared',
    ],
    [
      'an account beyond ASCII that is listed',
      { act: user('m\u00fcller'), scopes: knowing('file'), connectors: [anything] },
      'cleared',
    ],
    [
      'an account beyond ASCII that only documents of the cluster name',
      { act: user('m\u00fcller'), scopes: knowing('cluster'), connectors: [anything] },
      'unknown_population, escalate',
    ],
    ['a /24', { act: act({ target: target('198.51.100.0/24') }) }, 'cleared'],
    ['a /23', { act: act({ target: target('198.51.100.0/23') }) }, 'scope_too_wide, escalate'],
    ['a /23 that a person permitted', { act: act({ target: target('198.51.100.0/23') }), approval }, 'cleared'],
    ['a /64', { act: act({ target: target('2001:db8:1::/64') }) }, 'cleared'],
    ['a /63', { act: act({ target: target('2001:db8:1::/63') }) }, 'scope_too_wide, escalate'],
    ['no connector', { connectors: [] }, 'connector_unavailable, escalate'],
    [
      'no connector for the action',
      { connectors: [{ ...edge, actions: ['disable_user'] }] },
      'connector_unavailable, escalate',
    ],
    ['two connectors', { connectors: [edge, { ...edge, name: 'other' }] }, 'connector_unavailable, escalate'],
    [
      'two connectors and a policy that names one',
      { act: act({ connector: 'edge' }), connectors: [edge, { ...edge, name: 'other' }] },
      'cleared',
    ],
    ['a policy that names another connector', { act: act({ connector: 'other' }) }, 'connector_unavailable, escalate'],
    ['a ttl that the connector may not keep', { act: act({ ttl_ms: 5_000 }) }, 'connector_unavailable, escalate'],
    ['a ttl a little longer', { act: act({ ttl_ms: 5_001 }) }, 'cleared'],
    ['an act that does not last', { act: act({ ttl_ms: null, rollback: null }) }, 'cleared'],
  ];
  it.each(cases.map(([name, overrides, wanted]) => ({ name, overrides, wanted })))(
    'judges $name: $wanted',
    ({ overrides, wanted }) => {
      expect(verdict(overrides)).toBe(wanted);
    },
  );

  // INV-11: whatever else is so, nothing in shadow gets through.
  it('never clears what is in shadow, denied or without effect, whatever else is so', () => {
    const whatever = fc.record({
      stopped: fc.boolean(),
      approved: fc.boolean(),
      shadow: fc.boolean(),
      effectless: fc.boolean(),
      result: fc.constantFrom('permit' as const, 'escalate' as const, 'deny' as const),
      hash: fc.constantFrom('h', 'x'),
    });
    fc.assert(
      fc.property(whatever, ({ stopped, approved, shadow, effectless, result, hash }) => {
        const clearance = clear(
          request({
            isStopped: () => stopped,
            act: act({ shadow, result }),
            decision: { decision_id: 'd', case_id: 'c', summary: '', effectless, bundle: { version: 3 } },
            rules: rules({ hashes: new Map([['p', hash]]) }),
            ...(approved ? { approval } : {}),
          }),
        );
        const mayPass =
          !stopped &&
          !shadow &&
          !effectless &&
          hash === 'h' &&
          (result === 'permit' || (result === 'escalate' && approved));
        expect(clearance.kind === 'cleared').toBe(mayPass);
      }),
    );
  });

  describe('limits', () => {
    const limit = (overrides: Partial<BrakeRules['limits'][number]['limit']> = {}): BrakeRules =>
      rules({
        limits: [
          {
            name: 'l',
            withinMs: 3_600_000,
            limit: {
              action: 'block_ip',
              max_percent: 5,
              of: 'hosts_in_subnet',
              within: '60m',
              on_breach: 'escalate',
              ...overrides,
            },
          },
        ],
      });
    const mostOf = (overrides: Partial<ClearRequest>): number | undefined => {
      const clearance = clear(request(overrides));
      return clearance.kind === 'cleared' ? clearance.command.reserve[0]?.terms.most : undefined;
    };
    const of = (count: number) => ({
      ...bareIdentities,
      scopesOf: () => ['net-1'],
      membersOf: () => [],
      criticalOf: () => undefined,
      populationOf: () => ({ count, version: 'v1' }),
    });

    it.each([
      [5, 40, 2],
      [5, 39, 1],
      [5, 19, 0],
      [5, 0, 0],
      [5, 200, 10],
      [100, 3, 3],
      [29, 100, 29],
      [57, 100, 57],
      [58, 50, 29],
      [0.1, 1_000, 1],
      [2.3, 1_000, 23],
      [1.1, 1_000, 11],
      [33.3, 3, 0],
    ])('allows at %d %% of %d exactly %d', (max_percent, count, most) => {
      expect(mostOf({ rules: limit({ max_percent }), scopes: of(count) })).toBe(most);
    });

    it('never allows more than the share, and never one less than it could', () => {
      fc.assert(
        fc.property(fc.integer({ min: 1, max: 100_000 }), fc.nat(5_000_000), (thousandths, count) => {
          // In whole numbers, so that nothing is rounded.
          const exact = (BigInt(thousandths) * BigInt(count)) / 100_000n;
          expect(shareOf(thousandths / 1_000, count)).toBe(Number(exact));
        }),
      );
    });

    it('names every subnet of the target to reserve in', () => {
      const clearance = clear(
        request({
          rules: limit(),
          scopes: {
            ...bareIdentities,
            scopesOf: () => ['net-1', 'net-2'],
            membersOf: () => [],
            criticalOf: () => undefined,
            populationOf: (_, scope) => ({ count: scope === 'net-1' ? 40 : 100, version: 'v1' }),
          },
        }),
      );
      expect(
        clearance.kind === 'cleared' &&
          clearance.command.reserve.map(({ terms }) => [terms.scope, terms.most, terms.rate, terms.bundle_version]),
      ).toEqual([
        ['net-1', 2, false, 3],
        ['net-2', 5, false, 3],
        ['webhook:siem', 100, true, 3],
      ]);
    });
    it('counts a plain rate in one place', () => {
      const {
        max_percent: _,
        of: __,
        ...rate
      } = {
        action: 'block_ip',
        max_count: 7,
        max_percent: 0,
        of: 'hosts' as const,
        within: '1h',
        on_breach: 'deny' as const,
      };
      const clearance = clear(request({ rules: rules({ limits: [{ name: 'r', withinMs: 1, limit: rate }] }) }));
      expect(clearance.kind === 'cleared' && clearance.command.reserve).toMatchObject([
        { terms: { scope: 'all', most: 7, rate: true }, onBreach: 'deny' },
        { terms: { limit: ONE_INTAKE } },
      ]);
    });
    it('does not act where it is not known how many there are', () => {
      expect(verdict({ rules: limit(), scopes: { ...of(1), scopesOf: () => undefined } })).toBe(
        'unknown_population, escalate',
      );
      expect(verdict({ rules: limit(), scopes: { ...of(1), scopesOf: () => [] } })).toBe(
        'unknown_population, escalate',
      );
      expect(
        verdict({
          rules: limit({ on_breach: 'deny' }),
          scopes: {
            ...bareIdentities,
            scopesOf: () => ['a', 'b'],
            membersOf: () => [],
            criticalOf: () => undefined,
            populationOf: (_, scope) => (scope === 'a' ? { count: 9, version: '' } : undefined),
          },
        }),
      ).toBe('unknown_population, deny');
    });
    it('gives a small group what it is given at least, and nothing without that', () => {
      expect(mostOf({ rules: limit({ max_percent: 5 }), scopes: of(9) })).toBe(0);
      expect(mostOf({ rules: limit({ max_percent: 5, at_least: 1 }), scopes: of(9) })).toBe(1);
      expect(mostOf({ rules: limit({ max_percent: 5, at_least: 1 }), scopes: of(100) })).toBe(5);
    });

    it.each([
      [undefined, 'all'],
      ['connector', 'edge'],
      ['policy', 'p'],
      ['target', 'ip:203.0.113.7'],
    ] as const)('counts a rate per %s in %s', (per, scope) => {
      const rate = {
        action: 'block_ip',
        max_count: 7,
        within: '1h',
        on_breach: 'deny' as const,
        ...(per ? { per } : {}),
      };
      const clearance = clear(request({ rules: rules({ limits: [{ name: 'r', withinMs: 1, limit: rate }] }) }));
      expect(clearance.kind === 'cleared' && clearance.command.reserve[0]?.terms.scope).toBe(scope);
    });

    it('counts a target under a name that fits into the id of a document, and no two under the same', () => {
      const rate = {
        action: 'block_ip',
        max_count: 7,
        per: 'target' as const,
        within: '1h',
        on_breach: 'deny' as const,
      };
      const scopeOf = (value: string) =>
        reservationsFor(
          { action: 'block_ip', target: target(value, 'domain'), policies: ['p'], connectors: ['edge'] },
          [{ name: 'r', withinMs: 1, limit: rate }],
          { bundleVersion: 1, scopes: request().scopes },
        );
      const [one, other] = ['a', 'b'].map((letter) => scopeOf(`${'x'.repeat(60)}.${'y'.repeat(60)}.${letter}.example`));
      const scopes = [one, other].map((each) => (Array.isArray(each) ? String(each[0]?.terms.scope) : ''));
      expect(scopes.map((scope) => scope.length < 120)).toEqual([true, true]);
      expect(scopes[0]).not.toBe(scopes[1]);
    });

    it('does not mind limits of other actions', () => {
      expect(
        verdict({ rules: limit({ action: 'isolate_host' }), scopes: { ...of(1), scopesOf: () => undefined } }),
      ).toBe('cleared');
    });
    it('says which limit was exceeded', () => {
      const clearance = clear(request({ rules: limit() }));
      const terms = clearance.kind === 'cleared' ? clearance.command.reserve[0]?.terms : undefined;
      if (!terms) throw new Error('nothing to reserve');
      expect(breachOf(terms, 'escalate', 'exceeded')).toMatchObject({
        reason: 'blast_radius',
        then: 'escalate',
        limit: 'l',
        text: 'limit `l` allows 2 of 40 in net-1',
      });
      expect(breachOf({ ...terms, rate: true }, 'deny', 'exceeded')).toMatchObject({
        reason: 'rate_limit',
        then: 'deny',
      });
      expect(breachOf(terms, 'deny', 'bundle_outdated')).toMatchObject({ reason: 'policy_not_active', then: 'hold' });
    });
  });
});

describe('mayStart', () => {
  const clearance = clear(request());
  const command = clearance.kind === 'cleared' ? clearance.command.command : undefined;
  if (!command) throw new Error('not cleared');
  const guard = { own: NOTHING_OWN, who: bareIdentities, criticalOf: () => undefined };
  const asked = {
    ...{ command, stopped: false, rules: rules(), guard, persons: NO_PERSONS },
    ...{ approved: false, sources: 1, clearedUnder: 3, clearedForMs: 0 },
  };
  it('asks the same once more at the socket', () => {
    expect(mayStart(asked)).toBeUndefined();
    expect(mayStart({ ...asked, stopped: true })).toMatchObject({ reason: 'kill_switch', then: 'escalate' });
    expect(mayStart({ ...asked, rules: rules({ hashes: new Map() }) })).toMatchObject({
      reason: 'policy_not_active',
      then: 'hold',
    });
    for (const approved of [false, true])
      for (const bundleVersion of [2, 4])
        expect(mayStart({ ...asked, approved, rules: rules({ bundleVersion }) })).toMatchObject({
          reason: 'policy_not_active',
          then: 'hold',
        });
    expect(mayStart({ ...asked, clearedForMs: PERMIT_STALE_MS })).toBeUndefined();
    expect(mayStart({ ...asked, clearedForMs: PERMIT_STALE_MS + 1 })).toMatchObject({
      reason: 'permit_stale',
      then: 'hold',
    });
  });
});

describe('the last look', () => {
  const clearance = clear(request());
  if (clearance.kind !== 'cleared') throw new Error(clearance.text);
  const { command } = clearance.command;
  const target = (value: string) => ({ ...command, target: { ...command.target, value } }) as typeof command;
  const look = (change: Partial<Parameters<typeof mayStart>[0]>) =>
    mayStart({
      ...{ command, stopped: false, rules: rules(), approved: false, sources: 1, clearedUnder: 3, clearedForMs: 0 },
      ...{ guard: { own: NOTHING_OWN, who: bareIdentities, criticalOf: () => undefined }, persons: NO_PERSONS },
      ...change,
    });
  const protecting = (value: string) => rules({ protections: [{ name: 'p', protect: { ips: [value] } }] });

  it('goes by what is protected by then, approved or not', () => {
    for (const approved of [true, false])
      expect(look({ rules: protecting(command.target.value), approved })).toMatchObject({
        reason: 'protected_target',
        then: 'deny',
      });
    expect(look({ rules: protecting('192.0.2.99') })).toBeUndefined();
  });

  it('goes by what a person said of the target by then, unless a person permitted it', () => {
    const said = { verb: 'deny', by: 'ann', until: '2026-11-22T11:00:00.000Z' } as const;
    const asked: string[] = [];
    const wordOn: Persons['wordOn'] = (names) => {
      asked.push(...names);
      return said;
    };
    const persons = { ...NO_PERSONS, wordOn };
    expect(look({ persons })).toMatchObject({ reason: 'persons_word', then: 'escalate' });
    expect(asked).toEqual([`ip:${command.target.value}`]);
    expect(look({ persons, approved: true })).toBeUndefined();
  });

  it('goes by who is logged in by then, unless a person permitted it', () => {
    const persons = { ...NO_PERSONS, people: { list: () => [{ account: 'ann', address: command.target.value }] } };
    expect(look({ persons })).toMatchObject({ reason: 'logged_in', then: 'escalate' });
    expect(look({ persons, approved: true })).toBeUndefined();
  });

  it('goes by who is who by then', () => {
    const named = { identify: () => ({ key: 'ip:192.0.2.99', names: ['ip:192.0.2.99'], known: true, maybe: [] }) };
    const guard = { own: NOTHING_OWN, who: named as unknown as typeof bareIdentities, criticalOf: () => undefined };
    expect(look({ rules: protecting('192.0.2.99'), guard })).toMatchObject({ then: 'deny' });
  });

  it('asks a person by then where nobody permitted it, and only there', () => {
    const doubted = { rules: rules({ doubt: 'maybe not the newest' }) };
    expect(look(doubted)).toMatchObject({ reason: 'bundle_doubtful', then: 'escalate' });
    expect(look({ ...doubted, approved: true })).toBeUndefined();
    const wide = { command: target('203.0.0.0/8') };
    expect(look(wide)).toMatchObject({ reason: 'scope_too_wide', then: 'escalate' });
    expect(look({ ...wide, approved: true })).toBeUndefined();
  });

  it('lets nothing pass that names nothing', () =>
    expect(look({ command: target('127.0.0.1'), approved: true })).toMatchObject({ then: 'deny' }));
});

describe('marking a command as cleared', () => {
  const root = join(__dirname, '..', '..', '..');
  const saying = (words: RegExp): readonly string[] =>
    ['common', 'server', 'public'].flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
        .filter((name) => /\.tsx?$/.test(name) && !name.includes('.test.'))
        .filter((name) => words.test(readFileSync(join(root, folder, name), 'utf8')))
        .map((name) => join(folder, name)),
    );

  it('is done here alone, and for self-tests, which have a place of their own', () =>
    expect([...saying(/markCleared\(/)].sort()).toEqual([
      'server/engine/brakes/clear.ts',
      'server/engine/brakes/clear_self_test.ts',
    ]));

  it('is done for self-tests by nothing else than a self-test', () =>
    expect(saying(/clearSelfTest\(/)).toEqual(['server/runner/operations/self_test.ts']));
});

describe('the bound of one intake', () => {
  const critical = { ...request().scopes, criticalOf: () => 'listed' as const };

  it('leaves an act on a critical asset to a person where one source alone reports it', () => {
    expect(verdict({ scopes: critical, sources: 1 })).toBe('one_intake, escalate');
    expect([verdict({ scopes: critical, sources: 2 }), verdict({ scopes: critical, sources: 1, approval })]).toEqual([
      'cleared',
      'cleared',
    ]);
    expect(verdict({ scopes: critical, sources: 1, rules: rules({ loosened: { critical: true } }) })).toBe('cleared');
  });

  it('counts no act that a person permitted', () => {
    const clearance = clear(request({ approval }));
    expect(clearance.kind === 'cleared' && clearance.command.reserve).toEqual([]);
  });

  it('holds at the last look too, for what became critical meanwhile', () => {
    const clearance = clear(request());
    if (clearance.kind !== 'cleared') throw new Error(clearance.text);
    const { command } = clearance.command;
    const look = (sources: number, approved: boolean) =>
      mayStart({
        ...{ command, stopped: false, rules: rules(), persons: NO_PERSONS, approved, sources },
        ...{ clearedUnder: 3, clearedForMs: 0 },
        guard: { own: NOTHING_OWN, who: bareIdentities, criticalOf: () => 'listed' },
      });
    expect(look(1, false)).toMatchObject({ reason: 'one_intake', then: 'escalate' });
    expect([look(2, false), look(1, true)]).toEqual([undefined, undefined]);
  });
});

describe('an act that takes the approval of certain or several people', () => {
  const demands = (...some: ReadonlyArray<Partial<NonNullable<Act['demands']>[number]>>) =>
    some.map((each, n) => ({ policy: `p${n}`, by: 1, ...each }));
  const meet = (given: NonNullable<Act['demands']>, by: ClearRequest['approval'], people = NOBODY_HERE) => {
    const met = clear(
      request({
        act: act({ result: 'escalate', demands: given }),
        people,
        ...(by === undefined ? {} : { approval: by }),
      }),
    );
    return met.kind === 'cleared' ? 'cleared' : `${met.reason}: ${met.text}`;
  };
  const others = [{ name: 'bob' }];
  const TWO = demands({ by: 2 });
  const NAMED = demands({ approvers: ['ann', 'role:lead'] });

  it.each<
    [what: string, given: NonNullable<Act['demands']>, by: NonNullable<ClearRequest['approval']>, isGood: boolean]
  >([
    ['one of two', TWO, { user: 'ann' }, false],
    ['two of two', TWO, { user: 'ann', others }, true],
    ['two of two, when the time was over once', TWO, { user: 'ann', others, late: true }, true],
    ['one where it takes one more since', demands({ on_expiry: 'second' }), { user: 'ann', late: true }, false],
    ['two where it takes one more since', demands({ on_expiry: 'second' }), { user: 'ann', others, late: true }, true],
    ['one in time', demands({ on_expiry: 'second' }), { user: 'ann', late: false }, true],
    ['whom the policy names', NAMED, { user: 'ann' }, true],
    ['whose role the policy names', NAMED, { user: 'eve', roles: ['lead'] }, true],
    ['a name with other letters', NAMED, { user: 'Ann' }, false],
    ['another role', NAMED, { user: 'eve', roles: ['leads', 'ann'] }, false],
    ['one of the right ones among two', NAMED, { user: 'eve', others: [{ name: 'ann' }] }, true],
    ['some of several demands', [...TWO, ...demands({ approvers: ['x'] })], { user: 'ann', others }, false],
    ['all of several demands', [...TWO, ...NAMED], { user: 'ann', others }, true],
    ['one for who is named and away', NAMED, { user: 'bob', stands_for: { name: 'ann' } }, true],
    ['one for who had a role that is named', NAMED, { user: 'bob', stands_for: { name: 'x', roles: ['lead'] } }, true],
    ['one for who is not named', NAMED, { user: 'bob', stands_for: { name: 'Ann' } }, false],
    [
      'who is away and who stands in, as two',
      TWO,
      { user: 'ann', others: [{ name: 'bob', stands_for: { name: 'ann' } }] },
      false,
    ],
    ['the only one that there is', TWO, { user: 'ann', alone: true }, true],
  ])('meets %s', (_what, given, by, isGood) => {
    expect(meet(given, by)).toEqual(isGood ? 'cleared' : expect.stringMatching(/^not_permitted: policy `p\d` demands/));
  });

  it('passes without a word of anybody in no case', () => {
    const permitted = clear(request({ act: act({ demands: TWO }) }));
    expect(permitted).toMatchObject({ kind: 'stopped', reason: 'not_permitted', then: 'escalate' });
  });

  it('is approved by nobody whom it touches, be it the first of two', () => {
    const people = { list: () => [{ account: 'bob', address: '203.0.113.7' }] };
    expect(meet(TWO, { user: 'ann', others }, people)).toMatch(/^logged_in: `bob` may be/);
    expect(meet(TWO, { user: 'ann', others: [{ name: 'eve' }] }, people)).toBe('cleared');
  });
});
