import { writeFileSync } from 'fs';
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
