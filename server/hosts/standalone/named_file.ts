import { readFileSync } from 'fs';
import { CannotStart } from './cannot_start';

/** The text of a file that the settings or the environment name. @throws CannotStart that says which and what for */
export const textOf = (file: string, what: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new CannotStart(`the file \`${file}\` with the ${what} cannot be read: ${(cause as Error).message}`, {
      cause,
    });
  }
};
