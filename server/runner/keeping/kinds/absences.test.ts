import { faultBeside, outdatedBy, overlapping, standInsOf, standingsOf, type Absence } from './absences';

const day = (n: number): string => new Date(Date.UTC(2026, 0, 1 + n)).toISOString();
const utc = (n: number): number => Date.parse(day(n));
let ids = 0;
const away = (who: string, stand_in: string, [from, until] = [0, 10], more: Partial<Absence> = {}): Absence => ({
  ...{
    id: `a${(ids += 1)}`,
    who,
    stand_in,
    from: day(from ?? 0),
    until: day(until ?? 10),
    reason: 'leave',
    at: day(0),
  },
  ...more,
});
const standing = (absences: readonly Absence[], standIn: string, at = 5) =>
  standingsOf(absences, standIn, utc(at)).map(({ name, via, until }) => [name, via, until]);

describe('whom somebody stands in for', () => {
  it('is who named them, from the first moment to the last', () => {
    const some = [away('ann', 'bob', [2, 4])];
    expect(standingsOf(some, 'bob', utc(2) - 1)).toEqual([]);
    expect(standing(some, 'bob', 2)).toEqual([['ann', undefined, day(4)]]);
    expect(standingsOf(some, 'bob', utc(4) - 1)).toHaveLength(1);
    expect(standingsOf(some, 'bob', utc(4))).toEqual([]);
  });

  it.each(['Bob', 'CORP\\bob', 'bob@corp.example', 'böb', 'bob '])(
    'is nobody for %s, who only may be that one',
    (name) => {
      expect(standing([away('ann', 'bob')], name)).toEqual([]);
    },
  );

  it('goes on to whom the one who stands in named, and no further', () => {
    const some = [away('ann', 'bob'), away('bob', 'cid', [3, 7]), away('cid', 'dan')];
    expect(standing(some, 'cid')).toEqual([
      ['bob', undefined, day(7)],
      ['ann', 'bob', day(7)],
    ]);
    expect(standing(some, 'dan')).toEqual([
      ['cid', undefined, day(10)],
      ['bob', 'cid', day(7)],
    ]);
    expect(standing(some, 'cid', 8)).toEqual([]);
  });

  it('takes the roles of who is away, not those of whom they named', () => {
    const some = [away('ann', 'bob', [0, 10], { roles: ['lead'] }), away('bob', 'cid', [0, 10], { roles: ['other'] })];
    expect(standingsOf(some, 'cid', utc(1)).map(({ roles }) => roles)).toEqual([['other'], ['lead']]);
  });

  it('is found from the other side as well', () => {
    const some = [away('ann', 'bob'), away('bob', 'cid')];
    expect(standInsOf(some, 'ann', utc(1)).map(({ stand_in, via }) => [stand_in, via])).toEqual([
      ['bob', undefined],
      ['cid', 'bob'],
    ]);
  });
});

describe('an absence beside others', () => {
  it.each([
    ['themselves by another name', [], away('ann', 'CORP\\Ann')],
    ['one another', [away('bob', 'ann')], away('ann', 'bob')],
    ['one another by other names', [away('bob@corp.example', 'ann')], away('ANN', 'bob')],
    ['a circle of three', [away('ann', 'bob'), away('bob', 'cid')], away('cid', 'ann')],
  ])('is a circle: %s', (_which, others, added) => {
    expect(faultBeside(others, added)?.kind).toBe('loop');
  });

  it('is no circle at another time', () => {
    expect(faultBeside([away('bob', 'ann', [0, 5])], away('ann', 'bob', [5, 9]))).toBeUndefined();
    expect(faultBeside([away('bob', 'ann', [0, 5])], away('ann', 'bob', [4, 9]))?.kind).toBe('loop');
  });

  it.each([
    ['at its end', [away('ann', 'bob'), away('bob', 'cid')], away('cid', 'dan')],
    ['at its beginning', [away('bob', 'cid'), away('cid', 'dan')], away('ann', 'bob')],
    ['in its middle', [away('ann', 'bob'), away('cid', 'dan')], away('bob', 'cid')],
  ])('takes two steps at the most: one more %s', (_where, others, added) => {
    expect(faultBeside(others, added)).toEqual({ kind: 'chain', names: ['ann', 'bob', 'cid', 'dan'] });
  });

  it('may make a second step, and a third at another time', () => {
    expect(faultBeside([away('ann', 'bob')], away('bob', 'cid'))).toBeUndefined();
    const two = [away('ann', 'bob', [0, 5]), away('bob', 'cid', [0, 5])];
    expect(faultBeside(two, away('cid', 'dan', [5, 6]))).toBeUndefined();
    expect(faultBeside(two, away('cid', 'dan', [4, 6]))?.kind).toBe('chain');
  });

  it('is the only one of its name at its time', () => {
    expect(overlapping([away('ann', 'bob', [0, 5])], away('ann', 'cid', [4, 6]))).toBeDefined();
    expect(overlapping([away('ann', 'bob', [0, 5])], away('ann', 'cid', [5, 6]))).toBeUndefined();
    expect(overlapping([away('bob', 'ann', [0, 5])], away('ann', 'cid', [0, 6]))).toBeUndefined();
  });
});

describe('an absence of somebody who calls', () => {
  const some = [away('ann', 'bob', [0, 10], { roles: ['lead', 'night'] }), away('eve', 'bob')];
  it.each([
    ['with all that they had', { mayApprove: true, roles: ['night', 'lead', 'more'] }, 0],
    ['where no roles are known', { mayApprove: true }, 0],
    ['with a role less', { mayApprove: true, roles: ['lead'] }, 1],
    ['without the right to approve', { mayApprove: false, roles: ['night', 'lead'] }, 1],
  ])('is over or not: %s', (_how, caller, over) => {
    expect(outdatedBy(some, { name: 'ann', ...caller })).toHaveLength(over);
    expect(outdatedBy(some, { name: 'Ann', ...caller })).toHaveLength(0);
  });
});
