import { execFileSync } from 'child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'fs';
import { join } from 'path';
import { cacheFolder } from '../targets/cache_folder';

/*
 * An earlier version of Reflex as its commit has it, with the packages of its own lock file, so that it can be run
 * beside this one.
 */

const ROOT = join(__dirname, '..', '..');

const git = (...args: readonly string[]): string =>
  execFileSync('git', ['-C', ROOT, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();

/** Why it cannot be run here; undefined if it can. */
export const whyNotEarlier = (commit: string): string | undefined => {
  try {
    git('rev-parse', '--verify', '--quiet', `${commit}^{commit}`);
    return undefined;
  } catch {
    return `this copy of the repository does not hold the commit ${commit}`;
  }
};

/** @returns the folder of its sources; made once */
export const earlierVersion = (commit: string): string => {
  const folder = cacheFolder(`reflex-${commit}`);
  const done = join(folder, 'installed');
  if (existsSync(done)) return folder;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const archive = join(folder, 'sources.tar');
  git('archive', '--format=tar', '-o', archive, commit);
  execFileSync('tar', ['-xf', archive, '-C', folder]);
  execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  writeFileSync(done, '');
  return folder;
};
