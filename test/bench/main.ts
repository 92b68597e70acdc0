import { fork } from 'child_process';
import { generateKeyPairSync, randomBytes } from 'crypto';
import { mkdirSync, writeFileSync } from 'fs';
import { join } from 'path';
import { Client } from '@opensearch-project/opensearch';
import { clientTransport } from '../../server/adapters/opensearch/transport';
import { benchBacktest } from './bench_backtest';
import { benchDecide } from './bench_decide';
import { runBenchHost, type BenchHostOptions } from './bench_host';
import { grownState, idleRequests, janitorRound } from './bench_growth';
import { benchGrown } from './bench_grown';
import { benchLatency } from './bench_latency';
import { benchLoad } from './bench_load';
import { benchOpa } from './bench_opa';
import { benchRest } from './bench_rest';
import { benchSources } from './bench_sources';
import { benchStop } from './bench_stop';
import { benchSustained } from './bench_sustained';
import { startFirewall } from './firewall';
import { rounded } from './figures';
import { reflexClient } from './reflex_client';
import { startBrokers } from './source_rig';

/*
 * `npm run bench`: prints JSON. Every figure that depends on the machine stands beside one of the same run that says
 * how fast the machine was.
 */

const POLICY = `apiVersion: reflex/v1
kind: Policy
metadata: { id: bench-block, title: Block what the benchmark sends, owner: bench }
spec:
  layer: action
  mode: enforce
  when: 'event.rule.id == "bench-block" && event.confidence > 0.9'
  then: { action: block_ip, target: { ip: event.source.ip }, ttl: 30m }
  rollback: { action: unblock_ip }
`;

const BACKTEST_DECISIONS = 100_000;

const progress = (line: string): void => void process.stderr.write(`${line}\n`);

const SIZES = [20, 200, 2_000];

const decideFigures = () => {
  const sets = SIZES.map((size) => {
    progress(`decide() with ${size} policies …`);
    return benchDecide(size);
  });
  const [, middle, large] = sets;
  const ratio = (middle?.decisions_per_second ?? 0) / (large?.decisions_per_second ?? 1);
  return { sets, cost_of_2000_against_200: Math.round(ratio * 100) / 100 };
};

const growthFigures = async () => {
  progress('agents that have nothing to do …');
  const idle = [await idleRequests(1), await idleRequests(10)];
  progress('many cases …');
  const grown = [await grownState(10_000, 100), await grownState(100_000, 10_000)];
  progress('what is past its time …');
  const janitor = await janitorRound(60_000);
  return { idle, grown, janitor };
};

const loadFigures = async () => {
  progress('loading and verifying bundles …');
  const sets = await benchLoad(SIZES);
  const [, middle, large] = sets;
  return {
    sets,
    per_policy_of_2000_against_200: rounded((large?.us_per_policy ?? NaN) / (middle?.us_per_policy ?? 1)),
  };
};

/** Each size in a process of its own: code that was compiled while another set ran is not as fast. */
const opaFigures = async () => {
  const figures: unknown[] = [];
  for (const size of SIZES) {
    progress(`${size} policies beside Open Policy Agent …`);
    const child = fork(__filename, ['opa', String(size)], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    figures.push(
      await new Promise((resolve, reject) => {
        child.once('message', resolve);
        child.once('exit', (code) =>
          reject(new Error(`the benchmark of ${size} policies ended with exit code ${code}`)),
        );
      }),
    );
  }
  return figures;
};

const startHost = async (options: BenchHostOptions) => {
  const child = fork(__filename, ['host', JSON.stringify(options)], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  await new Promise<void>((resolve, reject) => {
    child.once('message', () => resolve());
    child.once('exit', (code) => reject(new Error(`the host under test ended with exit code ${code}`)));
  });
  return child;
};

const wholeFigures = async (node: string, folder: string) => {
  for (const layer of ['global', 'action']) mkdirSync(join(__dirname, 'policies', layer), { recursive: true });
  writeFileSync(join(__dirname, 'policies', 'action', 'bench-block.yaml'), POLICY);
  const firewall = await startFirewall();
  const port = 20_000 + Math.floor(Math.random() * 10_000);
  const token = randomBytes(24).toString('hex');
  progress('starting Reflex on an empty node …');
  const host = await startHost({ port, node, folder, firewallPort: firewall.port, token });
  const client = new Client({ node });
  const transport = clientTransport(client);
  const reflex = reflexClient(`http://127.0.0.1:${port}`, token);
  await reflex.enforce('bench-block', POLICY);
  progress('from the webhook to the connector …');
  const latency = await benchLatency(reflex, firewall, transport);
  progress('sustained load …');
  const sustained = await benchSustained(reflex, transport);
  const backtest = await benchBacktest(transport, BACKTEST_DECISIONS, progress);
  const ended = new Promise((resolve) => host.once('exit', resolve));
  host.disconnect();
  await ended;
  await client.close();
  await firewall.close();
  return { latency, sustained, backtest };
};

/** Topics, queues, webhooks and indices: on a Reflex of their own, so that they do not share its history. */
const sourceFigures = async (node: string, folder: string) => {
  for (const layer of ['global', 'action']) mkdirSync(join(__dirname, 'policies', layer), { recursive: true });
  writeFileSync(join(__dirname, 'policies', 'action', 'bench-block.yaml'), POLICY);
  const firewall = await startFirewall();
  const port = 20_000 + Math.floor(Math.random() * 10_000);
  const token = randomBytes(24).toString('hex');
  progress('starting Kafka and RabbitMQ …');
  const brokers = await startBrokers(token);
  const { kafka, rabbitmq, intake } = brokers;
  progress('starting Reflex on them …');
  const host = await startHost({ port, node, folder, firewallPort: firewall.port, token, intake });
  const client = new Client({ node });
  try {
    progress('from each source to the journal …');
    return await benchSources({
      node: clientTransport(client),
      kafka,
      rabbitmq,
      url: `http://127.0.0.1:${port}`,
      token,
    });
  } finally {
    const ended = new Promise((resolve) => host.once('exit', resolve));
    host.disconnect();
    await ended;
    await client.close();
    await firewall.close();
    await brokers.stop();
  }
};

const stopFigures = async (node: string) => {
  const client = new Client({ node });
  try {
    return await benchStop(clientTransport(client), progress);
  } finally {
    await client.close();
  }
};

const newPort = (): number => 20_000 + Math.floor(Math.random() * 10_000);

/** A Reflex that holds a million cases, and nine more agents beside it for a while. */
const grownFigures = async (node: string, folder: string) => {
  for (const layer of ['global', 'action']) mkdirSync(join(__dirname, 'policies', layer), { recursive: true });
  writeFileSync(join(__dirname, 'policies', 'action', 'bench-block.yaml'), POLICY);
  const firewall = await startFirewall();
  const token = randomBytes(24).toString('hex');
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const signingKey = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const start = async (name: string) => {
    const port = newPort();
    const own = join(folder, name);
    mkdirSync(own, { recursive: true });
    const host = await startHost({ port, node, folder: own, firewallPort: firewall.port, token, signingKey });
    const end = async (): Promise<void> => {
      const ended = new Promise((resolve) => host.once('exit', resolve));
      host.disconnect();
      await ended;
    };
    return { host, port, end };
  };
  const first = await start('first');
  const client = new Client({ node });
  const reflex = reflexClient(`http://127.0.0.1:${first.port}`, token);
  await reflex.enforce('bench-block', POLICY);
  try {
    return await benchGrown({
      node: clientTransport(client),
      reflex,
      first: first.host,
      endFirst: first.end,
      startMore: async (count) => {
        const more: Array<Awaited<ReturnType<typeof start>>> = [];
        for (let n = 0; n < count; n += 1) more.push(await start(`more-${n}`));
        return async () => void (await Promise.all(more.map(({ end }) => end())));
      },
      progress,
    });
  } finally {
    await client.close();
    await firewall.close();
  }
};

const main = async (): Promise<void> => {
  const [mode, given] = process.argv.slice(2);
  if (mode === 'opa') {
    process.send?.(await benchOpa(Number(given)));
    return process.disconnect();
  }
  if (mode === 'host') return runBenchHost(JSON.parse(given ?? '{}') as BenchHostOptions);
  const { node, folder, only } = JSON.parse(mode ?? '{}') as { node?: string; folder: string; only?: string };
  const decide = only === undefined || only === 'decide' ? decideFigures() : undefined;
  const load = only === 'load' ? await loadFigures() : undefined;
  const growth = only === 'growth' ? await growthFigures() : undefined;
  const opa = only === 'opa' ? await opaFigures() : undefined;
  const rest = only === 'rest' ? await benchRest() : undefined;
  const stop = node !== undefined && only === 'stop' ? await stopFigures(node) : undefined;
  const whole =
    node === undefined || ['grown', 'sources', 'stop'].includes(only ?? '')
      ? undefined
      : await wholeFigures(node, folder);
  const grown = node !== undefined && only === 'grown' ? await grownFigures(node, folder) : undefined;
  const sources = node !== undefined && only === 'sources' ? await sourceFigures(node, folder) : undefined;
  process.stdout.write(
    `${JSON.stringify({ node: process.version, decide, load, growth, opa, rest, ...whole, grown, sources, stop }, undefined, 2)}\n`,
  );
};

void main().catch((cause: unknown) => {
  process.stderr.write(`${cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)}\n`);
  process.exit(1);
});
