import { undoRoom } from '../../../test/builders/undo_room';
import { aReason, anEffect } from '../../../test/builders/undoing';
import { EffectsAround } from './effects_around';
import type { EffectKeeperPorts } from './effect_keeper_ports';

/* INV-4: whoever asks something of an effect is heard, however many ask. */

/** An agent with so many effects that somebody asks something of; what each search looks at. */
const searching = (asked: number) => {
  const room = undoRoom();
  for (let n = 0; n < asked; n += 1) room.putEffect(anEffect({ requested: [aReason(`c${n}`)] }), `effect:${1_000 + n}`);
  room.fake.refresh();
  const looked: string[] = [];
  const around = new EffectsAround(
    {
      ...room,
      store: room.port.store,
      session: room.session.port,
      clockTrusted: () => true,
    } as unknown as EffectKeeperPorts,
    {
      custody: () => ({ items: new Map(), ofTheDead: new Set<string>(), orphans: async () => [] }) as never,
      isExecuting: () => false,
      nudge: (id) => looked.push(id),
      take: async () => undefined,
    },
  );
  return async (): Promise<readonly string[]> => {
    looked.length = 0;
    await room.run(around.search());
    return [...looked];
  };
};

describe('effects that somebody asks something of', () => {
  it('are all looked at, each time, where they are few', async () => {
    const search = searching(3);
    const all = ['effect:1000', 'effect:1001', 'effect:1002'];
    for (let times = 0; times < 3; times += 1) expect([...(await search())].sort()).toEqual(all);
  });

  it('are looked at in turn where they are many: none is hidden behind those that cannot be answered', async () => {
    const search = searching(501);
    const [first, second, third] = [await search(), await search(), await search()];
    expect([first.length, second.length, third.length]).toEqual([500, 1, 500]);
    expect(new Set([...first, ...second]).size).toBe(501);
    expect(third).toEqual(first);
  });
});
