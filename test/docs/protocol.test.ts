import { existsSync, readFileSync } from 'fs';
import { execFileSync } from 'child_process';
import { dirname, join } from 'path';

/* What comments name by number is explained in docs/protocol.md, and what that page names is there. */

const ROOT = join(__dirname, '../..');
const PAGE = 'docs/protocol.md';
/** The suite itself, and what earlier versions stored. */
const NOT_READ = ['test/docs/', 'test/upgrades/stored/'];

const isRead = (file: string): boolean =>
  /\.(ts|tsx|js|md|rego|ya?ml|sh)$/.test(file) && !NOT_READ.some((folder) => file.startsWith(folder));

const filesOf = (...options: readonly string[]): readonly string[] =>
  execFileSync('git', ['ls-files', '-z', ...options], { cwd: ROOT, encoding: 'utf8', maxBuffer: 1 << 26 })
    .split('\0')
    .filter((file) => file !== '' && isRead(file) && existsSync(join(ROOT, file)));

/** A comment over several lines as one line. */
const flat = (text: string): string => text.replace(/\n[ \t]*(?:\*|\/\/|#)?[ \t]*/g, ' ');

const textOf = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

const SECTIONS = /protocol\.md[`'")\]]*,?\s+(?:sections?\s+)?(\d+(?:(?:,\s+|\s+and\s+|\s+or\s+)\d+)*)/g;
const PROMISES = /INV-(\d+)/g;

/** Numbers that a text names, `2 and 5` as two. */
const sectionsNamedIn = (text: string): readonly string[] =>
  [...flat(text).matchAll(SECTIONS)].flatMap(([, numbers = '']) => numbers.match(/\d+/g) ?? []);

const promisesNamedIn = (text: string): readonly string[] => [...text.matchAll(PROMISES)].map(([promise]) => promise);

/** The anchor that a heading gets where the page is shown. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replace(/\s/g, '-');

const headings = (text: string): readonly string[] => [...text.matchAll(/^#+ (.+)$/gm)].map(([, words = '']) => words);

/** Paths in a text; a bare name is of the folder of the path before it. */
const pathsIn = (text: string): readonly string[] => {
  let folder = '';
  return [...text.matchAll(/`([\w./-]+\.(?:ts|md))`/g)].map(([, name = '']) => {
    const path = name.includes('/') ? name : join(folder, name);
    folder = dirname(path);
    return path;
  });
};

/** The paragraphs that name code and tests. */
const placesIn = (text: string): readonly string[] =>
  text.split(/\n\n/).filter((part) => /^- Code: /m.test(part) || /Held by/.test(part));

const page = textOf(PAGE);
const sources = [...new Set([...filesOf(), ...filesOf('--others', '--exclude-standard')])].filter(
  (file) => file !== PAGE,
);

const named = (find: (text: string) => readonly string[]): ReadonlyMap<string, string> =>
  new Map(sources.flatMap((file) => find(textOf(file)).map((name) => [name, file] as const)));

describe('the numbers in a comment', () => {
  it.each([
    ['(`protocol.md` section 2)', ['2']],
    ['(`protocol.md` sections 2 and 3)', ['2', '3']],
    ['(`protocol.md` 0, `docs/decisions/004`)', ['0']],
    ['(`protocol.md`\n * section 1)', ['1']],
    ['// protocol.md section 0, docs/decisions/004: after', ['0']],
    ['`protocol.md` says how', []],
  ])('%j are %j', (text, sections) => {
    expect(sectionsNamedIn(text)).toEqual(sections);
  });
});

describe('docs/protocol.md', () => {
  it('has every section that the sources name', () => {
    const all = new Set(headings(page).flatMap((heading) => /^(\d+)\. /.exec(heading)?.[1] ?? []));
    const wanted = named(sectionsNamedIn);
    expect(wanted.size).toBeGreaterThan(5);
    expect([...wanted].filter(([section]) => !all.has(section))).toEqual([]);
  });

  it('has a heading for every promise that the sources name', () => {
    const wanted = named(promisesNamedIn);
    expect(wanted.size).toBeGreaterThan(12);
    expect([...wanted].filter(([promise]) => !headings(page).includes(promise))).toEqual([]);
  });

  it('says for every promise by what it is held, or that it is to come', () => {
    const parts = page.split(/^### (?=INV-)/m).slice(1);
    const text = (part: string): string => part.split(/^## /m)[0] ?? '';
    expect(parts.length).toBeGreaterThan(12);
    expect(parts.filter((part) => !/Held by|\*\*To come\.\*\*/.test(text(part)))).toEqual([]);
  });

  it('names only files that are there', () => {
    const paths = placesIn(page).flatMap(pathsIn);
    expect(paths.length).toBeGreaterThan(60);
    expect(paths.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });

  it('is linked to by anchors that it has', () => {
    const anchors = new Set(headings(page).map(anchorOf));
    const links = [PAGE, ...sources.filter((file) => file.endsWith('.md'))].flatMap((file) =>
      [...textOf(file).matchAll(file === PAGE ? /\]\(#([^)]+)\)/g : /\]\([^)\s]*protocol\.md#([^)]+)\)/g)].map(
        ([, anchor = '']) => ({ file, anchor }),
      ),
    );
    expect(links.length).toBeGreaterThan(20);
    expect(links.filter(({ anchor }) => !anchors.has(anchor))).toEqual([]);
  });
});

it('every page links only to files that are there', () => {
  const pages = [PAGE, ...sources.filter((file) => file.endsWith('.md'))];
  const links = pages.flatMap((file) =>
    [...textOf(file).matchAll(/\]\((?!https?:|mailto:|#)([^)#\s]+)/g)].map(([, path = '']) => ({ file, path })),
  );
  expect(links.length).toBeGreaterThan(100);
  expect(links.filter(({ file, path }) => !existsSync(join(ROOT, dirname(file), path)))).toEqual([]);
});

describe('the role of the technical user', () => {
  const role = textOf('roles/reflex_service.json');
  const { index_permissions: onIndices = [] } = JSON.parse(role) as {
    readonly index_permissions?: ReadonlyArray<{ readonly allowed_actions: readonly string[] }>;
  };
  const rights = onIndices.flatMap((each) => each.allowed_actions);
  const allows = (action: string): boolean =>
    rights.some((right) => new RegExp(`^${right.replace(/[[\]]/g, '\\$&').replace(/\*/g, '.*')}$`).test(action));

  it.each(['indices:data/write/bulk[s]', 'indices:data/read/mget[shard]', 'indices:admin/create'])(
    'has %s',
    (action) => {
      expect(allows(action)).toBe(true);
    },
  );

  it.each(['indices:admin/delete', 'indices:admin/close', 'indices:admin/settings/update'])('has not %s', (action) => {
    expect(allows(action)).toBe(false);
  });

  it('names single actions, no group that grows with a later version of OpenSearch', () => {
    const single = (right: string): boolean => right.startsWith('indices:') && right.length >= 15;
    expect([...new Set(rights.filter((right) => !single(right)))]).toEqual(['system:admin/system_index']);
  });
});
