import { chanceOf, clockOf, drive, quietLog, storePort } from '../../../test/builders/store_port';
import { FakeDisk } from '../../../test/fakes/fake_disk';
import { FakeStore } from '../../../test/fakes/fake_store';
import { Scheduler } from '../../../test/fakes/scheduler';
import type { EvidenceLog, StateDoc } from '../ports';
import { CommitQueue } from './commit_queue';
import { EvidenceCopier } from './evidence_copier';
import { sessionId } from './kinds/session';
import { SessionLost } from './session_lost';
import type { PlannedDoc } from './state_docs';

/* INV-5: what is claimed rests on reads of the state that the session is in, and on no other. */

describe('the document of the session itself', () => {
  const scheduler = new Scheduler();
  const set = (id: string) => ({
    reads: [id],
    build: () => ({ docs: [{ id, kind: 'cursor', facets: {}, content: 1 } as unknown as PlannedDoc], answer: id }),
  });
  const scene = (noteOwn: (doc: StateDoc | undefined) => void) => {
    const fake = new FakeStore();
    const disk = new FakeDisk();
    const basics = { clock: clockOf(scheduler), chance: chanceOf(), log: quietLog() };
    const evidence = { append: async () => undefined } as unknown as EvidenceLog;
    const queue = new CommitQueue({
      ...{ store: storePort(fake, scheduler).store, basics, session: 's1', changed: () => undefined },
      journal: disk.ports(async () => undefined).journal,
      copier: new EvidenceCopier({ evidence, ...basics }),
      readsOwn: () => noteOwn,
    });
    const body = { write_id: 'w', session: 's1', owner: '', ordinal: 0, facets: {}, content: { n: 4 }, outbox: [] };
    fake.write({ id: sessionId('s1'), expect: 'absent', body: { kind: 'session', ...body } });
    return { fake, queue };
  };

  it('is read with all others, in the same request', async () => {
    const seen: unknown[] = [];
    const { queue, fake } = scene((doc) => void seen.push(doc?.content));
    await drive(scheduler, queue.submit(set('a')));
    await drive(scheduler, queue.submit(set('b')));
    expect(seen).toEqual([{ n: 4 }, { n: 4 }]);
    expect([fake.get('a')?.content, fake.get('b')?.content]).toEqual([1, 1]);
  });

  it('ends the queue where it shows another state: nothing that was read is used', async () => {
    const { queue, fake } = scene(() => queue.abandon());
    const build = jest.fn(set('a').build);
    await expect(drive(scheduler, queue.submit({ reads: ['a'], build }))).rejects.toBeInstanceOf(SessionLost);
    expect(build).not.toHaveBeenCalled();
    expect(fake.get('a')).toBeUndefined();
  });
});
