import type { ActStatus } from '../../../common/api/progress';
import { aCase, aDecisionOf, approvalOf, aRequest, NOW, TARGET, theAct, utcIn } from '../../../test/builders/executing';
import type { Act, Decision } from '../../../common/flow/decision';
import { present } from '../../../common/present';
import type { CaseAct, CaseContent } from '../keeping/kinds/case';
import type { ClaimRequest } from './claiming';
import { dueOf, hasMoved, isLapsed, sameAsBefore, settledBefore } from './earlier_acts';

const FOUR_HOURS = 4 * 3_600_000;
const acts = (...statuses: ActStatus[]): readonly CaseAct[] =>
  statuses.map((status, n) => ({ act_id: `a${n}`, status, command_id: `c${n}` }));

const APPROVAL = { by: 'ann', at: utcIn(0), reason: 'r', seen: 'digest' };

describe('an act of a case that is decided again', () => {
  const next = theAct('a0');
  const requestWith = (before: readonly CaseAct[], decided: readonly Act[], change: Partial<ClaimRequest> = {}) =>
    aRequest([next], { previous: aCase(before, { decision: aDecisionOf(decided) }), ...change });

  it.each<[ActStatus, boolean]>([
    ['applying', true],
    ['unknown', true],
    ['present', true],
    ['done', true],
    ['refused', true],
    ['expired', true],
    ['waiting', true],
    ['held', false],
    ['shadow', false],
    ['denied', false],
    ['stopped', false],
    ['failed', false],
  ])('that was %s is left as it is: %s', (status, left) => {
    const [before] = acts(status);
    const kept = settledBefore(requestWith(acts(status), [theAct('a0')]), next);
    expect(kept).toEqual(left ? before : undefined);
  });

  it.each<[Act['result'], boolean]>([
    ['permit', true],
    ['escalate', true],
    ['deny', false],
  ])('that waits for a person and is now decided %s goes on waiting: %s', (result, waits) => {
    const request = requestWith(acts('waiting'), [theAct('a0')]);
    expect(settledBefore(request, { ...next, result })?.status).toBe(waits ? 'waiting' : undefined);
  });

  it('stays in effect although the policies deny it now', () => {
    const request = requestWith(acts('present'), [theAct('a0')]);
    expect(settledBefore(request, { ...next, result: 'deny' })?.status).toBe('present');
  });

  it('is found by what it does to which target, and takes its new place', () => {
    const decided = [theAct('a0', { action: 'isolate_host' }), theAct('a1')];
    expect(settledBefore(requestWith(acts('refused', 'present'), decided), next)).toEqual({
      act_id: 'a0',
      status: 'present',
      command_id: 'c1',
    });
  });

  const process = { type: 'process', value: 'nc', host: 'web-01' } as const;
  it.each<[string, Partial<Act>, Partial<Act>]>([
    ['another action', { action: 'isolate_host' }, {}],
    ['another target', { target: { ...TARGET, value: '203.0.113.8' } }, {}],
    ['the same process on another host', { target: process }, { target: { ...process, host: 'web-02' } }],
  ])('is new where the act before was %s', (_what, before, now) => {
    const request = requestWith(acts('present'), [theAct('a0', before)]);
    expect(settledBefore(request, { ...next, ...now })).toBeUndefined();
  });

  it.each<[string, Act['target'], Act['target']]>([
    ['an account', { type: 'user', value: 'corp\\ana' }, { type: 'user', value: 'ana@corp' }],
    ['a process', { ...process, value: 'C:\\x\\nc.exe' }, { ...process, value: 'c:\\X\\NC.exe', host: 'WEB-01.' }],
  ])('is found by any spelling of %s: what a person settled is not done again', (_what, before, now) => {
    const request = requestWith(acts('waiting'), [theAct('a0', { target: before })]);
    expect(settledBefore(request, { ...next, target: now })?.status).toBe('waiting');
  });

  it('is the one that was written alike, where two acts named one thing', () => {
    const user = (value: string): Act['target'] => ({ type: 'user', value });
    const decided = [theAct('a0', { target: user('corp\\ana') }), theAct('a1', { target: user('ana@corp') })];
    const request = requestWith(acts('waiting', 'present'), decided);
    expect(settledBefore(request, { ...next, target: user('ana@corp') })?.status).toBe('present');
  });

  describe('where a policy in shadow proposes the same', () => {
    const shadow = theAct('a0', { shadow: true, connector: null });
    const real = theAct('a1');

    it.each<ActStatus>(['waiting', 'refused', 'expired', 'applying', 'present', 'done'])(
      'is the one that is executed: what was %s stays so, before or after the other',
      (status) => {
        for (const order of [
          [shadow, real],
          [real, shadow],
        ]) {
          const before = order.map(({ act_id }) => ({ act_id, status: act_id === 'a0' ? 'shadow' : status }) as const);
          const request = aRequest(order, { previous: aCase(before, { decision: aDecisionOf(order) }) });
          expect(settledBefore(request, real)).toEqual({ act_id: 'a1', status });
          expect(settledBefore(request, shadow)).toBeUndefined();
        }
      },
    );

    it('leaves what was executed to the one that would execute it, although only that was there before', () => {
      const previous = aCase([{ act_id: 'a1', status: 'present' }], { decision: aDecisionOf([real]) });
      const request = aRequest([shadow, real], { previous });
      expect(settledBefore(request, shadow)).toBeUndefined();
      expect(settledBefore(request, real)?.status).toBe('present');
    });

    it('goes on as it was where its policy is in shadow from now on', () => {
      const previous = aCase([{ act_id: 'a1', status: 'waiting' }], { decision: aDecisionOf([real]) });
      expect(settledBefore(aRequest([shadow], { previous }), shadow)?.status).toBe('waiting');
    });
  });

  it('is the one at the same connector, where two connectors do the same', () => {
    const two = [theAct('a0', { connector: 'edge' }), theAct('a1', { connector: 'core' })];
    const request = requestWith(acts('refused', 'present'), two);
    expect(settledBefore(request, theAct('a1', { connector: 'core' }))?.status).toBe('present');
    expect(settledBefore(request, theAct('a0', { connector: 'third' }))?.status).toBe('refused');
  });

  it.each<[string, ClaimRequest]>([
    ['the case is new', aRequest([next])],
    [
      'the case was only accepted before',
      aRequest([next], { previous: aCase(acts('present'), { decision: undefined }) }),
    ],
    ['a person permits it', requestWith(acts('waiting'), [theAct('a0')], { approval: approvalOf('a0') })],
    ['the case lost what had become of it', requestWith([], [theAct('a0')])],
  ])('is claimed where %s', (_what, request) => {
    expect(settledBefore(request, next)).toBeUndefined();
  });

  it('is left as it is while a person permits another one', () => {
    const request = requestWith(acts('waiting'), [theAct('a0')], { approval: approvalOf('a1') });
    expect(settledBefore(request, next)?.status).toBe('waiting');
  });
});

describe('a case is looked at next', () => {
  const reviewIn = (ms: number) => ({ next_review_at: utcIn(ms) });
  const escalatedFor = (ms: number) => ({ verdict: 'escalate', ...reviewIn(ms) }) as const;
  const lapsing = (inMs: number | undefined, ...statuses: ActStatus[]): CaseContent =>
    aCase(acts(...statuses), inMs === undefined ? {} : { due: utcIn(inMs) });

  interface Row {
    readonly when: string;
    readonly now: readonly ActStatus[];
    readonly decision?: Partial<Decision>;
    readonly before?: CaseContent;
    readonly inMs?: number;
  }
  const rows: readonly Row[] = [
    { when: 'never once all is said', now: ['present', 'denied'] },
    { when: 'at the review of a permit', now: ['present'], decision: reviewIn(90_000), inMs: 90_000 },
    { when: 'soon while an act is held', now: ['held', 'present'], decision: reviewIn(90_000), inMs: 2_000 },
    { when: 'at the review if that comes before', now: ['held'], decision: reviewIn(1_000), inMs: 1_000 },
    { when: 'at the end of an escalation', now: ['waiting'], decision: escalatedFor(90_000), inMs: 90_000 },
    { when: '4 h later where a limit makes a permit wait', now: ['waiting'], inMs: FOUR_HOURS },
    {
      when: '4 h later, and not at a review, where a limit makes a permit wait',
      now: ['waiting'],
      decision: reviewIn(90_000),
      inMs: FOUR_HOURS,
    },
    {
      when: '4 h later where an escalation has no end of its own',
      now: ['waiting'],
      decision: { verdict: 'escalate' },
      inMs: FOUR_HOURS,
    },
    { when: 'soon while one act is held and another one waits', now: ['held', 'waiting'], inMs: 2_000 },
    {
      when: 'when it would have lapsed before',
      now: ['waiting'],
      decision: reviewIn(90_000),
      before: lapsing(5_000, 'waiting'),
      inMs: 5_000,
    },
    {
      when: 'when one of its acts would have lapsed before',
      now: ['present', 'waiting'],
      before: lapsing(7_000, 'present', 'waiting'),
      inMs: 7_000,
    },
    {
      when: '4 h later where nothing waited before',
      now: ['waiting'],
      before: lapsing(5_000, 'held'),
      inMs: FOUR_HOURS,
    },
    {
      when: '4 h later where the wait before had no end',
      now: ['waiting'],
      before: lapsing(undefined, 'waiting'),
      inMs: FOUR_HOURS,
    },
  ];
  it.each(rows)('$when', ({ now, decision = {}, before: previous, inMs }) => {
    const decided = aDecisionOf([], { verdict: 'permit', ...decision });
    const due = dueOf(acts(...now), aRequest([], { decision: decided, ...present({ previous }) }), NOW);
    expect(due === undefined ? undefined : Date.parse(due) - NOW).toBe(inMs);
  });
});

describe('a case that somebody wants to go on with', () => {
  const previous = aCase(acts('held', 'present'));
  const moved = (stored: CaseContent | undefined, from: CaseContent | undefined = previous): boolean =>
    hasMoved(stored, from);
  const withMore = (more: Partial<CaseAct>): readonly CaseAct[] =>
    previous.acts.map((act, n) => (n === 0 ? { ...act, ...more } : act));

  it.each<[string, boolean, boolean]>([
    ['is where it was', moved(previous), false],
    ['is where it was although its times changed', moved({ ...previous, due: utcIn(1), note: 'x' }), false],
    ['is gone', moved(undefined), true],
    ['was decided again', moved({ ...previous, decision: aDecisionOf([], { decision_id: 'd2' }) }), true],
    ['was not decided any more', moved({ ...previous, decision: undefined }), true],
    ['was claimed again', moved({ ...previous, claims: 2 }), true],
    ['has an act that fares otherwise', moved({ ...previous, acts: acts('held', 'unknown') }), true],
    ['has an act less', moved({ ...previous, acts: acts('held') }), true],
    ['has an act more', moved({ ...previous, acts: acts('held', 'present', 'held') }), true],
    ['has an approval more', moved({ ...previous, acts: withMore({ approvals: [APPROVAL] }) }), true],
    ['waits on after its time', moved({ ...previous, acts: withMore({ late: { how: 'hold', until: 't' } }) }), true],
    ['is new and not there', hasMoved(undefined, undefined), false],
    ['is new and there already', hasMoved(previous, undefined), true],
    [
      'was only accepted, and still is',
      moved(aCase([], { decision: undefined }), aCase([], { decision: undefined })),
      false,
    ],
  ])('%s', (_what, actual, expected) => {
    expect(actual).toBe(expected);
  });
});

describe('a case that is decided again alike', () => {
  const held = [{ policy: 'block-known-ioc', rule: 'seen', until: utcIn(60_000) }] as unknown as Decision['held'];
  const heldOnce = aDecisionOf([], present({ held }));
  const settled = aDecisionOf([theAct('a0')]);
  const again = (decision: Decision, before: Decision, change: Partial<ClaimRequest> = {}) => {
    const previous = aCase(acts('done'), { decision: before });
    return sameAsBefore(aRequest([], { previous, decision, ...change }), acts('done'));
  };

  it('keeps the decision on record while one policy waits to be confirmed', () => {
    expect(again({ ...heldOnce, decision_id: 'next' }, heldOnce)).toBe(heldOnce);
  });

  it('is on record anew where nothing waits: somebody asked for it', () => {
    expect(again({ ...settled, decision_id: 'next' }, settled)).toBeUndefined();
  });

  it('is on record anew where what waits was recorded, or is free now', () => {
    expect(again(heldOnce, heldOnce, { recorded: true })).toBeUndefined();
    expect(again(heldOnce, heldOnce, { freed: true })).toBeUndefined();
  });
});

describe('the time of a case that waits', () => {
  const waiting = aCase([{ act_id: 'a0', status: 'waiting' }], { due: utcIn(1_000) });

  it('is over from its due on, and never without one', () => {
    const at = Date.parse(utcIn(1_000));
    expect([isLapsed(waiting, at - 1), isLapsed(waiting, at)]).toEqual([false, true]);
    expect(isLapsed({ state: 'waiting' }, at)).toBe(false);
    expect(isLapsed({ ...waiting, state: 'held' }, at)).toBe(false);
  });
});
