import { chanceOf, clockOf, drive, storePort } from '../../../test/builders/store_port';
import { aGate } from '../../../test/builders/undo_room';
import { FakeStore } from '../../../test/fakes/fake_store';
import { Scheduler } from '../../../test/fakes/scheduler';
import { sessionId } from '../keeping/kinds/session';
import { loneBody } from '../keeping/state_docs';
import { StoreUnavailable } from '../ports';
import { orderAll } from './acknowledge';
import { ACKNOWLEDGE_AFTER_MS } from './session_times';

/* The order to stop in each session: one answer that is lost does not make a session unknown. */

const GATE = { ...aGate(), epoch: 3, sessions: { s2: { joined_at: '2026-11-22T10:00:00.000Z', agent: 'other' } } };

/** A session that has obeyed, in a store that does not answer for a while. */
const asked = async (awayForMs: number) => {
  const scheduler = new Scheduler();
  const clock = clockOf(scheduler);
  const { store } = storePort(new FakeStore(), scheduler);
  const content = { id: 's2', n: 7, dead: false, seen_epoch: 3, order_epoch: 3 } as never;
  const body = loneBody('session', content, { write_id: 'w', facets: {} });
  await drive(scheduler, store.bulk([{ id: sessionId('s2'), expect: 'absent', body }]));
  const back = scheduler.now + awayForMs;
  const get: typeof store.get = (id) =>
    scheduler.now < back ? Promise.reject(new StoreUnavailable('away')) : store.get(id);
  const ports = { session: { id: 's1' }, store: { ...store, get }, clock, chance: chanceOf() };
  return drive(scheduler, orderAll(ports, GATE));
};

describe('a session that is ordered to stop', () => {
  it.each([
    ['obeyed', 0],
    ['obeyed', 1_000],
    ['unknown', 60_000],
  ])('is %s where OpenSearch does not answer for %d ms', async (how, awayForMs) => {
    expect(await asked(awayForMs)).toEqual([{ session: 's2', how }]);
  });
});

describe('a session that another agent has ordered already, and that does not answer', () => {
  it('is waited for from when that was seen, and is written to no more', async () => {
    const scheduler = new Scheduler();
    const { store, bulks } = storePort(new FakeStore(), scheduler);
    const content = { id: 's2', n: 7, dead: false, seen_epoch: 2, order_epoch: 3 } as never;
    const body = loneBody('session', content, { write_id: 'w', facets: {} });
    await drive(scheduler, store.bulk([{ id: sessionId('s2'), expect: 'absent', body }]));
    const [written, began] = [bulks.length, scheduler.now];
    let looks = 0;
    const get: typeof store.get = (id) => {
      looks += 1;
      return store.get(id);
    };
    const ports = { session: { id: 's1' }, store: { ...store, get }, clock: clockOf(scheduler), chance: chanceOf() };
    expect(await drive(scheduler, orderAll(ports, GATE))).toEqual([{ session: 's2', how: 'permit_lapsed' }]);
    expect(bulks.length).toBe(written);
    expect(scheduler.now - began).toBeGreaterThanOrEqual(ACKNOWLEDGE_AFTER_MS);
    // Each 25 ms.
    expect(looks).toBeLessThanOrEqual(52);
  });
});
