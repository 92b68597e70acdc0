import fc from 'fast-check';
import type { Act, Target, TargetType } from '../../../common/flow/decision';
import { TARGET_TYPES } from '../../../common/flow/decision';
import { markCleared } from '../../../common/flow/mark_cleared';
import { ACTIONS } from '../../../common/policy/actions';
import { anyText } from '../../../test/builders/any_text';
import { randomRuns } from '../../../test/builders/random_runs';
import { ACTION_ON } from '../../../test/entity/as_said';
import { resolveTarget } from '../decision/resolve_target';
import { bareIdentities } from '../entity/identity';
import { clear, mayStart, NO_PERSONS, type BrakeRules } from './clear';
import { NOTHING_OWN } from './own_machine';
import { NOBODY_HERE } from './people_here';

const policy = { id: 'p', hash: 'h', layer: 'action', mode: 'enforce' } as const;
const rules: BrakeRules = {
  bundleVersion: 1,
  hashes: new Map([['p', 'h']]),
  limits: [],
  keeps: [],
  protections: [],
};
const scopes = {
  ...bareIdentities,
  scopesOf: () => undefined,
  membersOf: () => [],
  criticalOf: () => undefined,
  populationOf: () => undefined,
};

const atClaim = (action: string, target: Target): string => {
  const act: Act = {
    act_id: 'a0',
    action,
    target,
    connector: null,
    policy,
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
    rules,
    connectors: [{ name: 'any', actions: [action], settleMs: 0 }],
    own: NOTHING_OWN,
    people: NOBODY_HERE,
    scopes,
    approval: { user: 'ann' },
  });
  return clearance.kind === 'cleared' ? 'cleared' : clearance.reason;
};

/** Right before the first byte, where the command was somehow made. */
const atSending = (action: string, target: Target): string => {
  const command = markCleared({
    command_id: 'x',
    case_id: 'c',
    decision_id: 'd',
    act_id: 'a0',
    action,
    target,
    connector: 'any',
    reason: '',
    ttl_ms: null,
    rollback: null,
    policy,
  });
  const guard = { own: NOTHING_OWN, who: bareIdentities, criticalOf: () => undefined };
  const asked = { command, stopped: false, rules, guard, persons: NO_PERSONS, sources: 1 };
  return mayStart({ ...asked, approved: true, clearedUnder: 1, clearedForMs: 0 })?.reason ?? 'cleared';
};

const LOOKS = [
  ['at the claim', atClaim],
  ['right before the first byte', atSending],
] as const;

const aTarget = (type: TargetType, value: string): Target => ({
  type,
  value,
  ...(type === 'file' || type === 'process' ? { host: 'ws-1' } : {}),
});

const GOOD: Readonly<Record<TargetType, readonly string[]>> = {
  ip: ['203.0.113.7', '2001:db8::1', '203.0.113.0/28', '2001:db8::/64'],
  host: ['ws-1', 'ws-1.office.example', '203.0.113.9', '2001:db8::9'],
  user: ['ana', 'corp\\ana', "o'brien@corp.example", 'ws-1$'],
  domain: ['evil.example', 'xn--bcher-kva.example'],
  file: ['/opt/a b/x.sh', 'C:\\Program Files (x86)\\a.exe'],
  process: ['x.exe', '4711', '/usr/bin/x', 'C:\\tmp\\x.exe'],
};

/** Written here once more, and more simply: what of a text a shell, a query or a log could read as something else. */
const HARMLESS = /^[^\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}*?"`;|&<>]{1,4096}$/u;
const SHAPE: Readonly<Record<TargetType, RegExp>> = {
  ip: /^(\d{1,3}(\.\d{1,3}){3}(\/\d{1,2})?|[0-9a-f:.]+(\/\d{1,3})?)$/,
  host: /^([a-z0-9_][a-z0-9_.-]{0,252}|[0-9a-f:]+)$/i,
  domain: /^[a-z0-9_][a-z0-9_.-]{0,252}$/i,
  user: /^[^-\s]([^/[\]=,(){}!%^~:]{0,255})$/u,
  file: /^(\/|[a-z]:\\|\\\\|\\(device|systemroot)\\)/i,
  process: /^([^-\\/:][^\\/:]*|\/.+|[a-z]:\\.+|\\\\.+|\\(device|systemroot)\\.+)$/i,
};

describe.each(LOOKS)('what an order may carry, %s', (_where, look) => {
  it.each(TARGET_TYPES.flatMap((type) => GOOD[type].map((value) => [type, value] as const)))(
    'is %s %s',
    (type, value) => {
      expect(look(ACTION_ON[type], aTarget(type, value))).toBe('cleared');
    },
  );

  it('is nothing that has another shape than its kind, whatever the text is', () => {
    const text = fc.oneof(
      anyText(),
      fc.ipV4(),
      fc.ipV6(),
      fc.domain(),
      fc.emailAddress(),
      fc.webUrl(),
      fc.constantFrom(...Object.values(GOOD).flat()),
    );
    fc.assert(
      fc.property(fc.constantFrom(...TARGET_TYPES), text, (type, value) => {
        if (look(ACTION_ON[type], aTarget(type, value)) !== 'cleared') return;
        expect(value).toMatch(HARMLESS);
        expect(value).toMatch(SHAPE[type]);
        expect(value.split(/[\\/]/)).not.toContain('..');
      }),
      { numRuns: randomRuns(2_000) },
    );
  });

  it('is no good name with a wildcard, a control or a shell character in it, wherever it stands', () => {
    const bad = fc.constantFrom(...'*?`;|<>&"\u0000\n\r\t\u001b\u007f\u200b\u202e\u2028\ud800');
    const good = fc
      .constantFrom(...TARGET_TYPES)
      .chain((type) =>
        fc.tuple(fc.constant(type), fc.constantFrom(...GOOD[type]), fc.double({ min: 0, max: 1, noNaN: true })),
      );
    fc.assert(
      fc.property(good, bad, ([type, value, where], character) => {
        const at = Math.floor(where * (value.length + 1));
        const text = value.slice(0, at) + character + value.slice(at);
        expect([text, look(ACTION_ON[type], aTarget(type, text))]).toEqual([text, 'target_invalid']);
      }),
      { numRuns: randomRuns(2_000) },
    );
  });

  it.each([
    ['ip', '203.0.113.7:443'],
    ['ip', '[2001:db8::1]'],
    ['ip', '::ffff:203.0.113.7'],
    ['ip', ' 203.0.113.7'],
    ['ip', '203.0.113.1/28'],
    ['host', 'ws-1:22'],
    ['host', 'ws-1.'],
    ['host', '[2001:db8::1]:22'],
    ['host', 'w'.repeat(254)],
    ['domain', 'ev\u00edl.example'],
    ['domain', 'evil.example.'],
    ['domain', 'evil.example:53'],
    ['user', '-rf'],
    ['user', ' ana'],
    ['user', 'corp\\ ana'],
    ['user', 'ana @corp.example'],
    ['user', 'a'.repeat(257)],
    ['file', '"/opt/x"'],
    ['file', '/opt//x'],
    ['file', '/opt/../x'],
    ['file', 'C:/opt/x'],
    ['file', `/${'a'.repeat(4096)}`],
    ['process', '-9'],
    ['process', 'bin/x'],
    ['process', 'x.exe.'],
    ['process', '"x.exe"'],
  ] as const)('is not %s %s', (type, value) => {
    expect(look(ACTION_ON[type], aTarget(type, value))).toBe('target_invalid');
  });

  it('is not a file on a host that is none', () => {
    expect(look('quarantine_file', { ...aTarget('file', '/opt/x'), host: 'ws-1:22' })).toBe('target_invalid');
    expect(look('quarantine_file', { ...aTarget('file', '/opt/x'), host: 'ws-1' })).toBe('cleared');
  });

  it('is no target of another kind than the action acts on, and no action that nobody knows', () => {
    for (const { action, target } of ACTIONS)
      for (const type of TARGET_TYPES)
        expect([action, type, look(action, aTarget(type, GOOD[type][0] ?? ''))]).toEqual([
          action,
          type,
          type === target ? 'cleared' : 'target_invalid',
        ]);
    expect(look('format_disk', aTarget('host', 'ws-1'))).toBe('target_invalid');
    // The other name of a pair is never an act of its own.
    expect(look('enable_user', aTarget('user', 'ana'))).toBe('target_invalid');
  });
});

describe('what a policy names', () => {
  it('becomes a text that an order may carry, or nothing', () => {
    const text = fc.oneof(anyText(), fc.ipV4(), fc.ipV6(), fc.domain(), fc.emailAddress());
    fc.assert(
      fc.property(fc.constantFrom(...TARGET_TYPES), text, (type, value) => {
        const target = resolveTarget(type, value, 'ws-1');
        if (typeof target === 'string') return;
        expect([target, atClaim(ACTION_ON[type], target)]).not.toEqual([target, 'target_invalid']);
      }),
      { numRuns: randomRuns(2_000) },
    );
  });
});
