import { canonicalAddress, canonicalNetwork } from '../../../common/entity/address';
import { err, ok, type Result } from '../../../common/result';

/*
 * The words of haproxy's runtime API about one map. Answers are plain text without codes and end with an empty line;
 * what is not exactly one of the answers that haproxy is known to give is not taken for any.
 */

/** One row of a map: `ref` is haproxy's own handle of it. */
export interface MapRow {
  readonly ref: string;
  readonly key: string;
  readonly value: string;
}

const MARK = 'reflex/';
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** The value that marks a row as one command's. */
export const markOf = (commandId: string): string => `${MARK}${commandId}`;

/** The command that a value names, or undefined if it is not one of ours. */
export const commandOf = (value: string): string | undefined => {
  const id = value.startsWith(MARK) ? value.slice(MARK.length) : '';
  return UUID.test(id) ? id : undefined;
};

/** Whether the id of a command can stand in a line: it is the row's mark there, and its only way back. */
export const isCommandId = (id: string): boolean => UUID.test(id);

/** Wider networks are no block, they are an outage; bits. */
const WIDEST = { 4: 8, 6: 16 } as const;

/** The key of an address or a network, in its one spelling. */
export const keyOf = (value: string): Result<string, string> => {
  const key = value.includes('/') ? canonicalNetwork(value) : canonicalAddress(value);
  if (key === undefined) return err(`\`${value.slice(0, 64)}\` is no address and no network`);
  const [, bits] = key.split('/');
  const widest = WIDEST[key.includes(':') ? 6 : 4];
  return bits !== undefined && Number(bits) < widest ? err(`\`${key}\` is wider than /${widest}`) : ok(key);
};

/** Commands of the runtime API. Every word of them has a closed alphabet; the map comes from the configuration. */
export const LINES = {
  show: (map: string): string => `show map ${map}`,
  showAll: (): string => 'show map',
  typeOf: (map: string): string => `get map ${map} 192.0.2.1`,
  add: (map: string, key: string, commandId: string): string => `add map ${map} ${key} ${markOf(commandId)}`,
  /** By its handle: by its key haproxy removes every row of that key. */
  remove: (map: string, ref: string): string => `del map ${map} #${ref}`,
  /** Removes nothing, for no row has this handle: it shows whether we may. */
  mayRemove: (map: string): string => `del map ${map} #0x1`,
  info: (): string => 'show info',
};

/** Refusals by which haproxy says for certain that it did nothing. */
export const REFUSALS: ReadonlyArray<readonly [RegExp, string]> = [
  [/^Unknown map identifier\. Please use #<id> or <file>\.$/, 'no_map'],
  [/^'[^']*' is not a valid IPv4 or IPv6 address\.$/, 'bad_target'],
  [/^Permission denied$/, 'not_allowed'],
];

/** The code of a refusal, or undefined if the text is none. */
export const refusalIn = (text: string): { readonly code: string; readonly said: string } | undefined => {
  const said = /^([^\n]+)\n\n?$/.exec(text)?.[1];
  const code = said === undefined ? undefined : REFUSALS.find(([pattern]) => pattern.test(said))?.[1];
  return said === undefined || code === undefined ? undefined : { code, said };
};

/** What haproxy answers to a change that it made. */
export const isDone = (text: string): boolean => text === '\n';

/** What it answers when no row has the handle. */
export const isNotThere = (text: string): boolean => /^Key not found\.\n\n?$/.test(text);

const ROW = /^(0x[0-9a-f]+) (\S+) (.*)$/;

/** Reads all rows of a map, or undefined if any of it cannot be read: a list with a hole would mislead. */
export const readRows = (text: string): readonly MapRow[] | undefined => {
  // Whole only with its empty line at the end: haproxy may be stopped in the middle of it.
  if (text !== '\n' && !text.endsWith('\n\n')) return undefined;
  const lines = text.split('\n').slice(0, -2);
  const rows = lines.flatMap((line) => {
    const [, ref, key, value] = ROW.exec(line) ?? [];
    return ref === undefined || key === undefined || value === undefined ? [] : [{ ref, key, value }];
  });
  return rows.length === lines.length ? rows : undefined;
};

/** Whether the list of all maps names this one as used by a rule; undefined if the list cannot be read. */
export const isInUse = (text: string, map: string): boolean | undefined => {
  if (!text.startsWith('# id (file) description\n') || !text.endsWith('\n\n')) return undefined;
  return text.split('\n').some((line) => line.includes(` (${map}) `) && /\bused by map at file\b/.test(line));
};

/** Whether every use of a map looks it up by address; undefined if that cannot be read. */
export const isByAddress = (text: string): boolean | undefined => {
  const types = [...text.matchAll(/^type=([a-z0-9]+), /gm)].map(([, type]) => type);
  return types.length === 0 ? undefined : types.every((type) => type === 'ip');
};

/** How long the process has run, s, and which version it is. */
export const readInfo = (text: string): { readonly version: string; readonly uptimeS: number } | undefined => {
  const version = /^Version: (\S+)$/m.exec(text)?.[1];
  const uptime = /^Uptime_sec: (\d{1,10})$/m.exec(text)?.[1];
  return version === undefined || uptime === undefined ? undefined : { version, uptimeS: Number(uptime) };
};
