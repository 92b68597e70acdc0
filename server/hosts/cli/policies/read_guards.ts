import { existsSync, readdirSync, readFileSync, statSync } from 'fs';
import { basename, dirname, join, resolve } from 'path';
import { LAYERS } from '../../../../common/policy/policy';
import type { GuardTexts } from '../../../engine/policy/guard_set';
import type { PolicyIo } from './command';
import type { ReadSet } from './read_set';

const ENDING = '.rego';
const FOLDER = 'guards';

/** Rego guards as files. */
export interface ReadGuards {
  /** By name. */
  readonly texts: GuardTexts;
  /** Where each was read, as it was asked for. */
  readonly paths: ReadonlyMap<string, string>;
}

/** Folders named `guards` in the given folders, and beside the layers that policies are in. */
const foldersOf = (paths: readonly string[], files: readonly string[], cwd: string): readonly string[] => {
  const given = paths.length > 0 ? paths : [existsSync(join(cwd, 'policies')) ? 'policies' : '.'];
  const beside = [...new Set(files.map((file) => dirname(file)))].map((folder) =>
    (LAYERS as readonly string[]).includes(basename(resolve(cwd, folder))) ? dirname(folder) : folder,
  );
  const places = [...given.filter((path) => statSync(resolve(cwd, path)).isDirectory()), ...beside];
  return [...new Set(places.map((place) => join(place, FOLDER)))].filter((place) => existsSync(resolve(cwd, place)));
};

/**
 * The Rego guards that belong to policies. Tests in Rego (`*_test.rego`) are not part of them.
 *
 * @param given files and folders that were asked for; none: `policies` below `cwd` if there, else that folder
 * @param files policies that were found in them
 */
export const readGuards = (
  given: readonly string[],
  { files }: Pick<ReadSet, 'files'>,
  { cwd }: PolicyIo,
): ReadGuards => {
  const texts = new Map<string, string>();
  const paths = new Map<string, string>();
  for (const folder of foldersOf(given, [...files.keys()], cwd)) {
    for (const file of readdirSync(resolve(cwd, folder)).sort()) {
      const name = file.slice(0, -ENDING.length);
      if (!file.endsWith(ENDING) || name.endsWith('_test') || texts.has(name)) continue;
      texts.set(name, readFileSync(resolve(cwd, folder, file), 'utf8'));
      paths.set(name, join(folder, file));
    }
  }
  return { texts, paths };
};
