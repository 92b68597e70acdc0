import { execFileSync } from 'child_process';
import { mkdirSync, rmSync, writeFileSync } from 'fs';
import { join } from 'path';
import { temporaryFolder } from '../../test/contracts/temporary_folder';

const of = require('./changed_files.js') as {
  readonly changedFiles: (root: string, check: string) => readonly string[] | undefined;
  readonly noteClean: (root: string, check: string) => void;
};
const changedFiles = (root: string) => of.changedFiles(root, 'lint');

const { folder, remove } = temporaryFolder();
afterAll(remove);

const git = (...args: readonly string[]): void =>
  void execFileSync('git', ['-c', 'user.name=ann', '-c', 'user.email=ann@reflex.example', ...args], {
    cwd: folder,
    stdio: 'ignore',
  });
const put = (path: string, text = ''): void => writeFileSync(join(folder, path), text);
const commit = (): void => {
  git('add', '--all');
  git('commit', '--message', 'a commit');
};

describe('what the quick run lints', () => {
  it('is everything where there is no Git, or no commit before the last one', () => {
    expect(changedFiles(folder)).toBeUndefined();
    git('init');
    mkdirSync(join(folder, 'server'));
    for (const path of ['server/a.ts', 'server/b.ts', 'c.ts', 'd.ts']) put(path);
    commit();
    expect(changedFiles(folder)).toBeUndefined();
  });

  it('is what the last commit and the hand since then changed, and is still there', () => {
    put('server/a.ts', 'const a = 1;');
    put('größe.ts');
    rmSync(join(folder, 'd.ts'));
    commit();
    expect([...(changedFiles(folder) ?? [])].sort()).toEqual(['größe.ts', 'server/a.ts']);
    put('c.ts', 'const c = 1;');
    put('server/new.ts');
    rmSync(join(folder, 'server/b.ts'));
    expect([...(changedFiles(folder) ?? [])].sort()).toEqual(['c.ts', 'größe.ts', 'server/a.ts', 'server/new.ts']);
  });

  it('is what a merge brought in, too', () => {
    commit();
    git('checkout', '-b', 'other');
    for (const path of ['one.ts', 'two.ts']) {
      put(path);
      commit();
    }
    git('checkout', '-');
    put('c.ts', '');
    commit();
    git('merge', '--no-ff', '--no-edit', 'other');
    expect([...(changedFiles(folder) ?? [])].sort()).toEqual(['one.ts', 'two.ts']);
  });

  it('is all that came since it was clean, and the last commit in any case', () => {
    put('.gitignore', 'target/');
    commit();
    of.noteClean(folder, 'lint');
    expect(changedFiles(folder)).toEqual(['.gitignore']);
    for (const path of ['three.ts', 'four.ts']) {
      put(path);
      commit();
    }
    expect([...(changedFiles(folder) ?? [])].sort()).toEqual(['four.ts', 'three.ts']);
    of.noteClean(folder, 'format');
    expect([...(changedFiles(folder) ?? [])].sort()).toEqual(['four.ts', 'three.ts']);
    // A commit of another branch says nothing of this one.
    git('checkout', '-b', 'side', 'HEAD~2');
    put('five.ts');
    commit();
    of.noteClean(folder, 'lint');
    git('checkout', '-');
    expect(changedFiles(folder)).toEqual(['four.ts']);
  });

  it.each(['eslint.config.mjs', 'tsconfig.json', 'package-lock.json', 'scripts/import_rules.js'])(
    'is everything once %s changed',
    (path) => {
      mkdirSync(join(folder, 'scripts'), { recursive: true });
      put(path);
      expect(changedFiles(folder)).toBeUndefined();
      rmSync(join(folder, path));
      expect(changedFiles(folder)).toBeDefined();
    },
  );
});
