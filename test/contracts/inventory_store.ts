import type { InventoryItem, InventoryStore } from '../../server/runner/ports';

interface InventoryStoreUnderTest {
  readonly store: InventoryStore;
  readonly dispose: () => Promise<void>;
}

const aHost = (number: number, origin: InventoryItem['origin'] = 'file'): InventoryItem => ({
  type: 'host',
  value: `host-${number}`,
  name: `Host ${number}`,
  addresses: [`10.0.${Math.floor(number / 250)}.${(number % 250) + 1}`],
  criticality: 'high',
  tags: ['server'],
  subnets: ['10.0.0.0/8'],
  groups: ['all'],
  owner: 'ops',
  origin,
});

const hosts = (count: number, origin?: InventoryItem['origin']): InventoryItem[] =>
  Array.from({ length: count }, (_, number) => aHost(number, origin));

const sorted = (items: readonly InventoryItem[]): InventoryItem[] =>
  [...items].sort((a, b) => (a.origin + a.value < b.origin + b.value ? -1 : 1));

/** Every promise of `InventoryStore` in ports.ts but `discover`, which needs documents to discover. */
export const describeInventoryStore = (name: string, makeOne: () => Promise<InventoryStoreUnderTest>): void => {
  describe(`inventory store: ${name}`, () => {
    let made: InventoryStoreUnderTest;
    let store: InventoryStore;
    beforeEach(async () => {
      made = await makeOne();
      store = made.store;
    });
    afterEach(() => made.dispose());

    it('is empty at first', async () => {
      expect((await store.load()).items).toEqual([]);
    });

    it('has the items of an origin whole, at once', async () => {
      const items: InventoryItem[] = [
        aHost(1),
        { type: 'subnet', value: '10.0.0.0/8', origin: 'file' },
        { type: 'user', value: 'alice', groups: ['admins'], origin: 'file' },
      ];
      await store.replace('file', items);
      expect(sorted((await store.load()).items)).toEqual(sorted(items));
    });

    it('replaces all items of one origin and leaves the others', async () => {
      await store.replace('file', hosts(3));
      await store.replace('cluster', hosts(2, 'cluster'));
      await store.replace('file', [aHost(9)]);
      expect(sorted((await store.load()).items)).toEqual(sorted([aHost(9), ...hosts(2, 'cluster')]));
      await store.replace('file', []);
      expect(sorted((await store.load()).items)).toEqual(hosts(2, 'cluster'));
    });

    it('changes its version with its items, and only then', async () => {
      const first = await store.load();
      await store.replace('file', hosts(2));
      const second = await store.load();
      expect(second.version).not.toBe(first.version);
      expect((await store.load()).version).toBe(second.version);
      await store.replace('demo', hosts(1, 'demo'));
      expect((await store.load()).version).not.toBe(second.version);
    });

    it('holds several thousand', async () => {
      await store.replace('file', hosts(4_321));
      const { items } = await store.load();
      expect(new Set(items.map(({ value }) => value)).size).toBe(4_321);
    });

    it('refuses items of another origin', async () => {
      await expect(store.replace('file', [aHost(1, 'cluster')])).rejects.toThrow('origin');
    });

    it('is never seen half replaced', async () => {
      const counts = [600, 1_700, 40, 2_100, 1_200, 0, 900, 501];
      await store.replace('file', hosts(600));
      let done = false;
      const replacing = (async () => {
        for (const count of [...counts, ...counts]) await store.replace('file', hosts(count));
        done = true;
      })();
      const watch = async (): Promise<void> => {
        while (!done) expect(counts).toContain((await store.load()).items.length);
      };
      await Promise.all([replacing, watch(), watch(), watch(), watch()]);
    });

    it('ends with the items of one of several that replace at the same time', async () => {
      const counts = [700, 800, 900];
      const outcomes = await Promise.allSettled(counts.map((count) => store.replace('file', hosts(count))));
      const { items } = await store.load();
      expect(counts.filter((_, index) => outcomes[index]?.status === 'fulfilled')).toContain(items.length);
    });
  });
};
