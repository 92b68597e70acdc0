import { createHash, randomBytes, randomUUID } from 'crypto';
import { readFileSync, writeFileSync } from 'fs';
import { join } from 'path';
import type { Page } from 'playwright-core';
import { iso } from '../../common/iso';
import { asking } from './every_page';
import { mustRun } from '../targets/processes';
import { until } from '../targets/until';
import type { StartedHost } from './started_host';

/*
 * More of everything than a person can look through: what the pages must bear in a week that goes wrong.
 */

/** Programs that send: no source may start more than 100 acts an hour. */
const SENDERS = 6;
const AT_ONCE = 25;

export interface Sender {
  readonly name: string;
  readonly token: string;
}

/** Settings for a host with several programs that send, and their tokens. */
export const sendersIn = (folder: string): { readonly config: string; readonly senders: readonly Sender[] } => {
  const senders = Array.from({ length: SENDERS }, (_, n) => ({
    name: `siem-${n + 1}`,
    token: randomBytes(16).toString('hex'),
  }));
  const tokens = senders.map(
    ({ name, token }) => `    - { name: ${name}, sha256: ${sha256(token)}, may: [intake], owners: [somebody-else] }`,
  );
  const vouch = senders.flatMap(({ name }) => [
    `    - source: webhook:${name}`,
    '      reason: what the test says is so',
    '      severity: {}',
    '      confidence: {}',
    '      rule: { name: true, origin: [known_ioc] }',
  ]);
  const config = join(folder, 'crowd.yml');
  const lines = ['opensearch_reflex:', '  intake:', '    tokens:', ...tokens, '    vouch:', ...vouch, ''];
  writeFileSync(config, lines.join('\n'));
  return { config, senders };
};

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Hands in events as the programs would, each its share. */
export const handInBy = async (
  { port }: StartedHost,
  senders: readonly Sender[],
  events: readonly object[],
): Promise<void> => {
  for (let from = 0; from < events.length; from += AT_ONCE) {
    const { token = '' } = senders[(from / AT_ONCE) % senders.length] ?? {};
    const answer = await fetch(`http://127.0.0.1:${port}/api/reflex/events`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(events.slice(from, from + AT_ONCE)),
    });
    if (answer.status !== 202) throw new Error(`the events were answered ${answer.status}: ${await answer.text()}`);
  }
};

/** Releases a changed policy as people do: one proposes, another approves, the first releases. */
export const release = async (
  page: Page,
  become: (user: 'author' | 'approver') => Promise<void>,
  { id, change }: { readonly id: string; readonly change: (source: string) => string },
): Promise<void> => {
  const { get, send } = asking(page);
  await become('author');
  interface InForce {
    readonly version: number;
    readonly policies: ReadonlyArray<{ readonly id: string; readonly source: string }>;
  }
  const { policies, version } = (await get('/policies')) as InForce;
  const source = policies.find((each) => each.id === id)?.source ?? '';
  if (change(source) === source) throw new Error(`nothing changes in ${id}`);
  await send('PUT', `/policies/drafts/${id}`, { source: change(source) });
  const candidate = (await send('POST', '/policies/candidates', { changelog: 'for a crowd', policies: [id] })) as {
    readonly id: string;
    readonly digest: string;
  };
  await become('approver');
  await send('POST', `/policies/candidates/${candidate.id}/approve`, {
    reason: 'for a crowd',
    digest: candidate.digest,
  });
  await become('author');
  await send('POST', `/policies/candidates/${candidate.id}/release`, {});
  const isInForce = async (): Promise<boolean> => ((await get('/policies')) as InForce).version > version;
  await until('the release in force', isInForce, { withinMs: 60_000 });
};

/** Why the node of a host cannot be asked by a test; undefined if it can. */
export const whyNoInnerNode = (): string | undefined =>
  process.getuid?.() === 0 ? undefined : 'only root enters the network of the node that a host starts';

/** Asks from within the network of another process, and prints the answer. */
const ASK = `
  const [url, file] = process.argv.slice(1);
  const body = file ? require('fs').readFileSync(file) : undefined;
  const headers = { 'content-type': 'application/x-ndjson' };
  fetch(url, body ? { method: 'POST', body, headers } : {})
    .then(async (answer) => process.stdout.write(await answer.text()))
    .catch((error) => { console.error(error); process.exit(1); });
`;

/** The node that a host started for itself: only who is within its network reaches it. */
export class InnerNode {
  private readonly pid: string;
  private readonly port: string;

  constructor({ data }: StartedHost) {
    this.pid = readFileSync(join(data, 'node.pid'), 'utf8').trim();
    const settings = readFileSync(join(data, 'node', 'config', 'opensearch.yml'), 'utf8');
    this.port = /^http\.port: (\d+)$/m.exec(settings)?.[1] ?? '';
  }

  /**
   * @param file what is sent, one line after the other; a GET without one
   * @returns the answer
   */
  async ask<Answer>(path: string, file = ''): Promise<Answer> {
    const within = ['-t', this.pid, '-n', process.execPath, '-e', ASK];
    const text = await mustRun('nsenter', [...within, `http://127.0.0.1:${this.port}${path}`, file]);
    return JSON.parse(text) as Answer;
  }

  /** It answers nobody until it goes on. */
  stop(): void {
    process.kill(Number(this.pid), 'SIGSTOP');
  }

  goOn(): void {
    process.kill(Number(this.pid), 'SIGCONT');
  }
}

interface Hit {
  readonly _id: string;
  readonly _index: string;
  readonly _source: Readonly<Record<string, unknown>>;
}

/** Without the clauses of each policy, which are most of a record. */
const slim = (source: Hit['_source']): Hit['_source'] => {
  const record = JSON.parse(String(source.record)) as { readonly decision: object };
  return { ...source, record: JSON.stringify({ ...record, decision: { ...record.decision, trace: [] } }) };
};

const DAYS = 20;
const PORTION = 4_000;
const MODELS = 40;

/**
 * Fills the evidence up with decisions, each as one that was really made, under another id and up to 20 days earlier.
 *
 * @param upTo so many decisions there are in all afterwards
 */
export const fillDecisions = async (node: InnerNode, folder: string, upTo: number): Promise<void> => {
  const models = await node.ask<{ hits: { hits: readonly Hit[] } }>(`/reflex-decisions-*/_search?size=${MODELS}`);
  const missing = upTo - (await countDecisions(node));
  const file = join(folder, 'decisions.ndjson');
  for (let from = 0; from < missing; from += PORTION) {
    const lines: string[] = [];
    for (let n = from; n < Math.min(missing, from + PORTION); n += 1) {
      const { _index, _source } = models.hits.hits[n % models.hits.hits.length] as Hit;
      const earlierMs = ((n * 97) % (DAYS * 1_440)) * 60_000;
      const at = iso(Date.parse(String(_source['@timestamp'])) - earlierMs);
      const id = randomUUID();
      lines.push(JSON.stringify({ create: { _index, _id: id } }));
      lines.push(JSON.stringify({ ...slim(_source), '@timestamp': at, id }).replaceAll(String(_source.id), id));
    }
    writeFileSync(file, `${lines.join('\n')}\n`);
    const answer = await node.ask<{ errors: boolean; items?: unknown }>(
      '/_bulk?filter_path=errors,items.*.error',
      file,
    );
    if (answer.errors) throw new Error(`decisions were refused: ${JSON.stringify(answer.items).slice(0, 500)}`);
  }
};

/** How many decisions search can find. */
export const countDecisions = async (node: InnerNode): Promise<number> => {
  await node.ask('/reflex-decisions-*/_refresh');
  return (await node.ask<{ readonly count: number }>('/reflex-decisions-*/_count')).count;
};
