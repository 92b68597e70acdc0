import { aDecisionOf, aRequest, theAct, utcIn, NOW } from '../../../test/builders/executing';
import { unmetDemands, type Demand } from '../../../common/flow/demand';
import { escalationDigest } from '../executing/handed_over';
import { mayBeSamePerson } from '../record/person';
import type { Approval, CaseAct, CaseContent } from '../keeping/kinds/case';
import { APPROVAL_COUNTS_MS, approvalStateOf, countApproval, countingApprovals } from './quorum';

const contentWith = (demands: readonly Demand[], more: Partial<CaseAct> = {}): CaseContent => {
  const act = theAct('a0', { result: 'escalate', demands: [...demands] });
  return {
    received: aRequest([act]).received,
    state: 'waiting',
    decision: aDecisionOf([act]),
    acts: [{ act_id: 'a0', status: 'waiting', ...more }],
    claims: 0,
  };
};
const TWO: readonly Demand[] = [{ policy: 'p', by: 2 }];
const seen = escalationDigest(contentWith(TWO), 'a0') ?? '';
const given = (by: string, more: Partial<Approval> = {}): Approval => ({
  by,
  at: utcIn(0),
  reason: 'r',
  seen,
  ...more,
});
const counting = (...approvals: readonly Approval[]) =>
  countingApprovals(contentWith(TWO, { approvals }), 'a0', NOW + APPROVAL_COUNTS_MS - 1).map(({ by }) => by);

describe('an approval that waits for others', () => {
  it('counts for what was seen, for 15 minutes', () => {
    expect(counting(given('ann'), given('bob', { seen: 'something else' }))).toEqual(['ann']);
    expect(counting(given('ann', { at: utcIn(-1) }))).toEqual([]);
  });

  it('counts once for each person, by whatever name', () => {
    expect(counting(given('ann'), given('CORP\\Ann'), given('bob'))).toEqual(['ann', 'bob']);
  });
});

describe('one more approval', () => {
  const count = (content: CaseContent, by: string, roles?: readonly string[], isGood = (_: Approval) => true) =>
    countApproval(content, { actId: 'a0', by, utc: NOW, ...(roles === undefined ? {} : { roles }) }, isGood);

  it('completes it, is short, or is refused', () => {
    expect(count(contentWith([]), 'ann').kind).toBe('complete');
    expect(count(contentWith(TWO), 'ann')).toMatchObject({ kind: 'short', unmet: [{ policy: 'p', have: 1 }] });
    const once = contentWith(TWO, { approvals: [given('ann')] });
    expect(count(once, 'bob')).toMatchObject({ kind: 'complete', others: [{ by: 'ann' }] });
    expect(count(once, 'ann@corp.example')).toMatchObject({ kind: 'refused' });
  });

  it('counts with those alone that are good still', () => {
    const once = contentWith(TWO, { approvals: [given('ann')] });
    expect(count(once, 'bob', undefined, ({ by }) => by !== 'ann').kind).toBe('short');
    expect(count(once, 'ann', undefined, ({ by }) => by !== 'ann').kind).toBe('short');
  });

  it('is refused of whom no demand that is left takes', () => {
    const both: readonly Demand[] = [...TWO, { policy: 'q', by: 1, approvers: ['eve', 'role:lead'] }];
    expect(count(contentWith(both), 'ann').kind).toBe('short');
    const digest = escalationDigest(contentWith(both), 'a0') ?? '';
    const two = contentWith(both, { approvals: [given('ann', { seen: digest }), given('bob', { seen: digest })] });
    expect(count(two, 'dan')).toMatchObject({ kind: 'refused', message: expect.stringContaining('eve, role:lead') });
    expect(count(two, 'dan', ['lead']).kind).toBe('complete');
    expect(count(two, 'eve').kind).toBe('complete');
  });

  it('takes one person more where the time was over once and the policy says so', () => {
    const late = { how: 'second', until: utcIn(1) } as const;
    expect(count(contentWith([{ policy: 'p', by: 1, on_expiry: 'second' }], { late }), 'ann').kind).toBe('short');
    expect(count(contentWith([{ policy: 'p', by: 1, on_expiry: 'hold' }], { late }), 'ann').kind).toBe('complete');
  });
});

describe('an approval for somebody who is away', () => {
  const PAUL: readonly Demand[] = [
    { policy: 'q', by: 1, approvers: ['paul', 'role:lead'] },
    { policy: 'p', by: 2 },
  ];
  const digest = escalationDigest(contentWith(PAUL), 'a0') ?? '';
  const until = utcIn(3_600_000);
  const forPaul = { name: 'paul', until };
  const count = (more: Partial<CaseAct>, mine: Partial<Approval> & { readonly by: string }) =>
    countApproval(contentWith(PAUL, more), { actId: 'a0', utc: NOW, ...mine }, () => true);

  it('counts where who is away is named, by name or by role', () => {
    expect(count({}, { by: 'bob', stands_for: forPaul })).toMatchObject({ kind: 'short', unmet: [{ policy: 'p' }] });
    expect(count({}, { by: 'bob', stands_for: { name: 'lena', roles: ['lead'], until } }).kind).toBe('short');
    const once = { approvals: [given('bob', { seen: digest, stands_for: forPaul })] };
    expect(count(once, { by: 'cid' })).toMatchObject({ kind: 'complete', others: [{ by: 'bob' }] });
  });

  it('is refused where who is away has no say, or where nobody needs to stand in', () => {
    const met = { approvals: [given('paul', { seen: digest })] };
    expect(count(met, { by: 'bob', stands_for: { name: 'eve', until } })).toMatchObject({
      kind: 'refused',
      message: expect.stringContaining('without standing in'),
    });
    const bare = contentWith([]);
    expect(countApproval(bare, { actId: 'a0', utc: NOW, by: 'bob', stands_for: forPaul }, () => true).kind).toBe(
      'refused',
    );
  });

  it.each([
    ['who is away', given('Paul', { seen: digest }), { by: 'bob', stands_for: forPaul }],
    ['who stands in for them', given('bob', { seen: digest, stands_for: forPaul }), { by: 'CORP\\paul' }],
    ['another stand-in', given('bob', { seen: digest, stands_for: forPaul }), { by: 'cid', stands_for: forPaul }],
    ['the stand-in for another', given('bob', { seen: digest, stands_for: forPaul }), { by: 'Bob' }],
  ])('is one voice with that of %s', (_who, before, mine) => {
    expect(count({ approvals: [before] }, mine).kind).toBe('refused');
  });

  it('counts once of several that are stored, whatever wrote them', () => {
    const approvals = [given('paul', { seen: digest }), given('bob', { seen: digest, stands_for: forPaul })];
    expect(countingApprovals(contentWith(PAUL, { approvals }), 'a0', NOW).map(({ by }) => by)).toEqual(['paul']);
    expect(unmetDemands(PAUL, [{ name: 'paul' }, { name: 'bob', stands_for: forPaul }], mayBeSamePerson)).toMatchObject(
      [{ policy: 'p', have: 1 }],
    );
  });
});

describe('how an approval stands', () => {
  it('is said where it takes more than anybody who may approve', () => {
    expect(approvalStateOf(contentWith([]), 'a0', NOW)).toBeUndefined();
    const roles = ['lead'];
    const content = contentWith([...TWO, { policy: 'q', by: 1, approvers: ['role:lead'] }], {
      approvals: [given('ann', { roles })],
    });
    expect(approvalStateOf(content, 'a0', NOW)).toMatchObject({
      demands: [
        { policy: 'p', by: 2, have: 1 },
        { policy: 'q', by: 1, have: 1, approvers: ['role:lead'] },
      ],
      given: [{ by: 'ann', at: utcIn(0), reason: 'r' }],
    });
  });
});
