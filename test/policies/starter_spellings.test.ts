import { readdirSync, readFileSync } from 'fs';
import { join } from 'path';
import { LAYERS } from '../../common/policy/policy';
import { INITIAL_WEIGHTS, modelOf } from '../../server/engine/decision/model';
import { parsePolicy } from '../../server/engine/policy/parse_policy';
import { runPolicyTests } from '../../server/runner/doctrine/catalog/policy_tests';

/*
 * What the starter set says of a thing it says of it in every spelling. Each policy is asked alone, so that no other
 * one answers for it.
 */

const FOLDER = join(__dirname, '../../policies');
const layerOf = (id: string): string =>
  LAYERS.find((layer) => readdirSync(join(FOLDER, layer)).includes(`${id}.yaml`)) ?? 'none';
const sourceOf = (id: string): string => readFileSync(join(FOLDER, layerOf(id), `${id}.yaml`), 'utf8');

type Asked = readonly [policy: string, action: string, expect: 'deny' | 'escalate', spellings: readonly string[]];

const ASKED: readonly Asked[] = [
  [
    'no-firewall-block-of-private-addresses',
    'block_ip',
    'deny',
    [
      '10.1.2.3',
      '10.1.2.3/32',
      '10.1.2.0/24',
      '::ffff:10.1.2.3',
      '::ffff:0:10.1.2.3',
      '64:ff9b::10.1.2.3',
      '64:ff9b::a01:200/120',
      '2002:a01:203::1',
      'FD00::1',
    ],
  ],
  [
    'system-processes-stay',
    'kill_process',
    'deny',
    [
      'lsass.exe',
      'LSASS.EXE',
      'lsass',
      'Lsass',
      '"lsass.exe"',
      'lsass.exe.',
      ' lsass.exe ',
      'C:\\Windows\\System32\\lsass.exe',
      'C:/Windows/System32/LSASS.EXE',
      '\\\\?\\C:\\Windows\\System32\\lsass.exe',
      '\\SystemRoot\\System32\\lsass.exe',
      '\\Device\\HarddiskVolume3\\Windows\\System32\\lsass.exe',
      'C:\\Windows\\System32\\lsass',
      'MsMpEng',
      'System',
      '/usr/sbin/sshd',
      '/usr//sbin/./sshd',
      'sshd',
    ],
  ],
  [
    'system-files-are-left-to-people',
    'quarantine_file',
    'escalate',
    [
      'C:\\Windows\\System32\\svchost.exe',
      'c:/windows/system32/SVCHOST.EXE',
      'C:\\Windows\\.\\System32\\\\svchost.exe',
      '\\\\?\\C:\\Windows\\System32\\svchost.exe',
      'D:\\Windows\\System32\\svchost.exe',
      'C:\\Windows\\Sysnative\\svchost.exe',
      '\\SystemRoot\\System32\\svchost.exe',
      '\\Device\\HarddiskVolume3\\Windows\\System32\\svchost.exe',
      '\\\\ws-1\\c$\\Windows\\System32\\svchost.exe',
      'D:\\Program Files\\Windows Defender\\MsMpEng.exe',
      '/usr/bin/ssh',
      '/usr//bin/./ssh',
    ],
  ],
  [
    'shared-platforms-are-not-blocked',
    'block_domain',
    'escalate',
    ['github.io', 'GITHUB.IO.', 'github。io', 'x.github.io', 'ｇｉｔｈｕｂ.io', 'git\u00adhub.io', 'github.io:443'],
  ],
  [
    'protect-own-domains',
    'block_domain',
    'deny',
    ['example.internal', 'EXAMPLE.internal.', 'mail.example.internal', 'example。internal'],
  ],
  [
    'protect-public-resolvers',
    'block_ip',
    'deny',
    [
      '8.8.8.8',
      '8.8.8.8/32',
      '8.8.8.0/24',
      '::ffff:8.8.8.8',
      '64:ff9b::8.8.8.8',
      '2002:808:808::1',
      '2606:4700:4700:0::1111',
    ],
  ],
  [
    'protect-system-accounts',
    'disable_user',
    'deny',
    [
      'administrator',
      'Administrator',
      'CORP\\Administrator',
      'administrator@corp.example',
      '.\\administrator',
      'ａdministrator',
      'administr\u00e1tor',
      'S-1-5-21-1-2-3-500',
      'krbtgt',
      'KRBTGT@corp',
    ],
  ],
];

/** What only looks like it, so that none of these denies or asks of everything. */
const OTHERS: Readonly<Record<string, string>> = {
  block_ip: '203.0.113.7',
  kill_process: 'lsass-dump.exe',
  quarantine_file: 'C:\\Users\\a\\system32\\invoice.exe',
  block_domain: 'evil-github.io',
  disable_user: 'a.user',
};

const model = modelOf(INITIAL_WEIGHTS);

const saidOf = (id: string, action: string, target: string): string | undefined => {
  const parsed = parsePolicy(`${id}.yaml`, sourceOf(id));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
  const { policy } = parsed.value;
  const test = { name: target, act: { action, target }, event: { src_host: 'ws-1' }, expect: 'permit' as const };
  const asked = { ...parsed.value, policy: { ...policy, spec: { ...policy.spec, tests: [test] } } };
  return runPolicyTests(asked, model)[0]?.got;
};

describe('the starter set', () => {
  it.each(ASKED)('says by %s of %s: %s, in every spelling', (id, action, expected, spellings) => {
    const said = Object.fromEntries(spellings.map((target) => [target, saidOf(id, action, target)]));
    expect(said).toEqual(Object.fromEntries(spellings.map((target) => [target, expected])));
    expect(saidOf(id, action, OTHERS[action] ?? '')).toBe('permit');
  });
});
