import { writeFileSync } from 'fs';
import { egressOf } from '../../../common/entity/egress';
import { testAuthority } from '../../../test/targets/certificate';
import { join } from 'path';
import { temporaryFolder } from '../../../test/contracts/temporary_folder';
import { clusterOf } from './cluster';
import type { CoreStart } from './host_services';

const place = temporaryFolder();
afterAll(place.remove);

/** What Dashboards is asked to make a client with; undefined: its own is used. */
const asked = (settings: Parameters<typeof clusterOf>[1]): unknown => {
  let config: unknown;
  const client = { asInternalUser: {}, close: async () => undefined };
  const createClient = (_name: string, given: unknown) => {
    config = given;
    return client;
  };
  clusterOf({ opensearch: { client, createClient } } as unknown as CoreStart, settings);
  return config;
};

describe('the client of Dashboards', () => {
  const file = (name: string): string => {
    const path = join(place.folder, name);
    writeFileSync(path, `PEM of ${name}`);
    return path;
  };

  it('is its own where the settings name neither user, nor cluster, nor certificate', () => {
    expect(asked({ hosts: [] })).toBeUndefined();
  });

  it('gets what is in the files of certificates, because it reads none for a plugin', () => {
    expect(asked({ hosts: [], username: 'reflex', password: 'p', ca: file('ca') })).toEqual({
      username: 'reflex',
      password: 'p',
      ssl: { certificateAuthorities: ['PEM of ca'] },
    });
    expect(asked({ hosts: ['https://a:9200'], cert: file('cert'), key: file('key') })).toEqual({
      hosts: ['https://a:9200'],
      ssl: { certificate: 'PEM of cert', key: 'PEM of key', alwaysPresentCertificate: true },
    });
    expect(asked({ hosts: [], cert: file('cert'), key: file('key') })).toMatchObject({ ssl: { key: 'PEM of key' } });
  });

  it('is not made where a file is not there, and the file is named', () => {
    expect(() => asked({ hosts: [], username: 'reflex', ca: '/nowhere/ca' })).toThrow('`/nowhere/ca`');
  });
});

describe('a client that is in use', () => {
  const authority = testAuthority();
  const [ca, cert, key] = ['ca2', 'cert2', 'key2'].map((name) => join(place.folder, name)) as [string, string, string];
  const put = (name: string): void => {
    const made = authority.issue(name);
    writeFileSync(cert, made.cert);
    writeFileSync(key, made.key);
  };
  let now = 0;
  const made: Array<{ readonly config: unknown; closed: boolean; readonly sent: unknown[] }> = [];
  const core = {
    opensearch: {
      client: { asInternalUser: {} },
      createClient: (_name: string, config: unknown) => {
        const client = { config, closed: false, sent: [] as unknown[] };
        made.push(client);
        const request = (_params: unknown, options: unknown) => {
          client.sent.push(options);
          return Promise.resolve({ statusCode: 200, body: {} });
        };
        return { asInternalUser: { transport: { request } }, close: async () => void (client.closed = true) };
      },
    },
  } as unknown as CoreStart;
  const begin = (settings: Parameters<typeof clusterOf>[1], how: Parameters<typeof clusterOf>[2] = {}) => {
    made.splice(0);
    return clusterOf(core, settings, { ...how, now: () => now });
  };
  const ask = (cluster: ReturnType<typeof clusterOf>) => cluster.transport.request({ method: 'GET', path: '/' });

  it('has the password of this moment, where the settings name it', async () => {
    let authorization = 'Basic one';
    const how = { login: () => authorization };
    const cluster = begin({ hosts: [], username: 'reflex', passwordSecret: 'search' }, how);
    await ask(cluster);
    authorization = 'Basic two';
    await ask(cluster);
    expect(made[0]?.sent).toMatchObject([
      { headers: { authorization: 'Basic one' } },
      { headers: { authorization: 'Basic two' } },
    ]);
    await ask(begin({ hosts: [], username: 'reflex', password: 'p' }, how));
    expect(JSON.stringify(made[0]?.sent)).not.toContain('Basic');
  });

  it('shows the certificate that is in its file, and the last one while its key does not fit', async () => {
    writeFileSync(ca, authority.ca);
    put('first');
    const cluster = begin({ hosts: ['https://a:9200'], ca, cert, key });
    await ask(cluster);
    put('second');
    await ask(cluster);
    expect(made).toHaveLength(1);
    now += 5_000;
    await ask(cluster);
    expect(made).toHaveLength(2);
    expect(made[1]?.config).not.toEqual(made[0]?.config);
    writeFileSync(key, authority.issue('third').key);
    now += 5_000;
    await ask(cluster);
    expect(made.map(({ sent, closed }) => [sent.length, closed])).toEqual([
      [2, false],
      [2, false],
    ]);
    await cluster.close();
    expect(made.map(({ closed }) => closed)).toEqual([true, true]);
  });

  it('goes to no place that `egress.opensearch` does not name', async () => {
    const egress = egressOf(['10.20.0.0/16:9200'], 'egress.opensearch');
    const inside = begin({ hosts: ['https://10.20.0.1:9200'], username: 'r' }, { egress });
    await ask(inside);
    expect(made[0]?.sent).toHaveLength(1);
    for (const host of ['https://10.21.0.1:9200', 'https://10.20.0.1:9201', 'https://localhost:9200']) {
      const outside = begin({ hosts: [host], username: 'r' }, { egress });
      await expect(ask(outside)).rejects.toThrow('`egress.opensearch`');
      expect(made[0]?.sent).toEqual([]);
    }
  });
});
