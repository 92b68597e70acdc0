import { aDecisionOf, aRequest, theAct, utcIn, NOW } from '../../../../test/builders/executing';
import { ESCALATION_EXPIRES_MS } from '../../../engine/decision/seal';
import type { CaseAct, CaseContent } from './case';
import { isNearEnd, keepReminders, markDue, nextMarkAt, withReminders } from './reminders';

const HOUR = 3_600_000;
const act = (more: Partial<CaseAct> = {}): CaseAct => ({ act_id: 'a0', status: 'waiting', ...more });
const DUE = utcIn(10 * HOUR);

/** Decided now, and waits for ten hours. */
const content = (acts: readonly CaseAct[] = [act()], due: string | undefined = DUE): CaseContent => {
  const decided = theAct('a0', { result: 'escalate' });
  const decision = { ...aDecisionOf([decided]), decided_at: utcIn(0) };
  return { received: aRequest([decided]).received, state: 'waiting', decision, acts, claims: 0, ...(due && { due }) };
};
const markAt = (hours: number, of = content()) => markDue(of, of.acts[0] ?? act(), NOW + hours * HOUR);

describe('when people are told again', () => {
  it('is at half of the time, and when a tenth is left, to the millisecond', () => {
    expect(markDue(content(), act(), NOW + 5 * HOUR - 1)).toBeUndefined();
    expect(markAt(5)).toBe('half');
    expect(markDue(content(), act(), NOW + 9 * HOUR - 1)).toBe('half');
    expect(markAt(9)).toBe('last');
    expect(markDue(content(), act(), NOW + 10 * HOUR - 1)).toBe('last');
    expect(markAt(10)).toBeUndefined();
  });

  it('is once for each mark, and for the last where the first was missed', () => {
    const told = (mark: 'half' | 'last') => content([act({ reminded: { mark, at: utcIn(1), due: DUE } })]);
    expect([markAt(6, told('half')), markAt(9, told('half')), markAt(9.5, told('last'))]).toEqual([
      undefined,
      'last',
      undefined,
    ]);
  });

  it('is anew where it waits anew', () => {
    const second = utcIn(10 * HOUR + ESCALATION_EXPIRES_MS);
    const reminded = { mark: 'last', at: utcIn(9 * HOUR), due: DUE } as const;
    const late = content([act({ reminded, late: { how: 'second', until: second } })], second);
    expect([markAt(11.9, late), markAt(12, late), markAt(13.6, late)]).toEqual([undefined, 'half', 'last']);
    const hold = content([act({ reminded, late: { how: 'hold', until: utcIn(100 * HOUR) } })], utcIn(100 * HOUR));
    expect([markAt(49, hold), markAt(50, hold), markAt(90, hold)]).toEqual([undefined, 'half', 'last']);
  });

  it.each([
    ['is answered', content([act({ status: 'refused' })])],
    ['is approved for another host', content([act({ handed: {} as CaseAct['handed'] & object })])],
    ['waits for ever', content([act()], '')],
  ])('is never for what %s', (_what, of) => {
    expect(markAt(9.5, of)).toBeUndefined();
    expect(isNearEnd(of, of.acts[0] ?? act(), NOW + 9.5 * HOUR)).toBe(false);
  });

  it('is known before', () => {
    expect(nextMarkAt(content(), NOW)).toBe(NOW + 5 * HOUR);
    expect(nextMarkAt(content(), NOW + 5 * HOUR)).toBe(NOW + 9 * HOUR);
    expect(nextMarkAt(content(), NOW + 9 * HOUR)).toBeUndefined();
    expect(isNearEnd(content(), act(), NOW + 9 * HOUR - 1)).toBe(false);
    expect(isNearEnd(content(), act(), NOW + 9 * HOUR)).toBe(true);
  });
});

describe('the marks of a case', () => {
  it('are set on what waits alone, and not twice', () => {
    const two = content([act(), act({ act_id: 'a1', status: 'present' })]);
    const acts = withReminders(two, NOW + 5 * HOUR, utcIn(5 * HOUR));
    expect(acts?.map(({ reminded }) => reminded?.mark)).toEqual(['half', undefined]);
    expect(withReminders(content(acts), NOW + 6 * HOUR, utcIn(6 * HOUR))).toBeUndefined();
  });

  it('stay over a claim that did not know of them, while the act waits', () => {
    const reminded = { mark: 'half', at: utcIn(1), due: DUE } as const;
    const stored = content([act({ reminded })]);
    expect(keepReminders([act()], stored)).toEqual([act({ reminded })]);
    expect(keepReminders([act({ status: 'applying' })], stored)).toEqual([act({ status: 'applying' })]);
    expect(keepReminders([act({ act_id: 'a1' })], stored)).toEqual([act({ act_id: 'a1' })]);
  });
});
