import { existsSync, readdirSync, readFileSync, statSync } from 'fs';
import { dirname, join, resolve } from 'path';
import type { PolicyIo } from './command';

const ENDING = '.rego';

/** Folders named `guards` in the given folders, or beside the given files' layers. */
const foldersOf = (paths: readonly string[], cwd: string): readonly string[] => {
  const given = paths.length > 0 ? paths : [existsSync(join(cwd, 'policies')) ? 'policies' : '.'];
  const places = given.flatMap((path) => {
    const whole = resolve(cwd, path);
    return statSync(whole).isDirectory() ? [whole] : [dirname(dirname(whole))];
  });
  return [...new Set(places)].map((place) => join(place, 'guards')).filter((place) => existsSync(place));
};

/** The Rego guards that belong to policies: texts by name. Tests in Rego (`*_test.rego`) are not part of them. */
export const readGuards = (paths: readonly string[], { cwd }: PolicyIo): ReadonlyMap<string, string> => {
  const sources = new Map<string, string>();
  for (const folder of foldersOf(paths, cwd)) {
    for (const name of readdirSync(folder).sort()) {
      if (!name.endsWith(ENDING) || name.endsWith(`_test${ENDING}`)) continue;
      sources.set(name.slice(0, -ENDING.length), readFileSync(join(folder, name), 'utf8'));
    }
  }
  return sources;
};
