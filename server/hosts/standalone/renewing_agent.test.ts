import { createServer } from 'https';
import { writeFileSync } from 'fs';
import { join } from 'path';
import type { TLSSocket } from 'tls';
import { testAuthority } from '../../../test/targets/certificate';
import { temporaryFolder } from '../../../test/contracts/temporary_folder';
import { listenOnLoopback } from '../../../test/targets/loopback_server';
import { readSettings } from '../settings';
import { CannotStart } from './cannot_start';
import { connectTo, namedCluster } from './cluster';

/* OpenSearch that asks for a client certificate, on real sockets. */

describe('the certificate towards OpenSearch', () => {
  it('is shown, and is the one that is in its file when a connection is made', async () => {
    const place = temporaryFolder();
    const authority = testAuthority();
    const met: string[] = [];
    const server = createServer(
      { ...authority.issue('search.example'), ca: authority.ca, requestCert: true },
      (request, response) => {
        met.push(String((request.socket as TLSSocket).getPeerCertificate().subject?.CN));
        response.writeHead(200, { 'content-type': 'application/json', connection: 'close' }).end('{}');
      },
    );
    const port = await listenOnLoopback(server);
    const [ca, cert, key] = ['ca', 'cert', 'key'].map((name) => join(place.folder, name));
    const put = (name: string): void => {
      const made = authority.issue(name);
      writeFileSync(cert ?? '', made.cert);
      writeFileSync(key ?? '', made.key);
    };
    writeFileSync(ca ?? '', authority.ca);
    put('first');
    const cluster = await connectTo({ hosts: [`https://127.0.0.1:${port}`], ca, cert, key }, false);
    const ask = () => cluster.transport.request({ method: 'GET', path: '/' });
    put('second');
    await ask();
    writeFileSync(key ?? '', authority.issue('third').key);
    await ask();
    expect(met).toEqual(['first', 'second', 'second']);
    writeFileSync(ca ?? '', testAuthority().ca);
    put('fourth');
    await expect(ask()).rejects.toThrow();
    expect(met).toHaveLength(3);
    await cluster.close();
    server.closeAllConnections();
    server.close();
    place.remove();
  });

  it('needs its key, in the settings and in the environment', () => {
    for (const half of [{ cert: '/a' }, { key: '/a' }])
      expect(readSettings({ opensearch: half })).toMatchObject({ ok: false, error: [{ path: 'opensearch' }] });
    const env = { OPENSEARCH_HOSTS: 'https://a:9200', OPENSEARCH_CERT: '/a' };
    expect(() => namedCluster(env, { hosts: [] })).toThrow(CannotStart);
    expect(namedCluster({ ...env, OPENSEARCH_KEY: '/b' }, { hosts: [] })).toMatchObject({ cert: '/a', key: '/b' });
  });

  it('stops the start where a file is not there', async () => {
    const named = { hosts: ['https://127.0.0.1:1'], cert: '/nowhere/c', key: '/nowhere/k' };
    await expect(connectTo(named, true)).rejects.toThrow(/`\/nowhere\/c` with the certificate/);
  });
});
