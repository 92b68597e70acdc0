import { chmodSync, renameSync, writeFileSync } from 'fs';

const OWNER_ONLY = 0o600;

/** Writes a file that nobody else can read, whole or not at all. */
export const writeSecret = (file: string, text: string): void => {
  const fresh = `${file}.new`;
  writeFileSync(fresh, text, { mode: OWNER_ONLY });
  // A file that a broken start left there keeps its mode.
  chmodSync(fresh, OWNER_ONLY);
  renameSync(fresh, file);
};
