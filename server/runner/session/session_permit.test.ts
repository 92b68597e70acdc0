import { sessionOptions } from '../../../test/builders/sessions';
import { drive, storePort } from '../../../test/builders/store_port';
import { FakeStore } from '../../../test/fakes/fake_store';
import { Scheduler } from '../../../test/fakes/scheduler';
import { GATE_ID, type Gate } from '../keeping/kinds/gate';
import { bodyOf } from '../keeping/state_docs';
import { sessionId } from '../keeping/kinds/session';
import type { StateDoc, StateStore } from '../ports';
import { Session } from './session';
import { PERMIT_MS } from './session_times';

/* What a permit is worth: it is as old as the heartbeat that it came with, and it is for one state (INV-6, INV-13). */

describe('a permit', () => {
  let scheduler: Scheduler;
  let fake: FakeStore;
  let session: Session;
  /** How long an answer to a heartbeat is on its way back, ms. */
  let wayBackMs: number;
  const wait = (ms: number): Promise<void> => scheduler.runUntil(scheduler.now + ms);

  beforeEach(async () => {
    scheduler = new Scheduler();
    fake = new FakeStore();
    wayBackMs = 0;
    const { store } = storePort(fake, scheduler);
    const slow: StateStore = {
      ...store,
      bulkThenGet: async (writes, id) => {
        const both = await store.bulkThenGet(writes, id);
        await new Promise<void>((resolve) => scheduler.after(wayBackMs, resolve));
        return both;
      },
    };
    session = new Session(sessionOptions({ store: slow }, scheduler));
    await drive(scheduler, session.join());
    void session.keepAlive(() => false);
    await wait(50);
  });

  it('lapses while the answer to a heartbeat is on its way, and an answer that took as long gives none', async () => {
    expect(session.standstill('block_ip', 'edge', 'p')).toBeUndefined();
    wayBackMs = PERMIT_MS;
    for (let waited = 0; waited < 10_000; waited += 100) {
      await wait(100);
      if (waited > PERMIT_MS) expect(session.standstill('block_ip', 'edge', 'p')).toBe('permit_lapsed');
    }
  });

  describe('in a state that was put back under it', () => {
    const own = (): StateDoc => {
      const doc = fake.get(sessionId(session.id));
      if (!doc) throw new Error('it has no document');
      return doc;
    };
    const putBack = async (): Promise<void> => {
      const snapshot = fake.snapshot();
      await wait(1_000);
      fake.restore(snapshot);
    };

    it('ends with the next heartbeat, and the session knows why', async () => {
      await putBack();
      await wait(400);
      expect(session.standstill('block_ip', 'edge', 'p')).toBe('lost');
      expect(session.foundPutBack).toBe(true);
    });

    it('ends at once where somebody reads the document of the session with others', async () => {
      await putBack();
      session.readsOwn()(own());
      expect([session.isLost, session.foundPutBack]).toEqual([true, true]);
    });

    it('ends where that document is gone, which alone shows no other state', () => {
      session.readsOwn()(undefined);
      expect([session.isLost, session.foundPutBack]).toEqual([true, false]);
    });

    it('is not ended by what is there as it should be: also where the last heartbeat was not answered yet', async () => {
      await wait(1_000);
      session.readsOwn()(own());
      expect(session.isLost).toBe(false);
      wayBackMs = 200;
      await wait(450);
      session.readsOwn()(own());
      expect(session.isLost).toBe(false);
    });

    it('is not ended by an answer that a heartbeat overtook', async () => {
      const noteOwn = session.readsOwn();
      const before = own();
      await wait(1_000);
      noteOwn(before);
      expect(session.isLost).toBe(false);
      session.readsOwn()(before);
      expect(session.foundPutBack).toBe(true);
    });

    it('ends by a death notice for that reason alone', async () => {
      const doc = own();
      fake.write({
        id: doc.id,
        expect: doc.version,
        body: { ...bodyOf(doc), content: { ...(doc.content as object), dead: true } },
      });
      await wait(400);
      expect([session.isLost, session.foundPutBack]).toEqual([true, false]);
    });
  });

  it('is renewed in time where answers take a third of it', async () => {
    wayBackMs = PERMIT_MS / 3;
    await wait(3_000);
    for (let waited = 0; waited < 6_000; waited += 20) {
      await wait(20);
      expect(session.standstill('block_ip', 'edge', 'p')).toBeUndefined();
    }
  });

  it('ends with the state that it was for', async () => {
    const doc = fake.get(GATE_ID);
    if (!doc) throw new Error('the session made no gate');
    const content: Gate = { ...(doc.content as Gate), generation: 'another' };
    fake.write({ id: GATE_ID, expect: doc.version, body: { ...bodyOf(doc), content } });
    await wait(1_000);
    expect(session.standstill('block_ip', 'edge', 'p')).toBe('lost');
  });
});
