import type { BundleArchive } from '../../server/runner/ports';

export interface BundleArchiveUnderTest {
  readonly archive: BundleArchive;
  readonly dispose: () => Promise<void>;
}

type Files = Parameters<BundleArchive['put']>[2];

const files = (text: string): Files =>
  new Map<string, Uint8Array>([
    ['policies/action/block.yaml', new TextEncoder().encode(text)],
    ['.signatures.json', new Uint8Array([0, 255, 128, 10, 13, 195, 40])],
    ['empty', new Uint8Array()],
  ]);

const plain = (found: Files | undefined): unknown =>
  found && Object.fromEntries([...found].sort().map(([path, bytes]) => [path, [...bytes]]));

/** Every promise of `BundleArchive` in ports.ts. */
export const describeBundleArchive = (name: string, makeOne: () => Promise<BundleArchiveUnderTest>): void => {
  describe(`bundle archive: ${name}`, () => {
    let made: BundleArchiveUnderTest;
    let archive: BundleArchive;
    beforeEach(async () => {
      made = await makeOne();
      archive = made.archive;
    });
    afterEach(() => made.dispose());

    it('has nothing at first', async () => {
      expect(await archive.get(1, 'digest')).toBeUndefined();
      expect(await archive.byDigest('digest')).toBeUndefined();
    });

    it('returns the files byte by byte, by version and by digest', async () => {
      await archive.put(1, 'one', files('a'));
      await archive.put(2, 'two', files('b'));
      expect(plain(await archive.get(1, 'one'))).toEqual(plain(files('a')));
      expect(plain(await archive.byDigest('two'))).toEqual(plain(files('b')));
      expect(await archive.get(2, 'one')).toBeUndefined();
    });

    it('takes the same bundle again', async () => {
      await archive.put(1, 'one', files('a'));
      await archive.put(1, 'one', files('a'));
      expect(plain(await archive.get(1, 'one'))).toEqual(plain(files('a')));
    });

    it('refuses other files for a bundle that is there', async () => {
      await archive.put(1, 'one', files('a'));
      await expect(archive.put(1, 'one', files('forged'))).rejects.toThrow('other files');
      expect(plain(await archive.get(1, 'one'))).toEqual(plain(files('a')));
    });

    it('finds the newest version with a digest', async () => {
      await archive.put(3, 'same', files('third'));
      await archive.put(12, 'same', files('twelfth'));
      expect(plain(await archive.byDigest('same'))).toEqual(plain(files('twelfth')));
    });

    it('holds a bundle of a few megabytes', async () => {
      const large = new Map([['guard.wasm', new Uint8Array(3_000_000).fill(7)]]);
      await archive.put(1, 'large', large);
      expect((await archive.get(1, 'large'))?.get('guard.wasm')?.length).toBe(3_000_000);
    });
  });
};
