import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { join, relative } from 'path';
import type { OpenSearchTransport } from '../../server/adapters/opensearch/transport';
import { realNode } from '../contracts/real_node';
import { agentFleet } from '../targets/agent_process';
import { alertingServer } from '../targets/alerting_server';
import { blockServer, earlierBlockServerParameters } from '../targets/block_server';
import { faultProxy } from '../targets/fault_proxy';
import { privateCluster } from '../targets/private_cluster';
import { tellStory } from './stored_story';

/*
 * Records what this version stores: indices with their mappings, and the disk of each agent, as they are when the
 * agents of the story are killed. A recording stays as it is for ever; a version that stores otherwise records anew,
 * under another name, and takes over every recording before it.
 */

/** Name, settings and documents of an index, as OpenSearch tells them. */
export interface StoredIndex {
  readonly name: string;
  readonly aliases: Readonly<Record<string, unknown>>;
  readonly mappings: Readonly<Record<string, unknown>>;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly documents: ReadonlyArray<{ readonly id: string; readonly source: unknown }>;
}

const KEPT_SETTINGS = [
  'number_of_shards',
  'number_of_replicas',
  'translog',
  'refresh_interval',
  'append_only',
  'codec',
];
const MOST_DOCUMENTS = 10_000;

const readIndices = async (cluster: OpenSearchTransport): Promise<StoredIndex[]> => {
  const get = async (path: string, body?: Record<string, unknown>): Promise<Record<string, unknown>> => {
    const answer = await cluster.request({ method: body ? 'POST' : 'GET', path, ...(body ? { body } : {}) });
    if (answer.status >= 300) throw new Error(`${path} was answered ${answer.status}`);
    return answer.body as Record<string, unknown>;
  };
  await get('/reflex-*/_refresh', {});
  const found = (await get('/reflex-*')) as Record<
    string,
    { aliases: object; mappings: object; settings: { index: Record<string, unknown> } }
  >;
  return Promise.all(
    Object.entries(found)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(async ([name, { aliases, mappings, settings }]) => {
        const answer = (await get(`/${name}/_search`, { size: MOST_DOCUMENTS, query: { match_all: {} } })) as {
          hits: { hits: ReadonlyArray<{ _id: string; _source: unknown }> };
        };
        const kept = Object.entries(settings.index).filter(([key]) => KEPT_SETTINGS.includes(key));
        return {
          name,
          aliases: { ...aliases },
          mappings: { ...mappings },
          settings: { index: Object.fromEntries(kept) },
          documents: answer.hits.hits.map(({ _id: id, _source: source }) => ({ id, source })),
        };
      }),
  );
};

/** One line a document, so that a reader finds one. */
const linesOf = ({ documents, ...head }: StoredIndex): string =>
  [head, ...documents].map((each) => JSON.stringify(each)).join('\n');

/** The disk of one agent: text by path, what is no text in base64. The Git repository has a format that is not ours. */
export type StoredDisk = Readonly<Record<string, { readonly text: string } | { readonly base64: string }>>;

const NOT_KEPT = /(^|\/)(policies\.git|lock)(\/|$)/;

const readDisk = (folder: string): StoredDisk =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
      .filter((path) => !NOT_KEPT.test(path))
      .sort()
      .map((path) => {
        const bytes = readFileSync(join(folder, path));
        const text = bytes.toString('utf8');
        return [path, Buffer.from(text).equals(bytes) ? { text } : { base64: bytes.toString('base64') }];
      }),
  );

/** @param folder is made anew */
export const record = async (nodeUrl: string, folder: string): Promise<void> => {
  const node = await realNode(nodeUrl);
  const target = await blockServer({ asksForKey: false });
  const network = await faultProxy(target.port);
  const alerting = await alertingServer({ node: nodeUrl });
  const toStore = await faultProxy(alerting.port);
  const parameters = earlierBlockServerParameters(network.url);
  const { block_ip } = parameters.actions;
  const fleet = await agentFleet({
    node: alerting.url,
    prefix: node.prefix,
    connectors: [
      {
        name: 'edge',
        kind: 'rest',
        parameters: {
          ...parameters,
          headers: {},
          timeouts: { connect_ms: 1_000, total_ms: 5_000 },
          actions: { block_ip, isolate_host: { ...block_ip } },
        },
      },
    ],
  });
  try {
    const first = await fleet.start({ node: toStore.url });
    const second = await fleet.start();
    const cluster = privateCluster(node.transport, node.prefix);
    await tellStory({ first, second, target, network, alerting, cluster, toStore });
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    const at = new Date().toISOString();
    const indices = await readIndices(cluster);
    for (const index of indices) writeFileSync(join(folder, `${index.name}.ndjson`), `${linesOf(index)}\n`);
    writeFileSync(join(folder, 'target.json'), `${JSON.stringify({ at, blocks: target.blocks() }, null, 1)}\n`);
    writeFileSync(join(folder, 'signing.pem'), fleet.signingKey);
    for (const [name, { dataFolder }] of Object.entries({ first, second }))
      writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(readDisk(dataFolder), null, 1)}\n`);
  } finally {
    await fleet.dispose();
    await toStore.dispose();
    await alerting.close();
    await network.dispose();
    await target.close();
    await node.dispose();
  }
};

const [nodeUrl = '', folder = ''] = process.argv.slice(2);
record(nodeUrl, folder).catch((cause: unknown) => {
  console.error(cause);
  process.exitCode = 1;
});
