import { mkdtempSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { Kafka, logLevel, type Admin, type Producer } from 'kafkajs';
import type { TestIdentity } from './certificate';
import { kafkaPrograms } from './kafka_packages';
import { freePort, mustRun, start, type Started } from './processes';
import { until } from './until';

/* One Kafka broker that is its own controller (KRaft), on the loopback, with a folder of its own. */

/** What is asked of clients at a second, encrypted door. */
interface KafkaSecurity {
  readonly ca: string;
  readonly identity: TestIdentity;
  readonly username: string;
  readonly password: string;
}

export interface KafkaBroker {
  /** `host:port` without encryption. */
  readonly address: string;
  /** `host:port` with TLS and a user; the same as `address` where no security was asked for. */
  readonly secureAddress: string;
  /** As one that writes; connected. */
  readonly producer: Producer;
  readonly admin: Admin;
  /** Ends it in the middle of what it does. */
  readonly kill: () => Promise<void>;
  /** Starts it again on the same data and port. */
  readonly restart: () => Promise<void>;
  /** Runs one of Kafka's own tools. */
  readonly tool: (mainClass: string, args: readonly string[]) => Promise<string>;
  readonly stop: () => Promise<void>;
}

const HEAP = ['-Xmx384m', '-Xms128m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Xshare:auto'];
const PATIENCE_MS = 60_000;

const propertiesOf = (folder: string, ports: readonly number[], security: KafkaSecurity | undefined): string => {
  const [plain = 0, controller = 0, secure = 0] = ports;
  const oneLine = (pem: string): string => pem.trim().split('\n').join('\\n\\\n');
  const listeners = [
    `PLAINTEXT://127.0.0.1:${plain}`,
    `CONTROLLER://127.0.0.1:${controller}`,
    ...(security ? [`SASL_SSL://127.0.0.1:${secure}`] : []),
  ];
  const jaas = (module: string, rest = ''): string => `org.apache.kafka.common.security.${module} required${rest};`;
  return [
    'process.roles=broker,controller',
    'node.id=1',
    `controller.quorum.voters=1@127.0.0.1:${controller}`,
    'controller.listener.names=CONTROLLER',
    'inter.broker.listener.name=PLAINTEXT',
    `listeners=${listeners.join(',')}`,
    `advertised.listeners=${listeners.filter((each) => !each.startsWith('CONTROLLER')).join(',')}`,
    'listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SASL_SSL:SASL_SSL',
    `log.dirs=${join(folder, 'data')}`,
    'offsets.topic.replication.factor=1',
    'offsets.topic.num.partitions=1',
    'transaction.state.log.replication.factor=1',
    'transaction.state.log.min.isr=1',
    'group.initial.rebalance.delay.ms=0',
    // A killed broker may come back once its old session is over.
    'broker.session.timeout.ms=3000',
    'broker.heartbeat.interval.ms=500',
    'group.min.session.timeout.ms=1000',
    'auto.create.topics.enable=false',
    'num.network.threads=2',
    'num.io.threads=2',
    'log.cleaner.enable=false',
    ...(security
      ? [
          'sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512',
          `listener.name.sasl_ssl.plain.sasl.jaas.config=${jaas('plain.PlainLoginModule', ` user_${security.username}="${security.password}"`)}`,
          `listener.name.sasl_ssl.scram-sha-256.sasl.jaas.config=${jaas('scram.ScramLoginModule')}`,
          `listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config=${jaas('scram.ScramLoginModule')}`,
          'ssl.client.auth=required',
          'ssl.keystore.type=PEM',
          'ssl.truststore.type=PEM',
          `ssl.keystore.certificate.chain=${oneLine(security.identity.cert)}`,
          `ssl.keystore.key=${oneLine(security.identity.key)}`,
          `ssl.truststore.certificates=${oneLine(security.ca)}`,
        ]
      : []),
  ].join('\n');
};

/** Formats a folder and starts a broker in it; resolves when it answers. */
export const startKafka = async (security?: KafkaSecurity): Promise<KafkaBroker> => {
  const { java, classPath } = kafkaPrograms();
  const folder = mkdtempSync(join(tmpdir(), 'reflex-kafka-'));
  const ports = [await freePort(), await freePort(), await freePort()];
  const properties = join(folder, 'server.properties');
  writeFileSync(properties, propertiesOf(folder, ports, security));
  writeFileSync(join(folder, 'log4j2.yaml'), 'Configuration:\n  Loggers:\n    Root:\n      level: "off"\n');
  const logging = [`-Dlog4j2.configurationFile=${join(folder, 'log4j2.yaml')}`];
  const tool = (mainClass: string, args: readonly string[]): Promise<string> =>
    mustRun(java, [...HEAP, ...logging, '-cp', classPath, mainClass, ...args]);
  const scram = (['SCRAM-SHA-256', 'SCRAM-SHA-512'] as const).flatMap((mechanism) =>
    security ? ['--add-scram', `${mechanism}=[name=${security.username},password=${security.password}]`] : [],
  );
  await tool('kafka.tools.StorageTool', ['format', '-t', 'cmVmbGV4LXRlc3QtMTIzNA', '-c', properties, ...scram]);
  const address = `127.0.0.1:${ports[0] ?? 0}`;
  const kafka = new Kafka({
    brokers: [address],
    clientId: 'test',
    logLevel: logLevel.NOTHING,
    connectionTimeout: 2_000,
    retry: { initialRetryTime: 100, maxRetryTime: 500, retries: 20 },
  });
  const admin = kafka.admin();
  const producer = kafka.producer({ allowAutoTopicCreation: false });
  let running: Started | undefined;
  const restart = async (): Promise<void> => {
    const broker = start(java, [...HEAP, ...logging, '-cp', classPath, 'kafka.Kafka', properties]);
    running = broker;
    const answers = async (): Promise<boolean> => {
      if (broker.process.exitCode !== null) throw new Error(`Kafka ended: ${broker.output().slice(-2_000)}`);
      const probe = new Kafka({ brokers: [address], logLevel: logLevel.NOTHING, retry: { retries: 0 } }).admin();
      try {
        await probe.connect();
        return (await probe.describeCluster()).brokers.length > 0;
      } catch {
        return false;
      } finally {
        await probe.disconnect();
      }
    };
    await until('Kafka answers', answers, { withinMs: PATIENCE_MS, everyMs: 200 });
  };
  await restart();
  await Promise.all([admin.connect(), producer.connect()]);
  const kill = async (): Promise<void> => {
    const gone = new Promise((resolve) => running?.process.once('exit', resolve));
    running?.process.kill('SIGKILL');
    await gone;
  };
  return {
    address,
    secureAddress: security ? `127.0.0.1:${ports[2] ?? 0}` : address,
    producer,
    admin,
    kill,
    restart,
    tool,
    stop: async () => {
      await Promise.allSettled([producer.disconnect(), admin.disconnect()]);
      await running?.stop(10_000);
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
