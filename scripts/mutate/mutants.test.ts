import { existsSync, readFileSync } from 'fs';
import { join } from 'path';

/* Mutants must be what they say: a slip that does not apply any more would be counted as noticed, or as nothing. */

interface Edit {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}
interface Site {
  readonly kind: string;
  readonly start: number;
  readonly end: number;
  readonly from: string;
  readonly to: string;
}

const { NAMED, withEdit } = jest.requireActual<{
  NAMED: ReadonlyArray<{ readonly name: string; readonly edits: readonly Edit[] }>;
  withEdit: (source: string, edit: Edit) => string;
}>('./named');
const { sitesOf, withSite, sample } = jest.requireActual<{
  sitesOf: (path: string, source: string) => readonly Site[];
  withSite: (source: string, site: Site) => string;
  sample: <Item>(all: readonly Item[], count: number, seed: number) => readonly Item[];
}>('./sites');
const { testsOf } = jest.requireActual<{
  testsOf: (folder: string) => (source: string) => readonly string[];
}>('./tests_of');
const { TARGETS } = jest.requireActual<{ TARGETS: readonly string[] }>('./targets');

const root = join(__dirname, '../..');

it.each(NAMED.map((mutant) => [mutant.name, mutant] as const))(
  '%s applies to the sources of today',
  (_name, mutant) => {
    for (const edit of mutant.edits) {
      const source = readFileSync(join(root, edit.file), 'utf8');
      expect(withEdit(source, edit)).not.toBe(source);
    }
  },
);

it('an edit that applies twice or never is refused', () => {
  const edit = { file: 'a.ts', from: 'x', to: 'y' };
  expect(() => withEdit('x x', edit)).toThrow('applies 2 times to a.ts');
  expect(() => withEdit('z', edit)).toThrow('applies 0 times to a.ts');
});

it('every source of mechanical mutants is there', () =>
  expect(TARGETS.filter((file) => !existsSync(join(root, file)))).toEqual([]));

describe('the tests that judge a mutant', () => {
  const judges = testsOf(root);

  it('are those beside the source first, then those that import it, then near ones whose builders do', () => {
    const found = judges('server/runner/undoing/effect_keeper.ts');
    expect(found[0]).toBe('server/runner/undoing/effect_keeper.test.ts');
    const [wishes, scene] = ['effect_keeper_wishes', 'live_checks'].map((name) =>
      found.indexOf(`server/runner/undoing/${name}.test.ts`),
    );
    expect(wishes).toBeGreaterThan(0);
    expect(scene).toBeGreaterThan(wishes ?? NaN);
  });

  it('are those of the source that a part was taken out of, where it has none', () => {
    const found = judges('server/runner/undoing/write_effect.ts');
    expect(found).toContain('server/runner/undoing/effect_keeper.test.ts');
  });

  it('are there for every source', () => expect(TARGETS.filter((file) => judges(file).length === 0)).toEqual([]));

  it('are never those that need servers', () =>
    expect(TARGETS.flatMap(judges).filter((path) => /integration|simulation|e2e/.test(path))).toEqual([]));
});

describe('mechanical mutants', () => {
  const mutantsOf = (source: string): readonly string[] =>
    sitesOf('a.ts', source).map((site) => withSite(source, site));

  it.each([
    ['if (a) b();', ['if (!(a)) b();', 'if (a) ;']],
    ['const x = a ? b : c;', ['const x = !(a) ? b : c;']],
    ['await f();', [';', 'f();']],
    ['const n = 2;', ['const n = 3;', 'const n = (1);']],
    ['const MS = 1_000;', ['const MS = 0;', 'const MS = 2000;']],
  ])('of `%s`', (source, mutants) => expect(mutantsOf(source)).toEqual(mutants));

  it.each(["log.warn('said', { n: 5 });", 'this.ports.basics.log.info(`n`);', 'type A = { n: 5 };'])(
    'leave alone what changes nothing: `%s`',
    (source) => expect(mutantsOf(source)).toEqual([]),
  );

  it('are the same for the same seed, and none is taken twice', () => {
    const all = Array.from({ length: 50 }, (_, index) => index);
    expect(sample(all, 20, 3)).toEqual(sample(all, 20, 3));
    expect(sample(all, 20, 3)).not.toEqual(sample(all, 20, 4));
    expect(new Set(sample(all, 80, 3)).size).toBe(50);
  });
});
