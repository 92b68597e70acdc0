import { sessionOptions } from '../../../test/builders/sessions';
import { drive, storePort, type StorePort } from '../../../test/builders/store_port';
import { FakeStore } from '../../../test/fakes/fake_store';
import { Scheduler } from '../../../test/fakes/scheduler';
import { sessionId, type SessionContent } from '../keeping/kinds/session';
import { bodyOf, contentOf } from '../keeping/state_docs';
import type { StateDoc } from '../ports';
import { SessionDocument } from './session_document';

/* The document of one session, and what it says against the session. */

const ID = 's1';

let scheduler: Scheduler;
let fake: FakeStore;
let port: StorePort;
let vitals: { copied_through: number };
let document: SessionDocument;
beforeEach(() => {
  scheduler = new Scheduler();
  fake = new FakeStore();
  port = storePort(fake, scheduler);
  vitals = { copied_through: 0 };
  document = new SessionDocument(
    ID,
    sessionOptions(port, scheduler, { vitals: () => ({ bundle_version: 3, counters: {}, ...vitals }) }),
  );
});

const run = <Value>(promise: Promise<Value>): Promise<Value> => drive(scheduler, promise);
const stored = (): StateDoc => {
  const doc = fake.get(sessionId(ID));
  if (!doc) throw new Error('the session has no document');
  return doc;
};
const content = (): SessionContent | undefined => contentOf('session', fake.get(sessionId(ID)));
/** Another agent writes into it. */
const meddle = (change: Partial<SessionContent>): void => {
  const doc = stored();
  const body = { ...bodyOf(doc), write_id: 'another', content: { ...content(), ...change } };
  fake.write({ id: doc.id, expect: doc.version, body });
};
/** The answer to a heartbeat is lost. */
const beatInVain = async (fate: 'lost' | 'refused'): Promise<void> => {
  port.bulkFates.push(fate);
  await expect(run(document.beat())).rejects.toThrow('no answer');
};

describe('the document of a session', () => {
  it('is made once: a session never goes on with a document that is there already', async () => {
    await run(document.create());
    expect(stored()).toMatchObject({ kind: 'session', owner: ID, session: ID, facets: { state: 'live' } });
    expect(content()).toMatchObject({ id: ID, n: 0, dead: false });
    const twin = new SessionDocument(ID, sessionOptions(port, scheduler, { agent: 2 }));
    await expect(run(twin.create())).rejects.toThrow('the session could not be created');
    expect(await run(twin.beat())).toEqual({ kind: 'unsure' });
    expect(content()?.n).toBe(0);
  });

  it('is not made by a heartbeat', async () => {
    expect(await run(document.beat())).toEqual({ kind: 'unsure' });
    expect([port.bulks, document.content.n]).toEqual([[], 0]);
  });

  it('counts each heartbeat, with the figures of that moment', async () => {
    await run(document.create());
    expect(document.confirmed).toBe(0);
    for (const n of [1, 2, 3]) {
      vitals.copied_through = 10 * n;
      expect(await run(document.beat())).toEqual({ kind: 'written' });
      expect(content()).toMatchObject({ n, copied_through: 10 * n, bundle_version: 3 });
      expect(document.confirmed).toBe(n);
    }
  });

  it('has confirmed only what was answered', async () => {
    await run(document.create());
    await run(document.beat());
    await beatInVain('refused');
    expect([document.content.n, document.confirmed]).toEqual([2, 1]);
  });

  it.each([
    ['the highest epoch that the session saw', [2, 5], 5],
    ['no lower epoch than it saw before', [5, 2], 5],
  ])('tells %s', async (_note, epochs, told) => {
    await run(document.create());
    for (const epoch of epochs) document.noteEpoch(epoch);
    await run(document.beat());
    expect(content()?.seen_epoch).toBe(told);
  });

  it('says that the session is over when it leaves, with its last figures', async () => {
    await run(document.create());
    vitals.copied_through = 7;
    await run(document.close());
    expect(stored().facets.state).toBe('dead');
    expect(content()).toMatchObject({ dead: true, copied_through: 7 });
  });

  it('is over only once that is written', async () => {
    await run(document.create());
    port.bulkTakes = () => 500;
    let found: boolean | undefined;
    void document.close().then(() => {
      found = content()?.dead;
    });
    await scheduler.runUntil(scheduler.now + 1_000);
    expect(found).toBe(true);
  });

  it('is closed as well as can be: without a document or an answer that fails nobody', async () => {
    await run(document.close());
    expect([port.bulks, fake.get(sessionId(ID))]).toEqual([[], undefined]);
    const other = new SessionDocument(ID, sessionOptions(port, scheduler));
    await run(other.create());
    port.bulkFates.push('refused');
    await run(other.close());
    expect(content()?.dead).toBe(false);
  });
});

describe('a heartbeat that the store refuses', () => {
  beforeEach(async () => {
    await run(document.create());
    await run(document.beat());
  });

  it('met an earlier one of the same session: nobody knows yet, and the next one counts again', async () => {
    await beatInVain('lost');
    expect(await run(document.beat())).toEqual({ kind: 'unsure' });
    expect(document.confirmed).toBe(1);
    expect(await run(document.beat())).toEqual({ kind: 'written' });
    expect([content()?.n, document.confirmed]).toEqual([4, 4]);
  });

  it('met an order of another agent: the session takes the order over and goes on counting', async () => {
    meddle({ order_epoch: 9 });
    expect(await run(document.beat())).toEqual({ kind: 'ordered' });
    expect(document.confirmed).toBe(1);
    expect(await run(document.beat())).toEqual({ kind: 'written' });
    expect(content()).toMatchObject({ order_epoch: 9, n: 3 });
  });

  it('met an order that another agent wrote over a heartbeat without an answer', async () => {
    await beatInVain('lost');
    meddle({ order_epoch: 9 });
    expect(await run(document.beat())).toEqual({ kind: 'ordered' });
  });

  it.each<[met: string, happens: () => void, loss: object]>([
    ['met a death notice', () => meddle({ dead: true }), { why: 'another agent found it silent and declared it dead' }],
    ['met nothing at all', () => void fake.remove(stored().id, stored().version), { why: 'its document is gone' }],
    [
      'met a lower count: the state was put back',
      () => meddle({ n: 0 }),
      { why: 'the state was put back to an earlier moment', isPutBack: true },
    ],
  ])('%s, and the session is lost', async (_met, happens, loss) => {
    happens();
    expect(await run(document.beat())).toEqual({ kind: 'lost', loss });
  });

  it('for no reason of its own leaves it unsure', async () => {
    Object.assign(port.store, { bulk: async () => [{ kind: 'failed', message: 'too busy' }] });
    expect(await run(document.beat())).toEqual({ kind: 'unsure' });
    expect(document.confirmed).toBe(1);
  });

  it('and cannot be asked about is nobody’s loss', async () => {
    meddle({ order_epoch: 9 });
    Object.assign(port.store, { get: () => Promise.reject(new Error('away')) });
    await expect(run(document.beat())).rejects.toThrow('away');
  });
});

describe('what was read of a session', () => {
  it('is no loss while it counts at least what was confirmed', async () => {
    await run(document.create());
    expect(document.whyLost(stored(), 0)).toBeUndefined();
    meddle({ n: 4 });
    expect(document.whyLost(stored(), 4)).toBeUndefined();
    expect(document.whyLost(stored(), 3)).toBeUndefined();
    expect(document.whyLost(stored(), 5)).toMatchObject({ isPutBack: true });
    expect(document.whyLost(undefined, 0)).toEqual({ why: 'its document is gone' });
  });
});
