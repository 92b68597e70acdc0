import { PassThrough } from 'stream';
import { aStatus } from '../../test/builders/views';
import { quietLog } from '../../test/builders/store_port';
import { StoreUnavailable } from '../runner/ports';
import type { Caller } from './bind';
import type { HostRequest, HostResponse, HostRoute } from './http';
import { liveRoute } from './live';

const ann: Caller = { name: 'ann', may: ['read'], singleUser: false };

/** A page that listens, in time that the test lets pass. */
const listen = async (identify: () => Promise<Caller | undefined>, { gone: isGone = false } = {}) => {
  const routes: HostRoute[] = [];
  const told: string[] = [];
  let leave = (): void => undefined;
  let listeners = 0;
  const endAll = liveRoute({
    router: { add: (route) => routes.push(route) },
    log: quietLog(),
    identify,
    tokenOwner: async () => undefined,
    loading: () => undefined,
    servesPeople: true,
    status: async (caller) => aStatus({ caller: { name: caller.name, may: [], single_user: false } }),
    onChange: (change) => {
      listeners += 1;
      change({ topic: 'case', id: '1' });
      return () => {
        listeners -= 1;
      };
    },
  });
  const request: HostRequest = {
    params: {},
    query: {},
    body: undefined,
    headers: {},
    address: undefined,
    native: undefined,
    whenGone: (gone) => {
      leave = gone;
      if (isGone) gone();
    },
  };
  const again = () => (routes[0] as HostRoute).handle(request);
  const answer = await again();
  const { body } = answer as HostResponse & { body: PassThrough };
  if (body instanceof PassThrough) body.on('data', (chunk) => told.push(String(chunk)));
  return { answer, body, told, endAll, again, leave: () => leave(), listeners: () => listeners };
};
const statuses = (told: readonly string[]): number => told.filter((each) => each.startsWith('event: status')).length;

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

describe('the live stream', () => {
  it('tells the status every second, and what changed by its kind', async () => {
    const { told, leave, listeners } = await listen(async () => ann);
    await jest.advanceTimersByTimeAsync(10_000);
    expect(statuses(told)).toBe(11);
    expect(told).toContain('event: changed\ndata: {"topics":["case"]}\n\n');
    leave();
    expect(listeners()).toBe(0);
    await jest.advanceTimersByTimeAsync(10_000);
    expect(statuses(told)).toBe(11);
  });

  it('leaves nothing behind where the page is gone before it begins', async () => {
    const { body, listeners } = await listen(async () => ann, { gone: true });
    expect([body.writableEnded, listeners(), jest.getTimerCount()]).toEqual([true, 0, 0]);
  });

  it.each([
    ['logged out', undefined],
    ['may not look any more', { ...ann, may: ['respond'] as const }],
  ])('ends within seconds for somebody who %s', async (_, later) => {
    let now: Caller | undefined = ann;
    const { told, body, listeners } = await listen(async () => now);
    await jest.advanceTimersByTimeAsync(20_000);
    expect(body.writableEnded).toBe(false);
    now = later;
    await jest.advanceTimersByTimeAsync(5_000);
    expect([body.writableEnded, listeners()]).toEqual([true, 0]);
    const before = told.length;
    await jest.advanceTimersByTimeAsync(20_000);
    expect(told).toHaveLength(before);
  });

  it('tells of the rights as they are now', async () => {
    let now: Caller = ann;
    const { told, leave } = await listen(async () => now);
    now = { ...ann, name: 'ann-now' };
    await jest.advanceTimersByTimeAsync(7_000);
    expect(told.at(-1)).toContain('ann-now');
    leave();
  });

  it('goes on for a minute while nobody can say who listens, and no longer', async () => {
    let away = false;
    const { body } = await listen(() => (away ? Promise.reject(new StoreUnavailable('away')) : Promise.resolve(ann)));
    away = true;
    await jest.advanceTimersByTimeAsync(55_000);
    expect(body.writableEnded).toBe(false);
    await jest.advanceTimersByTimeAsync(10_000);
    expect(body.writableEnded).toBe(true);
  });

  it('ends at once when the host stops, and begins no more', async () => {
    const { body, listeners, endAll, again } = await listen(async () => ann);
    endAll();
    expect([body.writableEnded, listeners(), jest.getTimerCount()]).toEqual([true, 0, 0]);
    expect(await again()).toMatchObject({ status: 503, body: { message: 'Reflex is stopping' } });
    expect(jest.getTimerCount()).toBe(0);
  });

  it('begins for nobody who may not look', async () => {
    expect((await listen(async () => undefined)).answer.status).toBe(401);
    expect((await listen(async () => ({ ...ann, may: [] }))).answer.status).toBe(401);
  });
});
