import { ConnectorSights, type ConnectorRule } from './connector_sights';

const RULE: ConnectorRule = { error_percent: 30, at_least: 5, window_ms: 600_000, wait_ms: 30_000 };

let now: number;
let sights: ConnectorSights;
const see = (words: string, connector = 'edge'): void => {
  for (const word of words) {
    const fails = word === 'f';
    sights.note(connector, { command: `c${now}`, fails, began: now, ...(fails && { why: `no answer ${now}` }) });
    now += 1_000;
  }
};
const count = (rule: Partial<ConnectorRule> = {}) => sights.count('edge', { ...RULE, ...rule });

beforeEach(() => {
  now = 0;
  sights = new ConnectorSights({ monotonic: () => now, utc: () => Date.parse('2026-11-30T08:00:00.000Z') + now });
});

describe('how a connector works', () => {
  it.each<[words: string, rule: Partial<ConnectorRule>, isTooMuch: boolean]>([
    ['fffff', {}, true],
    ['ffff', {}, false],
    ['ffff', { at_least: 4 }, true],
    ['fwfwwfwwwf', {}, false],
    ['wwwwwwwwwwwwwwwwwwwwfffff', {}, false],
    ['wwwwwwwwffffffffffff', {}, false],
    ['wwwwwwwwfffffffffffff', {}, true],
    ['ffffffffffffff', { error_percent: 100 }, false],
  ])('%s with %j: too much is %s', (words, rule, isTooMuch) => {
    see(words);
    expect(count(rule).isTooMuch).toBe(isTooMuch);
  });

  it('is told with what counts, since when, and what went wrong last', () => {
    see('wfwf');
    expect(count()).toEqual({
      connector: 'edge',
      fails: 2,
      of: 4,
      since: '2026-11-30T08:00:01.000Z',
      why: 'no answer 3000',
      isTooMuch: false,
    });
    expect(sights.count('edr', RULE)).toEqual({ connector: 'edr', fails: 0, of: 0, isTooMuch: false });
  });

  it('forgets what is older than its window', () => {
    see('fffff');
    now = 600_000;
    expect(count()).toMatchObject({ of: 5, isTooMuch: true });
    now = 600_001;
    expect(count()).toMatchObject({ of: 4, isTooMuch: false });
  });

  it('begins anew once it was reset, and keeps connectors apart', () => {
    see('fffff');
    see('f', 'edr');
    sights.forget('edge');
    expect([count().of, sights.count('edr', RULE).of]).toEqual([0, 1]);
    // It was on its way.
    sights.note('edge', { command: 'c', fails: true, began: now - 1 });
    expect(count().of).toBe(0);
    see('f');
    expect(count().of).toBe(1);
  });

  it('keeps the youngest two hundred', () => {
    see('f'.repeat(201));
    expect(count({ window_ms: 1e9 })).toMatchObject({ of: 200, since: '2026-11-30T08:00:01.000Z' });
  });

  it('knows what began since a moment, and whether something was seen to be removed since', () => {
    see('fw');
    expect(sights.since('edge', 1_000).map(({ fails }) => fails)).toEqual([false]);
    sights.noteRemoved('edge');
    expect([1_999, 2_000].map((moment) => sights.wasRemovedSince('edge', moment))).toEqual([true, false]);
    expect(sights.wasRemovedSince('edr', 0)).toBe(false);
  });
});
