import type { ActStatus } from '../../../common/api/progress';
import {
  aCase,
  aDecisionOf,
  anEffect,
  aReason,
  aStateRoom,
  caseDoc,
  EFFECT_ID,
  effectDoc,
  theAct,
  MOMENT,
  NOW,
  utcIn,
} from '../../../test/builders/executing';
import { slowFor } from '../../../test/builders/store_port';
import { reasonAdded, type Effect } from '../../engine/execution/effect';
import type { CaseAct, CaseContent } from '../keeping/kinds/case';
import { journalEntryOf } from '../keeping/kinds/effect';
import { changeActOf, changeCase, changeEffect, momentNow, withActs, type ChangedActs } from './change_document';

let room: ReturnType<typeof aStateRoom>;
beforeEach(() => {
  room = aStateRoom();
});
/** Reads a document through the queue, so that the session remembers it as it is now. */
const remember = (id: string): Promise<unknown> =>
  room.run(room.commits.submit({ reads: [id], build: () => ({ docs: [], answer: undefined }) }));
/** Another write that was handed in first, and is not urgent. */
const writeElsewhere = (): Promise<unknown> =>
  room.commits.submit({
    reads: [],
    build: () => ({
      docs: [caseDoc(aCase([], { received: { ...aCase([]).received, case_id: 'case:9' } }))],
      answer: 0,
    }),
  });
const orderWritten = () => room.port.bulks.map((writes) => writes.map(({ id }) => id));

it('says when, in which session and of which effect', async () => {
  await room.scheduler.runUntil(1_500);
  expect(momentNow(room.writing, EFFECT_ID)).toEqual({ ...MOMENT, at: utcIn(1_500) });
});

describe('changing an effect', () => {
  const further = aReason('c2');
  const extend = (effect: Effect) => ({
    effect: reasonAdded(effect, further, MOMENT),
    journal: [journalEntryOf(EFFECT_ID, further, { at: MOMENT.at, fence: 1 })],
  });
  const change = (with_: Parameters<typeof changeEffect>[2] = extend) =>
    room.run(changeEffect(room.writing, EFFECT_ID, with_));

  it('of this session writes it, its records and what must be undone', async () => {
    room.put(effectDoc(anEffect('present')));
    const changed = await change();
    expect(changed?.reasons.map(({ command }) => command.command_id)).toEqual(['c1', 'c2']);
    expect(changed?.outbox).toEqual([]);
    expect(room.effect()).toEqual(changed);
    expect(room.fake.get(EFFECT_ID)?.facets.at).toBe(utcIn(1));
    expect(room.records()).toMatchObject([{ state: 'reason_added', command: { command_id: 'c2' } }]);
    expect([...room.disk.journalEntries.keys()]).toEqual(['c2']);
  });

  it('needs no entry in the undo journal', async () => {
    room.put(effectDoc(anEffect('present')));
    const changed = await change((effect) => ({ effect: { ...effect, verified: true } }));
    expect([changed?.verified, room.disk.journalEntries.size]).toEqual([true, 0]);
  });

  it.each<[string, readonly Effect[], Parameters<typeof changeEffect>[2]]>([
    ['of another session', [anEffect('present', { session: 's2' })], extend],
    ['that is not there', [], extend],
    ['that is to stay as it is', [anEffect('present')], () => undefined],
  ])('%s writes nothing', async (_what, effects, with_) => {
    room.put(...effects.map((effect) => effectDoc(effect)));
    expect(await change(with_)).toBeUndefined();
    expect([room.port.bulks, room.disk.journalEntries.size]).toEqual([[], 0]);
  });

  it('that was remembered as another one’s reads it again', async () => {
    room.put(effectDoc(anEffect('present', { session: 's2' })));
    await remember(EFFECT_ID);
    room.put(effectDoc(anEffect('present')));
    expect((await change())?.session).toBe('s1');
  });

  it('that another session took over meanwhile leaves it to that one', async () => {
    room.put(effectDoc(anEffect('present')));
    await remember(EFFECT_ID);
    room.put(effectDoc(anEffect('unknown', { session: 's2' })));
    expect(await change()).toBeUndefined();
    expect(room.effect()).toMatchObject({ state: 'unknown', session: 's2' });
  });

  it('does not wait for claims that are on their way', async () => {
    room.put(effectDoc(anEffect('present')));
    room.port.bulkTakes = slowFor('case:9');
    void writeElsewhere();
    await room.run(changeEffect(room.writing, EFFECT_ID, extend));
    expect([orderWritten(), room.fake.get('case:9')]).toEqual([[['case:9'], [EFFECT_ID]], undefined]);
  });
});

const acts = (...statuses: ActStatus[]): readonly CaseAct[] =>
  statuses.map((status, n) => ({ act_id: `a${n}`, status, command_id: `c${n}` }));

describe('a case whose acts fare otherwise now', () => {
  const permit = aDecisionOf([], { verdict: 'permit' });

  it.each<[readonly ActStatus[], string]>([
    [['present', 'applying'], 'applying'],
    [['present', 'held'], 'held'],
    [['present', 'waiting'], 'waiting'],
    [['present', 'denied'], 'decided'],
  ])('%j is %s, and otherwise as it was', (statuses, state) => {
    const before = aCase(acts('applying', 'applying'), { decision: permit, claims: 4, note: 'x', acknowledged: true });
    const after = withActs(before, { acts: acts(...statuses) }, NOW);
    expect(after).toMatchObject({ ...before, acts: acts(...statuses), state });
  });

  it.each<[string, string | undefined, ChangedActs, string | undefined]>([
    ['when it was to be', utcIn(9_000), { acts: acts('present') }, utcIn(9_000)],
    ['never, as before', undefined, { acts: acts('present') }, undefined],
    ['when the change says', utcIn(9_000), { acts: acts('present'), due: utcIn(5_000) }, utcIn(5_000)],
    ['when the change says although it was never to be', undefined, { acts: [], due: utcIn(5_000) }, utcIn(5_000)],
    ['never if the change says so', utcIn(9_000), { acts: acts('expired'), due: null }, undefined],
    ['soon if an act is held', utcIn(9_000), { acts: acts('present', 'held') }, utcIn(2_000)],
    ['soon if an act is held, whatever the change says', undefined, { acts: acts('held'), due: null }, utcIn(2_000)],
  ])('is looked at again %s', (...[, before, changed, due]) => {
    const after = withActs(aCase(acts('applying'), before === undefined ? {} : { due: before }), changed, NOW);
    expect([after.due, 'due' in after]).toEqual([due, due !== undefined]);
  });
});

describe('a case of which its source says something newer', () => {
  const outdated = aCase(acts('waiting'), { outdated: true });

  it.each(['refused', 'expired', 'present'] as const)('is not decided again once its act is %s', (status) => {
    expect(withActs(outdated, { acts: acts(status) }, NOW)).not.toHaveProperty('outdated');
  });

  it('is still to be decided again while nothing came of it', () => {
    expect(withActs(outdated, { acts: acts('waiting') }, NOW)).toMatchObject({ outdated: true });
  });
});

describe('a case that waited for a person and has a hold besides', () => {
  const held = [theAct('a1', { result: 'permit' })];
  const waiting = (change: object): CaseContent =>
    aCase(acts('waiting'), {
      decision: aDecisionOf([theAct('a0')], { verdict: 'escalate', held, ...change }),
      due: utcIn(9_000),
    });

  it.each<[string, object, string]>([
    ['when its hold ends', { next_review_at: utcIn(700) }, utcIn(700)],
    ['at once, where no moment was said', {}, utcIn(0)],
  ])('is looked at after the person spoke %s, not when the person’s time would have ended', (_when, change, due) => {
    for (const changed of [{ acts: acts('refused') }, { acts: acts('expired'), due: null }])
      expect(withActs(waiting(change), changed, NOW)).toMatchObject({ state: 'held', due });
  });

  it('waits as long as before while another act waits', () => {
    const two = { ...waiting({}), acts: acts('waiting', 'waiting') };
    expect(withActs(two, { acts: acts('refused', 'waiting') }, NOW)).toMatchObject({
      state: 'waiting',
      due: utcIn(9_000),
    });
  });
});

describe('changing a case', () => {
  const change = (with_: Parameters<typeof changeCase>[2]) => room.run(changeCase(room.writing, 'case:1', with_));

  it('leaves it with whoever looks after it', async () => {
    room.put(caseDoc(aCase(acts('applying')), 's3'));
    const changed = await change(() => ({ acts: acts('held') }));
    expect(changed).toMatchObject({ state: 'held', acts: acts('held'), due: utcIn(2_001) });
    expect(room.case()).toEqual(changed);
    expect(room.fake.get('case:1')).toMatchObject({ owner: 's3', facets: { state: 'held', at: utcIn(1) } });
  });

  it.each([
    ['that is gone', []],
    ['that is to stay as it is', [caseDoc(aCase(acts('present')))]],
  ])('%s writes nothing', async (_what, docs) => {
    room.put(...docs);
    expect(await change(({ acts: [act] }) => (act?.status === 'held' ? { acts: [] } : undefined))).toBeUndefined();
    expect(room.port.bulks).toEqual([]);
  });

  it('that was remembered otherwise reads it again', async () => {
    room.put(caseDoc(aCase(acts('present'))));
    await remember('case:1');
    room.put(caseDoc(aCase(acts('held'))));
    const changed = await change(({ acts: [act] }) => (act?.status === 'held' ? { acts: acts('waiting') } : undefined));
    expect(changed?.state).toBe('waiting');
  });

  it('does not wait for claims that are on their way', async () => {
    room.put(caseDoc(aCase(acts('applying'))));
    room.port.bulkTakes = slowFor('case:9');
    void writeElsewhere();
    await room.run(changeCase(room.writing, 'case:1', () => ({ acts: [] })));
    expect([orderWritten(), room.fake.get('case:9')]).toEqual([[['case:9'], ['case:1']], undefined]);
  });
});

describe('changing the act of a command', () => {
  const of = (command_id: string) => ({ case_id: 'case:1', command_id });
  const toPresent = (act: CaseAct): CaseAct => ({ ...act, status: 'present' });
  beforeEach(() => room.put(caseDoc(aCase(acts('applying', 'applying', 'held')))));

  it('leaves the others as they are', async () => {
    const changed = await room.run(changeActOf(room.writing, of('c1'), toPresent));
    expect(changed?.acts.map(({ status }) => status)).toEqual(['applying', 'present', 'held']);
    expect(room.case()).toEqual(changed);
  });

  it.each<[string, string, (act: CaseAct) => CaseAct]>([
    ['of a command that the case does not know', 'c9', toPresent],
    ['to what it is already', 'c1', (act) => act],
  ])('%s writes nothing', async (_what, command, with_) => {
    expect(await room.run(changeActOf(room.writing, of(command), with_))).toBeUndefined();
    expect(room.port.bulks).toEqual([]);
  });
});
