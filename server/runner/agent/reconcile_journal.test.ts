import type { Effect, EffectState } from '../../engine/execution/effect';
import { undoRoom, type Room } from '../../../test/builders/undo_room';
import { aReason, anEffect, anEntry, EFFECT, utcAt } from '../../../test/builders/undoing';
import { fakeEvidenceLog } from '../../../test/fakes/fake_evidence';
import type { JournalEntry } from '../ports';
import { reconcileJournal } from './reconcile_journal';

/* Before an agent joins: its journal and the state agree on what it undid alone. */

const BEFORE = 'session-before';

let room: Room;
beforeEach(() => {
  room = undoRoom();
});
const theirs = (overrides: Partial<Effect> = {}) => anEffect({ session: BEFORE, ...overrides });
const reconcile = async (...entries: readonly JournalEntry[]): Promise<readonly string[]> => {
  await room.journal.put(entries);
  const evidence = fakeEvidenceLog(room.evidence);
  await room.run(reconcileJournal({ ...room, store: room.port.store, evidence }));
  return room.journal.open().map(({ command_id }) => command_id);
};
const UNDONE = anEntry({ undone_offline: true });

describe('an entry of the journal', () => {
  it.each<[note: string, effect: Effect, stays: boolean]>([
    ['is closed where its effect is absent', theirs({ state: 'absent', reasons: [] }), false],
    ['is closed where its effect is absent and still names it', theirs({ state: 'absent' }), false],
    ['is closed where its effect does not name it', theirs({ reasons: [aReason('c9')] }), false],
    ['stays while its effect is in place', theirs(), true],
    ['stays while its effect is applied', theirs({ state: 'applying' }), true],
    ['stays while its effect is undone', theirs({ state: 'undoing' }), true],
    ['stays while nobody knows of its effect', theirs({ state: 'unknown' }), true],
    ['stays where it is one of several reasons', theirs({ reasons: [aReason('c9'), aReason('c1')] }), true],
  ])('%s', async (_note, effect, stays) => {
    const before = room.putEffect(effect);
    expect(await reconcile(anEntry())).toEqual(stays ? ['c1'] : []);
    expect(room.fake.get(EFFECT)).toEqual(before);
    expect(room.records()).toEqual([]);
  });

  it('is closed before the agent joins, not some time later', async () => {
    room.putEffect(theirs({ state: 'absent', reasons: [] }));
    const close = jest.spyOn(room.journal, 'close').mockRejectedValue(new Error('the disk is full'));
    await expect(reconcile(anEntry())).rejects.toThrow('the disk is full');
    expect(close).toHaveBeenCalledWith(['c1']);
  });

  it('does not keep the others from being looked at', async () => {
    room.putEffect(theirs({ state: 'absent', reasons: [] }), 'effect:2');
    room.putEffect(theirs());
    expect(await reconcile(anEntry({ command_id: 'c2', effect_id: 'effect:2' }), UNDONE)).toEqual(['c1']);
    expect(room.effect()?.state).toBe('undoing');
  });
});

describe('an effect that this agent began to undo alone', () => {
  it.each<[state: EffectState]>([['present'], ['unknown'], ['applying']])(
    'is being undone in the state as well, where it was %s',
    async (state) => {
      room.putEffect(theirs({ state, requested: [aReason('c2')] }));
      expect(await reconcile(UNDONE)).toEqual(['c1']);
      expect(room.effect()).toMatchObject({
        state: 'undoing',
        fence: 4,
        session: BEFORE,
        requested: [],
        undo: { by: 'reflex', why: 'ttl', text: 'undone while OpenSearch was away' },
        outbox: [],
      });
    },
  );

  it('still belongs to the session that it belonged to, so that whoever takes that over finds it', async () => {
    const before = room.putEffect(theirs());
    await reconcile(UNDONE);
    const after = room.fake.get(EFFECT);
    expect(after).toMatchObject({ owner: BEFORE, facets: { state: 'undoing', at: utcAt(1) } });
    expect([after?.session, after?.ordinal]).toEqual([before.session, before.ordinal]);
    expect(after?.write_id).not.toBe(before.write_id);
  });

  it('is on record', async () => {
    room.putEffect(theirs());
    await reconcile(UNDONE);
    expect(room.records()).toMatchObject([
      {
        command: { command_id: 'c1' },
        n: 1,
        state: 'undo_started',
        at: utcAt(1),
        session: BEFORE,
        effect_id: EFFECT,
        by: 'reflex',
        text: 'undone while OpenSearch was away',
      },
    ]);
  });

  it('is written before the agent goes on', async () => {
    room.putEffect(theirs());
    room.port.bulkFates.push('refused');
    await expect(reconcile(UNDONE)).rejects.toThrow('no answer');
  });

  it('is not written over what somebody else made of it meanwhile', async () => {
    room.putEffect(theirs());
    const { bulk } = room.port.store;
    jest.spyOn(room.port.store, 'bulk').mockImplementation((writes) => {
      room.putEffect(anEffect({ session: 'another', taken_over: true }));
      return bulk(writes);
    });
    expect(await reconcile(UNDONE)).toEqual(['c1']);
    expect(room.effect()).toMatchObject({ state: 'present', session: 'another' });
  });

  it('is written once: where it is being undone already nothing changes', async () => {
    const before = room.putEffect(theirs({ state: 'undoing' }));
    await reconcile(UNDONE);
    expect([room.fake.get(EFFECT), room.records()]).toEqual([before, []]);
  });
});
