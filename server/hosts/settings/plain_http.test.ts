import { readSettings } from '../settings';
import { namedCluster } from '../standalone/cluster';

const login = { username: 'reflex', password: 'x' };
const pathsOf = (value: unknown): readonly string[] => {
  const read = readSettings(value);
  return read.ok ? [] : read.error.map(({ path }) => path);
};

describe('an address without TLS', () => {
  it.each([
    'http://search.example:9200',
    'http://10.0.0.9:9200',
    'http://127.0.0.1.example:9200',
    'http://localhost.example',
  ])('gets no password: %s', (host) => {
    expect(pathsOf({ opensearch: { hosts: ['https://a.example:9200', host], ...login } })).toEqual([
      'opensearch.hosts',
    ]);
    expect(() => namedCluster({ OPENSEARCH_HOSTS: host, OPENSEARCH_USERNAME: 'reflex' }, { hosts: [] })).toThrow(
      'anybody on the way could read',
    );
    expect(pathsOf({ intake: { public_url: host } })).toEqual(['intake.public_url']);
  });

  it.each(['http://127.0.0.1:9200', 'http://localhost:9200', 'http://[::1]:9200', 'https://search.example:9200'])(
    'is no trouble where nobody is on the way: %s',
    (host) => {
      expect(pathsOf({ opensearch: { hosts: host, ...login }, intake: { public_url: host } })).toEqual([]);
      expect(namedCluster({ OPENSEARCH_HOSTS: host, OPENSEARCH_USERNAME: 'reflex' }, { hosts: [] })?.hosts).toEqual([
        host,
      ]);
    },
  );

  it('is taken where nothing secret goes there, or where the settings say so', () => {
    const host = 'http://search.example:9200';
    expect(pathsOf({ opensearch: { hosts: host } })).toEqual([]);
    expect(namedCluster({ OPENSEARCH_HOSTS: host }, { hosts: [] })?.hosts).toEqual([host]);
    const allowed = { hosts: host, ...login, allow_plain_http: true };
    expect(pathsOf({ opensearch: allowed, intake: { public_url: host, allow_plain_http: true } })).toEqual([]);
    expect(
      namedCluster({ OPENSEARCH_HOSTS: host, OPENSEARCH_USERNAME: 'reflex' }, { hosts: [], allowPlainHttp: true })
        ?.hosts,
    ).toEqual([host]);
  });
});
