import { iso } from '../../common/iso';
import { placedFolder, type PlacedFolder } from '../builders/folder_place';
import { received } from '../builders/events';
import { FakeDisk } from '../fakes/fake_disk';
import { Box } from './network';
import { simBundle, simInventory } from './scenario';
import { EPOCH, World, type SimAgent } from './world';

/*
 * Somebody copies the data folder of an agent with an effect in place. The first one keeps the effect longer, so the
 * copy's journal has an old deadline. The copy is refused and undoes nothing, whether OpenSearch answers or not, until
 * a person says that it is the one to go on with (`docs/decisions/034-copied-data-folders.md`).
 */

const ADDRESS = '198.51.100.7';
const ORDER = { who: 'ana', why: 'the old machine is gone' };

let world: World;
let first: SimAgent;
let copy: SimAgent;
let place: PlacedFolder;

const pass = (ms: number): Promise<void> => world.scheduler.runUntil(world.now + ms);
const codes = ({ agent }: SimAgent): readonly string[] => (agent?.troubles ?? []).map(({ code }) => code);
const isBlocked = (): boolean => [...world.target.entries.keys()].includes(`block_ip ip:${ADDRESS}`);

const report = async (id: string): Promise<void> => {
  const event = received({
    event_id: id,
    timestamp: iso(EPOCH + world.now),
    confidence: 0.95,
    severity: 'critical',
    source: { ip: ADDRESS },
    rule: { id: 'r', origin: 'known_ioc' },
  });
  let done = false;
  void first.agent?.admit(event).finally(() => (done = true));
  while (!done) await pass(50);
};

/** In another place on the same machine, whose clock goes on: that is where an old deadline does the most harm. */
const copied = (): SimAgent => {
  const disk = new FakeDisk();
  for (const [key, value] of first.disk.memory) disk.memory.set(key, value);
  for (const [id, entry] of first.disk.journalEntries) disk.journalEntries.set(id, entry);
  return { ...first, disk, place, box: new Box(), agent: undefined };
};

beforeEach(async () => {
  world = new World({
    ...{ seed: 7, agents: 1, bundle: simBundle(), inventory: simInventory },
    ...{ actions: ['block_ip', 'isolate_host'], idempotency: 'set' },
  });
  [first] = world.agents as [SimAgent];
  place = placedFolder('copied');
  world.boot(first);
  await pass(3_000);
  await report('a');
  await pass(3_000);
  expect(isBlocked()).toBe(true);
  copy = copied();
  expect(copy.disk.journalEntries.size).toBe(1);
  await pass(15_000);
  await report('b');
  await pass(1_000);
});

/** By then the deadline in the copy is over, and the one that counts is not. */
const pastTheOldDeadline = (): Promise<void> => pass(20_000);

describe('a copy of a data folder', () => {
  it('is refused while the first one works, and the first one goes on', async () => {
    world.boot(copy);
    await pastTheOldDeadline();
    expect([copy.agent?.shift, codes(copy)]).toEqual([undefined, ['folder_copied']]);
    expect(copy.agent?.troubles[0]?.text).toContain('reflex folder adopt');
    expect([codes(first), isBlocked()]).toEqual([[], true]);
    await pass(40_000);
    expect(isBlocked()).toBe(false);
  });

  it('is refused, and undoes nothing, while OpenSearch is away and the first one is dead', async () => {
    world.crash(first);
    world.storeIsDown = true;
    world.boot(copy);
    await pastTheOldDeadline();
    expect([codes(copy)[0], isBlocked()]).toEqual(['folder_copied', true]);
  });

  it('is refused, and undoes nothing by its journal, where the files look like the first ones', async () => {
    place.is = 'here';
    world.boot(copy);
    await pastTheOldDeadline();
    expect([codes(copy), isBlocked()]).toEqual([['folder_in_use'], true]);
    expect(first.agent?.shift).toBeDefined();
  });

  it('undoes nothing on another machine before OpenSearch was asked, and says so', async () => {
    world.crash(first);
    world.storeIsDown = true;
    place.is = 'elsewhere';
    world.boot(copy);
    await pastTheOldDeadline();
    expect([codes(copy), isBlocked()]).toEqual([expect.arrayContaining(['folder_unconfirmed']), true]);
  });

  it.each<PlacedFolder['is']>(['copied', 'elsewhere'])(
    'goes on once a person orders it, and ends effects by the newest deadline: %s',
    async (is) => {
      world.crash(first);
      await pass(14_000);
      place.is = is;
      place.ordered = ORDER;
      world.boot(copy);
      await pass(8_000);
      expect([copy.agent?.shift === undefined, codes(copy)]).toEqual([false, []]);
      await pass(1_000);
      expect(isBlocked()).toBe(true);
      await pass(40_000);
      expect(isBlocked()).toBe(false);
      expect(world.errors).toEqual([]);
    },
  );

  it('shuts out the first one once it was adopted', async () => {
    world.crash(first);
    place.ordered = ORDER;
    world.boot(copy);
    await pass(8_000);
    world.boot(first);
    await pass(8_000);
    expect([first.agent?.shift, codes(first)]).toEqual([undefined, ['folder_superseded']]);
    world.crash(first);
    world.storeIsDown = true;
    world.boot(first);
    await pass(5_000);
    expect(codes(first)).toContain('folder_unconfirmed');
  });

  it('shuts out one that was frozen, which undoes alone in time if OpenSearch goes away: its journal is complete', async () => {
    first.box.frozen = true;
    place.ordered = ORDER;
    world.boot(copy);
    await pass(8_000);
    expect(copy.agent?.shift).toBeDefined();
    world.crash(copy);
    first.box.thaw();
    await pass(3_000);
    expect([codes(first), isBlocked()]).toEqual([['folder_superseded'], true]);
    expect(first.agent?.troubles[0]?.text).toContain('undoes from its journal only what nobody else does');
    world.storeIsDown = true;
    await pass(10_000);
    // The older deadline, that of the copy's journal, is over by now.
    expect(isBlocked()).toBe(true);
    await pass(15_000);
    expect(isBlocked()).toBe(false);
  });

  it('waits with the order while the first one still runs', async () => {
    place.ordered = ORDER;
    world.boot(copy);
    await pass(8_000);
    expect([codes(copy), codes(first)]).toEqual([['folder_in_use'], []]);
    world.crash(first);
    await pass(15_000);
    expect([codes(copy), place.is]).toEqual([[], 'here']);
  });
});

it('is no copy: a volume that moved to another machine goes on by itself once its first machine is dead', async () => {
  world.crash(first);
  first.place = placedFolder('elsewhere');
  world.boot(first);
  await pass(10_000);
  expect([codes(first), first.place.where()]).toEqual([[], 'here']);
});

it('is no copy: an agent whose folder remembers nothing is taken over without a person', async () => {
  world.crash(first);
  for (const key of ['installation', 'holding']) first.disk.memory.delete(key);
  world.boot(first);
  await pass(8_000);
  expect(codes(first)).toEqual([]);
});
