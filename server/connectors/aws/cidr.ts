import { canonicalAddress, canonicalNetwork } from '../../../common/entity/address';
import { err, ok, type Result } from '../../../common/result';
import type { ClearedCommand, TargetError } from '../connector';

/** Wider networks are no block, they are an outage; bits. */
const WIDEST = { 4: 8, 6: 16 } as const;

export type Family = 4 | 6;
export const familyOf = (cidr: string): Family => (cidr.includes(':') ? 6 : 4);

/** An address or a network in CIDR notation, in its one spelling; undefined if it is neither. */
export const canonicalCidr = (text: string): string | undefined => {
  if (text.includes('/')) return canonicalNetwork(text);
  const address = canonicalAddress(text);
  return address && `${address}/${address.includes(':') ? 128 : 32}`;
};

/** The network that an order is about. */
export const cidrOf = ({ type, value }: ClearedCommand['target']): Result<string, TargetError> => {
  const refused = (message: string): Result<never, TargetError> =>
    err({ code: 'bad_target', message, retryable: false });
  if (type !== 'ip') return refused(`\`block_ip\` acts on an ip, not on a ${type}`);
  const cidr = canonicalCidr(value);
  if (cidr === undefined) return refused(`\`${value.slice(0, 64)}\` is no address and no network`);
  const widest = WIDEST[familyOf(cidr)];
  return Number(cidr.split('/')[1]) < widest ? refused(`\`${cidr}\` is wider than /${widest}`) : ok(cidr);
};

/** The target that a network is: one address is written without its bits. */
export const targetOf = (cidr: string): ClearedCommand['target'] => ({
  type: 'ip',
  value: cidr.replace(cidr.includes(':') ? /\/128$/ : /\/32$/, ''),
});
