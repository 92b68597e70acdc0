import { menuBy } from './menu';
import type { CallerIdentity } from '../host_parts';
import type { DashboardsRequest } from './host_services';

const REQUEST = {} as DashboardsRequest;
const aCaller = (...may: CallerIdentity['may']): CallerIdentity => ({ name: 'ada', may, singleUser: false });

describe('the entry in the menu of Dashboards', () => {
  it('is hidden from who is logged in and may nothing', async () => {
    expect(await menuBy(() => Promise.resolve(aCaller()))(REQUEST)).toEqual({ navLinks: { reflex: false } });
  });

  it.each([
    ['may look', () => Promise.resolve(aCaller('read'))],
    ['is not logged in', () => Promise.resolve(undefined)],
    ['cannot be told', () => Promise.reject(new Error('the security plugin does not answer'))],
  ])('stays for who %s', async (_who, identify) => {
    expect(await menuBy(identify)(REQUEST)).toEqual({});
  });

  it('keeps no page of Dashboards waiting', async () => {
    jest.useFakeTimers();
    try {
      const told = menuBy(() => new Promise(() => undefined))(REQUEST);
      await jest.advanceTimersByTimeAsync(1_000);
      expect(await told).toEqual({});
    } finally {
      jest.useRealTimers();
    }
  });
});
