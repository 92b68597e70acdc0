import { readUser } from './account';
import { keyFor, type EntityKey, type EntityKind, type Read, type Reader } from './entity';
import { readDomain, readHost, readIp, readNetwork } from './names';
import { readCloud, readHash, readMac, readMail, readUrl } from './other_kinds';
import { isPlaceholder } from './placeholder';
import { readFile, readProcess } from './program';

/*
 * The one function that says what a text names. Protections, limits, effects, look-ups, four eyes and search compare
 * what it makes of a text, never the text.
 */

const READERS: Readonly<Record<EntityKind, Reader>> = {
  ip: readIp,
  network: readNetwork,
  host: readHost,
  user: readUser,
  domain: readDomain,
  process: readProcess,
  file: readFile,
  hash: readHash,
  url: readUrl,
  mail: readMail,
  mac: readMac,
  cloud: readCloud,
};

/** No text that names something is longer. */
const MOST_CHARACTERS = 8192;

const NAMES_NOTHING: Read = { ok: false, why: 'missing', text: 'nothing is named' };

/**
 * Reads what a text names. Never throws. `missing`: the text is empty or a placeholder such as `-`, which is not a
 * value. `unreadable`: it names nothing of this kind.
 *
 * @returns the entity; its kind is another one where the text says so: the network `10.0.0.5/32` is an address
 */
export const readEntity = (kind: EntityKind, text: string | undefined): Read => {
  if (text === undefined || isPlaceholder(text) || text.trim() === '') return NAMES_NOTHING;
  if (text.length > MOST_CHARACTERS) return { ok: false, why: 'unreadable', text: 'it is too long' };
  const found = READERS[kind](text);
  if ('why' in found) return { ok: false, why: 'unreadable', text: found.why };
  // `-.` and `0::` are read as `-` and `::`.
  if (isPlaceholder(found.text)) return NAMES_NOTHING;
  const { parts, odd = [] } = found;
  const key = keyFor(parts.kind, found.canonical ?? found.text);
  return { ok: true, entity: { kind: parts.kind, key, text: found.text, parts, odd } };
};

/** The key of what a text names, undefined where it names nothing of this kind. */
export const keyOf = (kind: EntityKind, text: string): EntityKey | undefined => {
  const read = readEntity(kind, text);
  return read.ok ? read.entity.key : undefined;
};
