import { filledBySeveral } from './fill_limits';

const HOSTS = { limit: 'few-hosts', scope: 'net', used: 1, most: 4, adds: 1, counts: 'targets' } as const;
const STARTS = { limit: 'few-starts', scope: 'all', used: 3, most: 10, adds: 1, counts: 'starts' } as const;

describe('what several approvals would fill', () => {
  it('counts one thing once where targets are counted, and every start, fullest first', () => {
    const items = ['a', 'a', 'b'].map((aim) => ({ aim, limits: [STARTS, HOSTS] }));
    expect(filledBySeveral(items).map(({ limit, used, adds }) => [limit, used, adds])).toEqual([
      ['few-hosts', 1, 2],
      ['few-starts', 3, 3],
    ]);
  });

  it('adds nothing for what counts already, and keeps scopes apart', () => {
    const items = [
      { aim: 'a', limits: [{ ...HOSTS, adds: 0 }] },
      { aim: 'b', limits: [{ ...HOSTS, scope: 'other' }] },
    ];
    expect(filledBySeveral(items).map(({ scope, adds }) => [scope, adds])).toEqual([
      ['other', 1],
      ['net', 0],
    ]);
  });
});
