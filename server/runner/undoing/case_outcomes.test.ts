import { iso } from '../../../common/iso';
import { present } from '../../../common/present';
import { ESCALATION_EXPIRES_MS } from '../../engine/decision/seal';
import { bareIdentities } from '../../engine/entity/identity';
import type { ActStatus } from '../../../common/api/progress';
import type { Act } from '../../../common/flow/decision';
import type { Effect } from '../../engine/execution/effect';
import { aDecision, anAct } from '../../../test/builders/views';
import { aCase, aCaseAct, aReason, anEffect, EFFECT, utcAt } from '../../../test/builders/undoing';
import type { CaseAct } from '../keeping/kinds/case';
import type { Idempotency } from '../ports';
import { effectId } from '../keeping/kinds/effect';
import { deniedNow, effectsInTheWay, HOLDS_FOR_MS, lapsed, whatBecameOf } from './case_outcomes';

const UNDO = { by: 'reflex', why: 'ttl', text: 'its time is over' } as const;
const NOT_REPEATED = 'it may have been sent once already and cannot be repeated without harm: a person decides';
const TIME_OVER = 'it was in effect; its time is over';
const APPROVED = { verb: 'approved', by: 'ann', at: utcAt(0), reason: 'ok', four_eyes: true } as const;

describe('an act whose claim nobody executes any more', () => {
  const act = aCaseAct({ status: 'applying', command_id: 'c2' });
  const reasons = [aReason('c1'), aReason('c2')];
  const folded = [aReason('c1'), { ...aReason('c3'), times: 2, covers: ['c2'] }];

  it.each<[note: string, effect: Effect | undefined, became: Partial<CaseAct> | undefined]>([
    ['is in effect', anEffect({ reasons }), { status: 'present' }],
    [
      'was in effect, and is gone before its end',
      anEffect({ reasons, gone: { at: utcAt(0), text: 'removed' } }),
      { status: 'gone', text: 'removed' },
    ],
    ['is not certain yet: it is being applied', anEffect({ reasons, state: 'applying' }), undefined],
    ['is not certain yet: nobody knows', anEffect({ reasons, state: 'unknown' }), undefined],
    [
      'was in effect, and its time is over',
      anEffect({ reasons, state: 'undoing', undo: UNDO }),
      { status: 'present', text: TIME_OVER },
    ],
    [
      'is not certain while a person has it undone',
      anEffect({ reasons, state: 'undoing', undo: { ...UNDO, why: 'lifted' } }),
      undefined,
    ],
    ['is not certain while it is undone for no known reason', anEffect({ reasons, state: 'undoing' }), undefined],
    ['is not certain where an undoing came to nothing', anEffect({ reasons, state: 'unknown', undo: UNDO }), undefined],
    ['waits for the owner to confirm it', anEffect({ requested: [aReason('c2')] }), undefined],
    ['is in effect, counted with a later one', anEffect({ reasons: folded }), { status: 'present' }],
    ['waits with another that was asked for it too', anEffect({ requested: folded }), undefined],
    ['is tried again: its effect is in place for others only', anEffect(), { status: 'held' }],
    ['is tried again: the effect is absent', anEffect({ state: 'absent', reasons: [] }), { status: 'held' }],
    ['is tried again: there never was an effect', undefined, { status: 'held' }],
  ])('%s', (_note, effect, became) => {
    const found = whatBecameOf(act, effect, 'set');
    if (became === undefined) expect(found).toBeUndefined();
    else expect(found).toMatchObject(became);
  });

  it('keeps its command and its effect while it is in effect', () => {
    expect(whatBecameOf(act, anEffect({ reasons }), 'set')).toEqual({ ...act, status: 'present' });
    expect(whatBecameOf(act, anEffect({ reasons, state: 'undoing', undo: UNDO }), 'set')).toEqual({
      ...act,
      status: 'present',
      text: TIME_OVER,
    });
  });

  it('loses its command when it is tried again, and says why', () =>
    expect(whatBecameOf(act, undefined, 'key')).toEqual({
      act_id: 'act-1',
      status: 'held',
      text: 'its effect is not there',
    }));

  it('goes back to a person where a person had approved it', () =>
    expect(whatBecameOf({ ...act, resolution: APPROVED }, undefined, 'set')).toEqual({
      act_id: 'act-1',
      status: 'waiting',
      text: 'ann approved it, but its effect is not there',
    }));

  it.each<[idempotency: Idempotency | undefined, status: ActStatus]>([
    ['none', 'waiting'],
    ['key', 'held'],
    ['set', 'held'],
    [undefined, 'held'],
  ])('at a target whose idempotency is %s is %s once the effect is gone', (idempotency, status) =>
    expect(whatBecameOf(act, undefined, idempotency)?.status).toBe(status),
  );

  it('goes to a person where each sending counts, with what was known of it', () =>
    expect(whatBecameOf(act, undefined, 'none')).toEqual({ ...act, status: 'waiting', text: NOT_REPEATED }));

  it('is in effect at a target that counts each sending, as everywhere', () =>
    expect(whatBecameOf(act, anEffect({ reasons }), 'none')).toEqual({ ...act, status: 'present' }));
});

describe('acts on which nobody decided in time', () => {
  it('lapse if they wait, and stay as they are otherwise', () => {
    const waiting = aCaseAct({ act_id: 'act-1', status: 'waiting', text: 'needs a person' });
    const others = (['present', 'held', 'denied', 'refused'] as const).map((status) => aCaseAct({ status }));
    expect(lapsed({ acts: [waiting, ...others] }, Date.parse(utcAt(7)))).toEqual({
      due: null,
      acts: [
        {
          ...waiting,
          status: 'expired',
          resolution: {
            verb: 'expired',
            by: 'reflex',
            at: utcAt(7),
            reason: 'nobody decided in time',
            four_eyes: false,
          },
        },
        ...others,
      ],
    });
  });

  type Ends = ReadonlyArray<'deny' | 'second' | 'hold' | undefined>;
  const waitsFor = (...ends: Ends) => {
    const demands = ends.map((on_expiry, n) => ({ policy: `p${n}`, by: 1, ...present({ on_expiry }) }));
    const decision = aDecision({ decided_at: utcAt(0), acts: [anAct({ act_id: 'act-1', demands })] });
    return { decision, acts: [aCaseAct({ act_id: 'act-1', status: 'waiting' })] };
  };
  const at = Date.parse(utcAt(1_000));

  it.each<[how: string, ends: Ends, until: string | null]>([
    ['lapse by default', [undefined], null],
    ['lapse where one of several demands says nothing', ['hold', undefined], null],
    ['wait as long again for a second person', ['second', 'hold'], iso(at + ESCALATION_EXPIRES_MS)],
    ['wait until 7 days after their decision', ['hold'], utcAt(HOLDS_FOR_MS)],
  ])('%s', (_how, ends, until) => {
    const once = lapsed(waitsFor(...ends), at);
    expect([once.due, once.acts[0]?.late?.until ?? null]).toEqual([until, until]);
    expect(once.acts[0]?.status).toBe(until === null ? 'expired' : 'waiting');
    if (until === null) return;
    const asked = { ...waitsFor(...ends), acts: once.acts };
    expect(lapsed(asked, Date.parse(until) - 1).acts).toEqual(once.acts);
    expect(lapsed(asked, Date.parse(until)).acts[0]?.status).toBe('expired');
  });

  it('do not wait on for a time that is over', () => {
    expect(lapsed(waitsFor('hold'), Date.parse(utcAt(HOLDS_FOR_MS))).acts[0]?.status).toBe('expired');
  });
});

describe('what a review denies now', () => {
  const before = (acts: readonly CaseAct[], decided: Act[] = [anAct()]) =>
    aCase('case:c1', { acts, decision: aDecision({ acts: decided }) });
  const reviewed = (...acts: Act[]) => aDecision({ acts });
  const denied = anAct({ act_id: 'another-name', result: 'deny' });
  const END = { effectId: EFFECT, over: false, text: 'the policies in force now deny it' };

  it('ends early, whatever the acts are called by now', () =>
    expect(deniedNow(before([aCaseAct()]), reviewed(denied))).toEqual([END]));

  it.each<[note: string, acts: readonly CaseAct[], review: ReturnType<typeof reviewed> | undefined]>([
    ['the review permits it', [aCaseAct()], reviewed(anAct())],
    ['the review asks a person', [aCaseAct()], reviewed(anAct({ result: 'escalate' }))],
    ['the review says nothing of it', [aCaseAct()], reviewed()],
    ['there is no review', [aCaseAct()], undefined],
    ['it is not in effect', [aCaseAct({ status: 'applying' })], reviewed(denied)],
    ['it has no effect', [aCaseAct({ effect_id: undefined })], reviewed(denied)],
    ['it is no act of the decision', [aCaseAct({ act_id: 'act-9' })], reviewed(denied)],
    ['another action is denied', [aCaseAct()], reviewed(anAct({ action: 'isolate_host', result: 'deny' }))],
    [
      'the action is denied at another target',
      [aCaseAct()],
      reviewed(anAct({ target: { type: 'ip', value: '203.0.113.8' }, result: 'deny' })),
    ],
  ])('leaves an effect in place: %s', (_note, acts, review) => expect(deniedNow(before(acts), review)).toEqual([]));

  it('ends one of several acts', () => {
    const other = anAct({ act_id: 'act-2', target: { type: 'ip', value: '203.0.113.8' } });
    const acts = [aCaseAct({ effect_id: 'effect:a' }), aCaseAct({ act_id: 'act-2', effect_id: 'effect:b' })];
    expect(deniedNow(before(acts, [anAct(), other]), reviewed(anAct(), { ...other, result: 'deny' }))).toEqual([
      { ...END, effectId: 'effect:b' },
    ]);
  });

  it('goes by the act that is executed, where a policy in shadow proposes the same', () => {
    const shadow = anAct({ act_id: 'act-2', shadow: true, connector: null });
    const kept = reviewed({ ...shadow, result: 'deny' }, anAct());
    expect(deniedNow(before([aCaseAct()], [shadow, anAct()]), kept)).toEqual([]);
    expect(deniedNow(before([aCaseAct()]), reviewed(shadow, denied))).toEqual([END]);
  });

  it('ends nothing of a case that was never decided', () => expect(deniedNow(aCase(), reviewed(denied))).toEqual([]));

  it('says where the source itself is over', () => {
    const content = before([aCaseAct()]);
    const over = { ...content, received: { ...content.received, source_state: 'completed' as const } };
    expect(deniedNow(over, reviewed(denied))).toEqual([
      { effectId: EFFECT, over: true, text: 'its source says that it is over' },
    ]);
  });
});

describe('effects that stand in the way of a case', () => {
  const connectors = new Map(
    [
      ['edge', ['block_ip']],
      ['core', ['block_ip', 'isolate_host']],
      ['directory', ['disable_user']],
    ].map(([name, actions]) => [name, { name, capabilities: { actions } }]),
  ) as never;
  const act = { act_id: 'act-1', action: 'block_ip', target: { type: 'ip', value: '203.0.113.7' } };
  const busy = { kind: 'stopped', reason: 'target_busy', then: 'hold', text: '' } as const;
  const inTheWay = (connector: string | null, held: object) =>
    effectsInTheWay(
      aCase('case:c1', {
        decision: { acts: [{ ...act, connector }] } as never,
        acts: [{ act_id: 'act-1', status: 'held', ...held }],
      }),
      connectors,
      bareIdentities,
    );
  const at = (...names: string[]) => names.map((name) => effectId(name, 'block_ip', act.target as never));

  it.each<[note: string, connector: string | null, held: object, expected: readonly string[]]>([
    ['is that of the connector which the policy names', 'core', { stopped: busy }, at('core')],
    ['is that of any connector that does the act', null, { stopped: busy }, at('edge', 'core')],
    ['is none where something else holds it', null, { stopped: { ...busy, reason: 'permit_stale' } }, []],
    ['is none where it is not held', null, { stopped: busy, status: 'waiting' }, []],
  ])('%s', (_note, connector, held, expected) => {
    expect(inTheWay(connector, held)).toEqual(expected);
  });
});
