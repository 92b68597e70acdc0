import { readSettings } from '../hosts/settings';
import { namedInSettings } from './own_machine';

describe('what the settings name', () => {
  it('is everything that Reflex calls or is called by', () => {
    const settings = readSettings({
      trusted_proxies: ['10.9.9.9', '10.8.0.0/16'],
      opensearch: { hosts: ['https://search.example:9200'] },
      intake: {
        public_url: 'https://dashboards.example:5601',
        kafka: [{ brokers: ['kafka-1.example:9092', '[2001:db8::9]:9092'], topic: 'alerts' }],
        rabbitmq: [{ hosts: ['10.0.0.8:5672'], queue: 'q', username: 'u', password_secret: 's', declare: false }],
      },
      policies: { git: { remote: 'https://git.example/soc/policies.git' } },
      connectors: [
        {
          name: 'edge',
          kind: 'rest',
          parameters: { base_url: 'https://fw.example/api', actions: { a: { path: '/x' } } },
        },
        {
          name: 'edr',
          kind: 'rest',
          parameters: { base_url: 'http://[2001:db8::5]:80', token: { url: 'https://id.example' } },
        },
      ],
    });
    if (!settings.ok) throw new Error(JSON.stringify(settings.error));
    const demo = [{ name: 'demo', kind: 'rest', parameters: { base_url: 'http://127.0.0.1:5' } }];
    const things = namedInSettings(settings.value, ['https://named.example'], demo);
    expect(things.map(({ text, from }) => `${text} | ${from}`)).toEqual([
      'named.example | OpenSearch in the settings',
      'search.example | OpenSearch in the settings',
      'fw.example | connector `edge`',
      '2001:db8::5 | connector `edr`',
      'id.example | connector `edr`',
      '127.0.0.1 | connector `demo`',
      '10.9.9.9 | proxy of `trusted_proxies`',
      'kafka-1.example | broker of Kafka `alerts`',
      '2001:db8::9 | broker of Kafka `alerts`',
      '10.0.0.8 | broker of RabbitMQ `q`',
      'git.example | `policies.git.remote`',
      'dashboards.example | `intake.public_url`',
    ]);
  });
});
