import type { ActionRecord } from '../../../common/flow/outcome';
import type { Decision } from '../../../common/flow/decision';
import {
  aCase,
  aCommand,
  aDecisionOf,
  anEffect,
  aReason,
  EFFECT_ID,
  theAct,
  utcIn,
} from '../../../test/builders/executing';
import { closedCase, type CaseAct, type CaseContent } from '../keeping/kinds/case';
import { lastKey, whatBecame, type Known } from './progress';

/* What became of a decision, by its case, the effect and the records. */

const ACT = theAct('a0');
const DECISION = aDecisionOf([ACT], { case_id: 'case:1' });

const record = (state: ActionRecord['state'], change: Partial<ActionRecord> = {}, commandId = 'c1'): ActionRecord => ({
  command: aCommand(commandId, { decision_id: DECISION.decision_id, act_id: 'a0', policy: ACT.policy }),
  n: 1,
  state,
  at: utcIn(60_000),
  session: 's1',
  effect_id: EFFECT_ID,
  ...change,
});

interface Scene {
  readonly act?: Partial<CaseAct>;
  readonly decision?: Decision;
  /** Of the case; undefined: it left the state. */
  readonly content?: CaseContent | 'left';
  readonly effect?: ReturnType<typeof anEffect>;
  readonly ends?: readonly ActionRecord[];
  readonly last?: ActionRecord;
}

const became = ({ act, decision = DECISION, content, effect, ends = [], last }: Scene) => {
  const own: CaseAct = { act_id: 'a0', status: 'present', command_id: 'c1', effect_id: EFFECT_ID, ...act };
  const found = content ?? aCase(decision.acts.length === 0 ? [] : [own], { decision });
  const known: Known = {
    cases: new Map(found === 'left' ? [] : [[decision.case_id, found]]),
    effects: new Map(effect ? [[EFFECT_ID, effect]] : []),
    ends: new Map([[EFFECT_ID, ends]]),
    last: new Map(last ? [[lastKey(decision.decision_id, 'a0'), last]] : []),
  };
  return whatBecame(decision, known);
};
const statusOf = (scene: Scene) => became(scene).progress[0]?.status;

const reasons = [aReason('c1')];

describe('an act that came to an effect', () => {
  it('is in effect while the effect is there for it, and says until when', () => {
    const effect = anEffect('present', { reasons: [{ ...aReason('c1'), deadline: utcIn(30_000) }] });
    expect(became({ effect })).toEqual({
      outcome: 'present',
      progress: [expect.objectContaining({ status: 'present', until: utcIn(30_000) })],
    });
  });

  it('says the same once its case is closed and has shrunk', () => {
    const open = aCase([{ act_id: 'a0', status: 'present', command_id: 'c1', effect_id: EFFECT_ID }], {
      decision: DECISION,
    });
    expect(statusOf({ content: closedCase(open), effect: anEffect('present', { reasons }) })).toBe('present');
    expect(statusOf({ content: closedCase(open), ends: [record('undone')] })).toBe('ended');
  });

  it.each([
    ['applying', 'applying'],
    ['unknown', 'unknown'],
    ['undoing', 'ending'],
  ] as const)('is told by the effect: %s is %s', (state, status) =>
    expect(statusOf({ effect: anEffect(state, { reasons }) })).toBe(status),
  );

  it('is gone where its target lost it, and in effect again once it is seen again', () => {
    const gone = { at: utcIn(1), text: 'somebody removed it' };
    expect(statusOf({ effect: anEffect('present', { reasons, gone }) })).toBe('gone');
    expect(statusOf({ act: { status: 'gone' }, effect: anEffect('present', { reasons }) })).toBe('present');
  });

  it.each([
    ['undone', 'ann', 'false positive'],
    ['verified_absent', 'reflex', 'its time is over'],
    ['late_effect_removed', undefined, undefined],
  ] as const)('has ended once the record says so: %s', (state, by, text) => {
    const end = record(state, { ...(by ? { by } : {}), ...(text ? { text } : {}) });
    expect(became({ act: { text: 'was there already' }, effect: anEffect('absent'), ends: [end] })).toEqual({
      outcome: 'ended',
      progress: [
        {
          act_id: 'a0',
          status: 'ended',
          command_id: 'c1',
          effect_id: EFFECT_ID,
          connector: 'edge',
          ended: { at: utcIn(60_000), ...(by ? { by } : {}), ...(text ? { text } : {}) },
        },
      ],
    });
  });

  it('says where it was carried out for as long as the effect or a record tells', () => {
    const where = (known: Parameters<typeof became>[0]) => became(known).progress[0]?.connector;
    expect(where({ effect: anEffect('present', { reasons, connector: 'ward' }) })).toBe('ward');
    expect(where({ ends: [record('undone')] })).toBe('edge');
    expect(where({})).toBeUndefined();
  });

  it('has ended before anybody finds the record of that', () => {
    expect(became({ effect: anEffect('absent') }).progress[0]).toMatchObject({ status: 'ended', ended: {} });
    expect(statusOf({})).toBe('ended');
  });

  it('has ended though the same effect is there again for another case', () => {
    const effect = anEffect('present', { reasons: [aReason('c9')], since: utcIn(90_000) });
    expect(statusOf({ effect, ends: [record('undone')] })).toBe('ended');
  });
});

describe('an act whose reason was folded into a later one', () => {
  const folded = record('reason_folded', { at: utcIn(10_000) });
  const later = { ...aReason('c2', { policy: ACT.policy }), times: 2 };

  it('is in effect for as long as that one', () => {
    expect(statusOf({ effect: anEffect('present', { reasons: [later], since: utcIn(0) }), ends: [folded] })).toBe(
      'present',
    );
  });

  it('ends with that one', () => {
    const end = record('undone', { at: utcIn(80_000), by: 'ann' }, 'c2');
    const [told] = became({ ends: [record('undone', { at: utcIn(5_000) }, 'c0'), folded, end] }).progress;
    expect(told).toMatchObject({ status: 'ended', ended: { at: utcIn(80_000), by: 'ann' } });
  });

  it('is not in effect by a later life of the same effect', () => {
    expect(statusOf({ effect: anEffect('present', { reasons: [later], since: utcIn(20_000) }), ends: [folded] })).toBe(
      'ended',
    );
  });

  it('is not in effect by a reason of another policy', () => {
    const other = { ...aReason('c2', { policy: { ...ACT.policy, id: 'other' } }), times: 2 };
    expect(statusOf({ effect: anEffect('present', { reasons: [other], since: utcIn(0) }), ends: [folded] })).toBe(
      'ended',
    );
  });
});

describe('a decision', () => {
  const [shadow, denied] = [theAct('a1', { shadow: true }), theAct('a2', { result: 'deny' })];

  it('is told by the act that needs a look first', () => {
    const decision = aDecisionOf([ACT, shadow, denied], { case_id: 'case:1' });
    const acts = (status: CaseAct['status']): readonly CaseAct[] => [
      { act_id: 'a0', status },
      { act_id: 'a1', status: 'shadow' },
      { act_id: 'a2', status: 'denied' },
    ];
    const outcomeWith = (status: CaseAct['status']) =>
      became({ decision, content: aCase(acts(status), { decision }) }).outcome;
    expect((['waiting', 'failed', 'held', 'done', 'shadow'] as const).map(outcomeWith)).toEqual([
      'waiting',
      'failed',
      'held',
      'denied',
      'denied',
    ]);
  });

  it('says why the brakes stopped its act', () => {
    const stopped = { kind: 'stopped', reason: 'protected_target', then: 'deny', text: 'protected' } as const;
    expect(
      became({ act: { status: 'stopped', stopped, command_id: undefined, effect_id: undefined } as never }),
    ).toEqual({
      outcome: 'stopped',
      progress: [{ act_id: 'a0', status: 'stopped', stop_reason: 'protected_target' }],
    });
  });

  it('was superseded where its case was decided again, unless it had come to an effect', () => {
    const content = aCase([], { decision: { ...DECISION, decision_id: 'later' } });
    expect(became({ content }).outcome).toBe('superseded');
    expect(became({ content, last: record('taken_back') }).outcome).toBe('superseded');
    expect(became({ content, last: record('undone'), ends: [record('undone')] }).outcome).toBe('ended');
    expect(
      became({ content, last: record('verified_present'), effect: anEffect('present', { reasons }) }).outcome,
    ).toBe('present');
  });

  it.each([
    ['undone', 'ended'],
    ['failed', 'failed'],
    ['taken_back', 'not_known'],
  ] as const)('is told by the last record where its case left the state: %s is %s', (state, status) =>
    expect(statusOf({ content: 'left', last: record(state), ends: [record(state)] })).toBe(status),
  );

  it.each([
    ['verified_present', 'done'],
    ['unknown', 'unknown'],
  ] as const)('of an act without an end is told the same way: %s is %s', (state, status) => {
    const last = { ...record(state), command: { ...record(state).command, rollback: null } };
    expect(statusOf({ content: 'left', last })).toBe(status);
  });

  it('of which nothing is known any more says so, and what it said itself stays', () => {
    const decision = aDecisionOf([ACT, shadow, denied], { case_id: 'case:1' });
    expect(became({ decision, content: 'left' }).progress.map(({ status }) => status)).toEqual([
      'not_known',
      'shadow',
      'denied',
    ]);
    const asked = aDecisionOf([ACT], { case_id: 'case:1', effectless: true });
    expect(statusOf({ decision: asked, content: 'left' })).toBe('shadow');
  });
});

describe('a decision without acts', () => {
  const bare = (change: Partial<Decision>) => ({ ...aDecisionOf([], { case_id: 'case:1' }), ...change });
  const outcomeOf = (
    verdict: Decision['verdict'],
    state: CaseContent['state'] | 'left',
    change: Partial<Decision> = {},
  ) => {
    const decision = bare({ verdict, ...change });
    return became({ decision, content: state === 'left' ? 'left' : aCase([], { decision, state }) }).outcome;
  };

  it.each([
    ['learn', 'decided', 'nothing'],
    ['learn', 'left', 'nothing'],
    ['deny', 'decided', 'denied'],
    ['escalate', 'waiting', 'waiting'],
    ['escalate', 'decided', 'expired'],
    ['escalate', 'left', 'not_known'],
    ['hold', 'held', 'held'],
    ['hold', 'decided', 'nothing'],
  ] as const)('%s, its case %s: %s', (verdict, state, outcome) => expect(outcomeOf(verdict, state)).toBe(outcome));

  it('that was only asked came to nothing', () => {
    expect(outcomeOf('escalate', 'decided', { effectless: true })).toBe('nothing');
  });

  it('was superseded where its case was decided again; one that did nothing stays that', () => {
    const content = aCase([], { decision: { ...DECISION, decision_id: 'later' } });
    expect(became({ decision: bare({ verdict: 'hold' }), content }).outcome).toBe('superseded');
    expect(became({ decision: bare({ verdict: 'learn' }), content }).outcome).toBe('nothing');
  });
});
