import { existsSync, readFileSync, writeFileSync } from 'fs';
import { join } from 'path';
import type { StatusView } from '../common/api/routes';
import { anEvent } from '../test/builders/events';
import { BareHost } from '../test/demo/bare_host';
import { temporaryFolder } from '../test/contracts/temporary_folder';
import { openFileSpool } from './adapters/spool/file_spool';
import { openFileJournal } from './adapters/system/file_journal';
import { StoreUnavailable } from './runner/ports';
import { wire } from './wiring';

/* The real wiring as long as OpenSearch is away. */

let temporary: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  temporary = temporaryFolder();
});
afterEach(() => temporary.remove());

const hostWith = ({ demo = false }: { readonly demo?: boolean } = {}): BareHost =>
  new BareHost({
    transport: { request: () => Promise.reject(new StoreUnavailable('away')) },
    dataFolder: temporary.folder,
    demo,
  });
const statusOf = async (host: BareHost): Promise<StatusView> =>
  (await host.call<StatusView>('get', '/api/reflex/status')).body;
const until = async (holds: () => Promise<boolean>): Promise<void> => {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 5));
};
const isWaiting = async (host: BareHost): Promise<boolean> =>
  (await statusOf(host)).steps?.some(({ detail }) => detail === 'away') === true;
/** Works only if nobody has it open. */
const openJournal = () => openFileJournal({ folder: join(temporary.folder, 'journal') });

describe('the wiring while OpenSearch is away', () => {
  it('says what it waits for, and answers nothing else', async () => {
    const host = hostWith();
    const wired = wire(host.parts);
    const started = wired.start();
    await until(() => isWaiting(host));
    expect(await statusOf(host)).toMatchObject({
      loading: true,
      mode: 'observing',
      steps: [{ id: 'indices', state: 'running', detail: 'away' }],
    });
    for (const path of ['/api/reflex/decisions', '/api/reflex/overview', '/api/reflex/sources'])
      expect((await host.call('get', path)).status).toBe(503);
    expect((await host.call('post', '/api/reflex/demo/end')).status).toBe(503);
    await wired.stop();
    await started;
  });

  it('keeps events on its disk', async () => {
    const host = hostWith();
    const wired = wire(host.parts);
    const started = wired.start();
    await until(() => isWaiting(host));
    const headers = { authorization: `Bearer ${readFileSync(join(temporary.folder, 'intake-token'), 'utf8').trim()}` };
    const event = { ...anEvent(), timestamp: new Date().toISOString() };
    const handIn = () => host.call('post', '/api/reflex/events', { body: JSON.stringify(event), headers });
    expect(await handIn()).toMatchObject({ status: 202, body: { results: [{ status: 'spooled' }] } });
    expect(await statusOf(host)).toMatchObject({
      loading: true,
      troubles: [{ code: 'store_unavailable' }],
      counters: { spooled: 1 },
    });
    expect(
      (await host.call('post', '/api/reflex/brakes/resume', { body: { scope: 'all', reason: 'all is well' } })).status,
    ).toBe(503);
    await wired.stop();
    await started;
    const spool = await openFileSpool({ folder: join(temporary.folder, 'spool'), persistent: true });
    expect(spool.size()).toBe(1);
    await spool.end();
  });

  it('takes an order to stop, keeps it on the disk and shows that only this host has it', async () => {
    const host = hostWith();
    const wired = wire(host.parts);
    const started = wired.start();
    await until(() => isWaiting(host));
    const body = { scope: 'connector:edge', reason: 'it misbehaves' };
    expect(await host.call('post', '/api/reflex/brakes/stop', { body })).toMatchObject({
      status: 200,
      body: { acknowledged: false, in_gate: false },
    });
    expect((await statusOf(host)).stops).toMatchObject([{ scope: 'connector:edge', state: 'local' }]);
    expect(readFileSync(join(temporary.folder, 'stop.json'), 'utf8')).toContain('it misbehaves');
    await wired.stop();
    await started;
  });

  it('shows a stop file that somebody made by hand', async () => {
    const host = hostWith();
    const wired = wire(host.parts);
    const started = wired.start();
    await until(() => isWaiting(host));
    writeFileSync(join(temporary.folder, 'stop.json'), 'maintenance');
    expect((await statusOf(host)).stops).toMatchObject([{ scope: 'all', why: 'maintenance', state: 'local' }]);
    await wired.stop();
    await started;
  });

  it('stops at once and leaves nothing open', async () => {
    const host = hostWith({ demo: true });
    const wired = wire(host.parts);
    const started = wired.start();
    await until(() => isWaiting(host));
    expect((await statusOf(host)).mode).toBe('demo');
    await expect(openJournal()).rejects.toThrow();
    expect(await wired.stop()).toEqual({ containments: 0 });
    await started;
    await (await openJournal()).end();
    expect(await host.call('get', '/api/reflex/live')).toMatchObject({ body: { message: 'Reflex is stopping' } });
    expect(existsSync(join(temporary.folder, 'demo-ending'))).toBe(false);
  });

  it('tells what it cannot open, and closes what it had opened', async () => {
    writeFileSync(join(temporary.folder, 'spool'), 'not a folder');
    const wired = wire(hostWith().parts);
    await expect(wired.start()).rejects.toThrow();
    await (await openJournal()).end();
    expect(await wired.stop()).toEqual({ containments: 0 });
  });
});
