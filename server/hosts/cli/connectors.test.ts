import { createServer, type Server } from 'http';
import type { AddressInfo } from 'net';
import { mkdtempSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import type { ConnectorView, SelfTestView } from '../../../common/api/routes';
import { aConnectorView } from '../../../test/builders/views';
import { actionLine, connectorLines, connectors, testOne } from './connectors';

const AT = '2026-11-22T10:00:00.000Z';
const aTest = (change: Partial<SelfTestView> = {}): SelfTestView => ({
  action: 'block_ip',
  target: '192.0.2.7',
  by: 'ann',
  at: AT,
  state: 'passed',
  steps: [{ step: 'brakes', ok: true, text: 'nothing stops it' }],
  ...change,
});

describe('a connector for people', () => {
  const [action] = aConnectorView().actions;
  if (action === undefined) throw new Error('no action');

  it('says what each action takes away, needs and does with who is off', () => {
    expect(actionLine(action)).toBe(
      '  block_ip: disruption 0.1; 1 of `gateway`; an order for a target that is off is queued for 60 s, until undoing ' +
        'cancels it; seen by the router; needs firewall:write; milder: kill_process',
    );
    expect(actionLine({ action: 'x', milder: [], cannot: 'no licence' })).toBe(
      '  x: CANNOT NOW: no licence; its configuration states nothing of it',
    );
  });

  it('says how it is, when an effect was last seen, and what came of its last test', () => {
    expect(connectorLines(aConnectorView({ test: aTest({ state: 'failed' }) }))).toEqual([
      `edge-firewall (rest): ok since ${AT}`,
      `  an effect was last seen at ${AT}; tried again after connection, no_answer`,
      expect.stringContaining('block_ip'),
      `  self-test FAILED: block_ip 192.0.2.7, by ann at ${AT}`,
      '    ok   brakes: nothing stops it',
    ]);
  });
});

describe('`reflex connectors test`', () => {
  let server: Server;
  let folder: string;
  let listed: ReadonlyArray<ConnectorView['test']>;
  const asked: Array<{ readonly path: string | undefined; readonly body: string }> = [];
  const address = () => ({
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    tokenFile: join(folder, 'key'),
  });

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'reflex-connectors-'));
    writeFileSync(join(folder, 'key'), 'secret');
    server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        if (request.method === 'POST') {
          asked.push({ path: request.url, body });
          return response.end(JSON.stringify(aTest({ state: 'running', steps: [] })));
        }
        const [test, ...later] = listed;
        if (later.length > 0) listed = later;
        const view = aConnectorView(test === undefined ? {} : { test });
        return response.end(JSON.stringify({ as_of: AT, connectors: [view] }));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(async () => {
    await new Promise((resolve) => server.close(resolve));
    rmSync(folder, { recursive: true });
  });
  beforeEach(() => (asked.length = 0));

  const wish = { connector: 'edge-firewall', action: 'block_ip' };

  it('waits until it is over, and tells by its exit code whether all of it went', async () => {
    listed = [aTest({ state: 'running' }), aTest()];
    expect(await testOne(address(), wish, 1)).toMatchObject({
      exit: 0,
      lines: ['edge-firewall', /PASSED/, /ok/].map((each) =>
        typeof each === 'string' ? each : expect.stringMatching(each),
      ),
    });
    listed = [aTest({ state: 'failed' })];
    expect(await testOne(address(), { connector: 'edge-firewall' }, 1)).toMatchObject({ exit: 1 });
    expect(asked).toEqual([
      { path: '/api/reflex/connectors/edge-firewall/test', body: '{"action":"block_ip"}' },
      { path: '/api/reflex/connectors/edge-firewall/test', body: '{}' },
    ]);
  });

  it('takes no other test for its own', async () => {
    for (const other of [undefined, aTest({ at: '2026-11-22T09:00:00.000Z' })]) {
      listed = [other];
      expect(await testOne(address(), wish, 1)).toMatchObject({ exit: 2 });
    }
  });

  it('lists connectors', async () => {
    listed = [undefined];
    expect((await connectors(address())).lines[0]).toContain('edge-firewall (rest): ok');
  });
});
