import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'fs';
import { createServer, type Server } from 'http';
import type { AddressInfo } from 'net';
import { tmpdir } from 'os';
import { join } from 'path';
import { aBacktest } from '../../../../test/builders/backtests';
import { BLOCK_KNOWN_IOC } from '../../../../test/builders/policies';
import { runPolicyCommand } from './main';

/* The commands that ask a running Reflex, against one that answers as the test says. */

let folder: string;
let server: Server;
const asked: Array<{ readonly place: string; readonly body: unknown }> = [];
const answers = new Map<string, readonly [number, unknown]>();

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'reflex-backtest-'));
  writeFileSync(join(folder, 'key'), 'secret');
  writeFileSync(join(folder, 'one.yaml'), BLOCK_KNOWN_IOC);
  asked.length = 0;
  server = createServer((request, response) => {
    let text = '';
    request.on('data', (part: Buffer) => (text += part.toString('utf8')));
    request.on('end', () => {
      const place = `${request.method ?? ''} ${request.url ?? ''}`;
      asked.push({ place, body: text === '' ? undefined : JSON.parse(text) });
      const [status, body] = answers.get(place) ?? [404, { code: 'not_found', message: 'nothing here' }];
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  rmSync(folder, { recursive: true, force: true });
  await new Promise((resolve) => server.close(resolve));
});

const run = async (...args: string[]) => {
  const out: string[] = [];
  const errors: string[] = [];
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const io = { out: (line: string) => out.push(line), err: (line: string) => errors.push(line), cwd: folder, now: 0 };
  const exit = await runPolicyCommand([...args, '--url', url, '--token-file', join(folder, 'key')], io);
  return { exit, out, errors };
};

const digest = aBacktest().digest;
const { report: _report, finished_at: _at, ...running } = aBacktest({ state: 'running', done: 300 });

describe('reflex policies backtest', () => {
  it('sends the guards beside the policies, without their tests', async () => {
    answers.set('POST /api/reflex/backtests', [200, running]);
    answers.set(`GET /api/reflex/backtests/${encodeURIComponent(digest)}`, [200, aBacktest()]);
    mkdirSync(join(folder, 'guards'));
    writeFileSync(join(folder, 'guards', 'calm.rego'), 'package reflex.guards.calm\n');
    writeFileSync(join(folder, 'guards', 'calm_test.rego'), 'package reflex.guards.calm_test\n');
    await run('backtest', 'one.yaml');
    expect(asked[0]?.body).toMatchObject({ guards: [{ name: 'calm', source: 'package reflex.guards.calm\n' }] });
  });

  it('sends the policies, waits, and says what would have been otherwise', async () => {
    answers.set('POST /api/reflex/backtests', [200, running]);
    answers.set(`GET /api/reflex/backtests/${encodeURIComponent(digest)}`, [200, aBacktest()]);
    const { exit, out } = await run('backtest', 'one.yaml', '--days', '30');
    expect(exit).toBe(0);
    expect(asked[0]?.body).toEqual({ of: 'sources', sources: [BLOCK_KNOWN_IOC], guards: [], days: 30 });
    expect(out).toEqual([
      'my-block (added, shadow): 7 events',
      '    would act: 3',
      '    another policy acted already: 1',
      '    stopped by a brake: 2 (limit-address-blocks 2)',
      '    would ask a person: 1',
      '    people agree: 1, contradict it: 1',
      '      2026-11-22T00:42:04.000Z block_ip 203.0.113.9: brake, decision-12',
      '      2026-11-22T00:25:24.000Z block_ip 203.0.113.8: act, decision-11',
      '      the newest 2 of 7; more with --format json',
      '2 further policies differ and are not listed',
      '42 of 1204 decisions would have been others',
      'acts newly permitted: 42, no longer: 1',
      '  permit   120 → 161',
      '  escalate 64 → 64',
      '  deny     20 → 20',
      '  hold     0 → 0',
      '  learn    1000 → 959',
      '  block-known-ioc: 42 new (30 right, 2 wrong), 1 no longer',
      '  LIMIT limit-address-blocks in all: 61 at once, 50 allowed, 11 acts over it',
      'largest blast: block_ip on 61 targets within an hour',
      'not certain: 3 decisions, for facts that were not looked up',
    ]);
  });

  it('does not send what has faults', async () => {
    writeFileSync(join(folder, 'one.yaml'), BLOCK_KNOWN_IOC.replace('ttl: 4h', 'ttl: long'));
    expect(await run('backtest', 'one.yaml')).toMatchObject({ exit: 1 });
    expect(asked).toEqual([]);
  });

  it.each([
    [
      'another one runs',
      [429, { code: 'overloaded', message: 'another backtest runs here' }],
      'another backtest runs here (overloaded)',
    ],
    [
      'it is cancelled meanwhile',
      [200, { ...running, state: 'cancelled', why: 'cancelled by ann' }],
      'cancelled by ann',
    ],
  ] as const)('says so when %s', async (_, answer, message) => {
    answers.set('POST /api/reflex/backtests', answer);
    expect(await run('backtest', 'one.yaml')).toMatchObject({ exit: 2, errors: [`reflex: ${message}`] });
  });

  it('refuses what is no bundle and no number of days', async () => {
    writeFileSync(join(folder, 'b.tar.gz'), 'nothing');
    expect((await run('backtest', 'b.tar.gz')).errors[0]).toMatch(/^reflex: `b\.tar\.gz` is no bundle: /);
    expect((await run('backtest', 'one.yaml', '--days', '0')).exit).toBe(2);
  });
});

describe('reflex policies rhythm', () => {
  const nothing = {
    as_of: '2026-11-22T10:00:00.000Z',
    days: 7,
    due: [],
    expired: [],
    expiring: [],
    without_review: [],
    changed: [],
    fired: [],
    never_fired: [],
    too_young: 0,
  };
  const told = (overrides: object) =>
    answers.set('GET /api/reflex/policies/rhythm', [200, { ...nothing, ...overrides }]);

  it('ends with 1 where something is due or has expired', async () => {
    told({ expired: [{ policy: 'p', owner: 'soc', expires: '2026-11-01' }] });
    expect(await run('rhythm')).toEqual({
      exit: 1,
      out: ['EXPIRED p on 2026-11-01: it decides nothing any more (soc)', 'in the last 7 days:'],
      errors: [],
    });
    told({ fired: [{ policy: 'p', mode: 'enforce', count: 12, overridden: 2 }] });
    expect(await run('rhythm')).toMatchObject({
      exit: 0,
      out: ['in the last 7 days:', '  fired p (enforce) 12 times, 2 OVERRIDDEN'],
    });
    told({ too_young: 3 });
    const young = '  too early to say: 3 have not fired and are younger than 7 days';
    expect((await run('rhythm')).out).toEqual(['in the last 7 days:', young]);
  });
});
