import type { LocalMemory } from '../../server/runner/ports';

/** A place on a disk that a memory can be opened at. */
interface LocalMemoryUnderTest {
  /** Opens it as a new process would. */
  readonly open: () => Promise<LocalMemory>;
  readonly dispose: () => Promise<void>;
}

/** Every promise of `LocalMemory` in ports.ts. */
export const describeLocalMemory = (name: string, makeOne: () => Promise<LocalMemoryUnderTest>): void => {
  describe(`local memory: ${name}`, () => {
    let made: LocalMemoryUnderTest;
    beforeEach(async () => {
      made = await makeOne();
    });
    afterEach(() => made.dispose());

    it('knows nothing at first', async () => {
      expect((await made.open()).read('highest_bundle')).toBeUndefined();
      expect((await made.open()).read('constructor')).toBeUndefined();
    });

    it('knows what was written, at once and in the next process', async () => {
      const memory = await made.open();
      await memory.write('highest_bundle', '7');
      await memory.write('text', 'ü "quoted"\n');
      expect(memory.read('highest_bundle')).toBe('7');
      const next = await made.open();
      expect([next.read('highest_bundle'), next.read('text')]).toEqual(['7', 'ü "quoted"\n']);
    });

    it('keeps the last of several values, and every key of several written at the same time', async () => {
      const memory = await made.open();
      await Promise.all([
        ...Array.from({ length: 20 }, (_, n) => memory.write('n', String(n))),
        ...Array.from({ length: 20 }, (_, n) => memory.write(`key${n}`, 'x')),
      ]);
      const next = await made.open();
      expect(next.read('n')).toBe('19');
      expect(Array.from({ length: 20 }, (_, n) => next.read(`key${n}`))).toEqual(Array(20).fill('x'));
    });

    it('takes any key', async () => {
      await (await made.open()).write('__proto__', 'x');
      expect((await made.open()).read('__proto__')).toBe('x');
    });
  });
};
