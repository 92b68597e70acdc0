import type { EntityKind } from '../../common/entity/entity';

/** How things are written. A spelling that is added here is tried on everybody who compares things. */
export interface Spellings {
  /** Each group is one thing. */
  readonly same: ReadonlyArray<readonly string[]>;
  /** Two things. */
  readonly different: ReadonlyArray<readonly [string, string]>;
  /** What names nothing of the kind, so that nobody may act on it. */
  readonly refused: readonly string[];
  /** Placeholders of logs: they are not a value. */
  readonly missing: readonly string[];
}

const MISSING = ['', '   ', '-', ' - ', 'N/A', '<NA>', 'null', '(null)', 'undefined', 'Unknown', '?'];

/** Characters that nobody sees: control, zero width, bidi. */
const hidden = (text: string): readonly string[] => [`${text}\u0000`, `\u200b${text}`, `${text}\u202e`, `a\n${text}`];

/** Things that both tables have, each with its spellings. */
export const WRITTEN = {
  address: [
    '203.0.113.7',
    ' 203.0.113.7 ',
    '203.0.113.7:443',
    '::ffff:203.0.113.7',
    '::FFFF:cb00:7107',
    '[::ffff:cb00:7107]:80',
  ],
  hostName: [
    'ws-7.office.example',
    'WS-7.Office.Example',
    'ws-7.office.example.',
    ' ws-7.office.example ',
    'ws-7.office.example:443',
  ],
  hostInOtherLetters: ['xn--bcher-kva.example', 'bücher.example', 'BÜCHER.example', 'bu\u0308cher.example'],
  hostByAddress: ['10.0.0.12', '::ffff:10.0.0.12', '10.0.0.12:22', '[::ffff:a00:c]'],
  programName: ['lsass.exe', 'LSASS.EXE', '"lsass.exe"', 'lsass.exe.', ' lsass.exe ', "'lsass.exe'"],
  windowsPath: [
    'C:\\Windows\\System32\\lsass.exe',
    'C:/Windows/System32/LSASS.EXE',
    '"C:\\Windows\\System32\\lsass.exe"',
    'C:\\Windows\\.\\System32\\\\lsass.exe. ',
    '\\\\?\\C:\\Windows\\System32\\lsass.exe',
  ],
  unixPath: ['/usr/sbin/sshd', '/usr//sbin/./sshd', '"/usr/sbin/sshd"'],
} as const;

export const SPELLINGS: Readonly<Record<EntityKind, Spellings>> = {
  ip: {
    same: [
      WRITTEN.address,
      ['2001:db8::1', '2001:DB8:0:0:0:0:0:1', '[2001:db8::1]', '[2001:db8::0001]:51234', '2001:db8::1%eth0'],
      ['fe80::1', 'fe80::1%eth0', 'fe80::1%2'],
    ],
    different: [
      ['203.0.113.7', '203.0.113.70'],
      ['2001:db8::1', '2001:db8::1:443'],
      ['8.8.8.8', '64:ff9b::808:808'],
    ],
    refused: [
      '0313.0.113.7',
      '0xcb.0.113.7',
      '3405803783',
      '203.0.113',
      '203.0.113.7, 10.0.0.1',
      '203.0.113.7/32',
      '[203.0.113.7]:80',
      '203.0.113.7%eth0',
      'fe80::1%',
      'fe80::1%a%b',
      'example.org',
      '２０３.0.113.7',
      '[]',
      '*',
    ],
    missing: [...MISSING, '0.0.0.0', '::'],
  },
  network: {
    same: [
      ['10.1.2.0/24', '10.1.2.3/24', ' 10.1.2.0/24 ', '10.1.2.0/024'],
      ['2001:db8:1::/48', '2001:DB8:1::1/48'],
      ['10.1.2.3/32', '10.1.2.3/032'],
    ],
    different: [
      ['10.1.2.0/24', '10.1.2.0/25'],
      ['10.0.0.0/8', '11.0.0.0/8'],
    ],
    refused: ['10.0.0.0/33', '10.0.0.0/255.0.0.0', '10.0.0.0', '10.0.0.*', '10.0.0.1-10.0.0.9'],
    missing: MISSING,
  },
  host: {
    same: [WRITTEN.hostName, ['ｗｓ-7', 'ws-7', 'WS-7.'], WRITTEN.hostInOtherLetters, WRITTEN.hostByAddress],
    different: [
      ['ws-7', 'ws-70'],
      ['ws-7', 'ws-7.office.example'],
      ['ws-7', 'wѕ-7'],
      ['a_b', 'a-b'],
    ],
    refused: [
      'dc01*',
      '*',
      'web 01',
      'web;rm -rf /',
      'https://dc01.example.internal',
      'dc01.example.internal/x',
      'a..b',
      '-web',
      '2130706433',
      '0x7f.1',
      '127.1',
      'a'.repeat(254),
      '$(id)',
      'ws-1|ws-2',
      ...hidden('dc01'),
    ],
    missing: MISSING,
  },
  domain: {
    same: [
      ['evil.example', 'EVIL.example.', 'evil.example:8080', 'evil。example', 'ev\u00adil.example'],
      ['xn--bcher-kva.example', 'BÜCHER。example', 'XN--bcher-kva.example'],
    ],
    different: [
      ['example.com', 'exаmple.com'],
      ['a.example', 'b.a.example'],
    ],
    refused: [
      '*.example.com',
      '*',
      'evil.example/path',
      'evil.example?x',
      'evil.example#x',
      'user@evil.example',
      'evil.example\\@good.example',
      '203.0.113.7',
      '2130706433',
      '0x7f.1',
      '[::1]',
      '1.2.3',
      'evil .example',
      'a..b',
      '.example',
      '$(id).example',
      ...hidden('evil.example'),
    ],
    missing: MISSING,
  },
  user: {
    same: [
      ['ana', ' ANA ', 'Ana', 'ａｎａ'],
      ['corp\\ana', 'CORP\\Ana', 'CORP ＼ ana', ' corp\\ANA'],
      ['ana@corp.example', 'Ana@Corp.Example', 'ana＠corp.example', 'corp.example\\ana', 'ana@corp.example.'],
      ['\u00e9lodie', 'e\u0301lodie', 'ÉLODIE'],
      ['S-1-5-21-1-2-3-1104', 's-1-5-21-1-2-3-1104'],
      ['ws-7$', 'WS-7$'],
    ],
    different: [
      ['ana', 'anna'],
      ['corp\\ana', 'other\\ana'],
      ['élodie', 'elodie'],
      ['s-1-5-21-1-2-3-500', 's-1-5-21-1-2-3-501'],
    ],
    refused: [
      '*',
      'adm*',
      'a?min',
      'corp\\a\\b',
      'ana@corp@example',
      'corp\\ana@corp.example',
      'corp\\',
      '\\ana',
      '@corp.example',
      'ana@',
      'CORP/ana',
      'CORP+ana',
      'ana; rm -rf /',
      'ana|x',
      '$(id)',
      'ana`id`',
      'cn=ana,dc=corp',
      '"ana"',
      '<ana>',
      'a\u00adna',
      'a'.repeat(257),
      ...hidden('ana'),
    ],
    missing: MISSING,
  },
  process: {
    same: [WRITTEN.programName, WRITTEN.windowsPath, WRITTEN.unixPath],
    different: [
      ['lsass.exe', 'lsass-dump.exe'],
      ['/usr/sbin/sshd', '/usr/sbin/SSHD'],
    ],
    refused: [
      '*',
      'svc*.exe',
      'x.exe; rm -rf / #',
      'x.exe | y',
      'x.exe & y',
      '`id`',
      '$(id)',
      '${HOME}',
      '/tmp/$x',
      '%COMSPEC%',
      'x > /etc/passwd',
      '..\\lsass.exe',
      'System32\\lsass.exe',
      'C:lsass.exe',
      'C:\\Windows\\..\\lsass.exe',
      'ｌｓａｓｓ.exe',
      'a"b',
      '\\\\.\\PhysicalDrive0',
      '...',
      ...hidden('lsass.exe'),
    ],
    missing: MISSING,
  },
  file: {
    same: [
      [
        'C:\\Users\\a\\Downloads\\invoice (1).exe',
        'c:/users/A/downloads/INVOICE (1).exe',
        'C:\\Users\\a\\Downloads\\invoice (1).exe. ',
      ],
      ['/home/a/tool', '/home//a/./tool'],
      ['\\\\files\\share\\a.exe', '//files/share/a.exe'.replace(/\//g, '\\'), '\\\\FILES\\share\\a.exe'],
    ],
    different: [['/home/a/tool', '/home/a/Tool']],
    refused: [
      '../../../../etc/passwd',
      '/var/../etc/passwd',
      'C:\\tmp\\*',
      '/tmp/*',
      'tool',
      'tmp/tool',
      'C:tool',
      '/',
      'C:\\',
      '/tmp/',
      'C:\\a.txt:hidden',
      '/tmp/a;id',
      '/tmp/`id`',
      '/' + 'a'.repeat(4096),
      ...hidden('/tmp/a'),
    ],
    missing: MISSING,
  },
  hash: {
    same: [
      ['d41d8cd98f00b204e9800998ecf8427e', 'D41D8CD98F00B204E9800998ECF8427E', 'MD5=d41d8cd98f00b204e9800998ecf8427e'],
    ],
    different: [['d41d8cd98f00b204e9800998ecf8427e', 'd41d8cd98f00b204e9800998ecf8427f']],
    refused: ['d41d8cd9', 'z'.repeat(32), 'a'.repeat(41)],
    missing: MISSING,
  },
  url: {
    same: [['https://evil.example/a?b=1', 'HTTPS://EVIL.example:443/a?b=1', 'https://evil.example/a?b=1#part']],
    different: [['https://evil.example/a', 'https://evil.example/A']],
    refused: [
      'evil.example',
      'javascript:alert(1)',
      'https://ana:x@evil.example/',
      'https://',
      ...hidden('https://evil.example'),
    ],
    missing: MISSING,
  },
  mail: {
    same: [['Ana@corp.example', 'ana@CORP.example', '<ana@corp.example>', ' ana@corp.example. ']],
    different: [['ana@corp.example', 'ana+x@corp.example']],
    refused: ['ana', '@corp.example', 'ana@', 'a b@corp.example', 'ana@corp.example, b@corp.example'],
    missing: MISSING,
  },
  mac: {
    same: [['00:1b:44:11:3a:b7', '00-1B-44-11-3A-B7', '001b.4411.3ab7', '001B44113AB7']],
    different: [['00:1b:44:11:3a:b7', '00:1b:44:11:3a:b8']],
    refused: ['01:00:5e:00:00:fb', 'ff:ff:ff:ff:ff:ff', '00:1b:44:11:3a', 'zz:1b:44:11:3a:b7'],
    missing: MISSING,
  },
  cloud: {
    same: [
      [
        '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/A/x',
        '/subscriptions/00000000-0000-0000-0000-000000000001/resourcegroups/a/X',
      ],
      ['arn:aws:iam::123456789012:user/Ana', ' arn:aws:iam::123456789012:user/Ana '],
    ],
    different: [['arn:aws:iam::123456789012:user/Ana', 'arn:aws:iam::123456789012:user/ana']],
    refused: ['arn:aws:iam::123456789012:user/*', 'arn:aws', '/subscriptions/x/*', '//evil.example/x'],
    missing: MISSING,
  },
};
