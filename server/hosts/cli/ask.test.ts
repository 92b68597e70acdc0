import { createServer } from 'https';
import { readFileSync, writeFileSync } from 'fs';
import { join } from 'path';
import { listSecrets } from '../../../common/api/routes';
import { temporaryFolder } from '../../../test/contracts/temporary_folder';
import { listenOnLoopback } from '../../../test/targets/loopback_server';
import { ownCertificate } from '../standalone/http/own_certificate';
import { ask } from './ask';

describe('asking a host with TLS', () => {
  it('believes the certificate that the host of this machine made for itself, and none that it did not', async () => {
    const [own, other] = [temporaryFolder(), temporaryFolder()];
    for (const { folder } of [own, other]) writeFileSync(join(folder, 'key'), 'a key');
    const files = ownCertificate(own.folder, ['127.0.0.1'], Date.now());
    const server = createServer(
      { cert: readFileSync(files.cert), key: readFileSync(files.key) },
      (_request, response) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end('{"as_of":"2026-11-22T10:00:00.000Z","secrets":[],"keys":[]}');
      },
    );
    const url = `https://127.0.0.1:${await listenOnLoopback(server)}`;
    expect(await ask({ url, tokenFile: join(own.folder, 'key') }, listSecrets)).toMatchObject({ ok: true });
    expect(await ask({ url, tokenFile: join(other.folder, 'key') }, listSecrets)).toMatchObject({ ok: false });
    ownCertificate(other.folder, ['127.0.0.1'], Date.now());
    expect(await ask({ url, tokenFile: join(other.folder, 'key') }, listSecrets)).toMatchObject({ ok: false });
    server.closeAllConnections();
    server.close();
    own.remove();
    other.remove();
  });
});
