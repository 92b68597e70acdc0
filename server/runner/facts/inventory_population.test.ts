import type { InventoryItem } from '../ports';
import { Inventory, InventoryKeeper } from './inventory';

const MINUTE = 60_000;
const hosts = (count: number, subnet = 'net-1'): InventoryItem[] =>
  Array.from({ length: count }, (_, n) => ({
    type: 'host',
    value: `${subnet}-h${n}`,
    subnets: [subnet],
    origin: 'file',
  }));

describe('the population of a subnet', () => {
  let now: number;
  let keeper: InventoryKeeper;
  let version: number;
  const load = (count: number, reviewed = false): void =>
    keeper.replace(new Inventory(`v${(version += 1)}`, count === 0 ? [] : hosts(count)), reviewed);
  const counts = (): number | undefined => keeper.populationOf('hosts_in_subnet', 'net-1')?.count;
  beforeEach(() => {
    now = 5 * MINUTE;
    version = 0;
    keeper = new InventoryKeeper(() => now);
  });

  it('is not known before an inventory was loaded', () => expect(counts()).toBeUndefined());

  it('falls at once', () => {
    load(100);
    load(40);
    expect(counts()).toBe(40);
  });

  it.each([
    ['asked for all the time', true],
    ['never asked for before', false],
  ])('rises ten minutes after the higher figure was first seen, %s', (_note, asked) => {
    load(100);
    if (asked) counts();
    now += 11 * MINUTE;
    load(5_000);
    expect(counts()).toBe(100);
    now += 10 * MINUTE - 1;
    expect(counts()).toBe(100);
    now += 1;
    expect(counts()).toBe(5_000);
  });

  it('rises at once when a person reviewed it', () => {
    load(100);
    load(5_000, true);
    expect(keeper.populationOf('hosts_in_subnet', 'net-1')).toEqual({ count: 5_000, version: 'v2' });
  });

  it('tells for how long it has known so many, and what it does not count yet', () => {
    load(100);
    now += MINUTE;
    load(300);
    now += MINUTE;
    expect(keeper.populationOf('hosts_in_subnet', 'net-1')).toEqual({
      count: 100,
      version: 'v2',
      for_ms: 2 * MINUTE,
      rising: { count: 300, for_ms: MINUTE },
    });
  });

  it('counts as far as it was that high all the time', () => {
    load(100);
    load(5_000);
    now += 5 * MINUTE;
    load(200);
    now += 4 * MINUTE;
    load(5_000);
    now += MINUTE;
    expect(counts()).toBe(200);
    now += 10 * MINUTE;
    expect(counts()).toBe(5_000);
  });

  it('begins a rise anew after it fell back', () => {
    load(100);
    load(5_000);
    now += 9 * MINUTE;
    load(100);
    load(5_000);
    now += 9 * MINUTE;
    expect(counts()).toBe(100);
  });

  // Else leaving the inventory for a moment would be the way around the delay.
  it('does not come back higher at once after it left the inventory', () => {
    load(100);
    load(0);
    expect(counts()).toBeUndefined();
    load(5_000);
    expect(counts()).toBe(100);
  });
});
