import { canonicalAddress, canonicalNetwork } from '../../../common/entity/address';
import { err, ok, type Result } from '../../../common/result';

/*
 * One request as a line, `reflex1 VERB WORD… .`. The host checks every word of it again (`reflex-hand.sh`); what is not
 * of this grammar is not sent.
 */

const WORD = /^[A-Za-z0-9:.,_/+=-]+$/;
const LONGEST = 8_192;

/** @throws Error for what is no word: it should have been refused before */
export const requestLine = (verb: string, ...words: readonly string[]): string => {
  const line = ['reflex1', verb, ...words, '.'].join(' ');
  if (![verb, ...words].every((word) => WORD.test(word)) || line.length > LONGEST)
    throw new Error(`\`${verb}\` has a word that no request has`);
  return `${line}\n`;
};

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export const isCommandId = (id: string): boolean => UUID.test(id);

/** So many fit on a line, with whatever else is on it. */
const MOST_IDS = 150;

/** The commands of an effect as words. What is no command of ours marks nothing there. */
export const idWords = (ids: readonly string[]): readonly string[] => {
  const own = ids.filter(isCommandId);
  const words: string[] = [];
  for (let at = 0; at < own.length; at += MOST_IDS) words.push(own.slice(at, at + MOST_IDS).join(','));
  return words;
};

/** The eight groups of a canonical IPv6 address, so that no program has to be asked what a short form means. */
const writtenOut = (address: string): string => {
  const [head = '', tail] = address.split('::');
  const groups = (part: string): readonly string[] => (part === '' ? [] : part.split(':'));
  const [before, after] = [groups(head), groups(tail ?? '')];
  const zeros = tail === undefined ? [] : Array<string>(8 - before.length - after.length).fill('0');
  return [...before, ...zeros, ...after].map((group) => group.padStart(4, '0')).join(':');
};

/** An address without a network around it, as a word. */
export const addressWord = (address: string): string | undefined => {
  const canonical = canonicalAddress(address);
  return canonical?.includes(':') === true ? writtenOut(canonical) : canonical;
};

/** Narrowest that is taken: what is wider is most of the network, and no attacker. */
const NARROWEST = { '4': 8, '6': 16 } as const;

/** An address or a network as the words FAMILY ADDRESS LENGTH, or why it is none. */
export const netWords = (value: string): readonly [string, string, string] | { readonly why: string } => {
  const single = value.includes('/') ? undefined : canonicalAddress(value);
  const network = canonicalNetwork(single === undefined ? value : `${single}/${single.includes(':') ? 128 : 32}`);
  if (network === undefined) return { why: `\`${value}\` is no address and no network` };
  const [address = '', bits = ''] = network.split('/');
  const family = address.includes(':') ? '6' : '4';
  if (Number(bits) < NARROWEST[family])
    return { why: `\`${value}\` is wider than /${NARROWEST[family]}: that is not blocked over SSH` };
  return [family, family === '6' ? writtenOut(address) : address, bits];
};

const LONGEST_PATH = 1_024;

/** A path as a word, or why the host would not take it. */
export const pathWord = (path: string): Result<string, string> => {
  const bytes = Buffer.from(path, 'utf8');
  if (!path.startsWith('/')) return err(`\`${path}\` is no absolute path: a name alone may be another file`);
  if (bytes.length > LONGEST_PATH) return err(`its path is longer than ${LONGEST_PATH} bytes`);
  // Half of a pair of characters would travel as another one.
  if (/[\u0000-\u001f\u007f\p{Surrogate}]/u.test(path)) return err('its path has characters that no path should have');
  if (/\/(\.{0,2})(\/|$)/.test(path)) return err(`\`${path}\` is not in its plain form`);
  return ok(bytes.toString('base64'));
};
