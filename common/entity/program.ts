import { foldName, hasHidden, isAscii, isDisguised } from './characters';
import type { Found, NotFound, Oddity, Reader } from './entity';

/*
 * Processes and files. A process is named by its file or by an absolute path, a file by an absolute path. The case is
 * kept, as Linux tells it apart; the key of a Windows path is in lower case.
 */

const MOST_CHARACTERS = 4096;

type Style = 'name' | 'posix' | 'windows';

const QUOTED = /^"([^"]*)"$|^'([^']*)'$/;
/** `C:\`, a share, a device: paths of Windows that do not depend on where one stands. */
const WINDOWS = /^([a-z]:[\\/]|\\\\[^\\/]|\\(device|systemroot)\\)/i;
const VERBATIM = /^(\\\\[?.]\\|\\\?\?\\)(?=[a-z]:\\)/i;
/** What a shell would read, on any system. A variable needs its brackets, or a pair of percent signs. */
const SHELL = /[;|&`<>"]|\$[({]|%[^%\s]+%/;
const WILDCARD = /[*?]/;

const styleOf = (text: string): Style => {
  if (WINDOWS.test(text)) return 'windows';
  return text.startsWith('/') ? 'posix' : 'name';
};

/** One separator between the parts of a path; Windows ignores dots and spaces at the end of a part. */
const tidied = (text: string, style: Style): string => {
  switch (style) {
    case 'name':
      return text.replace(/[.\s]+$/, '');
    case 'posix':
      return text.replace(/\/(\.?\/)+/g, '/').replace(/\/\.$/, '/');
    case 'windows': {
      const path = text.replace(/\//g, '\\').replace(/[.\s]+(?=\\|$)/g, '');
      return (path.startsWith('\\\\') ? '\\' : '') + path.replace(/\\{2,}/g, '\\');
    }
  }
};

const faultOf = (text: string, style: Style): string | undefined => {
  if (text.length > MOST_CHARACTERS) return `it is longer than ${MOST_CHARACTERS} characters`;
  if (hasHidden(text)) return 'it has characters that cannot be seen';
  if (isDisguised(text)) return 'it has characters that only look like letters';
  if (/^\\\\[?.]/.test(text)) return 'it names a device';
  if (WILDCARD.test(text)) return 'it has a wildcard';
  if (SHELL.test(text) || text.startsWith("'") || (style === 'posix' && text.includes('$')))
    return 'it has a character that a shell would read';
  if (text.split(/[\\/]/).some((part) => part.trim() === '..')) return 'its path leads upwards';
  if (style === 'name' && /[\\/:]/.test(text)) return 'its path does not begin at the root';
  // After the drive only a stream of a file has a colon (`C:\a.txt:hidden`).
  return style === 'windows' && text.slice(2).includes(':') ? 'it names a stream within a file' : undefined;
};

const read = (kind: 'process' | 'file', spoken: string): Found | NotFound => {
  const outer = spoken.normalize('NFC').trim();
  const quoted = QUOTED.exec(outer);
  const bare = (quoted?.[1] ?? quoted?.[2] ?? outer).trim().replace(VERBATIM, '');
  const style = styleOf(bare);
  const fault = faultOf(bare, style);
  if (fault !== undefined) return { why: fault };
  const text = tidied(bare, style);
  const base = text.split(/[\\/]/).pop() ?? '';
  if (text === '' || base === '') return { why: kind === 'file' ? 'it names a folder' : 'it names no program' };
  if (kind === 'file' && style === 'name') return { why: 'its path does not begin at the root' };
  const odd: readonly Oddity[] = isAscii(text) ? [] : ['non_ascii'];
  const canonical = style === 'posix' ? text : foldName(text);
  return { text, canonical, parts: { kind, style, base }, odd };
};

export const readProcess: Reader = (text) => read('process', text);

export const readFile: Reader = (text) => read('file', text);
