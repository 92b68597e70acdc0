import { readSettings } from '../settings';

const topic = { brokers: ['kafka.example:9092'], topic: 'detections', tls: { ca: '/ca.pem' } };
const queue = {
  hosts: ['rabbitmq.example:5671'],
  vhost: 'soc',
  queue: 'detections',
  username: 'reflex',
  password_secret: 'rabbitmq',
  declare: false,
} as const;
const webhook = { url: 'https://siem.example/outcomes' };

const read = (outcomes: readonly object[]) =>
  readSettings({
    intake: { kafka: [topic], rabbitmq: [queue], indices: [{ name: 'logs', pattern: 'd-*' }], outcomes },
  });
const receivers = (...outcomes: readonly object[]) => {
  const settings = read(outcomes);
  if (!settings.ok) throw new Error(JSON.stringify(settings.error));
  return settings.value.intake.outcomes;
};
const pathsOf = (...outcomes: readonly object[]): string[] => {
  const settings = read(outcomes);
  return settings.ok ? [] : settings.error.map(({ path }) => path);
};

describe('who is told what became of reports', () => {
  it('is nobody, unless it is asked for', () => {
    const settings = readSettings({ intake: { kafka: [topic] } });
    expect(settings.ok && settings.value.intake.outcomes).toEqual([]);
  });

  it('is told what matters for a day, where nothing else is said', () => {
    expect(receivers({ source: 'webhook:siem', webhook })).toEqual([
      {
        name: 'webhook:siem>webhook',
        source: { type: 'webhook', id: 'siem' },
        tell: ['denied', 'verified', 'ended', 'failed'],
        keepHours: 24,
        channel: 'webhook',
        to: webhook,
      },
    ]);
  });

  it('is told at the broker that its source is at, or at another one', () => {
    const other = { topic: 'outcomes', brokers: ['other.example:9092'] };
    const found = receivers(
      { source: 'kafka:detections', tell: ['ended'], keep_hours: 2, kafka: { topic: 'outcomes' } },
      { source: 'webhook:*', kafka: other },
      { source: 'rabbitmq:detections', rabbitmq: { exchange: 'outcomes', routing_key: 'reflex' } },
    );
    expect(found.map(({ tell, keepHours, to }) => [tell.length, keepHours, to])).toEqual([
      [1, 2, { topic: 'outcomes', brokers: ['kafka.example:9092'], tls: { ca: '/ca.pem' } }],
      [4, 24, other],
      [
        4,
        24,
        {
          exchange: 'outcomes',
          routing_key: 'reflex',
          hosts: ['rabbitmq.example:5671'],
          vhost: 'soc',
          username: 'reflex',
          password_secret: 'rabbitmq',
        },
      ],
    ]);
  });

  it('has its alerts acknowledged when they are contained, those that say nothing more by that left out', () => {
    expect(receivers({ source: 'alerting:*', acknowledge: {} })).toMatchObject([
      { tell: ['verified'], channel: 'acknowledge', to: { levels: ['document', 'bucket'] } },
    ]);
  });

  it.each<[string, readonly object[], string]>([
    ['a kind of source that there is not', [{ source: 'siem:x', webhook }], 'intake.outcomes.0.source'],
    ['a topic that there is not', [{ source: 'kafka:detektions', webhook }], 'intake.outcomes.0.source'],
    ['an index that there is not', [{ source: 'index:detektions', webhook }], 'intake.outcomes.0.source'],
    ['the demo', [{ source: 'demo:x', webhook }], 'intake.outcomes.0.source'],
    ['no receiver', [{ source: 'webhook:siem' }], 'intake.outcomes.0'],
    ['two receivers in one', [{ source: 'alerting:*', webhook, acknowledge: {} }], 'intake.outcomes.0'],
    [
      'the same receiver twice',
      [
        { source: 'webhook:siem', webhook },
        { source: 'webhook:siem', webhook },
      ],
      'intake.outcomes',
    ],
    ['nothing to tell', [{ source: 'webhook:siem', tell: [], webhook }], 'intake.outcomes.0.tell'],
    [
      'a transition that there is not',
      [{ source: 'webhook:siem', tell: ['contained'], webhook }],
      'intake.outcomes.0.tell.0',
    ],
    [
      'a webhook of Reflex itself',
      [{ source: 'webhook:siem', webhook: { url: 'https://soc.example/base/api/reflex/webhooks/siem' } }],
      'intake.outcomes.0.webhook.url',
    ],
    [
      'plain http',
      [{ source: 'webhook:siem', webhook: { url: 'http://siem.example/x' } }],
      'intake.outcomes.0.webhook.url',
    ],
    [
      'a metadata service',
      [{ source: 'webhook:siem', webhook: { url: 'https://169.254.169.254/x' } }],
      'intake.outcomes.0.webhook.url',
    ],
    [
      'a secret in the address',
      [{ source: 'webhook:siem', webhook: { url: 'https://siem.example/x?token=1' } }],
      'intake.outcomes.0.webhook.url',
    ],
    [
      'a certificate without a key',
      [{ source: 'webhook:siem', webhook: { ...webhook, tls: { cert: '/c.pem' } } }],
      'intake.outcomes.0.webhook.tls',
    ],
    [
      'an allowed address that is none',
      [{ source: 'webhook:siem', webhook: { ...webhook, allow_addresses: ['home'] } }],
      'intake.outcomes.0.webhook.allow_addresses.0',
    ],
    [
      'the topic that events come from',
      [{ source: 'kafka:detections', kafka: { topic: 'detections' } }],
      'intake.outcomes.0.kafka.topic',
    ],
    [
      'a topic at no broker',
      [{ source: 'webhook:siem', kafka: { topic: 'outcomes' } }],
      'intake.outcomes.0.kafka.brokers',
    ],
    [
      'an exchange at no broker',
      [{ source: 'webhook:siem', rabbitmq: { exchange: 'x' } }],
      'intake.outcomes.0.rabbitmq',
    ],
    [
      'a password that travels open',
      [
        {
          source: 'webhook:siem',
          kafka: { topic: 'o', brokers: ['k:1'], sasl: { mechanism: 'plain', username: 'u', password_secret: 's' } },
        },
      ],
      'intake.outcomes.0.kafka.sasl',
    ],
    ['acknowledging what is no alert', [{ source: 'webhook:siem', acknowledge: {} }], 'intake.outcomes.0.source'],
    [
      'acknowledging at another time',
      [{ source: 'alerting:*', tell: ['decided'], acknowledge: {} }],
      'intake.outcomes.0.tell',
    ],
    ['keeping for ever', [{ source: 'webhook:siem', keep_hours: 10_000, webhook }], 'intake.outcomes.0.keep_hours'],
  ])('is not %s', (_note, outcomes, path) => expect(pathsOf(...outcomes)).toEqual([path]));
});
