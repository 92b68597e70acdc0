import { existsSync, readFileSync } from 'fs';
import { join } from 'path';
import { parse } from 'yaml';
import { sentence } from '../../../common/codec/decode';
import { readSettings, type Settings } from '../settings';
import { CannotStart } from './cannot_start';

const NAME = 'reflex.yml';

/** What is equal may be written once. How much all of it may grow to is bounded: more says no person. */
const MOST_ALIASES = 100;

const parsed = (file: string): unknown => {
  try {
    return parse(readFileSync(file, 'utf8'), { maxAliasCount: MOST_ALIASES });
  } catch (cause) {
    throw new CannotStart(`the settings in \`${file}\` cannot be read: ${(cause as Error).message}`, { cause });
  }
};

/**
 * The settings of this host.
 *
 * @param named file from the command line; without it `reflex.yml` in the data folder, if there
 * @throws CannotStart with every bad field
 */
export const readConfig = (named: string | undefined, dataFolder: string): Settings => {
  const file = named ?? join(dataFolder, NAME);
  if (named !== undefined && !existsSync(file)) throw new CannotStart(`there is no file \`${file}\` (--config)`);
  const settings = readSettings(existsSync(file) ? parsed(file) : undefined);
  if (settings.ok) return settings.value;
  throw new CannotStart(`the settings in \`${file}\` are wrong: ${sentence(settings.error)}`);
};
