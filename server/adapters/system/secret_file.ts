import { readFileSync, statSync } from 'fs';

/** Larger files are no secrets, bytes. */
const LARGEST = 64 * 1024;
const BY_OTHERS = 0o007;
const WRITTEN_BY_GROUP = 0o020;

export type SecretFile =
  | {
      readonly state: 'there';
      readonly value: string;
      /** When the file was written last, ms since 1970. */
      readonly changedMs: number;
      /** Who else may read or change it, in words; undefined if nobody else. */
      readonly loose?: string;
    }
  | { readonly state: 'missing' | 'refused'; readonly why: string };

/** Windows keeps such rights elsewhere. */
const looseness = (mode: number): string | undefined => {
  if (process.platform === 'win32') return undefined;
  const octal = (mode & 0o777).toString(8);
  if ((mode & BY_OTHERS) !== 0) return `every user of this machine has rights to it (mode ${octal}); chmod o-rwx it`;
  return (mode & WRITTEN_BY_GROUP) === 0 ? undefined : `its group may change it (mode ${octal}); chmod g-w it`;
};

/**
 * Reads a secret from a file, as it is at this moment. A line break at its end is not part of it.
 *
 * @param strict true: a file that others have rights to is refused; false: that is only told
 */
export const readSecretFile = (path: string, { strict }: { readonly strict: boolean }): SecretFile => {
  try {
    const found = statSync(path);
    if (!found.isFile()) return { state: 'refused', why: 'it is no file' };
    if (found.size > LARGEST) return { state: 'refused', why: `it is larger than ${LARGEST / 1024} KiB` };
    const loose = looseness(found.mode);
    if (strict && loose !== undefined) return { state: 'refused', why: loose };
    const value = readFileSync(path, 'utf8').replace(/\r?\n$/, '');
    return { state: 'there', value, changedMs: found.mtimeMs, ...(loose === undefined ? {} : { loose }) };
  } catch (cause) {
    const { code = 'error' } = cause as NodeJS.ErrnoException;
    return code === 'ENOENT'
      ? { state: 'missing', why: 'there is no such file' }
      : { state: 'refused', why: `it cannot be read (${code})` };
  }
};
