import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'fs';
import { join } from 'path';
import fc from 'fast-check';
import { killedInTheMiddle } from '../../../test/contracts/killed_process';
import { describeSpool } from '../../../test/contracts/spool';
import { temporaryFolder } from '../../../test/contracts/temporary_folder';
import { SpoolRefused, type Spool } from '../../runner/ports';
import { openFileSpool } from './file_spool';
import { encodeRecord, scanRecords } from './record';
import type { SpoolDamage } from './segment';
import { randomRuns } from '../../../test/builders/random_runs';

// Processes are started, and the disk may be busy.
jest.setTimeout(60_000);

describeSpool('file', async () => {
  const { folder, remove } = temporaryFolder();
  return {
    open: async ({ persistent = true, maxBytes } = {}) => {
      const spool = await openFileSpool({ folder: join(folder, 'spool'), persistent, maxBytes, segmentBytes: 4_000 });
      return { spool, end: () => spool.end() };
    },
    dispose: async () => remove(),
  };
});

const itemsOf = async (spool: Spool): Promise<unknown[]> => (await spool.peek(10_000)).map(({ item }) => item);

describe('the files of the spool', () => {
  let place: ReturnType<typeof temporaryFolder>;
  let damage: SpoolDamage[];
  beforeEach(() => {
    place = temporaryFolder();
    damage = [];
  });
  afterEach(() => place.remove());

  const open = (segmentBytes = 1_000) =>
    openFileSpool({
      folder: place.folder,
      persistent: true,
      segmentBytes,
      onDamage: (each) => damage.push(each),
    });
  const filled = async (count: number, segmentBytes?: number): Promise<void> => {
    const spool = await open(segmentBytes);
    for (let n = 0; n < count; n += 1) await spool.append({ n, text: 'x'.repeat(80) });
    await spool.end();
  };
  const numbers = async (): Promise<unknown[]> => {
    const spool = await open();
    const found = (await itemsOf(spool)).map((item) => (item as { n: number }).n);
    await spool.end();
    return found;
  };
  const files = (): string[] =>
    readdirSync(place.folder)
      .filter((name) => name.endsWith('.spool'))
      .sort();

  it('are several, and are removed as a whole once all of their items were dropped', async () => {
    await filled(50);
    expect(files().length).toBeGreaterThan(4);
    const spool = await open();
    const [, second] = files();
    const firstOfSecond = Number(second?.slice(0, 16));
    await spool.dropThrough(firstOfSecond - 2);
    expect(files()).toContain(files()[0]);
    const before = files().length;
    await spool.dropThrough(firstOfSecond - 1);
    expect(files()).toHaveLength(before - 1);
    await spool.dropThrough(Number.MAX_SAFE_INTEGER);
    expect(files()).toEqual([]);
    await spool.end();
  });

  it('lose nothing but a record whose writing was cut off, at whatever byte', async () => {
    await filled(3, 100_000);
    const [name = ''] = files();
    const path = join(place.folder, name);
    const whole = readFileSync(path);
    const last = scanRecords(whole).records[2]?.offset ?? 0;
    for (let length = last; length < whole.length; length += 5) {
      writeFileSync(path, whole.subarray(0, length));
      expect(await numbers()).toEqual([0, 1]);
    }
    expect(damage.every(({ kind }) => kind === 'torn')).toBe(true);
  });

  it('take new items after a record that was cut off', async () => {
    await filled(3, 100_000);
    const [name = ''] = files();
    truncateSync(join(place.folder, name), statSync(join(place.folder, name)).size - 3);
    const spool = await open();
    await spool.append({ n: 9 });
    await spool.end();
    expect(await numbers()).toEqual([0, 1, 9]);
  });

  it.each(['its length', 'its mark', 'its payload'])(
    'lose a record only, not those after it, when %s is damaged',
    async (part) => {
      await filled(10, 100_000);
      const path = join(place.folder, files()[0] ?? '');
      const bytes = readFileSync(path);
      const { offset, length } = scanRecords(bytes).records[4] ?? { offset: 0, length: 0 };
      if (part === 'its length') bytes.fill(0x7f, offset + 4, offset + 8);
      if (part === 'its mark') bytes.fill(0, offset, offset + 2);
      if (part === 'its payload') bytes.fill(0x20, offset + 30, offset + 40);
      writeFileSync(path, bytes);
      expect(await numbers()).toEqual([0, 1, 2, 3, 5, 6, 7, 8, 9]);
      expect(damage).toEqual([{ kind: 'damaged', path, bytes: length }]);
    },
  );

  it('are not taken in by an item that contains a record', async () => {
    const planted = encodeRecord(7, JSON.stringify('planted'));
    const spool = await open(100_000);
    await spool.append({ n: 0, text: planted.toString('latin1') });
    await spool.append({ n: 1 });
    await spool.end();
    const path = join(place.folder, files()[0] ?? '');
    const bytes = readFileSync(path);
    bytes[5] = 0x7f;
    writeFileSync(path, bytes);
    expect(await numbers()).toEqual([1]);
  });

  it('that were damaged while the spool is open cost the record, not the rest', async () => {
    const spool = await open(100_000);
    for (let n = 0; n < 3; n += 1) await spool.append({ n });
    const path = join(place.folder, files()[0] ?? '');
    const bytes = readFileSync(path);
    bytes.fill(0x20, (scanRecords(bytes).records[1]?.offset ?? 0) + 19);
    writeFileSync(path, bytes.subarray(0, bytes.length));
    expect(await itemsOf(spool)).toEqual([{ n: 0 }]);
    expect(spool.size()).toBe(1);
    expect(damage).toHaveLength(2);
    await spool.end();
  });

  it('keep the places when nothing is left but the mark of what was dropped', async () => {
    await filled(5);
    const spool = await open();
    await spool.dropThrough(5);
    await spool.end();
    expect(files()).toEqual([]);
    const again = await open();
    await again.append({ n: 5 });
    expect((await again.peek(1))[0]?.at).toBe(6);
    await again.end();
  });

  it('bring back what was dropped rather than lose what was not, when that mark is damaged', async () => {
    await filled(3, 100_000);
    const spool = await open();
    await spool.dropThrough(2);
    await spool.end();
    writeFileSync(join(place.folder, 'dropped'), '');
    expect(await numbers()).toEqual([0, 1, 2]);
  });

  it('give no place again although nothing of them can be read any more', async () => {
    await filled(20);
    for (const name of files().slice(0, -1)) rmSync(join(place.folder, name));
    const [last = ''] = files();
    writeFileSync(join(place.folder, last), 'nothing but rubbish');
    const spool = await open();
    await spool.append({ n: 99 });
    expect((await spool.peek(1))[0]?.at).toBeGreaterThanOrEqual(Number(last.slice(0, 16)));
    await spool.end();
  });

  it('are readable by their owner only', async () => {
    await filled(1);
    expect(statSync(join(place.folder, files()[0] ?? '')).mode & 0o777).toBe(0o600);
  });

  it('are not made where nothing persists', async () => {
    const folder = join(place.folder, 'none');
    const spool = await openFileSpool({ folder, persistent: false });
    await expect(spool.append(1)).rejects.toThrow('not declared persistent');
    expect(existsSync(folder)).toBe(false);
  });

  it('are read to the end where the folder does not count as persistent any more', async () => {
    await filled(3);
    const spool = await openFileSpool({ folder: place.folder, persistent: false });
    await expect(spool.append(1)).rejects.toThrow('not declared persistent');
    const items = await spool.peek(10);
    expect([spool.size(), items.length]).toEqual([3, 3]);
    await spool.dropThrough(items[2]?.at ?? 0);
    expect(spool.size()).toBe(0);
    await spool.end();
  });

  it('acknowledge nothing when the disk is full, and go on once it is not', async () => {
    const spool = await open(100_000);
    await spool.append({ n: 0 });
    const { file } = (spool as unknown as { active: { file: { datasync: () => Promise<void> } } }).active;
    file.datasync = () =>
      Promise.reject(Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' }));
    const refused = await Promise.allSettled([spool.append({ n: 1 }), spool.append({ n: 2 })]);
    for (const each of refused) {
      expect(each.status === 'rejected' && each.reason instanceof SpoolRefused).toBe(true);
      expect(each).toMatchObject({ reason: { message: expect.stringContaining('no space left') as string } });
    }
    expect(spool.size()).toBe(1);
    await spool.append({ n: 3 });
    expect(await itemsOf(spool)).toEqual([{ n: 0 }, { n: 3 }]);
    await spool.end();
    expect(await numbers()).toEqual([0, 3]);
    expect(damage).toEqual([]);
  });

  it('are drained and removed although nothing can be written', async () => {
    await filled(50);
    const spool = await open();
    // In the place of a file that cannot be written.
    mkdirSync(join(place.folder, 'dropped.new'));
    const [...first] = await spool.peek(3);
    await spool.dropThrough(first[2]?.at ?? 0);
    expect((await itemsOf(spool))[0]).toMatchObject({ n: 3 });
    await spool.dropThrough(Number.MAX_SAFE_INTEGER);
    expect([spool.size(), files()]).toEqual([0, []]);
    await spool.end();
  });

  it('have everything that was acknowledged to a process before it was killed', async () => {
    const script = `
      import { openFileSpool } from './server/adapters/spool/file_spool';
      void openFileSpool({ folder: ${JSON.stringify(place.folder)}, persistent: true, segmentBytes: 20_000 }).then((spool) => {
        const worker = async (name) => {
          for (let n = 0; ; n += 1) { await spool.append({ name, n }); console.log(name + n); }
        };
        for (const name of ['a', 'b', 'c', 'd']) void worker(name);
        const drain = async () => {
          for (;;) {
            const items = await spool.peek(50);
            if (items.length < 50) { await new Promise((resolve) => setTimeout(resolve, 1)); continue; }
            await spool.dropThrough(items[49].at);
            for (const { item } of items) console.log('dropped ' + item.name + item.n);
          }
        };
        setTimeout(drain, 50);
      });
    `;
    const lines = await killedInTheMiddle(script, place.folder, 1_500);
    const dropped = new Set(lines.filter((line) => line.startsWith('dropped ')).map((line) => line.slice(8)));
    const acknowledged = lines.filter((line) => !line.startsWith('dropped '));
    const spool = await open();
    const left = new Set((await itemsOf(spool)).map((item) => Object.values(item as object).join('')));
    await spool.end();
    expect(dropped.size).toBeGreaterThan(0);
    // The last items that were dropped may not have been told to us any more.
    const missing = acknowledged.filter((name) => !left.has(name) && !dropped.has(name));
    expect(missing.length).toBeLessThanOrEqual(50);
    expect([...dropped].filter((name) => left.has(name))).toEqual([]);
  });

  type Step =
    | { readonly kind: 'append'; readonly count: number }
    | { readonly kind: 'drop'; readonly count: number }
    | { readonly kind: 'end' }
    | { readonly kind: 'crash'; readonly cut: number };
  const step: fc.Arbitrary<Step> = fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({ kind: fc.constant('append' as const), count: fc.integer({ min: 1, max: 6 }) }),
    },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('drop' as const), count: fc.nat(8) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('end' as const) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('crash' as const), cut: fc.integer({ min: 1, max: 60 }) }) },
  );

  it('have what was acknowledged and not dropped, in order, after any sequence of steps and crashes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const mine = temporaryFolder();
        const start = () => openFileSpool({ folder: mine.folder, persistent: true, segmentBytes: 150 });
        let spool = await start();
        let model: number[] = [];
        let next = 0;
        let highest = 0;
        for (const each of steps) {
          if (each.kind === 'append') {
            const added = Array.from({ length: each.count }, () => (next += 1));
            await Promise.all(added.map((n) => spool.append(n)));
            model.push(...added);
          } else if (each.kind === 'drop') {
            const [...found] = await spool.peek(each.count);
            await spool.dropThrough(found[found.length - 1]?.at ?? 0);
            model = model.slice(found.length);
          } else {
            if (each.kind === 'crash') {
              // A record of which only the beginning came to the disk.
              await spool.append('lost');
              const newest =
                readdirSync(mine.folder)
                  .filter((name) => name.endsWith('.spool'))
                  .sort()
                  .pop() ?? '';
              await spool.end();
              const path = join(mine.folder, newest);
              truncateSync(path, statSync(path).size - Math.min(each.cut, encodeRecord(1, '"lost"').length));
            } else await spool.end();
            spool = await start();
          }
          const found = await spool.peek(1_000);
          expect(found.map(({ item }) => item)).toEqual(model);
          expect(spool.size()).toBe(model.length);
          const places = found.map(({ at }) => at);
          expect(places).toEqual([...new Set(places)].sort((a, b) => a - b));
          if (each.kind === 'append') {
            expect(Math.max(...places)).toBeGreaterThan(highest);
            highest = Math.max(...places);
          }
        }
        await spool.end();
        mine.remove();
      }),
      { numRuns: randomRuns(60) },
    );
  });
});
