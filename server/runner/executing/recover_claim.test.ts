import {
  aCase,
  aDecisionOf,
  aLedger,
  anEffect,
  aReason,
  aRequest,
  aStateRoom,
  caseDoc,
  EFFECT_ID,
  effectDoc,
  ledgerDoc,
  MOMENT,
  theAct,
  utcIn,
} from '../../../test/builders/executing';
import { slowFor } from '../../../test/builders/store_port';
import { reasonAdded, reasonRequested, type Effect } from '../../engine/execution/effect';
import { journalEntryOf } from '../keeping/kinds/effect';
import { holdLanded, takeBackLanded } from './recover_claim';

const FEW = 'ledger:few:net-1';
let room: ReturnType<typeof aStateRoom>;
beforeEach(() => {
  room = aStateRoom();
});
const writeElsewhere = (): Promise<unknown> =>
  room.commits.submit({ reads: [], build: () => ({ docs: [ledgerDoc(aLedger([], { scope: 'x' }))], answer: 0 }) });
const orderWritten = () => room.port.bulks.map((writes) => writes.map(({ id }) => id));

describe('taking back a claim that landed in part', () => {
  const takeBack = (...landed: string[]) => {
    const { writing, journal } = room;
    return room.run(takeBackLanded({ writing, journal }, ['n1', 'n2'], new Set(landed)));
  };
  const idsOf = (reasons: Effect['reasons'] | undefined) => reasons?.map(({ command }) => command.command_id);
  const n1 = aReason('n1');

  it.each<[string, Effect, Partial<Record<'state' | 'reasons' | 'requested', unknown>>]>([
    [
      'ends an effect that it alone had claimed',
      anEffect('applying', { reasons: [n1] }),
      { state: 'absent', reasons: [] },
    ],
    [
      'ends an effect that its second command had claimed',
      anEffect('applying', { reasons: [aReason('n2')] }),
      { state: 'absent', reasons: [] },
    ],
    [
      'leaves an effect that it had joined',
      reasonAdded(anEffect('present'), n1, MOMENT),
      { state: 'present', reasons: ['c1'] },
    ],
    [
      'no longer asks the owner of an effect',
      reasonRequested(anEffect('present', { session: 's2' }), n1),
      { state: 'present', reasons: ['c1'], requested: [] },
    ],
    ['leaves an effect that is another one’s', anEffect('applying'), { state: 'applying', reasons: ['c1'] }],
  ])('%s', async (_what, effect, expected) => {
    room.put(effectDoc(effect));
    await takeBack(EFFECT_ID);
    const after = room.effect();
    expect({ state: after?.state, reasons: idsOf(after?.reasons), requested: idsOf(after?.requested) }).toEqual({
      requested: [],
      ...expected,
    });
    expect(after?.session).toBe(effect.session);
  });

  // INV-4: without its journal entry the effect would end before the others' time, undone by this agent alone.
  it('leaves the end of other events that are counted with it, in the state and in the undo journal', async () => {
    const joined = reasonAdded(reasonAdded(anEffect('present'), aReason('c2'), MOMENT), n1, MOMENT);
    room.put(effectDoc(joined));
    await room.journal.put([journalEntryOf(EFFECT_ID, n1, { at: utcIn(0), fence: 1 })]);
    await takeBack(EFFECT_ID);
    expect(room.effect()?.reasons[1]).toMatchObject({ command: { command_id: 'n1' }, times: 1 });
    expect([...room.disk.journalEntries.keys()]).toEqual(['n1']);
  });

  it('is on record', async () => {
    room.put(effectDoc(anEffect('applying', { reasons: [n1] })));
    await takeBack(EFFECT_ID);
    expect(room.records()).toMatchObject([
      { state: 'taken_back', command: { command_id: 'n1' }, session: 's1', effect_id: EFFECT_ID },
    ]);
  });

  it('gives the places of all its commands back, and of no other', async () => {
    room.put(ledgerDoc(aLedger(['c1', 'n1', 'n2'])));
    await takeBack(FEW);
    expect(room.ledger(FEW)?.entries.map(({ command_id }) => command_id)).toEqual(['c1']);
  });

  it('forgets in the undo journal what was never sent, and nothing else', async () => {
    await room.journal.put(
      ['c1', 'n1', 'n2'].map((id) => journalEntryOf(EFFECT_ID, aReason(id), { at: utcIn(0), fence: 1 })),
    );
    await takeBack();
    expect([...room.disk.journalEntries.keys()]).toEqual(['c1']);
  });

  it('forgets it only when it is gone from the state', async () => {
    room.put(effectDoc(anEffect('applying', { reasons: [n1] })));
    await room.journal.put([journalEntryOf(EFFECT_ID, n1, { at: utcIn(0), fence: 1 })]);
    const atEachWrite: number[] = [];
    room.fake.watch(() => atEachWrite.push(room.disk.journalEntries.size));
    await takeBack(EFFECT_ID);
    expect([atEachWrite, room.disk.journalEntries.size]).toEqual([[1], 0]);
  });

  it('is not over before the undo journal has forgotten it', async () => {
    const { writing, scheduler, disk } = room;
    const { journal } = disk.ports(() => new Promise((resolve) => scheduler.after(500, resolve)));
    await room.journal.put([journalEntryOf(EFFECT_ID, n1, { at: utcIn(0), fence: 1 })]);
    const leftWhenOver = takeBackLanded({ writing, journal }, ['n1', 'n2'], new Set()).then(
      () => disk.journalEntries.size,
    );
    expect(await room.run(leftWhenOver)).toBe(0);
  });

  it('touches neither what did not land nor its case', async () => {
    room.put(
      effectDoc(anEffect('applying', { reasons: [n1] })),
      ledgerDoc(aLedger(['n1'])),
      caseDoc(aCase([{ act_id: 'a0', status: 'applying', command_id: 'n1', effect_id: EFFECT_ID }])),
    );
    await takeBack('case:1');
    expect(room.port.bulks).toEqual([]);
  });

  it('leaves what is gone', async () => {
    await takeBack(EFFECT_ID, FEW);
    expect(room.port.bulks).toEqual([]);
  });

  it('does not wait for claims that are on their way', async () => {
    room.put(effectDoc(anEffect('applying', { reasons: [n1] })));
    room.port.bulkTakes = slowFor('ledger:few:x');
    void writeElsewhere();
    await takeBack(EFFECT_ID);
    expect([orderWritten(), room.fake.get('ledger:few:x')]).toEqual([[['ledger:few:x'], [EFFECT_ID]], undefined]);
  });
});

describe('a case whose claim landed in part', () => {
  const block = theAct('a0');
  const isolate = theAct('a1', { action: 'isolate_host', target: { type: 'host', value: 'web-01' } });
  const disable = theAct('a2', { action: 'disable_user', target: { type: 'user', value: 'eve' } });
  const decision = aDecisionOf([block, isolate], { decision_id: 'd2' });
  const before = aCase(
    [
      { act_id: 'a0', status: 'present', command_id: 'c1' },
      { act_id: 'a1', status: 'held' },
      { act_id: 'a2', status: 'waiting' },
    ],
    { decision: aDecisionOf([block, isolate, disable]) },
  );
  const hold = (previous?: typeof before) =>
    room.run(holdLanded(room.writing, aRequest([], { decision, ...(previous ? { previous } : {}) })));

  it('is held and claimed again at once, with what had become of its acts', async () => {
    room.put(caseDoc({ ...before, state: 'applying' }, 's1'));
    const held = await hold(before);
    expect(held).toMatchObject({
      received: { case_id: 'case:1' },
      decision: { decision_id: 'd2' },
      state: 'held',
      acts: [
        { act_id: 'a0', status: 'present', command_id: 'c1' },
        { act_id: 'a1', status: 'held' },
      ],
      claims: 2,
      note: expect.stringContaining('claimed again'),
    });
    expect(held.acts).toHaveLength(2);
    expect(held.due).toBe(utcIn(0));
    expect(room.case()).toEqual(held);
    expect(room.fake.get('case:1')?.facets).toMatchObject({ state: 'held', at: held.due });
  });

  it('is held in the state by the time that this is told', async () => {
    room.put(caseDoc({ ...before, state: 'applying' }, 's1'));
    const told = holdLanded(room.writing, aRequest([], { decision, previous: before })).then(() => room.case()?.state);
    expect(await room.run(told)).toBe('held');
  });

  it('counts its first claim, and has no acts yet', async () => {
    room.put(caseDoc({ ...before, state: 'applying' }, 's1'));
    expect(await hold()).toMatchObject({ claims: 1, acts: [] });
    expect(room.case()).toMatchObject({ claims: 1, acts: [] });
  });

  it.each([
    ['that another session looks after by now', [caseDoc(before, 's2')]],
    ['that is gone', []],
  ])('%s is left to that', async (_what, docs) => {
    room.put(...docs);
    expect((await hold(before)).state).toBe('held');
    expect(room.port.bulks).toEqual([]);
  });

  it('does not wait for claims that are on their way', async () => {
    room.put(caseDoc(before, 's1'));
    room.port.bulkTakes = slowFor('ledger:few:x');
    void writeElsewhere();
    await hold(before);
    expect([orderWritten(), room.fake.get('ledger:few:x')]).toEqual([[['ledger:few:x'], ['case:1']], undefined]);
  });
});
