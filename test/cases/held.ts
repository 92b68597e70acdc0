import { gzipSync } from 'zlib';
import { postWebhook } from '../../common/api/routes';
import { MIB } from '../../common/api/contract';
import { iso } from '../../common/iso';
import { alert, each, eventOf, faresOf, verdictOf, type PublicCase } from './public_case';
import type { Rig, Sent } from './rig';

/* What others stumbled over and Reflex stood from the first: it must go on to. None of these may be on the list. */

const addresses: readonly PublicCase[] = [
  ...each(
    {
      name: 'held/an IPv4 address in the form of IPv6',
      from: ['fail2ban#39', 'wazuh-documentation PR 3987'],
      right: 'the act is on the IPv4 address, once',
      policies: ['t-short', 'starter'],
    },
    {
      mixed: { said: '::ffff:203.0.113.114', ip: '203.0.113.114' },
      hexadecimal: { said: '::ffff:cb00:7173', ip: '203.0.113.115' },
    },
    async (rig, { said, ip }) => {
      const sent = await rig.send(alert(rig, { tags: ['t-short'], ip: said }));
      expect([verdictOf(sent), rig.orders()]).toEqual(['permit', [`block_ip ${ip}`]]);
    },
  ),
  {
    name: 'held/a protected resolver in the form of IPv6',
    from: ['fail2ban#39'],
    right: 'it stays protected',
    policies: ['t-short', 'starter'],
    run: async (rig) => {
      const sent = await rig.send(alert(rig, { tags: ['t-short'], ip: '::ffff:8.8.8.8' }));
      expect([faresOf(sent), rig.orders()]).toEqual([['denied: protected_target'], []]);
    },
  },
  {
    name: 'held/the long form of an IPv6 address',
    from: ['fail2ban#39'],
    right: 'it has one spelling',
    run: async (rig) => {
      const ip = '2001:0db8:0000:0000:0000:0000:0000:0080';
      expect(eventOf(await rig.send(alert(rig, { ip }))).source?.ip).toBe('2001:db8::80');
    },
  },
  {
    name: 'held/the own loopback address',
    from: ['crowdsecurity/crowdsec#3090'],
    right: 'never a target',
    policies: ['t-short', 'starter'],
    run: async (rig) => {
      await rig.send(alert(rig, { tags: ['t-short'], ip: '127.0.0.1' }));
      expect(rig.orders()).toEqual([]);
    },
  },
  ...each(
    {
      name: 'held/a network as a target',
      from: ['fail2ban#39'],
      right: 'it goes to a person',
      policies: ['t-short', 'starter'],
    },
    { '/16': '203.0.0.0/16', '/24': '203.0.113.0/24', '/48': '2001:db8:2::/48', '/32 of a resolver': '8.8.8.8/32' },
    async (rig, ip) => {
      const sent = await rig.send(alert(rig, { tags: ['t-short'], ip }));
      expect([ip, verdictOf(sent), rig.orders()]).toEqual([ip, 'escalate', []]);
    },
  ),
];

const names: readonly PublicCase[] = [
  ...each(
    {
      name: 'held/an odd path',
      from: [],
      right: 'nothing happens to another file',
      policies: ['t-file', 'starter'],
    },
    { 'turned around': '/home/a/invoice\u202efdp.exe', 'with a new line': '/home/a/x\nrm' },
    async (rig, file) => {
      await rig.send(alert(rig, { tags: ['t-file'], host: 'pc-12', file }));
      expect([[], [`quarantine_file ${file}`]]).toContainEqual(rig.orders());
    },
  ),
  ...each(
    {
      name: 'held/an odd domain',
      from: [],
      right: 'refused, asked about, or aimed at exactly what was written',
      policies: ['t-domain', 'starter'],
    },
    {
      'made harmless, with its scheme': { said: 'hxxp://evil[.]example', act: undefined },
      'made harmless': { said: 'evil[.]example', act: undefined },
      'in capitals, with a dot behind': { said: 'EVIL.example.', act: 'evil.example' },
      'a look-alike': { said: '\u0435xample.com', act: 'xn--xample-2of.com' },
    },
    async (rig, { said, act }) => {
      await rig.send(alert(rig, { tags: ['t-domain'], domain: said }));
      expect([[], ...(act === undefined ? [] : [[`block_domain ${act}`]])]).toContainEqual(rig.orders());
    },
  ),
  ...each(
    {
      name: 'held/a wanted act whose target is spelled otherwise',
      from: [],
      right: 'it is found: the answer is as for the one spelling',
      policies: ['t-first'],
    },
    {
      'as it is kept': { ip: '2001:DB8::99', target: '2001:db8::99' },
      'with a zero more': { ip: '2001:DB8::99', target: '2001:DB8:0::99' },
      'IPv4 in the form of IPv6': { ip: '198.51.100.99', target: '::ffff:198.51.100.99' },
    },
    async (rig, { ip, target }) => {
      const event = {
        event_id: rig.id(),
        timestamp: rig.now(),
        confidence: 0.96,
        severity: 'high',
        source: { ip },
        tags: ['t-rep'],
        rule: { id: 'r' },
      };
      const answer = await rig.evaluate({ event, wanted: { action: 'block_ip', target } });
      expect(answer).toMatchObject({ answer: 'permit' });
    },
  ),
];

const wall = (rig: Rig, zone: string): string => {
  const [, sign, hours, minutes] = /^([+-])(\d\d)(\d\d)$/.exec(zone) ?? [];
  const away = (Number(hours) * 60 + Number(minutes)) * (sign === '-' ? -1 : 1);
  return `${iso(rig.utc + away * 60_000).slice(0, 19)}${zone}`;
};
const second = (rig: Rig): string => rig.now().slice(0, 19);

const times: readonly PublicCase[] = [
  ...each(
    {
      name: 'held/a time that is read',
      from: ['osquery', 'OTel', 'Wazuh', 'Suricata', 'Microsoft (7 decimals)'],
      right: 'the same instant, in UTC with milliseconds',
    },
    {
      'nine decimals': (rig: Rig) => `${second(rig)}.123456789Z`,
      'seven decimals': (rig: Rig) => `${second(rig)}.1234567Z`,
      'a blank for the T': (rig: Rig) => `${second(rig).replace('T', ' ')}.123Z`,
      'an offset of zero': (rig: Rig) => `${second(rig).replace('T', ' ')}+00:00`,
      'no colon in the offset': (rig: Rig) => `${second(rig)}+0000`,
      'half an hour west': (rig: Rig) => wall(rig, '-0530'),
      'seven hours east': (rig: Rig) => wall(rig, '+0700'),
      'a text of milliseconds': (rig: Rig) => String(rig.utc),
      seconds: (rig: Rig) => Math.floor(rig.utc / 1_000),
      'seconds with decimals': (rig: Rig) => rig.utc / 1_000,
      milliseconds: (rig: Rig) => rig.utc,
    },
    async (rig, form) => {
      const sent = await rig.send(alert(rig, { ts: form(rig) }));
      const { timestamp } = eventOf(sent);
      expect(timestamp).toMatch(/\.\d{3}Z$/);
      expect(Math.abs(Date.parse(timestamp) - rig.utc)).toBeLessThan(10_000);
    },
  ),
  {
    name: 'held/a minute that no clock shows',
    from: [],
    right: 'in quarantine',
    run: async (rig) => {
      const { status, quarantined } = await rig.send(alert(rig, { ts: '2026-11-28T10:60:00Z' }));
      expect([status, quarantined]).toEqual([400, 1]);
    },
  },
  {
    name: 'held/seconds with decimals of Zeek',
    from: ['Zeek (notice.log as JSON)'],
    right: 'read',
    map: 'zeek',
    run: async (rig) => {
      const notice = { ts: rig.utc / 1_000, uid: rig.id(), note: 'Some::Notice', msg: 'm', src: '203.0.113.90' };
      expect(eventOf(await rig.send(notice)).source?.ip).toBe('203.0.113.90');
    },
  },
];

const textOf = (rig: Rig, more = ''): string => JSON.stringify(alert(rig, {})).replace(/}$/, `${more}}`);
const taken = ({ status, cases, quarantined }: Sent) => ({ status, events: cases.length, quarantined });
const TAKEN = { status: 202, events: 1, quarantined: 0 };
const PUT_ASIDE = { status: 400, events: 0, quarantined: 1 };
const REFUSED = { events: 0, quarantined: 0 };

const bodies: readonly PublicCase[] = [
  ...each(
    { name: 'held/a body', from: [], right: 'what can be read is taken, what cannot is put aside, nothing is lost' },
    {
      'with a byte order mark': { body: (rig: Rig) => `\ufeff${textOf(rig)}`, is: TAKEN },
      'without a content type': { body: (rig: Rig) => textOf(rig), contentType: undefined, is: TAKEN },
      'of a cloud event': {
        body: (rig: Rig) => textOf(rig),
        contentType: 'application/cloudevents+json; charset=utf-8',
        is: TAKEN,
      },
      'of lines': {
        body: (rig: Rig) => `${textOf(rig)}\n${textOf(rig)}`,
        contentType: 'application/x-ndjson',
        is: { ...TAKEN, events: 2 },
      },
      'of lines that are not called so': { body: (rig: Rig) => `${textOf(rig)}\n${textOf(rig)}`, is: PUT_ASIDE },
      'with a number that is none': { body: (rig: Rig) => textOf(rig, ', "score": NaN'), is: PUT_ASIDE },
      'with a field twice': { body: (rig: Rig) => textOf(rig, ', "x": 1, "x": 2'), is: PUT_ASIDE },
      'nested 2,000 deep': {
        body: (rig: Rig) => textOf(rig, `, "a": ${'['.repeat(2_000)}${']'.repeat(2_000)}`),
        is: PUT_ASIDE,
      },
      'in Latin-1': {
        body: (rig: Rig) => Buffer.from(textOf(rig, ', "user": "M\u00fcller"'), 'latin1'),
        is: PUT_ASIDE,
      },
      'of 65 KB': { body: (rig: Rig) => textOf(rig, `, "extra": "${'z'.repeat(65_000)}"`), is: TAKEN },
      'of 200 KB': { body: (rig: Rig) => textOf(rig, `, "extra": "${'z'.repeat(200_000)}"`), is: TAKEN },
      packed: {
        body: (rig: Rig) => gzipSync(textOf(rig)),
        headers: { 'content-encoding': 'gzip' },
        is: { ...REFUSED, status: 400 },
      },
      'of 501 events': {
        body: (rig: Rig) => JSON.stringify(Array.from({ length: 501 }, () => alert(rig, {}))),
        is: { ...REFUSED, status: 413 },
      },
    },
    async (rig, { body, is, ...options }: BodyCase) =>
      expect(taken(await rig.sendText(body(rig), options))).toEqual(is),
  ),
  {
    name: 'held/a body of 5 MiB',
    from: [],
    right: 'hosts are told to take no more than 4 MiB',
    run: async () => expect(postWebhook.maxBytes).toBe(4 * MIB),
  },
  {
    name: 'held/JSON that is called plain text',
    from: ['awsdocs/sns#27'],
    right: 'taken',
    map: 'sns',
    run: async (rig) => {
      const notice = { Type: 'Notification', MessageId: rig.id(), Message: 'm', Timestamp: rig.now() };
      expect(taken(await rig.send(notice, { contentType: 'text/plain; charset=UTF-8' }))).toEqual(TAKEN);
    },
  },
  ...each(
    {
      name: 'held/a message of a channel that somebody wrote by hand',
      from: ['opensearch-project/alerting#544', 'opensearch-project/alerting#79'],
      right: 'in quarantine, with a sentence that says what is missing',
    },
    {
      'a sentence': 'M raised an alert of severity 1',
      JSON: JSON.stringify({ monitor: 'm', trigger: 't', severity: '1' }),
    },
    async (rig, message) => {
      const sent = await rig.sendToChannel(message);
      expect(taken(sent)).toEqual(PUT_ASIDE);
      expect(sent.answer).toMatchObject({ results: [{ fields: [{ message: expect.stringMatching(/\w+ \w+/) }] }] });
    },
  ),
];

interface BodyCase {
  readonly body: (rig: Rig) => string | Uint8Array;
  readonly contentType?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  readonly is: ReturnType<typeof taken>;
}

export const HELD_CASES: readonly PublicCase[] = [...addresses, ...names, ...times, ...bodies];
