import { mkdirSync, writeFileSync } from 'fs';
import { join } from 'path';
import { Connection, type Publisher } from 'rabbitmq-client';
import { iso } from '../../common/iso';
import type { RealNode } from '../contracts/real_node';
import { temporaryFolder } from '../contracts/temporary_folder';
import { withOwnNames } from '../demo/own_names';
import { makeDetectorMonitor } from '../targets/alerting/detector_monitor';
import { Runs } from '../targets/alerting/runs';
import { alertingServer, type AlertingServer } from '../targets/alerting_server';
import { testAuthority } from '../targets/certificate';
import { startKafka, type KafkaBroker } from '../targets/kafka_broker';
import { startRabbitmq, type RabbitmqBroker } from '../targets/rabbitmq_broker';
import type { OpenSearchTransport } from '../../server/adapters/opensearch/transport';

/* What the worked examples name: OpenSearch with Alerting, Kafka, RabbitMQ, and files of secrets. */

const TOPIC = 'detections';
/** Beginnings of the indices that the examples name. */
const LOGS = ['detections-(?=[2*])', 'app-logs', 'windows-events', '\\.opensearch-sap-'];
const PASSWORD = 'only-for-this-test';

interface Brokers {
  readonly kafka: KafkaBroker | undefined;
  readonly rabbitmq: RabbitmqBroker | undefined;
}

/** Names of the guide, and what they are here. */
type Names = ReadonlyArray<readonly [printed: string, here: string]>;

export class ExampleWorld {
  readonly runs: Runs;
  private readonly names: Array<readonly [string, string]>;
  private readonly client: Connection | undefined;
  private readonly publisher: Publisher | undefined;

  private constructor(
    private readonly brokers: Brokers,
    private readonly search: AlertingServer,
    private readonly folder: ReturnType<typeof temporaryFolder>,
    { names, transport }: { readonly names: Names; readonly transport: OpenSearchTransport },
  ) {
    this.names = [...names];
    this.transport = transport;
    this.runs = new Runs(search.core, transport);
    if (!brokers.rabbitmq) return;
    this.client = new Connection({ hosts: [brokers.rabbitmq.address], username: 'reflex', password: PASSWORD });
    this.client.on('error', () => undefined);
    this.publisher = this.client.createPublisher({ confirm: true, maxAttempts: 30 });
  }

  /** As Reflex calls this OpenSearch. */
  readonly transport: OpenSearchTransport;

  static async start(
    node: RealNode & { readonly url: string },
    withBrokers: { readonly kafka: boolean; readonly rabbitmq: boolean },
  ): Promise<ExampleWorld> {
    const authority = testAuthority();
    const identity = authority.issue('localhost');
    const folder = temporaryFolder();
    const etc = join(folder.folder, 'etc');
    mkdirSync(join(etc, 'secrets'), { recursive: true });
    for (const [name, text] of [
      ['ca.pem', authority.ca],
      ['reflex.pem', identity.cert],
      ['secrets/reflex.pem', identity.key],
      ['secrets/kafka', PASSWORD],
      ['secrets/rabbitmq', PASSWORD],
      ['secrets/forge', 'a key of the forge'],
    ] as const)
      writeFileSync(join(etc, name), text);
    const { ca } = authority;
    const kafka = withBrokers.kafka
      ? await startKafka({ ca, identity, username: 'reflex', password: PASSWORD })
      : undefined;
    await kafka?.admin.createTopics({
      waitForLeaders: true,
      topics: [{ topic: TOPIC, numPartitions: 1, replicationFactor: 1 }],
    });
    const rabbitmq = withBrokers.rabbitmq ? await startRabbitmq({ ca, identity }) : undefined;
    const search = await alertingServer({ node: node.url });
    const own = withOwnNames(node.transport, node.prefix, LOGS);
    const plugins = search.core.transport();
    const transport: OpenSearchTransport = {
      request: (request, options) => (request.path.startsWith('/_plugins/') ? plugins : own).request(request, options),
    };
    const names: Names = [
      ['/etc/reflex', etc],
      ['https://search.example:9200/detections-', `${search.url}/${node.prefix}detections-`],
      ['https://search.example:9200/app-logs', `${search.url}/${node.prefix}app-logs`],
      ['https://search.example:9200/windows-events', `${search.url}/${node.prefix}windows-events`],
      ['https://search.example:9200', search.url],
      ['kafka-1.example:9093', kafka?.secureAddress ?? 'nowhere:1'],
      ['rabbitmq.example:5671', rabbitmq?.secureAddress ?? 'nowhere:1'],
    ];
    return new ExampleWorld({ kafka, rabbitmq }, search, folder, { names, transport });
  }

  /** The monitor that Security Analytics makes of a detector; its rule looks for failed logons. */
  monitorOf(detectorId: string): string {
    const tags = ['high', 'windows', 'attack.credential_access', 'attack.t1110.003'];
    return makeDetectorMonitor(this.search.core, detectorId, { RULE_ID: { query: 'event.code:4771', tags } });
  }

  /** From now on a name of the guide is this. */
  name(printed: string, here: string): void {
    this.names.push([printed, here]);
  }

  /** A text of the guide with the names of here, and the time of now. */
  here(text: string): string {
    const named = this.names.reduce((all, [printed, name]) => all.replaceAll(printed, name), text);
    return named.replace(/20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, iso(Date.now()));
  }

  async toKafka(message: string): Promise<void> {
    await this.brokers.kafka?.producer.send({ topic: TOPIC, messages: [{ value: message }] });
  }

  async toRabbitmq(message: string): Promise<void> {
    await this.publisher?.send({ routingKey: TOPIC, durable: true }, Buffer.from(message));
  }

  get dataFolder(): string {
    const data = join(this.folder.folder, 'data');
    mkdirSync(data, { recursive: true });
    return data;
  }

  async stop(): Promise<void> {
    await this.publisher?.close();
    await this.client?.close();
    await Promise.all([this.brokers.kafka?.stop(), this.brokers.rabbitmq?.stop(), this.search.close()]);
    this.folder.remove();
  }
}
