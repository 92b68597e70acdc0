import { spawnSync } from 'child_process';
import { appendFileSync, readFileSync, renameSync, rmSync, writeFileSync } from 'fs';
import { join } from 'path';
import { aKeyPair } from '../builders/policies';
import { temporaryFolder } from '../contracts/temporary_folder';

/* X18: what Reflex is made of, and whether what is given to others is what was built. */

interface Release {
  readonly seal: (path: string, privatePem: string) => void;
  readonly faultOf: (path: string, publicPem: string) => string;
  readonly releaseFault: (zip: string, publicPem: string) => string;
}
const { seal, faultOf, releaseFault } = jest.requireActual<Release>('../../scripts/release');

interface Locked {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly hasInstallScript?: boolean;
  readonly inBundle?: boolean;
  readonly link?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

const root = join(__dirname, '../..');
const read = (file: string): unknown => JSON.parse(readFileSync(join(root, file), 'utf8'));
const lock = read('package-lock.json') as {
  readonly lockfileVersion: number;
  readonly packages: Record<string, Locked>;
};
const own = read('package.json') as Required<Pick<Locked, 'dependencies' | 'devDependencies'>>;
const { '': top, ...packages } = lock.packages;
const locked = Object.entries(packages);

/** Packages that would run a program when they are installed. None does: they are installed with `--ignore-scripts`. */
const WITH_SCRIPTS = [
  'node_modules/@elastic/eui',
  'node_modules/@parcel/watcher',
  'node_modules/esbuild',
  // It would build a native part, which it does without.
  'node_modules/ssh2',
  'node_modules/unrs-resolver',
];

describe('the lock file', () => {
  it('is what the packages of Reflex ask for, each in one version', () => {
    expect([top?.dependencies, top?.devDependencies]).toEqual([own.dependencies, own.devDependencies]);
    const asked = Object.entries({ ...own.dependencies, ...own.devDependencies });
    expect(asked.filter(([, version]) => !/^(npm:@?[\w./-]+@)?\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([]);
  });

  it('has a sha512 of each package, and names no address to take one from', () => {
    expect(locked.length).toBeGreaterThan(500);
    expect(locked.filter(([, each]) => each.link === true).map(([place]) => place)).toEqual([]);
    const unsure = locked.filter(([, { integrity = '' }]) => !/^sha512-[A-Za-z0-9+/]{86}==$/.test(integrity));
    expect(unsure.map(([place]) => place)).toEqual([]);
    // Without an address a package comes from the registry of who installs.
    const addressed = locked.filter(([, { resolved }]) => resolved !== undefined);
    expect(addressed.map(([place]) => place)).toEqual([]);
  });

  it('names no package that runs a program when it is installed, beside those that are known', () => {
    expect(locked.filter(([, each]) => each.hasInstallScript === true).map(([place]) => place)).toEqual(WITH_SCRIPTS);
  });

  it('is installed without running any of them', () => {
    const setup = readFileSync(join(root, 'scripts/setup/packages.js'), 'utf8');
    expect(setup).toContain("['ci', '--ignore-scripts'");
  });
});

describe('what is released', () => {
  let folder: string;
  let zip: string;
  let remove: () => void;
  const keys = aKeyPair();
  beforeEach(() => {
    ({ folder, remove } = temporaryFolder());
    zip = join(folder, 'reflex-1.0.0.zip');
    writeFileSync(zip, 'the bytes of the zip');
    seal(zip, keys.privatePem);
  });
  afterEach(() => remove());

  it('has a checksum and a signature', () => {
    expect(faultOf(zip, keys.publicPem)).toBe('');
  });

  it('is known by tools that are everywhere', () => {
    const { status } = spawnSync('sha256sum', ['-c', `${zip}.sha256`], { cwd: folder });
    const isMissing = status === null;
    expect(isMissing || status === 0).toBe(true);
  });

  it.each<[string, () => void, RegExp]>([
    ['a changed file', () => appendFileSync(zip, ' '), /is not what this key signed/],
    ['no signature', () => rmSync(`${zip}.sig`), /is not signed/],
    ['the signature of another file', () => renameSync(`${zip}.sha256`, `${zip}.sig`), /is not what this key signed/],
    ['no checksum', () => rmSync(`${zip}.sha256`), /has another checksum/],
    ['the checksum of another file', () => writeFileSync(`${zip}.sha256`, 'a  b\n'), /has another checksum/],
  ])('is refused with %s', (_, change, fault) => {
    change();
    expect(faultOf(zip, keys.publicPem)).toMatch(fault);
  });

  it('is refused under another key, and signed with no other kind of key', () => {
    expect(faultOf(zip, aKeyPair().publicPem)).toMatch(/is not what this key signed/);
    expect(() => seal(zip, '-----BEGIN PRIVATE KEY-----\n')).toThrow();
  });
});

interface Listed {
  readonly purl: string;
  readonly hashes: ReadonlyArray<{ readonly alg: string; readonly content: string }>;
  readonly licenses?: readonly unknown[];
}
interface PartsList {
  readonly partsListOf: (zip: string) => Promise<string>;
  readonly placesIn: (metafile: object) => readonly string[];
  readonly partsList: (made: { zip: string; places: readonly string[]; lock: object }) => string;
}
const { partsListOf, placesIn, partsList } = jest.requireActual<PartsList>('../../scripts/bundle/parts_list');

describe('the list of what a release is made of', () => {
  let zip: string;
  let list: string;
  let text: string;
  let remove: () => void;
  const keys = aKeyPair();
  beforeAll(async () => {
    const made = temporaryFolder();
    ({ remove } = made);
    zip = join(made.folder, 'reflex-1.0.0.zip');
    list = join(made.folder, 'reflex-1.0.0.cdx.json');
    writeFileSync(zip, 'the bytes of the zip');
    text = await partsListOf(zip);
  });
  beforeEach(() => {
    writeFileSync(zip, 'the bytes of the zip');
    writeFileSync(list, text);
    for (const each of [zip, list]) seal(each, keys.privatePem);
  });
  afterAll(() => remove());

  const components = (): readonly Listed[] => (JSON.parse(text) as { components: readonly Listed[] }).components;

  it('is CycloneDX 1.6, the same each time, with neither a date nor a number by chance', async () => {
    expect(JSON.parse(text)).toMatchObject({ bomFormat: 'CycloneDX', specVersion: '1.6', version: 1 });
    expect(text).not.toMatch(/serialNumber|timestamp/);
    expect(await partsListOf(zip)).toBe(text);
  });

  it('names what the bundles hold, each as the lock file has it, and nothing that only builds', () => {
    const names = components().map(({ purl }) => purl.slice('pkg:npm/'.length).replace(/@[^@]*$/, ''));
    expect(names).toEqual(expect.arrayContaining(['io-ts', 'fp-ts', 'undici', '%40marcbachmann/cel-js', 'yaml']));
    expect(names.filter((name) => ['esbuild', 'jest', 'typescript', 'prettier', 'fast-check'].includes(name))).toEqual(
      [],
    );
    const known = new Set(locked.map(([, { integrity = '' }]) => integrity));
    for (const { purl, hashes, licenses } of components()) {
      const digest = Buffer.from(hashes[0]?.content ?? '', 'hex').toString('base64');
      expect([purl, hashes[0]?.alg, known.has(`sha512-${digest}`)]).toEqual([purl, 'SHA-512', true]);
      expect([purl, licenses?.length]).toEqual([purl, 1]);
    }
  });

  it('takes what went in, not what was read, from whatever folder', () => {
    const inputs = {
      'node_modules/in/a.js': { bytesInOutput: 1 },
      'node_modules/in/b.js': { bytesInOutput: 1 },
      'node_modules/left-out/a.js': { bytesInOutput: 0 },
      '../other/node_modules/@of/one/node_modules/inner/a.js': { bytesInOutput: 9 },
      'common/own.ts': { bytesInOutput: 9 },
    };
    expect(placesIn({ outputs: { 'a.js': { inputs } } })).toEqual([
      'node_modules/in',
      'node_modules/@of/one/node_modules/inner',
    ]);
  });

  it.each([
    ['is not in the lock file', {}, /is in the zip, and not in package-lock/],
    ['has no digest there', { 'node_modules/odd': { version: '1.0.0' } }, /no sha512/],
    ['has a weak one', { 'node_modules/odd': { version: '1.0.0', integrity: 'sha1-AAAA' } }, /no sha512/],
  ])('is not made where a package %s', (_, known, fault) => {
    const packages = { '': { name: 'reflex', version: '1.0.0' }, ...known };
    expect(() => partsList({ zip, places: ['node_modules/odd'], lock: { packages } })).toThrow(fault);
  });

  it.each<[string, () => void, RegExp | '']>([
    ['as it was made', () => undefined, ''],
    ['missing', () => rmSync(list), /there is no reflex-1.0.0.cdx.json/],
    ['changed', () => appendFileSync(list, ' '), /cdx.json is not what this key signed/],
    ['not signed', () => rmSync(`${list}.sig`), /cdx.json is not signed/],
    [
      'of another zip',
      () => {
        writeFileSync(zip, 'the next zip');
        seal(zip, keys.privatePem);
      },
      /is the list of another zip/,
    ],
    ['beside a changed zip', () => appendFileSync(zip, ' '), /zip is not what this key signed/],
  ])('is looked at with the zip: %s', (_, change, fault) => {
    change();
    expect(releaseFault(zip, keys.publicPem)).toMatch(fault === '' ? /^$/ : fault);
  });
});
