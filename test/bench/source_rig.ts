import { createHash } from 'crypto';
import { testAuthority } from '../targets/certificate';
import { startKafka, type KafkaBroker } from '../targets/kafka_broker';
import { whyNotKafka } from '../targets/kafka_packages';
import { startRabbitmq, type RabbitmqBroker } from '../targets/rabbitmq_broker';
import { whyNotRabbitmq } from '../targets/rabbitmq_packages';
import { INDEX, QUEUE, RABBITMQ_USER, TOPIC, WEBHOOK } from './bench_sources';

/** Both brokers, and the settings with which Reflex follows them. */
interface Brokers {
  readonly kafka: KafkaBroker;
  readonly rabbitmq: RabbitmqBroker;
  /** `intake` of the settings; the password is in the environment of the host. */
  readonly intake: object;
  readonly stop: () => Promise<void>;
}

const PASSWORD_VARIABLE = 'REFLEX_SECRET_BENCH_RABBITMQ';

/** @throws Error if this machine cannot have one of them */
export const startBrokers = async (token: string): Promise<Brokers> => {
  const why = whyNotKafka() ?? whyNotRabbitmq();
  if (why !== undefined) throw new Error(`the brokers cannot be started: ${why}`);
  const authority = testAuthority();
  const kafka = await startKafka();
  const rabbitmq = await startRabbitmq({ ca: authority.ca, identity: authority.issue('localhost') });
  await kafka.admin.createTopics({
    waitForLeaders: true,
    topics: [{ topic: TOPIC, numPartitions: 3, replicationFactor: 1 }],
  });
  process.env[PASSWORD_VARIABLE] = RABBITMQ_USER.password;
  return {
    kafka,
    rabbitmq,
    intake: {
      kafka: [{ topic: TOPIC, brokers: [kafka.address], start: 'all' }],
      rabbitmq: [
        {
          queue: QUEUE,
          hosts: [rabbitmq.address],
          username: RABBITMQ_USER.username,
          password_secret: 'bench-rabbitmq',
          declare: { dead_letter: { exchange: 'dead', queue: 'dead' } },
        },
      ],
      webhooks: [{ name: WEBHOOK, auth: { token: { sha256: createHash('sha256').update(token).digest('hex') } } }],
      indices: [{ name: INDEX, pattern: INDEX, start: 'all' }],
    },
    stop: async () => {
      await kafka.stop();
      await rabbitmq.stop();
    },
  };
};
