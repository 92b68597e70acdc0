import { writeFileSync } from 'fs';
import { join } from 'path';
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
});
