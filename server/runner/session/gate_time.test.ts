import { chanceOf, clockOf, quietLog, storePort } from '../../../test/builders/store_port';
import { FakeStore } from '../../../test/fakes/fake_store';
import { Scheduler } from '../../../test/fakes/scheduler';
import type { Gate } from '../keeping/kinds/gate';
import { GateDocument } from './gate_document';
import { GateTime } from './gate_time';

/* How long ago the state was adopted, by no clock. */

const gate = (generation: string, age_ms?: number): Gate => ({
  ...{ generation, epoch: 1, stops: [], sessions: {}, bundle_floor: 1 },
  adopted: { from: 'g0', at: '2026-11-22T09:00:00.000Z', by: 'ana', ...(age_ms === undefined ? {} : { age_ms }) },
});

describe('the time since an adoption', () => {
  const scheduler = new Scheduler();
  let time: GateTime;
  beforeEach(() => {
    const { store } = storePort(new FakeStore(), scheduler);
    const basics = { clock: clockOf(scheduler), chance: chanceOf(), log: quietLog() };
    time = new GateTime({ basics, clockTrusted: () => false }, new GateDocument({ store, basics }, 's1'));
  });
  const wait = (ms: number): Promise<void> => scheduler.runUntil(scheduler.now + ms);

  it('is not known of a state that nobody adopted', () => {
    const { adopted: _adopted, ...never } = gate('g1');
    time.note(never);
    expect(time.adoptedForMs).toBeUndefined();
    expect(time.dated(never)).toEqual(never);
  });

  it('counts from the first sight, a little short, and is written whether the clock is trusted or not', async () => {
    time.note(gate('g1'));
    await wait(10_000);
    expect(time.adoptedForMs).toBe(9_900);
    expect(time.dated(gate('g1'))).toEqual(gate('g1', 9_900));
  });

  it('goes on from what is stored', async () => {
    time.note(gate('g1', 70_000));
    await wait(1_000);
    expect(time.adoptedForMs).toBe(70_990);
  });

  it('is the larger one of what is stored and what was seen', async () => {
    time.note(gate('g1'));
    await wait(10_000);
    time.note(gate('g1', 5_000));
    expect(time.adoptedForMs).toBe(9_900);
    time.note(gate('g1', 20_000));
    expect(time.adoptedForMs).toBe(20_000);
  });

  it('begins anew with the next adoption', () => {
    time.note(gate('g1', 500_000));
    time.note(gate('g2'));
    expect(time.adoptedForMs).toBe(0);
  });
});
