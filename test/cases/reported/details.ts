import { createHmac } from 'crypto';
import { writeFileSync } from 'fs';
import { join } from 'path';
import { iso } from '../../../common/iso';
import { readConfig } from '../../../server/hosts/standalone/read_config';
import { temporaryFolder } from '../../contracts/temporary_folder';
import { alert, each, eventOf, onlyCase, verdictOf, type PublicCase } from '../public_case';
import { TOKEN, type Rig, type Sent } from '../rig';

/* A detail that is odd or long must not stop the whole, and what is no alert must not become one. */

const KIND = 'a detail stops the whole';

const wasTaken = ({ status, quarantined }: Sent): void => expect([status, quarantined]).toEqual([202, 0]);
const wasPutAside = ({ status, quarantined }: Sent): void => expect([status, quarantined]).toEqual([400, 1]);

const words: readonly PublicCase[] = [
  ...each(
    {
      name: `${KIND}/priorities of Falco`,
      from: ['falcosecurity/falco (example payload)', 'elastic/integrations PR 11051'],
      right: 'all eight words of Falco and syslog are known',
      map: 'falco',
    },
    Object.fromEntries(
      ['Emergency', 'Alert', 'Critical', 'Error', 'Warning', 'Notice', 'Informational', 'Debug'].map((word) => [
        word,
        word,
      ]),
    ),
    async (rig, priority) =>
      wasTaken(await rig.send({ uuid: rig.id(), time: rig.now(), priority, rule: 'r', hostname: 'node-7' })),
  ),
  ...each(
    {
      name: `${KIND}/a severity that is no word for one`,
      from: [],
      right: 'severity may stop an event: without a fallback in the map it goes to quarantine',
    },
    { unknown: 'unknown', none: 'none' },
    async (rig, severity) => wasPutAside(await rig.send(alert(rig, { severity }))),
  ),
  {
    name: `${KIND}/a severity that is no word for one, with a fallback`,
    from: [],
    right: 'decided with the fallback; the event says so, and nobody vouches for it',
    map: 'lenient',
    run: async (rig) => {
      const sent = await rig.send(alert(rig, { severity: 'unknown' }));
      wasTaken(sent);
      expect(onlyCase(sent).received).toMatchObject({
        event: { severity: 'high' },
        mended: [{ path: 'severity', how: 'fallback', text: 'unknown' }],
        voice: { origins: { severity: 'claimed', confidence: 'granted' }, counts: { severity: 'medium' } },
      });
    },
  },
  ...each(
    {
      name: `${KIND}/a confidence that is no number`,
      from: ['Azure/Azure-Sentinel (ConfidenceScore)'],
      right: 'decided; the confidence counts as nobody said it, or is read',
    },
    { 'not a number': 'NaN', 'per cent': '85%', 'a word': 'high' },
    async (rig, confidence) => {
      const sent = await rig.send(alert(rig, { confidence }));
      wasTaken(sent);
      const { event, voice, mended = [] } = onlyCase(sent).received;
      const isRead = confidence === '85%';
      expect([event.confidence, mended.map(({ path }) => path)]).toEqual(isRead ? [0.85, []] : [0.5, ['confidence']]);
      expect(voice?.origins.confidence).toBe(isRead ? 'granted' : 'claimed');
    },
  ),
  ...each(
    {
      name: `${KIND}/a process id out of range`,
      from: [],
      right: 'decided without it, and the event says so',
    },
    { negative: -1, 'too large': 5_000_000 },
    async (rig, pid) => {
      const sent = await rig.send(alert(rig, { pid }));
      wasTaken(sent);
      const { event, mended } = onlyCase(sent).received;
      expect([event.process?.pid, mended]).toEqual([
        undefined,
        [{ path: 'process.pid', how: 'left_out', text: `${pid}` }],
      ]);
    },
  ),
  {
    name: `${KIND}/hashes as Sysmon writes them`,
    from: ['Sysmon (field Hashes)'],
    right: 'decided with one of the hashes, or without',
    run: async (rig) => {
      const of = (letter: string, length: number): string => letter.repeat(length);
      const hash = `SHA1=${of('a', 40)},MD5=${of('b', 32)},SHA256=${of('c', 64)},IMPHASH=${of('d', 32)}`;
      const sent = await rig.send(alert(rig, { hash }));
      wasTaken(sent);
      expect(eventOf(sent).file?.hash).toBe(of('c', 64));
    },
  },
  {
    name: `${KIND}/a path of 5,000 characters`,
    from: [],
    right: 'decided; a path that was cut is nobody to act on',
    policies: ['t-file', 'starter'],
    run: async (rig) => {
      const sent = await rig.send(alert(rig, { tags: ['t-file'], host: 'pc-12', file: `C:\\${'a'.repeat(5_000)}` }));
      wasTaken(sent);
      expect([verdictOf(sent), rig.orders()]).toEqual(['escalate', []]);
    },
  },
  {
    name: `${KIND}/a dash for the address of Zeek`,
    from: ['Zeek (notice.log as JSON)'],
    right: 'decided without an address',
    map: 'zeek',
    run: async (rig) => {
      const sent = await rig.send({ ts: rig.now(), uid: rig.id(), note: 'Some::Notice', msg: 'm', src: '-' });
      wasTaken(sent);
      expect(eventOf(sent).source?.ip).toBeUndefined();
    },
  },
  {
    name: `${KIND}/an alert of more than 60,000 characters as evidence`,
    from: ['wazuh#4045', 'wazuh#4143'],
    right: 'the head of it, a digest of the whole and its size are kept',
    map: 'wazuh',
    run: async (rig) => {
      const sent = await rig.send({
        id: rig.id(),
        timestamp: rig.now(),
        rule: { level: 12, description: 'd', id: '31103' },
        agent: { id: '001', name: 'web-01' },
        data: { srcip: '203.0.113.55' },
        previous_output: 'z'.repeat(65_000),
      });
      wasTaken(sent);
      const raw = eventOf(sent).raw as { readonly characters: number };
      expect(JSON.stringify(raw)).toContain('31103');
      expect(raw).toMatchObject({ sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
      expect(raw.characters).toBeGreaterThan(65_000);
    },
  },
];

/** As the clock of that zone shows it. */
const wall = (rig: Rig, offsetMinutes = 0): string => iso(rig.utc + offsetMinutes * 60_000).slice(0, 19);
const compact = (rig: Rig): string => wall(rig).replace(/[^0-9]/g, '');
const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

const syslog = (rig: Rig): string => {
  const [, month, day, time] = /^\d{4}-(\d\d)-(\d\d)T(.*)$/.exec(wall(rig)) ?? [];
  return `${MONTHS[Number(month) - 1]} ${day} ${time}`;
};

const epoch = (rig: Rig, digits: number): string => `${rig.utc}${'0'.repeat(digits)}`;

const timeCase = (name: string, right: string, ts: (rig: Rig) => string | { readonly bare: string }): PublicCase => ({
  name: `${KIND}/time: ${name}`,
  from: ['LEEF, log4j, osquery, OTel, RFC 1123, syslog'],
  right,
  run: async (rig) => {
    const given = ts(rig);
    const text = JSON.stringify(alert(rig, { ts: '?' }));
    const written = typeof given === 'string' ? JSON.stringify(given) : given.bare;
    const sent = await rig.sendText(text.replace('"?"', written));
    wasTaken(sent);
    // It was sent a few seconds ago.
    expect(Math.abs(Date.parse(eventOf(sent).timestamp) - rig.utc)).toBeLessThan(10_000);
  },
});

const times: readonly PublicCase[] = [
  timeCase('microseconds', 'read where the map gives the unit', (rig) => ({ bare: epoch(rig, 3) })),
  timeCase('nanoseconds', 'read where the map gives the unit', (rig) => ({ bare: epoch(rig, 6) })),
  timeCase('an offset of hours', 'read', (rig) => `${wall(rig, 60)}+01`),
  timeCase('lower case', 'read: RFC 3339 allows it', (rig) => `${wall(rig).toLowerCase()}z`),
  timeCase(
    'a comma before the milliseconds',
    'read with a zone in the map',
    (rig) => `${wall(rig).replace('T', ' ')},123`,
  ),
  timeCase('no zone', 'read with a zone in the map', (rig) => wall(rig).replace('T', ' ')),
  timeCase('RFC 1123', 'read with the format in the map', (rig) => new Date(rig.utc).toUTCString()),
  timeCase('syslog', 'read with the format and a zone in the map', syslog),
  timeCase('one number of fourteen digits', 'read with the format in the map', compact),
  {
    name: `${KIND}/time: one number of fourteen digits is no time far ahead`,
    from: [],
    right: 'never milliseconds of the year 2612',
    map: 'strict',
    run: async (rig) => {
      const sent = await rig.send(alert(rig, { ts: compact(rig) }));
      expect(JSON.stringify(sent.answer)).not.toContain('future');
      wasPutAside(sent);
    },
  },
  {
    name: `${KIND}/time: only nanoseconds, of Falco`,
    from: ['falcosecurity/falco (evt.time)'],
    right: 'read where the map gives the unit, with all digits in the evidence',
    map: 'falco',
    run: async (rig) => {
      const at = epoch(rig, 6);
      const sent = await rig.sendText(
        `{"uuid":"${rig.id()}","priority":"Critical","rule":"r","hostname":"node-7","output_fields":{"evt.time":${at}}}`,
      );
      wasTaken(sent);
      expect(JSON.stringify(eventOf(sent).raw)).toContain(at);
    },
  },
  {
    name: `${KIND}/time: none at all`,
    from: [],
    right: 'taken with the time of receipt, where the map allows it',
    map: 'lenient',
    run: async (rig) => {
      const sent = await rig.send(alert(rig, { ts: undefined }));
      wasTaken(sent);
      expect(Math.abs(Date.parse(eventOf(sent).timestamp) - rig.utc)).toBeLessThan(10_000);
    },
  },
];

const sns = (rig: Rig, about: object): object => ({ MessageId: rig.id(), Timestamp: rig.now(), ...about });

const gates: readonly PublicCase[] = [
  {
    name: 'missing gate/a line of the EVE stream that is no alert',
    from: ['Suricata (all kinds of events in one stream)'],
    right: 'not ours: it is counted, and nothing of it is kept',
    map: 'suricata',
    run: async (rig) => {
      const flow = { event_type: 'flow', flow_id: 2, src_ip: '203.0.113.80', flow: { state: 'closed' } };
      const { cases, quarantined } = await rig.send({ timestamp: rig.now(), ...flow });
      expect([cases.length, quarantined]).toEqual([0, 0]);
    },
  },
  {
    name: 'missing gate/SNS asks to confirm a subscription',
    from: ['awsdocs/sns#27', 'adnanh/webhook#199', 'PostHog PR 39056'],
    right: 'no detection',
    map: 'sns',
    run: async (rig) => {
      const Type = 'SubscriptionConfirmation';
      const asked = { Type, Token: 't', SubscribeURL: 'https://sns.example.com/x', Message: 'm' };
      const { cases } = await rig.send(sns(rig, asked), { contentType: 'text/plain; charset=UTF-8' });
      expect(cases).toEqual([]);
    },
  },
  {
    name: 'missing gate/the finding is JSON inside a text',
    from: ['awsdocs/sns#27', 'adnanh/webhook#199'],
    right: 'one level of JSON in a text is read where the source says so',
    map: 'sns',
    run: async (rig) => {
      const service = { action: { networkConnectionAction: { remoteIpDetails: { ipAddressV4: '203.0.113.73' } } } };
      const Message = JSON.stringify({ id: rig.id(), severity: 5, updatedAt: rig.now(), service });
      const event = eventOf(await rig.send(sns(rig, { Type: 'Notification', Message })));
      expect(event).toMatchObject({ severity: 'medium', source: { ip: '203.0.113.73' } });
    },
  },
  {
    name: 'missing gate/a sender that can set no header of its own',
    from: ['Splunk (webhook alert action)', 'Harness (Splunk webhooks)'],
    right: 'there is a way in for it, such as Basic',
    map: 'splunk',
    run: async (rig) => {
      const authorization = `Basic ${Buffer.from(`source:${TOKEN}`).toString('base64')}`;
      const result = { _time: String(Math.floor(rig.utc / 1_000)), severity: 'high' };
      wasTaken(await rig.send({ sid: rig.id(), search_name: 's', result }, { headers: { authorization } }));
    },
  },
  {
    name: 'missing gate/a signature over the body alone',
    from: ['Splunk Observability (X-SFX-Signature)', 'GitHub (signatures of webhooks)'],
    right: 'a source can say that it signs the body alone; repeats are found by the digest of the body',
    signed: true,
    run: async (rig) => {
      const text = JSON.stringify(alert(rig, {}));
      const signature = createHmac('sha256', TOKEN).update(text).digest('hex');
      wasTaken(await rig.sendText(text, { headers: { 'x-signature': signature } }));
    },
  },
  {
    name: 'settings/anchors of YAML',
    from: [],
    right: 'what is equal is written once, with a bound on what it grows to',
    run: async () => {
      const { folder, remove } = temporaryFolder();
      const file = join(folder, 'reflex.yml');
      writeFileSync(file, 'connectors: [{ name: edge, kind: rest, parameters: { a: &same { b: 1 }, c: *same } }]');
      try {
        expect(() => readConfig(file, folder)).not.toThrow();
      } finally {
        remove();
      }
    },
  },
];

export const DETAIL_CASES: readonly PublicCase[] = [...words, ...times, ...gates];
