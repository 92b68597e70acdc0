import {
  aClaiming,
  aCommand,
  anEffect,
  approvalOf,
  aReason,
  aRequest,
  EFFECT_ID,
  effectDoc,
  MOMENT,
  theAct,
  utcIn,
  type Circumstances,
} from '../../../test/builders/executing';
import { reasonAdded, type Effect } from '../../engine/execution/effect';
import { meetEffect } from './meet_effect';

const act = theAct('a0');
const command = aCommand('n1', { case_id: 'case:2' });
const elsewhere = { session: 's2' };
const requestOf = (options: { readonly demo?: boolean; readonly approved?: boolean }) => {
  const { received, ...request } = aRequest([act], options.approved ? { approval: approvalOf('a0') } : {});
  return { ...request, received: { ...received, ...(options.demo ? { demo: true } : {}) } };
};

interface Around extends Circumstances {
  readonly isFresh?: boolean;
  readonly demo?: boolean;
  readonly approved?: boolean;
}

/** Case 2 wants what an effect of case 1 is about: what becomes of its act, and what is to be written. */
const meet = (effect: Effect, { isFresh = true, demo = false, approved = false, ...so }: Around = {}) => {
  const claiming = aClaiming(requestOf({ demo, approved }), { docs: [effectDoc(effect)], isFresh, ...so });
  const outcome = meetEffect(claiming, { act, command, effect, id: EFFECT_ID });
  const { journal, start, made, folded } = claiming;
  return { outcome, effect: claiming.effects.get(EFFECT_ID), journal, start, made, folded };
};
const OF_THE_CASE = aReason('o1', { case_id: 'case:2' });
const idsOf = (reasons: Effect['reasons'] | undefined) => reasons?.map((reason) => reason.command.command_id);

describe('a second command on a target', () => {
  it('joins the effect that is there instead of applying it twice, and this agent knows how to undo it', () => {
    const { outcome, effect, journal, start } = meet(anEffect('present'));
    expect(outcome).toEqual({
      act_id: 'a0',
      effect_id: EFFECT_ID,
      command_id: 'n1',
      status: 'present',
      text: 'was there already; now also for this reason',
    });
    expect([effect?.state, idsOf(effect?.reasons), idsOf(effect?.requested), effect?.fence]).toEqual([
      'present',
      ['c1', 'n1'],
      [],
      1,
    ]);
    expect(effect?.outbox).toMatchObject([
      { state: 'reason_added', command: { command_id: 'n1' }, at: utcIn(0), session: 's1', effect_id: EFFECT_ID },
    ]);
    expect(journal).toEqual([
      {
        command_id: 'n1',
        effect_id: EFFECT_ID,
        connector: 'edge',
        action: 'block_ip',
        target: command.target,
        deadline: utcIn(600_000),
        at: utcIn(0),
        fence: 1,
      },
    ]);
    expect(start).toEqual([]);
  });

  it('asks the agent whose effect it is, and counts once that one has confirmed it', () => {
    const { outcome, effect, journal, start } = meet(anEffect('present', elsewhere));
    expect(outcome).toMatchObject({ command_id: 'n1', status: 'applying', text: expect.stringContaining('is asked') });
    expect([idsOf(effect?.reasons), idsOf(effect?.requested), effect?.session]).toEqual([['c1'], ['n1'], 's2']);
    expect([journal, start]).toEqual([[], []]);
  });

  const anotherAfter = (effect: Effect): Effect => reasonAdded(effect, aReason('c2'), { ...MOMENT, at: utcIn(-1) });
  it('is counted with those of its policy that joined before, whose journal entries are over then', () => {
    const { effect, journal, folded } = meet(anotherAfter(anEffect('present')));
    expect(idsOf(effect?.reasons)).toEqual(['c1', 'n1']);
    expect(effect?.reasons[1]).toMatchObject({ times: 2, joined_at: utcIn(0), deadline: utcIn(600_000) });
    expect([journal.map(({ command_id }) => command_id), folded]).toEqual([['n1'], ['c2']]);
  });

  it('keeps in the journal the latest end of all with which it is counted', () => {
    const late = { ...aReason('c2'), joined_at: utcIn(-1), deadline: utcIn(700_000) };
    const { journal } = meet(anEffect('present', { reasons: [aReason('c1'), late] }));
    expect(journal).toMatchObject([{ command_id: 'n1', deadline: utcIn(700_000) }]);
  });

  it('waits where 64 ask its agent already, and never where it need not ask', () => {
    const asked = (count: number) => Array.from({ length: count }, (_, n) => aReason(`o${n}`));
    const crowd = (count: number, change = {}) => meet(anEffect('present', { ...change, requested: asked(count) }));
    expect(crowd(64, elsewhere)).toMatchObject({
      outcome: { status: 'held', stopped: { reason: 'target_busy' } },
      made: [],
    });
    expect(crowd(63, elsewhere).effect?.requested).toHaveLength(64);
    expect(crowd(64).outcome).toMatchObject({ status: 'present' });
  });

  // Where the claim lands in part, what is new with it is taken back, and nothing else (INV-4).
  it.each<[what: string, effect: Effect, made: readonly string[]]>([
    ['its command where it joins', anEffect('present'), ['n1']],
    ['its command where it asks to join', anEffect('present', elsewhere), ['n1']],
    ['nothing where its case is a reason already', anEffect('present', { reasons: [OF_THE_CASE] }), []],
    ['nothing where its case has asked already', anEffect('present', { ...elsewhere, requested: [OF_THE_CASE] }), []],
    ['nothing where it waits', anEffect('applying'), []],
  ])('is new with %s', (_what, effect, made) => {
    expect(meet(effect).made).toEqual(made);
  });

  it.each([true, false])('is marked as a demonstration if its event is one: %s', (demo) => {
    const marked = demo ? true : undefined;
    expect(meet(anEffect('present'), { demo }).effect?.reasons[1]?.demo).toBe(marked);
    expect(meet(anEffect('present', elsewhere), { demo }).effect?.requested[0]?.demo).toBe(marked);
  });

  const GONE = { at: utcIn(-1), text: 'gone before its end' };

  it('waits while the effect is gone before its end, and says why: joining it would put nothing at the target', () => {
    const met = meet(anEffect('present', { gone: GONE }));
    expect(met.outcome).toMatchObject({ status: 'held', stopped: { reason: 'target_busy' } });
    expect(met.outcome).toMatchObject({ text: expect.stringMatching(/is gone: .*applied anew once that has ended/) });
    expect([met.effect, met.journal, met.start]).toEqual([undefined, [], []]);
  });

  it('says of an act of its own whose effect is gone that it is', () => {
    const met = meet(anEffect('present', { gone: GONE, reasons: [OF_THE_CASE] }));
    expect(met.outcome).toMatchObject({ command_id: 'o1', status: 'gone', text: GONE.text });
  });

  const busy = [
    ['is being applied', anEffect('applying'), {}],
    ['nobody knows whether it is there', anEffect('unknown'), {}],
    ['is being undone', anEffect('undoing'), {}],
    ['was taken over and only runs to its deadline', anEffect('present', { taken_over: true }), {}],
    ['belongs to a dead session', anEffect('present', elsewhere), { dead: ['s2'] }],
    ['this agent undid alone', anEffect('present'), { undoneOffline: true }],
  ] as const;
  it.each(busy)('waits while the effect %s', (_what, effect, so) => {
    const met = meet(effect, so);
    expect(met.outcome).toEqual({
      act_id: 'a0',
      status: 'held',
      text: 'another command is changing this target right now',
      stopped: {
        kind: 'stopped',
        reason: 'target_busy',
        then: 'hold',
        text: 'another command is changing this target right now',
      },
    });
    expect([met.effect, met.journal]).toEqual([undefined, []]);
  });

  it('joins an effect that was taken over by nobody and whose session lives', () => {
    const effect = anEffect('present', { ...elsewhere, taken_over: false });
    expect(meet(effect, { dead: ['s3'] }).outcome).toMatchObject({ status: 'applying' });
  });

  it('waits for a person again if a person had permitted it', () => {
    expect(meet(anEffect('undoing'), { approved: true }).outcome).toMatchObject({
      status: 'waiting',
      text: 'ann approved it, but another command is changing this target right now',
    });
    expect(meet(anEffect('present'), { approved: true }).outcome).toMatchObject({
      status: 'present',
      resolution: { by: 'ann' },
    });
    expect(meet(anEffect('present')).outcome).not.toHaveProperty('resolution');
  });
});

describe('a case that already is a reason of the effect', () => {
  const own = aReason('c2', { case_id: 'case:2' });
  const withOwn = (state: Effect['state'], where: 'reasons' | 'requested'): Effect => {
    const effect = anEffect(state, elsewhere);
    return { ...effect, [where]: [...effect[where], own] };
  };

  it.each([
    ['present', 'present'],
    ['applying', 'applying'],
    ['unknown', 'applying'],
  ] as const)('keeps its command while the effect is %s', (state, status) => {
    for (const where of ['reasons', 'requested'] as const) {
      const { outcome, effect, journal } = meet(withOwn(state, where), { dead: ['s2'] });
      expect(outcome).toEqual({ act_id: 'a0', effect_id: EFFECT_ID, command_id: 'c2', status });
      expect([effect, journal]).toEqual([undefined, []]);
    }
  });

  it('waits while the effect is undone, to claim it anew', () => {
    expect(meet(withOwn('undoing', 'reasons')).outcome).toMatchObject({ status: 'held' });
  });

  it('keeps its approval with the act', () => {
    expect(meet(withOwn('present', 'reasons'), { approved: true }).outcome).toMatchObject({
      command_id: 'c2',
      resolution: { by: 'ann' },
    });
  });
});

describe('what is remembered of an effect', () => {
  it('is no proof that it is there', () => {
    expect(meet(anEffect('present'), { isFresh: false }).outcome).toBe('read_again');
  });

  it('counts if this very claim made it', () => {
    const claiming = aClaiming(aRequest([act]), { isFresh: false });
    const effect = anEffect('present');
    claiming.effects.set(EFFECT_ID, effect);
    expect(meetEffect(claiming, { act, command, effect, id: EFFECT_ID })).toMatchObject({ status: 'present' });
    expect(idsOf(claiming.effects.get(EFFECT_ID)?.reasons)).toEqual(['c1', 'n1']);
  });
});

describe('a target that ends effects by itself', () => {
  // The owner may die before it has told the target: what counted by then would end early (INV-4).
  it.each([1_000, 600_000])('is told before a further reason counts, also of its own agent (told %s ms)', (told) => {
    const effect = anEffect('present', { ordered_until: utcIn(told) });
    const met = meet(effect, { endsHow: 'by_itself' });
    expect(met.outcome).toMatchObject({ command_id: 'n1', status: 'applying' });
    expect([idsOf(met.effect?.reasons), idsOf(met.effect?.requested), met.journal]).toEqual([['c1'], ['n1'], []]);
  });
});

describe('a target that ends effects by itself and cannot be told to keep them', () => {
  const until = (ms: number) => anEffect('present', { ordered_until: utcIn(ms) });

  it('refuses an act that lasts longer, which is held', () => {
    const { outcome, effect } = meet(until(599_000 - 1), { endsHow: 'for_good' });
    expect(outcome).toMatchObject({
      status: 'held',
      stopped: { reason: 'target_busy' },
      text: expect.stringContaining('cannot be told'),
    });
    expect(effect).toBeUndefined();
  });

  it('takes an act that ends no later, once its agent has confirmed it', () => {
    expect(meet(until(600_000), { endsHow: 'for_good' }).outcome).toMatchObject({ status: 'applying' });
  });
});

describe('a longest time of a policy', () => {
  const day = 86_400_000;
  const lasts = act.ttl_ms ?? 0;
  const rules = (totalMs: number) => ({
    rules: {
      longest: [
        { name: 'a-day', totalMs, longest: { action: act.action, total: '24h', on_breach: 'escalate' } as const },
      ],
    },
  });
  const since = (ms: number) => anEffect('present', { since: utcIn(ms) });

  it('stops what would put the end of an effect off beyond it, approved or not, and writes nothing', () => {
    for (const approved of [false, true]) {
      const { outcome, effect, journal, made } = meet(since(-day + lasts - 1), { ...rules(day), approved });
      expect(outcome).toMatchObject({ stopped: { reason: 'too_long', then: 'escalate' } });
      expect([effect, journal, made]).toEqual([undefined, [], []]);
    }
  });

  it('lets join what ends with it', () => {
    expect(meet(since(-day + lasts), rules(day)).outcome).toMatchObject({ status: 'present' });
  });

  it('leaves alone what is in effect for this case already', () => {
    const own = anEffect('present', { since: utcIn(-2 * day), reasons: [OF_THE_CASE] });
    expect(meet(own, rules(day)).outcome).toMatchObject({ status: 'present', command_id: 'o1' });
  });
});
