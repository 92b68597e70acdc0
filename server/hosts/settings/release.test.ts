import { readSettings } from '../settings';

const release = (policies: unknown) => {
  const read = readSettings({ policies });
  return read.ok ? read.value.policies.release : read.error.map(({ path }) => path);
};

describe('the settings of a release', () => {
  it('take a backtest over a week unless they say otherwise', () => {
    expect(release(undefined)).toEqual({ backtest: 'required', days: 7, maxAgeDays: 7 });
    expect(
      release({ release: { backtest: 'optional', days: 30, max_age_days: 3, max_new_permits_percent: 0 } }),
    ).toEqual({
      backtest: 'optional',
      days: 30,
      maxAgeDays: 3,
      maxNewPermitsPercent: 0,
    });
  });

  it.each([
    [{ backtest: 'never' }, 'policies.release.backtest'],
    [{ days: 0 }, 'policies.release.days'],
    [{ max_new_permits_percent: 101 }, 'policies.release.max_new_permits_percent'],
    [{ max_age_days: 0 }, 'policies.release.max_age_days'],
    [{ backtests: 'required' }, 'policies.release.backtests'],
  ])('refuse %j and name the key', (value, path) => {
    expect(release({ release: value })).toEqual([path]);
  });
});
