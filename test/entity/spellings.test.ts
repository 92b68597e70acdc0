import { NOBODY_HERE } from '../../server/engine/brakes/people_here';
import { NOTHING_OWN } from '../../server/engine/brakes/own_machine';
import type { Act, Target, TargetType } from '../../common/flow/decision';
import { TARGET_TYPES } from '../../common/flow/decision';
import type { Protect } from '../../common/policy/policy';
import { clear } from '../../server/engine/brakes/clear';
import { resolveTarget } from '../../server/engine/decision/resolve_target';
import { bareIdentities } from '../../server/engine/entity/identity';
import { keysOfTarget } from '../builders/entities';
import { mayBeSamePerson } from '../../server/runner/record/person';
import { ACTION_ON, asSaid } from './as_said';
import { SPELLINGS } from './spellings';

/*
 * Every spelling of the table, tried on everybody who takes a text for a thing: protections, identity, four eyes, and
 * the way from a policy's target through the brakes to a connector.
 */

const braked = (target: Target, protect: Protect = {}, approved = false): string => {
  const act: Act = {
    act_id: 'a0',
    action: ACTION_ON[target.type],
    target,
    connector: null,
    policy: { id: 'p', hash: 'h', layer: 'action', mode: 'enforce' },
    result: 'permit',
    reasons: [],
    rollback: null,
    ttl_ms: null,
    shadow: false,
  };
  const clearance = clear({
    act,
    decision: { decision_id: 'd', case_id: 'c', summary: '', bundle: { version: 1 } },
    commandId: 'x',
    intake: 'webhook:siem',
    sources: 1,
    isStopped: () => false,
    rules: {
      bundleVersion: 1,
      hashes: new Map([['p', 'h']]),
      limits: [],
      keeps: [],
      protections: [{ name: 'P', protect }],
    },
    connectors: [{ name: 'any', actions: Object.values(ACTION_ON), settleMs: 0 }],
    own: NOTHING_OWN,
    people: NOBODY_HERE,
    scopes: {
      ...bareIdentities,
      scopesOf: () => undefined,
      membersOf: () => [],
      criticalOf: () => undefined,
      populationOf: () => undefined,
    },
    ...(approved ? { approval: { user: 'ann' } } : {}),
  });
  return clearance.kind === 'cleared' ? 'cleared' : `${clearance.reason}, ${clearance.then}`;
};

/** The list that each kind is protected by. */
const protecting = (type: TargetType, entry: string): Protect | undefined => {
  switch (type) {
    case 'ip':
      return { ips: [entry] };
    case 'host':
      return { hosts: [entry] };
    case 'user':
      return { users: [entry] };
    case 'domain':
      return { domains: [entry] };
    case 'file':
    case 'process':
      return undefined;
  }
};

const groups = TARGET_TYPES.flatMap((type) => SPELLINGS[type].same.map((spellings) => ({ type, spellings })));

describe('every spelling of one thing', () => {
  it.each(groups)('$spellings has one key as a target', ({ type, spellings }) => {
    const [first] = keysOfTarget(asSaid(type, spellings[0] ?? ''));
    for (const text of spellings) expect([text, keysOfTarget(asSaid(type, text))[0]]).toEqual([text, first]);
  });

  it.each(groups.filter(({ type }) => protecting(type, '') !== undefined))(
    '$spellings is protected by every spelling of it',
    ({ type, spellings }) => {
      for (const listed of spellings)
        for (const text of spellings) {
          const answer = braked(asSaid(type, text), protecting(type, listed), true);
          expect([listed, text, answer]).toEqual([listed, text, 'protected_target, deny']);
        }
    },
  );

  it.each(groups.filter(({ type }) => type === 'user'))('$spellings may be one person', ({ spellings }) => {
    for (const one of spellings) for (const other of spellings) expect(mayBeSamePerson(one, other)).toBe(true);
  });
});

const different = TARGET_TYPES.flatMap((type) => SPELLINGS[type].different.map((pair) => ({ type, pair })));

describe('two things', () => {
  it.each(different)('$pair have two keys as targets', ({ type, pair: [one, other] }) => {
    expect(keysOfTarget(asSaid(type, one))[0]).not.toBe(keysOfTarget(asSaid(type, other))[0]);
  });
});

const nothing = TARGET_TYPES.flatMap((type) =>
  [...SPELLINGS[type].refused, ...SPELLINGS[type].missing].map((text) => ({ type, text })),
);
/** The table is of single addresses; a target may be a network as well. */
const noTarget = nothing.filter(({ text }) => text !== '203.0.113.7/32');

describe('what names nothing', () => {
  it.each(noTarget)('never becomes a target: $type $text', ({ type, text }) => {
    expect(['unknown', 'invalid']).toContain(resolveTarget(type, text, asSaid(type, text).host));
  });

  it.each(noTarget)('never reaches a connector, whoever approved it: $type $text', ({ type, text }) => {
    // INV-1: also where an older version stored the act as it was said.
    expect(braked(asSaid(type, text), {}, true)).toMatch(
      /^(not_permitted|target_invalid|protected_target), (deny|escalate)$/,
    );
  });

  it.each(noTarget.filter(({ type }) => protecting(type, '') !== undefined))(
    'protects nothing else: $type $text',
    ({ type, text }) => {
      expect(braked(asSaid('ip', '203.0.113.7'), protecting(type, text))).toBe('cleared');
    },
  );
});

/** What the surveys of 28 November got through the brakes, with the list that should have held it. */
const CLEARED_THEN: ReadonlyArray<readonly [type: TargetType, value: string, wanted: string, host?: string]> = [
  ['host', 'dc01', 'protected_target, deny'],
  ['host', '192.0.2.53', 'protected_target, deny'],
  ['host', '127.0.0.1', 'protected_target, deny'],
  ['host', '0.0.0.0', 'protected_target, deny'],
  ['user', 'CORP\\Administrator', 'protected_target, deny'],
  ['user', 'administrator@corp.example', 'protected_target, deny'],
  ['user', 'krbtgt@corp.example', 'protected_target, deny'],
  ['user', '.\\root', 'protected_target, deny'],
  ['user', 'ｒｏｏｔ', 'protected_target, deny'],
  ['user', 'root\u0301', 'protected_target, deny'],
  ['user', 'r\u043e\u043et', 'target_invalid, deny'],
  ['user', '-', 'target_invalid, deny'],
  ['user', '*', 'target_invalid, deny'],
  ['ip', '64:ff9b::808:808', 'protected_target, deny'],
  ['ip', '2002:808:808::1', 'protected_target, deny'],
  ['ip', '::ffff:0:808:808', 'protected_target, deny'],
  ['ip', '::808:808', 'protected_target, deny'],
  ['ip', '::fffe:0:0/95', 'protected_target, deny'],
  ['domain', 'com', 'scope_too_wide, escalate'],
  ['domain', 'co.uk', 'scope_too_wide, escalate'],
  ['domain', 'github.io', 'scope_too_wide, escalate'],
  ['domain', 'xn--bcher-kva.example', 'protected_target, deny'],
  ['process', '*', 'target_invalid, deny', 'ws-1'],
  ['process', 'x.exe; rm -rf / #', 'target_invalid, deny', 'ws-1'],
  ['process', 'x.exe', 'protected_target, deny', '192.0.2.53'],
  ['file', '../../../../etc/passwd', 'target_invalid, deny', 'ws-1'],
  ['file', 'C:\\tmp\\*', 'target_invalid, deny', 'ws-1'],
];

describe('what the brakes let through before', () => {
  const lists: Protect = {
    ips: ['8.8.8.8', '192.0.2.53'],
    hosts: ['dc01.example.internal'],
    users: ['root', 'administrator', 'krbtgt'],
    domains: ['example.internal', 'bücher.example'],
  };
  const cases = CLEARED_THEN.map(([type, value, wanted, host]) => ({ type, value, wanted, host }));
  it.each(cases)('stops $type $value: $wanted', ({ type, value, wanted, host }) => {
    expect(braked({ type, value, ...(host === undefined ? {} : { host }) }, lists)).toBe(wanted);
  });
  it.each([
    ['ip', '203.0.113.7'],
    ['ip', '2001:db8::7'],
    ['host', 'ws-1'],
    ['user', 'corp\\ana'],
    ['domain', 'evil.example'],
    ['process', 'dump64.exe'],
    ['file', 'C:\\Users\\a\\Downloads\\invoice.exe'],
  ] as const)('lets the usual %s %s pass', (type, value) => {
    expect(braked(asSaid(type, value), lists)).toBe('cleared');
  });
});
