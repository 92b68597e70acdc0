import type { BundleArchive, BundleName } from '../../server/runner/ports';

interface BundleArchiveUnderTest {
  readonly archive: BundleArchive;
  readonly dispose: () => Promise<void>;
}

type Files = Parameters<BundleArchive['put']>[1];

/** Of a version, with a statement; its policies are named after it unless said otherwise. */
const named = (version: number, statement: string, digest = `policies of ${statement}`): BundleName => ({
  version,
  statement_digest: statement,
  digest,
});

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
      await archive.put(named(1, 'one'), files('a'));
      await archive.put(named(2, 'two'), files('b'));
      expect(plain(await archive.get(1, 'one'))).toEqual(plain(files('a')));
      expect(plain(await archive.byDigest('policies of two'))).toEqual(plain(files('b')));
      expect(await archive.get(2, 'one')).toBeUndefined();
    });

    it('takes the same bundle again', async () => {
      await archive.put(named(1, 'one'), files('a'));
      await archive.put(named(1, 'one'), files('a'));
      expect(plain(await archive.get(1, 'one'))).toEqual(plain(files('a')));
    });

    it('refuses other files for a bundle that is there', async () => {
      await archive.put(named(1, 'one'), files('a'));
      await expect(archive.put(named(1, 'one'), files('forged'))).rejects.toThrow('other files');
      expect(plain(await archive.get(1, 'one'))).toEqual(plain(files('a')));
    });

    it('finds the newest version with a digest', async () => {
      await archive.put(named(3, 'third', 'same'), files('third'));
      await archive.put(named(12, 'twelfth', 'same'), files('twelfth'));
      expect(plain(await archive.byDigest('same'))).toEqual(plain(files('twelfth')));
    });

    it('tells what is filed, the highest version first', async () => {
      expect(await archive.newest()).toEqual([]);
      const [second, tenth] = [named(2, 'two'), named(10, 'ten')];
      await archive.put(second, files('b'));
      await archive.put(tenth, files('c'));
      expect(await archive.newest()).toEqual([tenth, second]);
    });

    it('holds a bundle of a few megabytes', async () => {
      const large = new Map([['guard.wasm', new Uint8Array(3_000_000).fill(7)]]);
      await archive.put(named(1, 'large'), large);
      expect((await archive.get(1, 'large'))?.get('guard.wasm')?.length).toBe(3_000_000);
    });
  });
};
