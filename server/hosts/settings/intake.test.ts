import { PRESETS } from '../../engine/intake/presets';
import { readSettings } from '../settings';

const read = (intake: object) => readSettings({ intake });
const pathsOf = (intake: object): string[] => {
  const settings = read(intake);
  return settings.ok ? [] : settings.error.map(({ path }) => path);
};

const topic = { brokers: ['kafka.example:9092'], topic: 'detections' };
const queue = {
  hosts: ['rabbitmq.example:5671'],
  queue: 'detections',
  username: 'reflex',
  password_secret: 'rabbitmq',
  declare: { dead_letter: { exchange: 'dead', queue: 'dead' } },
};
const webhook = { name: 'siem', auth: { signature: { secret: 'siem' } } };
const index = { name: 'detections', pattern: 'detections-*' };

describe('the sources of the settings', () => {
  it('may say what is granted to them, each by its kind and name', () => {
    const settings = read({ vouch: [{ source: 'kafka:detections', reason: 'ours', confidence: { most: 0.8 } }] });
    expect(settings.ok && settings.value.intake.sources.vouch).toEqual(
      new Map([['kafka:detections', { reason: 'ours', confidence: { most: 0.8 } }]]),
    );
  });

  it('are named by their topic or queue where they have no name', () => {
    const settings = read({ kafka: [topic], rabbitmq: [queue], webhooks: [webhook], indices: [index] });
    expect(settings.ok && settings.value.intake.sources).toMatchObject({
      kafka: [{ name: 'detections' }],
      rabbitmq: [{ name: 'detections' }],
      webhooks: [webhook],
      indices: [index],
    });
  });

  it.each(['same', 'update', 'new'])('may say that a repetition is %s', (repetition) => {
    const given = {
      ...{ kafka: [{ ...topic, repetition }], rabbitmq: [{ ...queue, repetition }] },
      ...{ webhooks: [{ ...webhook, repetition }], indices: [{ ...index, repetition }] },
    };
    const settings = read(given);
    expect(settings.ok && settings.value.intake.sources).toMatchObject(given);
  });

  it('may take what is shipped for a product, and say fields and repetitions otherwise', () => {
    const given = {
      kafka: [{ ...topic, preset: 'wazuh' }],
      rabbitmq: [{ ...queue, preset: 'guardduty', repetition: 'same' }],
      webhooks: [{ ...webhook, preset: 'elastic', map: { severity: 'level' } }],
      indices: [{ ...index, preset: 'suricata' }],
    };
    const settings = read(given);
    const sources = settings.ok ? settings.value.intake.sources : undefined;
    expect(sources?.kafka).toMatchObject([{ map: PRESETS.wazuh.map, repetition: 'new' }]);
    expect(sources?.rabbitmq).toMatchObject([{ map: PRESETS.guardduty.map, repetition: 'same' }]);
    expect(sources?.webhooks[0]?.map).toEqual({ ...PRESETS.elastic.map, severity: 'level' });
    expect(sources?.indices[0]).toMatchObject({ map: PRESETS.suricata.map });
    expect(sources?.indices[0]?.repetition).toBeUndefined();
  });

  it.each<[string, object, string]>([
    ['two topics of one name', { kafka: [topic, topic] }, 'intake.kafka.1.name'],
    [
      'a webhook with the name of a token',
      { tokens: [{ name: 'siem', sha256: '0'.repeat(64) }], webhooks: [webhook] },
      'intake.webhooks.0.name',
    ],
    ['a webhook with the name of a route', { webhooks: [{ ...webhook, name: 'alerting' }] }, 'intake.webhooks.0.name'],
    ['a name that is none in an address', { webhooks: [{ ...webhook, name: 'a/b' }] }, 'intake.webhooks.0.name'],
    [
      'a webhook with a certificate and nothing else',
      { webhooks: [{ name: 'siem', auth: { certificate: { name: 'siem' } } }] },
      'intake.webhooks.0.auth',
    ],
    [
      'a webhook that names its certificate in no way',
      { webhooks: [{ name: 'siem', auth: { ...webhook.auth, certificate: {} } }] },
      'intake.webhooks.0.auth.certificate',
    ],
    ['a webhook without a guard', { webhooks: [{ name: 'siem', auth: {} }] }, 'intake.webhooks.0.auth'],
    [
      'a webhook with two',
      { webhooks: [{ name: 'siem', auth: { token: { sha256: '0'.repeat(64) }, signature: { secret: 's' } } }] },
      'intake.webhooks.0.auth',
    ],
    [
      'a window for a signature without a time',
      { webhooks: [{ name: 'siem', auth: { signature: { secret: 's', over: 'body', window_s: 60 } } }] },
      'intake.webhooks.0.auth.signature',
    ],
    [
      'a header for a time that is not signed',
      { webhooks: [{ name: 'siem', auth: { signature: { secret: 's', over: 'body', timestamp_header: 'x-time' } } }] },
      'intake.webhooks.0.auth.signature',
    ],
    [
      'the time of receipt for a body that is signed alone',
      {
        webhooks: [
          {
            name: 'siem',
            auth: { signature: { secret: 's', over: 'body' } },
            map: { timestamp: { path: 'ts', fallback: 'received_at' } },
          },
        ],
      },
      'intake.webhooks.0.map.timestamp.fallback',
    ],
    [
      'a hash that is none for signatures',
      { webhooks: [{ name: 'siem', auth: { signature: { secret: 's', algorithm: 'md5' } } }] },
      'intake.webhooks.0.auth',
    ],
    [
      'a word that is none for repetitions',
      { webhooks: [{ ...webhook, repetition: 'newer' }] },
      'intake.webhooks.0.repetition',
    ],
    ['a preset that is not shipped', { webhooks: [{ ...webhook, preset: 'acme' }] }, 'intake.webhooks.0.preset'],
    ['a password in the settings', { rabbitmq: [{ ...queue, password: 'secret' }] }, 'intake.rabbitmq.0.password'],
    ['a queue without a word on dead letters', { rabbitmq: [{ ...queue, declare: {} }] }, 'intake.rabbitmq.0.declare'],
    [
      'a bare password over plain TCP',
      { kafka: [{ ...topic, sasl: { mechanism: 'plain', username: 'u', password_secret: 's' } }] },
      'intake.kafka.0.sasl',
    ],
    ['a certificate without its key', { kafka: [{ ...topic, tls: { cert: 'client.pem' } }] }, 'intake.kafka.0.tls'],
    [
      'a schema that is no number',
      { kafka: [{ ...topic, schemas: { latest: 'json' } }] },
      'intake.kafka.0.schemas.latest',
    ],
    ['a broker without a port', { kafka: [{ ...topic, brokers: ['kafka.example'] }] }, 'intake.kafka.0.brokers.0'],
    ['a grant without a reason', { vouch: [{ source: 'webhook:siem', severity: {} }] }, 'intake.vouch.0.reason'],
    ['a grant of no source', { vouch: [{ source: 'siem', reason: 'why not' }] }, 'intake.vouch.0.source'],
    ['a grant of an unknown kind', { vouch: [{ source: 'mail:siem', reason: 'why not' }] }, 'intake.vouch.0.source'],
    [
      'two grants of one source',
      { vouch: ['one', 'two'].map((each) => ({ source: 'webhook:siem', reason: `reason ${each}` })) },
      'intake.vouch.1.source',
    ],
    [
      'a grant of something unknown',
      { vouch: [{ source: 'webhook:siem', reason: 'why not', confidnce: {} }] },
      'intake.vouch.0.confidnce',
    ],
    ['an index of Reflex itself', { indices: [{ ...index, pattern: 'logs-*,reflex-*' }] }, 'intake.indices.0.pattern'],
    [
      'a map with an unknown field',
      { indices: [{ ...index, map: { sevrity: 'level' } }] },
      'intake.indices.0.map.sevrity',
    ],
  ])('refuse %s and name its place', (_what, intake, path) => {
    expect(pathsOf(intake).filter((each) => each.startsWith(path))).not.toEqual([]);
  });
});
