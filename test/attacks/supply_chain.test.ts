import { spawnSync } from 'child_process';
import { appendFileSync, readFileSync, renameSync, rmSync, writeFileSync } from 'fs';
import { join } from 'path';
import { aKeyPair } from '../builders/policies';
import { temporaryFolder } from '../contracts/temporary_folder';

/* X18: what Reflex is made of, and whether what is given to others is what was built. */

interface Release {
  readonly seal: (path: string, privatePem: string) => void;
  readonly faultOf: (path: string, publicPem: string) => string;
}
const { seal, faultOf } = jest.requireActual<Release>('../../scripts/release');

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
