import { canonicalAddress, canonicalNetwork } from '../../../common/entity/address';
import { readDomain } from '../../../common/entity/names';
import { err, ok, type Result } from '../../../common/result';
import type { EffectHandle, TargetError } from '../connector';

/*
 * What may stand in a list. INVARIANT: an entry is written in its one spelling, of letters that no format gives a
 * meaning; one that is not never reaches a device.
 */

export type Entries = 'addresses' | 'domains';

export interface EntryRules {
  readonly entries: Entries;
  /** Devices take networks such as 198.51.100.0/24. */
  readonly networks: boolean;
  readonly ipv6: boolean;
}

/** A name in a response policy zone stands in front of the name of that zone, and both have 255 bytes. */
const LONGEST_NAME = 220;
const LABEL = /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/;

/** A name that every resolver can load: one bad line would make it refuse the whole list. */
const isLoadable = (name: string): boolean =>
  name.length <= LONGEST_NAME && name.split('.').every((label) => LABEL.test(label));

/** The one spelling of what is to stand in a list; undefined if it is no such thing. */
export const spellingOf = (entries: Entries, text: string): string | undefined => {
  if (entries === 'addresses') {
    const found = canonicalAddress(text) ?? canonicalNetwork(text);
    // A network of one address is that address.
    return found?.replace(/^([^:]*)\/32$|^(.*:.*)\/128$/, '$1$2');
  }
  const found = readDomain(text);
  return 'why' in found || !isLoadable(found.text) ? undefined : found.text;
};

/** Whether a stored entry may be served as it stands. */
export const isServable = (entries: Entries, value: string): boolean => spellingOf(entries, value) === value;

const refused = (code: string, message: string): Result<never, TargetError> => err({ code, message, retryable: false });

/** The entry that an order is about, if its devices would enforce it. */
export const entryFor = (
  { entries, networks, ipv6 }: EntryRules,
  { type, value }: EffectHandle['target'],
): Result<string, TargetError> => {
  const wanted = entries === 'addresses' ? 'ip' : 'domain';
  if (type !== wanted) return refused('wrong_target', `this list is of ${entries}, and holds no ${type}`);
  const found = spellingOf(entries, value);
  if (found === undefined)
    return refused('wrong_target', `\`${value.slice(0, 64)}\` cannot stand in a list of ${entries}`);
  if (entries === 'domains' && !found.includes('.'))
    return refused('wrong_target', `\`${found}\` is a name of one part: everything below it would be blocked`);
  if (found.includes('/') && !networks) return refused('not_enforced', 'set `networks` if every device takes networks');
  if (found.includes(':') && !ipv6) return refused('not_enforced', 'set `ipv6` if every device filters IPv6');
  return ok(found);
};
