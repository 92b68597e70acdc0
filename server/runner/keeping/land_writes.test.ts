import { chanceOf, clockOf, drive, quietLog, storePort, type StorePort } from '../../../test/builders/store_port';
import { FakeStore } from '../../../test/fakes/fake_store';
import { Scheduler } from '../../../test/fakes/scheduler';
import type { StateWrite, Version } from '../ports';
import { landWrites } from './land_writes';
import { WriteRefused } from './plan';

/* What of a bulk landed for sure: `protocol.md` 0, `docs/decisions/004-a-read-is-no-proof.md`. */

const CASE: StateWrite = {
  id: 'case:1',
  expect: 'absent',
  body: {
    kind: 'case',
    write_id: 'mine',
    session: 's1',
    owner: 's1',
    ordinal: 1,
    facets: {},
    content: { received: {}, state: 'applying', acts: [], claims: 1 },
    outbox: [],
  },
};

describe('a write of a bulk', () => {
  let scheduler: Scheduler;
  let fake: FakeStore;
  let port: StorePort;
  let lines: string[];
  beforeEach(() => {
    scheduler = new Scheduler();
    fake = new FakeStore();
    port = storePort(fake, scheduler);
    lines = [];
  });

  const land = async (): Promise<Version | undefined> => {
    let told: Version | undefined;
    const landing = {
      store: port.store,
      chance: chanceOf(),
      clock: clockOf(scheduler),
      log: quietLog(lines),
      isLost: () => false,
      emptyOrdinal: () => 9,
    };
    await drive(
      scheduler,
      landWrites(landing, [CASE], (_write, version) => {
        told = version instanceof WriteRefused ? undefined : version;
      }),
    );
    return told;
  };

  it('that was answered counts as it is, and nothing is asked about it', async () => {
    const asked = jest.spyOn(port.store, 'getMany');
    expect(await land()).toEqual(fake.get(CASE.id)?.version);
    expect(port.bulks).toHaveLength(1);
    expect(asked).not.toHaveBeenCalled();
  });

  // The transport may send a request twice: then the first one makes the second a conflict with itself.
  it('that is refused because of itself counts only once it is written again and answered: it may not be on the disk', async () => {
    fake.write(CASE);
    const version = await land();
    expect(port.bulks).toHaveLength(2);
    expect(version).toEqual(fake.get(CASE.id)?.version);
  });

  it('that is refused because of somebody else does not count, and nothing more is written', async () => {
    fake.write({ ...CASE, body: { ...CASE.body, write_id: 'theirs' } });
    expect(await land()).toBeUndefined();
    expect(port.bulks).toHaveLength(1);
  });

  it('whose answer was lost is found out', async () => {
    port.bulkFates.push('lost');
    expect(await land()).toEqual(fake.get(CASE.id)?.version);
    expect(lines).toEqual(['the answer to a write was lost; finding out what was written']);
  });

  it('that fails by itself does not count, and that is told', async () => {
    jest.spyOn(fake, 'write').mockReturnValueOnce({ kind: 'failed', message: 'refused' });
    expect(await land()).toBeUndefined();
    expect(lines).toEqual(['one write of a batch failed']);
  });
});
