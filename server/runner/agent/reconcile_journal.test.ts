import type { Effect, EffectState } from '../../engine/execution/effect';
import { aGate, undoRoom, type Room } from '../../../test/builders/undo_room';
import { aCase, aReason, anEffect, anEntry, EFFECT, utcAt } from '../../../test/builders/undoing';
import { fakeEvidenceLog } from '../../../test/fakes/fake_evidence';
import type { JournalEntry } from '../ports';
import { GATE_ID, type Gate } from '../keeping/kinds/gate';
import { takeOver } from '../undoing/write_effect';
import { reconcileJournal } from './reconcile_journal';

/* Before an agent joins: its journal and the state agree on what it undid alone. */

const BEFORE = 'session-before';

let room: Room;
beforeEach(() => {
  knows = 'g1';
  room = undoRoom();
  putGate();
});
const putGate = (change: Partial<Gate> = {}): void =>
  void room.put({ id: GATE_ID, kind: 'gate', facets: {}, content: aGate(change) });
const theirs = (overrides: Partial<Effect> = {}) => anEffect({ session: BEFORE, ...overrides });
/** The generation that this agent knows. */
let knows: string | undefined;
const reconcile = async (...entries: readonly JournalEntry[]): Promise<readonly string[]> => {
  await room.journal.put(entries);
  const evidence = fakeEvidenceLog(room.evidence);
  await room.run(reconcileJournal({ ...room, store: room.port.store, evidence }, knows));
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

  it('costs no write where nothing was begun alone', async () => {
    room.putEffect(theirs());
    const bulk = jest.spyOn(room.port.store, 'bulk');
    const close = jest.spyOn(room.journal, 'close');
    await reconcile(anEntry());
    expect([bulk, close].map((write) => write.mock.calls)).toEqual([[], []]);
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

  it('is left to its own time in the state where that names a reason that this journal does not know', async () => {
    room.putEffect(theirs({ reasons: [aReason('c1'), aReason('c9')] }));
    expect(await reconcile(UNDONE)).toEqual(['c1']);
    expect(room.effect()?.state).toBe('present');
  });

  it('still belongs to the session that it belonged to, so that whoever takes that over finds it', async () => {
    const before = room.putEffect(theirs());
    await reconcile(UNDONE);
    const after = room.fake.get(EFFECT);
    expect(after).toMatchObject({ owner: BEFORE, facets: { state: 'undoing', at: utcAt(2) } });
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
        at: utcAt(2),
        session: BEFORE,
        effect_id: EFFECT,
        by: 'reflex',
        text: 'undone while OpenSearch was away',
      },
    ]);
  });

  it('is on record too where the agent dies before it appends that: whoever takes the effect over does', async () => {
    room.putEffect(theirs());
    const append = (): Promise<void> => Promise.reject(new Error('died'));
    const evidence = { ...fakeEvidenceLog(room.evidence), append };
    await room.journal.put([UNDONE]);
    await expect(room.run(reconcileJournal({ ...room, store: room.port.store, evidence }, knows))).rejects.toThrow(
      'died',
    );
    expect(room.effect()?.state).toBe('undoing');
    const taken = takeOver(
      { commits: room.commits, clock: room.basics.clock },
      room.commits,
      EFFECT,
      new Set([BEFORE]),
    );
    await room.run(taken);
    await room.wait(1_000);
    expect(room.records().map(({ state }) => state)).toEqual(['undo_started', 'taken_over']);
  });

  it('is written with all others: after an outage there may be thousands', async () => {
    const ids = ['effect:1', 'effect:2', 'effect:3'];
    for (const id of ids) room.putEffect(theirs({ reasons: [aReason(`of ${id}`)] }), id);
    for (const id of ['effect:4', 'effect:5']) room.putEffect(theirs({ state: 'absent', reasons: [] }), id);
    const close = jest.spyOn(room.journal, 'close');
    const undone = ids.map((id) => anEntry({ command_id: `of ${id}`, effect_id: id, undone_offline: true }));
    const over = ['effect:4', 'effect:5'].map((id) => anEntry({ command_id: `of ${id}`, effect_id: id }));
    await reconcile(...undone, ...over);
    expect(ids.map((id) => room.effect(id)?.state)).toEqual(['undoing', 'undoing', 'undoing']);
    expect([room.port.bulks.length, close.mock.calls]).toEqual([1, [[['of effect:4', 'of effect:5']]]]);
    expect(room.records()).toHaveLength(3);
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
    // The record of what somebody else made of it has the same name, and would count as there already.
    expect(room.records()).toEqual([]);
  });

  it.each<[EffectState]>([['undoing'], ['absent']])(
    'is written once: where it is %s nothing changes',
    async (state) => {
      const before = room.putEffect(theirs({ state }));
      await reconcile(UNDONE);
      expect([room.fake.get(EFFECT), room.records()]).toEqual([before, []]);
    },
  );
});

describe('an entry of the journal of which the state shows no effect', () => {
  const CLAIM = { case_id: 'case:c1', claims: 2 };

  it.each<[note: string, entry: Partial<JournalEntry>, claims: number | undefined, stays: boolean]>([
    ['stays: a missing document proves nothing', {}, undefined, true],
    ['stays where its case is gone too', { claim: CLAIM }, undefined, true],
    ['stays where its case had that claim', { claim: CLAIM }, 2, true],
    ['stays where its case was claimed again since', { claim: CLAIM }, 3, true],
    ['is closed where its case shows that the claim never landed', { claim: CLAIM }, 1, false],
    ['stays where that case is of another state', { claim: CLAIM, generation: 'g0' }, 1, true],
    ['stays though it was undone alone', { undone_offline: true }, undefined, true],
    ['is closed where its target said that nothing is there', { undone_offline: true, gone: true }, undefined, false],
  ])('%s', async (_note, entry, claims, stays) => {
    if (claims !== undefined) room.putCase(aCase('case:c1', { claims }));
    expect(await reconcile(anEntry(entry))).toEqual(stays ? ['c1'] : []);
  });
});

describe('a state that is not the one that this agent knows', () => {
  const absent = theirs({ state: 'absent', reasons: [] });

  it('closes nothing where its gate is gone: it was emptied, deleted or replaced', async () => {
    room = undoRoom();
    room.putEffect(absent);
    expect(await reconcile(anEntry(), anEntry({ command_id: 'c2', gone: true }))).toEqual(['c1', 'c2']);
  });

  it.each<[note: string, gate: Partial<Gate>, generation: string | undefined, stays: boolean]>([
    ['closes nothing', { generation: 'g2' }, undefined, true],
    ['closes nothing, not even what says that it is of that state', { generation: 'g2' }, 'g2', true],
    [
      'closes what is over where an upgrade went on from the one that it knows',
      { generation: 'g2', lineage: ['g1'] },
      'g1',
      false,
    ],
    [
      'closes what is over where the entry says nothing and an upgrade went on',
      { generation: 'g2', lineage: ['g1'] },
      undefined,
      false,
    ],
  ])('%s', async (_note, gate, generation, stays) => {
    putGate(gate);
    room.putEffect(absent);
    expect(await reconcile(anEntry(generation === undefined ? {} : { generation }))).toEqual(stays ? ['c1'] : []);
  });

  it('does not close an entry of an earlier state by a document of this one', async () => {
    room.putEffect(absent);
    expect(await reconcile(anEntry({ generation: 'g0' }))).toEqual(['c1']);
  });

  it('speaks for an entry of an earlier state once it names its command, and then closes it', async () => {
    room.putEffect(theirs());
    await reconcile(anEntry({ generation: 'g0' }));
    expect(room.journal.open()).toEqual([anEntry({ generation: 'g1' })]);
    room.putEffect(absent);
    expect(await reconcile()).toEqual([]);
  });

  it('may be any where this agent knows none, and closes only what says that it is of it', async () => {
    knows = undefined;
    room.putEffect(absent);
    expect(await reconcile(anEntry(), anEntry({ command_id: 'c2', generation: 'g1' }))).toEqual(['c1']);
  });
});
