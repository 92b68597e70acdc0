import type { TargetType } from '../../common/flow/decision';
import { WRITTEN } from './spellings';

/** One thing, and how it is written. */
export interface Thing {
  readonly type: TargetType;
  /** Every one of them is this thing and no other, for everybody. The first is how its system writes it. */
  readonly spellings: readonly string[];
  /** Each may be this thing: whoever fails closed takes it for it, whoever acts does not. */
  readonly maybe?: readonly string[];
}

/** Things that differ from each other. A spelling that is added here is tried on everybody in `users.ts`. */
export const THINGS: readonly Thing[] = [
  {
    type: 'ip',
    spellings: WRITTEN.address,
  },
  { type: 'ip', spellings: ['203.0.113.70', '203.0.113.70:7'] },
  {
    type: 'ip',
    spellings: [
      '2001:db8::7',
      '2001:DB8:0:0:0:0:0:7',
      '[2001:db8::7]',
      '[2001:db8::0007]:51234',
      '2001:db8::7%eth0',
      '2001:db8:0:0::7',
    ],
  },
  { type: 'ip', spellings: ['2001:db8::7:443', '[2001:db8::7:443]:443'] },
  {
    type: 'host',
    spellings: [...WRITTEN.hostName, 'ｗｓ-7.office.example'],
  },
  { type: 'host', spellings: ['ws-8.office.example', 'WS-8.office.example.'] },
  { type: 'host', spellings: WRITTEN.hostInOtherLetters },
  { type: 'host', spellings: [...WRITTEN.hostByAddress, '[::ffff:a00:c]:22'] },
  {
    type: 'user',
    spellings: ['corp\\ana', 'CORP\\Ana', 'ana@corp', 'Ana@CORP', 'CORP ＼ ana', 'ana＠corp', 'ana@corp.'],
    maybe: ['ana', ' ANA ', '.\\ana', 'ana@corp.example', 'corp.example\\ana', 'án\u0061'],
  },
  { type: 'user', spellings: ['other\\ana', 'ana@OTHER'] },
  { type: 'user', spellings: ['ben@corp.example', 'Ben@Corp.Example', 'corp.example\\ben', 'ben@corp.example.'] },
  {
    type: 'user',
    spellings: ['.\\carla', '.\\CARLA'],
    maybe: ['carla', 'ｃａｒｌａ', 'corp\\carla', 'carla@corp.example'],
  },
  { type: 'user', spellings: ['\u00e9lodie', 'e\u0301lodie', 'ÉLODIE'], maybe: ['elodie', 'corp\\élodie'] },
  {
    type: 'user',
    spellings: ['s-1-5-21-1-2-3-500', 'S-1-5-21-1-2-3-500', ' S-1-5-21-1-2-3-500'],
    maybe: ['administrator', 'CORP\\Administrator', 'administrator@corp.example'],
  },
  { type: 'user', spellings: ['s-1-5-21-1-2-3-1104', 'S-1-5-21-1-2-3-1104'] },
  {
    type: 'domain',
    spellings: [
      'evil.example',
      'EVIL.example.',
      'Evil.Example',
      'evil.example:8080',
      'evil。example',
      'ev\u00adil.example',
    ],
  },
  { type: 'domain', spellings: ['xn--mnchen-3ya.example', 'münchen.example', 'MÜNCHEN。example'] },
  {
    type: 'process',
    spellings: WRITTEN.programName,
  },
  {
    type: 'process',
    spellings: WRITTEN.windowsPath,
  },
  { type: 'process', spellings: WRITTEN.unixPath },
  { type: 'process', spellings: ['/usr/sbin/SSHD'] },
  {
    type: 'file',
    spellings: ['C:\\Users\\a\\invoice (1).exe', 'c:/users/A/INVOICE (1).exe', 'C:\\Users\\a\\invoice (1).exe. '],
  },
  { type: 'file', spellings: ['/home/a/tool', '/home//a/./tool'] },
  { type: 'file', spellings: ['/home/a/Tool'] },
];
