import { createServer, type Server } from 'http';
import type { AddressInfo } from 'net';
import { mkdtempSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import type { IntakeHealthView } from '../../../common/api/routes';
import { anIntakeHealth } from '../../../test/builders/source_views';
import { sourceLine, sources, switchSource } from './sources';

const AT = '2026-11-22T10:00:00.000Z';
describe('`reflex sources`', () => {
  it.each<[Partial<IntakeHealthView>, string]>([
    [{}, 'webhook:siem: on; 7 received'],
    [
      { off: { by: 'ann', at: AT, reason: 'it cries wolf' }, switched_off: 3 },
      `webhook:siem: SWITCHED OFF ${AT} by ann: it cries wolf; 7 received; 3 not taken while it was off`,
    ],
    [{ connected: false }, 'webhook:siem: not connected; 7 received'],
    [{ error: 'no such topic', lag: 4 }, 'webhook:siem: fails: no such topic; 7 received; 4 waiting there'],
  ])('tells of %j', (change, line) => expect(sourceLine(anIntakeHealth(change))).toBe(line));
});

describe('`reflex sources off`', () => {
  let server: Server;
  let folder: string;
  let isOff: boolean;
  const asked: Array<{
    readonly method: string | undefined;
    readonly path: string | undefined;
    readonly body: string;
  }> = [];
  const address = () => ({
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    tokenFile: join(folder, 'key'),
  });

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'reflex-sources-'));
    writeFileSync(join(folder, 'key'), 'secret');
    server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        asked.push({ method: request.method, path: request.url, body });
        if (request.method === 'PUT') isOff = (JSON.parse(body) as { off: boolean }).off;
        const now = { version: 4, off: isOff, seen_here: false };
        const list = { as_of: AT, sources: [] };
        response.end(JSON.stringify(request.url?.endsWith('/switch') === true ? now : list));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(async () => {
    await new Promise((resolve) => server.close(resolve));
    rmSync(folder, { recursive: true });
  });
  beforeEach(() => {
    isOff = false;
    asked.length = 0;
  });

  it('switches the version that it saw, and says where nothing came by that name', async () => {
    const done = await switchSource(address(), { source: 'webhook:a:b c', off: true, reason: 'it cries wolf' });
    expect(done.exit).toBe(0);
    expect(done.lines.join(' ')).toContain('webhook:a:b c is switched off');
    expect(done.lines.join(' ')).toContain('look whether the name is right');
    expect(asked.map(({ method, path }) => [method, path])).toEqual([
      ['GET', '/api/reflex/sources/webhook/a%3Ab%20c/switch'],
      ['PUT', '/api/reflex/sources/webhook/a%3Ab%20c/switch'],
    ]);
    expect(JSON.parse(asked[1]?.body ?? '')).toEqual({ version: 4, off: true, reason: 'it cries wolf' });
  });

  it('changes nothing where it is off already', async () => {
    isOff = true;
    const done = await switchSource(address(), { source: 'kafka:x', off: true, reason: 'again' });
    expect([done.exit, done.lines, asked.length]).toEqual([0, ['kafka:x is off already'], 1]);
  });

  it('says that nothing has come in', async () =>
    expect((await sources(address())).lines).toEqual([
      'nothing has come in since that host started, and no source is switched off',
    ]));
});
