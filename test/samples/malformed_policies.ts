import type { PolicyFault } from '../../common/policy/policy';
import { BLOCK_KNOWN_IOC } from '../builders/policies';

/** What it is, the text, and something of one of its faults. */
type Malformed = readonly [note: string, source: string, fault: Partial<PolicyFault>];

const judge = (spec: string): string => `apiVersion: reflex/v1
kind: Policy
metadata: { id: judge, title: A judge, owner: soc }
spec:
${spec}`;
/** The usual policy with one part of it changed. */
export const changed = (from: string, to: string): string => {
  if (!BLOCK_KNOWN_IOC.includes(from)) throw new Error(`nothing to change: ${from}`);
  return BLOCK_KNOWN_IOC.replace(from, to);
};

/** Texts that are good YAML and no good policy. */
export const MALFORMED_POLICIES: readonly Malformed[] = [
  [
    'an unknown field, with what may have been meant',
    changed('  when:', '  whenn:'),
    { code: 'unknown_field', line: 8, column: 10, hint: 'did you mean `when`' },
  ],
  ['an unknown field deep inside', changed('ttl: 4h', 'ttl: 4h, until: x'), { code: 'unknown_field', line: 9 }],
  [
    'a field of a judging policy',
    changed('  rollback:', '  effect: deny\n  rollback:'),
    { code: 'unknown_field', line: 10 },
  ],
  ['a missing rollback', changed('  rollback: { action: unblock_ip }\n', ''), { code: 'missing_rollback' }],
  ['a missing ttl', changed(', ttl: 4h', ''), { code: 'missing_ttl', line: 9 }],
  ['a missing owner', changed(', owner: soc-network', ''), { code: 'missing_owner', line: 3 }],
  ['another version', changed('reflex/v1', 'reflex/v2'), { code: 'bad_value', line: 1, column: 13 }],
  ['an unknown action', changed('block_ip', 'nuke_ip'), { code: 'bad_value', line: 9 }],
  ['an unknown mode', changed('mode: enforce', 'mode: on'), { code: 'bad_value', line: 6, column: 9 }],
  ['an id with a slash', changed('block-known-ioc', '../../etc'), { code: 'bad_value', line: 3 }],
  [
    'a condition with a wrong type',
    changed('event.confidence > 0.85', 'event.confidence > "0.85"'),
    { code: 'bad_condition', line: 8, column: 45 },
  ],
  [
    'a condition with a field that is not there',
    changed('event.confidence', 'event.confidense'),
    { code: 'bad_condition', line: 8, column: 51 },
  ],
  [
    'a target that is no text',
    changed('ip: event.source.ip', 'ip: event.confidence'),
    { code: 'bad_condition', line: 9, column: 43 },
  ],
  [
    'a target of another kind',
    changed('ip: event.source.ip', 'user: event.user.name'),
    { code: 'bad_target', line: 9 },
  ],
  ['two targets', changed('ip: event.source.ip', 'ip: event.source.ip, user: event.user.name'), { code: 'bad_target' }],
  ['the rollback of another action', changed('unblock_ip', 'enable_user'), { code: 'bad_rollback', line: 10 }],
  ['a ttl that is too short', changed('ttl: 4h', 'ttl: 29s'), { code: 'bad_duration' }],
  ['a ttl that is too long', changed('ttl: 4h', 'ttl: 31d'), { code: 'bad_duration' }],
  ['a ttl of nothing', changed('ttl: 4h', 'ttl: 0s'), { code: 'bad_value' }],
  ['a ttl without a unit', changed('ttl: 4h', 'ttl: 400'), { code: 'bad_value' }],
  [
    'a day that does not exist',
    changed('  mode: enforce', '  mode: enforce\n  expires: 2026-02-30'),
    { code: 'bad_date', line: 7, column: 12 },
  ],
  [
    'a month that does not exist',
    changed('  mode: enforce', '  mode: enforce\n  expires: 2026-13-01'),
    { code: 'bad_date', line: 7 },
  ],
  [
    'a ttl for what cannot be undone',
    changed(
      'action: block_ip, target: { ip: event.source.ip }',
      'action: revoke_sessions, target: { user: event.user.name }',
    ),
    { code: 'ttl_without_undo' },
  ],
  [
    'a judge that judges nothing',
    judge('  layer: domain\n  mode: enforce\n  on: { actions: [block_ip] }\n'),
    { code: 'missing_require' },
  ],
  [
    'a judge that does not say of what',
    judge('  layer: domain\n  mode: enforce\n  require: "true"\n'),
    { code: 'missing_on' },
  ],
  [
    'a limit in a domain',
    judge(
      '  layer: domain\n  mode: enforce\n  on: { actions: [block_ip] }\n  limit: { action: block_ip, max_count: 3, within: 1h, on_breach: deny }\n',
    ),
    { code: 'wrong_layer', line: 8 },
  ],
  [
    'a share of nothing',
    judge(
      '  layer: global\n  mode: enforce\n  limit: { action: block_ip, max_percent: 3, within: 1h, on_breach: deny }\n',
    ),
    { code: 'missing_of' },
  ],
  [
    'a share above the whole',
    judge(
      '  layer: global\n  mode: enforce\n  limit: { action: isolate_host, max_percent: 101, of: hosts, within: 1h, on_breach: deny }\n',
    ),
    { code: 'bad_value' },
  ],
  [
    'protection of what is no address',
    judge('  layer: global\n  mode: enforce\n  protect: { ips: [10.0.0.1, gateway] }\n'),
    { code: 'bad_address', line: 7, column: 30 },
  ],
  [
    'a condition in a judge that errs',
    judge(
      '  layer: contextual\n  mode: enforce\n  on: { actions: [block_ip] }\n  effect: deny\n  when: >-\n    target.is_private\n    && target.asset.tag == "x"\n',
    ),
    { code: 'bad_condition', line: 11 },
  ],
];
