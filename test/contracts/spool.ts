import type { Spool } from '../../server/runner/ports';

/** A place on a disk that a spool can be opened at. */
interface SpoolUnderTest {
  /** Opens it as a new process would. `maxBytes`: room that it has. */
  readonly open: (options?: { readonly persistent?: boolean; readonly maxBytes?: number }) => Promise<{
    readonly spool: Spool;
    readonly end: () => Promise<void>;
  }>;
  readonly dispose: () => Promise<void>;
}

const itemsOf = async (spool: Spool, most = 1_000): Promise<unknown[]> =>
  (await spool.peek(most)).map(({ item }) => item);

/** Every promise of `Spool` in ports.ts. */
export const describeSpool = (name: string, makeOne: () => Promise<SpoolUnderTest>): void => {
  describe(`spool: ${name}`, () => {
    let made: SpoolUnderTest;
    beforeEach(async () => {
      made = await makeOne();
    });
    afterEach(() => made.dispose());

    const asProcess = async <Value>(
      act: (spool: Spool) => Promise<Value>,
      options?: Parameters<SpoolUnderTest['open']>[0],
    ): Promise<Value> => {
      const { spool, end } = await made.open(options);
      try {
        return await act(spool);
      } finally {
        await end();
      }
    };

    it('is empty at first', async () => {
      await asProcess(async (spool) => {
        expect(spool.size()).toBe(0);
        expect(await spool.peek(10)).toEqual([]);
        await spool.dropThrough(10);
      });
    });

    it('has items in the order of their coming, at once and in the next process', async () => {
      const items = [{ n: 1 }, 'text', [3], null, { raw: '\u0000 \ud83d\ude00 \u00ff RX1' }];
      await asProcess(async (spool) => {
        for (const item of items) await spool.append(item);
        expect(spool.size()).toBe(5);
        expect(await itemsOf(spool)).toEqual(items);
      });
      await asProcess(async (spool) => {
        expect(spool.size()).toBe(5);
        expect(await itemsOf(spool)).toEqual(items);
      });
    });

    it('returns at most as many as asked for, and does not remove them', async () => {
      await asProcess(async (spool) => {
        for (let n = 0; n < 5; n += 1) await spool.append(n);
        expect(await itemsOf(spool, 2)).toEqual([0, 1]);
        expect(await itemsOf(spool, 2)).toEqual([0, 1]);
        expect(await spool.peek(0)).toEqual([]);
      });
    });

    it('removes everything up to a place, for good', async () => {
      await asProcess(async (spool) => {
        for (let n = 0; n < 5; n += 1) await spool.append(n);
        const [, , third] = await spool.peek(3);
        await spool.dropThrough(third?.at ?? NaN);
        expect(spool.size()).toBe(2);
        expect(await itemsOf(spool)).toEqual([3, 4]);
      });
      await asProcess(async (spool) => {
        expect(await itemsOf(spool)).toEqual([3, 4]);
        await spool.dropThrough(0);
        expect(spool.size()).toBe(2);
      });
    });

    it('gives a place only once, also after everything was removed and the process is another', async () => {
      const places: number[] = [];
      for (let round = 0; round < 4; round += 1) {
        await asProcess(async (spool) => {
          await spool.append(round);
          await spool.append(round);
          const found = await spool.peek(10);
          places.push(...found.map(({ at }) => at));
          await spool.dropThrough(Number.MAX_SAFE_INTEGER);
          expect(spool.size()).toBe(0);
        });
      }
      expect(places).toEqual([...new Set(places)].sort((a, b) => a - b));
      expect(places).toHaveLength(8);
    });

    it('keeps every one of many that come at the same time', async () => {
      await asProcess(async (spool) => {
        await Promise.all(Array.from({ length: 300 }, (_, n) => spool.append(n)));
        expect((await itemsOf(spool)).sort((a, b) => Number(a) - Number(b))).toEqual(
          Array.from({ length: 300 }, (_, n) => n),
        );
        const places = (await spool.peek(300)).map(({ at }) => at);
        expect(places).toEqual([...places].sort((a, b) => a - b));
      });
    });

    it('refuses when it is full, keeps what it has, and takes more once there is room', async () => {
      await asProcess(
        async (spool) => {
          let taken = 0;
          const fill = async (): Promise<void> => {
            for (; taken < 1_000; taken += 1) await spool.append({ n: taken, text: 'x'.repeat(1_000) });
          };
          await expect(fill()).rejects.toMatchObject({ name: 'SpoolRefused' });
          expect(taken).toBeGreaterThan(5);
          expect(taken).toBeLessThan(100);
          expect(spool.size()).toBe(taken);
          await spool.dropThrough(Number.MAX_SAFE_INTEGER);
          await spool.append('room again');
          expect(await itemsOf(spool)).toEqual(['room again']);
        },
        { maxBytes: 50_000 },
      );
    });

    it('refuses everything where nothing persists', async () => {
      await asProcess(
        async (spool) => {
          await expect(spool.append('x')).rejects.toMatchObject({ name: 'SpoolRefused' });
          expect(spool.size()).toBe(0);
          expect(await spool.peek(10)).toEqual([]);
        },
        { persistent: false },
      );
    });
  });
};
