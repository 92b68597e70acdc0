import { createServer, type Server } from 'http';
import type { AddressInfo } from 'net';
import { mkdtempSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import type { IntakeHealthView, ReceiverView } from '../../../common/api/routes';
import { anIntakeHealth } from '../../../test/builders/source_views';
import { receiverLine, sourceLine, sources, switchSource } from './sources';

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

const aReceiver: ReceiverView = {
  name: 'webhook:siem>webhook',
  source: { type: 'webhook', id: 'siem' },
  channel: 'webhook',
  place: 'https://siem.example',
  tell: ['verified'],
  told: 3,
  refused: 0,
  given_up: 0,
  lag_s: 0,
};

describe('who is told what became of reports', () => {
  it.each<[Partial<ReceiverView>, string]>([
    [{ last_told: { at: AT, key: 'k', event_id: 'e' } }, `webhook:siem>webhook: told; 3 told; last at ${AT}`],
    [
      { error: 'HTTP 503', refused: 1, given_up: 2, lag_s: 70 },
      'webhook:siem>webhook: not told: HTTP 503; 3 told; 1 refused; 2 given up; the oldest waits for 70 s',
    ],
  ])('is told of %j', (change, line) => expect(receiverLine({ ...aReceiver, ...change })).toBe(line));
});

describe('`reflex sources off`', () => {
  let server: Server;
  let folder: string;
  let isOff: boolean;
  let receivers: readonly ReceiverView[];
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
        const list = request.url?.endsWith('/outcomes') === true ? { receivers } : { sources: [] };
        response.end(JSON.stringify(request.url?.endsWith('/switch') === true ? now : { as_of: AT, ...list }));
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
    receivers = [];
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

  it('says who is told what became of reports', async () => {
    receivers = [aReceiver];
    expect((await sources(address())).lines.at(-1)).toBe('webhook:siem>webhook: told; 3 told');
  });

  it('says that nothing has come in', async () =>
    expect((await sources(address())).lines).toEqual([
      'nothing has come in since that host started, and no source is switched off',
    ]));
});
