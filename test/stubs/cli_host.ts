import { mkdtempSync, rmSync, writeFileSync } from 'fs';
import { createServer } from 'http';
import type { AddressInfo } from 'net';
import { tmpdir } from 'os';
import { join } from 'path';

/** One request of the command line. */
export interface CliRequest {
  /** Path and query. */
  readonly url: string;
  /** What its JSON says; undefined where it had no body. */
  readonly body: unknown;
}

/**
 * A host that a command asks, with a folder that holds the key. It is there from before the first test of a suite until
 * after its last one.
 *
 * @param answer what it answers, as a value that JSON can tell
 */
export const cliHost = (answer: (request: CliRequest) => unknown) => {
  const folder = mkdtempSync(join(tmpdir(), 'reflex-cli-'));
  const address = { url: '', tokenFile: join(folder, 'key') };
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk) => (text += String(chunk)));
    request.on('end', () => {
      const body: unknown = text === '' ? undefined : JSON.parse(text);
      response.end(JSON.stringify(answer({ url: request.url ?? '', body })));
    });
  });
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    writeFileSync(address.tokenFile, 'secret');
    address.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    await new Promise((resolve) => server.close(resolve));
    rmSync(folder, { recursive: true });
  });
  return { address, folder };
};
