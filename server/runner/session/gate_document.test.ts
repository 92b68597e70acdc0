import { chanceOf, clockOf, drive, quietLog, storePort } from '../../../test/builders/store_port';
import { aGate } from '../../../test/builders/undo_room';
import { FakeStore } from '../../../test/fakes/fake_store';
import { Scheduler } from '../../../test/fakes/scheduler';
import { GATE_ID } from '../keeping/kinds/gate';
import { GateDocument, isBefore, pausesOf } from './gate_document';

const version = (primaryTerm: number, seqNo: number) => ({ primaryTerm, seqNo });

describe('the pauses between two tries of a change', () => {
  const pauses = async (random: number, tries: number): Promise<readonly number[]> => {
    const slept: number[] = [];
    const clock = { sleep: async (ms: number) => void slept.push(ms) };
    const pause = pausesOf({ clock, chance: { random: () => random } } as unknown as Parameters<typeof pausesOf>[0]);
    for (let n = 0; n < tries; n += 1) await pause.next();
    return slept;
  };

  it('double up to a second, and are at least half as long by chance', async () => {
    expect(await pauses(1, 10)).toEqual([5, 10, 20, 40, 80, 160, 320, 640, 1_000, 1_000]);
    expect(await pauses(0, 3)).toEqual([2.5, 5, 10]);
  });
});

describe('of two versions of the gate', () => {
  it.each([
    ['the lower number of one term', version(1, 4), version(1, 5), true],
    ['the same', version(1, 5), version(1, 5), false],
    [
      'the earlier term, whatever the number: what a lost primary had numbered is numbered anew',
      version(1, 9),
      version(2, 3),
      true,
    ],
    ['the later term', version(2, 3), version(1, 9), false],
  ])('%s: was the first there before?', (_note, one, other, before) => {
    expect(isBefore(one, other)).toBe(before);
  });
});

it.each([
  ['open', []],
  ['stopped', [{ scope: 'all', who: 'ann', why: '', at: '2026-11-22T10:00:00.000Z', epoch: 2 }]],
])('the gate is found as `%s` by its orders to stop', async (state, stops) => {
  const [scheduler, fake] = [new Scheduler(), new FakeStore()];
  const basics = { clock: clockOf(scheduler), chance: chanceOf(), log: quietLog() };
  const document = new GateDocument({ store: storePort(fake, scheduler).store, basics }, 's1');
  await drive(scheduler, document.write(aGate({ stops }), undefined));
  expect(fake.get(GATE_ID)?.facets.state).toBe(state);
});
