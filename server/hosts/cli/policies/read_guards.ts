import { existsSync, readdirSync, readFileSync, statSync } from 'fs';
import { dirname, join, resolve } from 'path';
import type { GuardTexts } from '../../../engine/policy/guard_set';
import type { PolicyIo } from './command';

const ENDING = '.rego';
const FOLDER = 'guards';

/** Rego guards as files. */
export interface ReadGuards {
  /** By name. */
  readonly texts: GuardTexts;
  /** Where each was read, as it was asked for. */
  readonly paths: ReadonlyMap<string, string>;
}

/** Folders named `guards` in the given folders, or beside the given files and their layers. */
const foldersOf = (paths: readonly string[], cwd: string): readonly string[] => {
  const given = paths.length > 0 ? paths : [existsSync(join(cwd, 'policies')) ? 'policies' : '.'];
  const places = given.flatMap((path) => {
    const folder = statSync(resolve(cwd, path)).isDirectory() ? path : dirname(path);
    return [folder, dirname(folder)];
  });
  return [...new Set(places.map((place) => join(place, FOLDER)))].filter((place) => existsSync(resolve(cwd, place)));
};

/** The Rego guards that belong to policies. Tests in Rego (`*_test.rego`) are not part of them. */
export const readGuards = (given: readonly string[], { cwd }: PolicyIo): ReadGuards => {
  const texts = new Map<string, string>();
  const paths = new Map<string, string>();
  for (const folder of foldersOf(given, cwd)) {
    for (const file of readdirSync(resolve(cwd, folder)).sort()) {
      const name = file.slice(0, -ENDING.length);
      if (!file.endsWith(ENDING) || name.endsWith('_test') || texts.has(name)) continue;
      texts.set(name, readFileSync(resolve(cwd, folder, file), 'utf8'));
      paths.set(name, join(folder, file));
    }
  }
  return { texts, paths };
};
