import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'fs';
import { request } from 'http';
import { join } from 'path';
import { text } from 'stream/consumers';
import { hostFolder, startHost, type StartedHost } from '../e2e/started_host';
import { familyOf, portsOf } from '../targets/listeners';
import { isAlive, noNamespaces } from '../targets/node_helper';
import { suiteUnless } from '../targets/suite_unless';
import { until } from '../targets/until';

/*
 * X26: the door beside the door. What a page in a browser, and another program of this machine, can send to the
 * OpenSearch node that `npm start` starts.
 */

interface Forged {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** As a browser sends a form of another site. */
const FORM = { 'content-type': 'application/x-www-form-urlencoded', origin: 'https://evil.example' };

const FORM_POSTS: ReadonlyArray<readonly [string, Forged]> = [
  [
    'empties the state',
    { method: 'POST', path: '/reflex-state/_delete_by_query?q=*&conflicts=proceed', headers: FORM },
  ],
  ['closes the state', { method: 'POST', path: '/reflex-state/_close', headers: FORM }],
  ['empties an index of others', { method: 'POST', path: '/hr-payroll/_delete_by_query?q=*', headers: FORM }],
];
const REBOUND: Forged = { method: 'GET', path: '/', headers: { host: 'evil.example' } };
const FORGED = [...FORM_POSTS, ['reads under a name of its own', REBOUND] as const];

/** Status and text of the answer; 0 if nobody takes the connection, or nobody there speaks HTTP. */
const send = (port: number, { method, path, headers }: Forged): Promise<readonly [number, string]> =>
  new Promise((resolve) => {
    const sent = request({ host: '127.0.0.1', port, method, path, headers }, (answer) => {
      void text(answer).then((body) => resolve([answer.statusCode ?? 0, body]));
    });
    sent.once('error', () => resolve([0, '']));
    sent.end();
  });

const START_MS = 240_000;
const { folder, remove } = hostFolder();
const START = { folder, args: ['--no-demo', '--node-heap', '512m'] };

const ready = (host: StartedHost): Promise<void> =>
  until(
    'the host to be ready',
    () => {
      if (!isAlive(host.pid)) throw new Error(`the host ended: ${host.printed()}`);
      return /^Ready:/m.test(host.printed());
    },
    { withinMs: START_MS, everyMs: 250 },
  );
const nodePid = (): number => Number(readFileSync(join(folder, 'data', 'node.pid'), 'utf8'));
const troubles = async ({ port, address }: StartedHost): Promise<readonly string[]> => {
  const key = address.split('#key=')[1];
  const answer = await fetch(`http://127.0.0.1:${port}/api/reflex/status`, {
    headers: { authorization: `Reflex ${key}` },
  });
  return ((await answer.json()) as { troubles: ReadonlyArray<{ code: string }> }).troubles.map(({ code }) => code);
};

/** One data folder for all: what stands here also holds after a restart. */
let host: StartedHost;
afterAll(remove);

suiteUnless(noNamespaces())('the node of `npm start`', () => {
  beforeAll(async () => {
    host = await startHost(START);
    await ready(host);
  }, START_MS);
  afterAll(() => host.stop(), 60_000);

  it('listens nowhere on this machine: only Reflex does', () => {
    const family = familyOf(host.pid);
    expect(family).toContain(nodePid());
    expect(portsOf(family)).toEqual([host.port]);
  });

  it.each(FORGED)('is not reached by a page that %s', async (_, forged) => {
    for (const port of portsOf(familyOf(host.pid))) {
      const [status, body] = await send(port, forged);
      expect([status, body]).toEqual([expect.any(Number), expect.not.stringMatching(/cluster_name|acknowledged/)]);
      expect(status === 0 || status >= 400).toBe(true);
    }
  });

  it('works, and troubles nobody', async () => {
    expect(await troubles(host)).toEqual([]);
  });

  it('does not outlive a Reflex that was killed', async () => {
    const family = [...familyOf(host.pid), nodePid()];
    await host.kill();
    await until('node and helper to be gone', () => family.every((pid) => !isAlive(pid)), { withinMs: 30_000 });
  }, 60_000);
});

describe('the node of `npm start` where namespaces are refused', () => {
  let family: readonly number[] = [];
  const others = (): readonly number[] => portsOf(family).filter((port) => port !== host.port);

  beforeAll(async () => {
    const bin = join(folder, 'bin');
    mkdirSync(bin);
    writeFileSync(
      join(bin, 'unshare'),
      '#!/bin/sh\necho "unshare: unshare failed: Operation not permitted" >&2\nexit 1\n',
    );
    chmodSync(join(bin, 'unshare'), 0o755);
    host = await startHost({ ...START, env: { PATH: `${bin}:${process.env.PATH}` } });
    await ready(host);
    family = familyOf(host.pid);
  }, START_MS);
  afterAll(() => host.stop(), 60_000);

  it('is said to be open, at the start and on the page', async () => {
    expect(host.printed()).toMatch(/CAUTION: any program on this machine can read and change.*Operation not permitted/);
    await until(
      'nothing else to trouble it',
      async () => JSON.stringify(await troubles(host)) === JSON.stringify(['node_open']),
      { withinMs: 30_000, seen: () => troubles(host) },
    );
  });

  it.each(FORM_POSTS)('refuses a page that %s', async (_, forged) => {
    expect(others().length).toBeGreaterThan(0);
    const statuses = await Promise.all(others().map(async (port) => (await send(port, forged))[0]));
    // The transport port speaks no HTTP.
    expect(new Set(statuses)).toEqual(new Set([0, 403]));
  });

  it('ends with Reflex', async () => {
    await host.stop();
    expect(family.filter(isAlive)).toEqual([]);
  }, 60_000);
});
