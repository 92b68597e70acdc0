import { writeFileSync } from 'fs';
import { join } from 'path';
import { egressOf } from '../../../common/entity/egress';
import { temporaryFolder } from '../../../test/contracts/temporary_folder';
import { httpServer } from '../../../test/targets/loopback_server';
import { CannotStart } from './cannot_start';
import { connectTo, namedCluster } from './cluster';

const NONE = { hosts: [] };

describe('the cluster to use', () => {
  it('is none where nobody names one, so that a node is started', () => {
    expect(namedCluster({}, NONE)).toBeUndefined();
    expect(namedCluster({ OPENSEARCH_HOSTS: ' ' }, NONE)).toBeUndefined();
  });

  it('is the one of the environment before the one of the settings', () => {
    const settings = { hosts: ['https://other.example:9200'], username: 'other' };
    const env = {
      OPENSEARCH_HOSTS: 'https://a:9200/, https://b:9200',
      OPENSEARCH_USERNAME: 'me',
      OPENSEARCH_PASSWORD: 'p',
    };
    expect(namedCluster(env, settings)).toEqual({
      hosts: ['https://a:9200', 'https://b:9200'],
      username: 'me',
      password: 'p',
      ca: undefined,
    });
    expect(namedCluster({}, settings)).toBe(settings);
  });

  it('takes the password from a file, without the line feed at its end', () => {
    const { folder, remove } = temporaryFolder();
    const file = join(folder, 'password');
    writeFileSync(file, 'a secret\n');
    const env = { OPENSEARCH_HOSTS: 'https://a:9200', OPENSEARCH_PASSWORD_FILE: file };
    expect(namedCluster(env, NONE)?.password).toBe('a secret');
    remove();
  });

  it('does not repeat a password that was written into an address', () => {
    const name = (): unknown => namedCluster({ OPENSEARCH_HOSTS: 'https://me:secret@a:9200' }, NONE);
    expect(name).toThrow(CannotStart);
    expect(name).not.toThrow(/secret/);
  });
});

describe('connecting', () => {
  it('says which variables to check when the user is refused', async () => {
    const server = await httpServer((_request, response) => response.writeHead(401).end('no'));
    await expect(connectTo({ hosts: [server.url] }, true)).rejects.toThrow(/OPENSEARCH_USERNAME/);
    await server.close();
  });

  it('fails at the first start when nobody answers, but not where containments may have to be undone', async () => {
    const server = await httpServer(() => undefined);
    await server.close();
    await expect(connectTo({ hosts: [server.url] }, false)).rejects.toThrow(/check OPENSEARCH_HOSTS/);
    const cluster = await connectTo({ hosts: [server.url] }, true);
    await cluster.close();
  });

  it('asks for the login at each request, and is refused with the password of before no more', async () => {
    let wanted = 'one';
    const seen: Array<string | undefined> = [];
    const server = await httpServer((request, response) => {
      seen.push(request.headers.authorization);
      const isRight = request.headers.authorization === `Basic ${wanted}`;
      response.writeHead(isRight ? 200 : 401, { 'content-type': 'application/json' }).end('{}');
    });
    let now = 'one';
    const cluster = await connectTo({ hosts: [server.url] }, true, { login: () => `Basic ${now}` });
    const ask = () => cluster.transport.request({ method: 'GET', path: '/' });
    await ask();
    wanted = 'two';
    await expect(ask()).rejects.toThrow();
    now = 'two';
    expect(await ask()).toMatchObject({ status: 200 });
    expect(seen).toEqual(['Basic one', 'Basic one', 'Basic one', 'Basic two']);
    await cluster.close();
    await server.close();
  });

  it('logs in as the settings say, where nobody asks for more', async () => {
    const seen: Array<string | undefined> = [];
    const server = await httpServer((request, response) => {
      seen.push(request.headers.authorization);
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
    const cluster = await connectTo({ hosts: [server.url], username: 'me', password: 'p' }, true);
    expect(seen).toEqual([`Basic ${Buffer.from('me:p').toString('base64')}`]);
    await cluster.close();
    await server.close();
  });

  it('goes to no place that `egress.opensearch` does not name, whatever a name means', async () => {
    const met: string[] = [];
    const server = await httpServer((request, response) => {
      met.push(request.url ?? '');
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
    const { port } = new URL(server.url);
    const egressTo = (...allow: readonly string[]) => ({ egress: egressOf(allow, 'egress.opensearch') });
    const named = { hosts: [`http://localhost:${port}`] };
    await expect(connectTo({ hosts: [server.url] }, true, egressTo('10.0.0.0/8'))).rejects.toThrow(
      '`egress.opensearch`',
    );
    await expect(connectTo(named, false, egressTo('10.0.0.0/8'))).rejects.toThrow('`egress.opensearch`');
    await expect(connectTo(named, false, egressTo(`localhost:${Number(port) + 1}`))).rejects.toThrow();
    expect(met).toEqual([]);
    for (const allow of [`localhost:${port}`, '127.0.0.0/8'])
      await (await connectTo({ hosts: [`http://127.0.0.1:${port}`] }, false, egressTo('127.0.0.0/8', allow))).close();
    expect(met).toHaveLength(2);
    await server.close();
  });
});
