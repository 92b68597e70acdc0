import { list, text } from '../../../common/codec/codecs';
import type { BadField } from '../../../common/codec/decode';
import { canonicalAddress, canonicalNetwork, inNetwork } from '../../../common/entity/address';
import { spokenAddress } from '../../../common/entity/address';

/* Proxies whose word counts for where a request comes from. */

export const TrustedProxiesFile = list(text({ min: 2, max: 64 }), 64);

const networkOf = (place: string): string | undefined => {
  const address = canonicalAddress(place);
  if (address !== undefined) return `${address}/${address.includes(':') ? 128 : 32}`;
  return canonicalNetwork(place);
};

export const proxyFaults = (proxies: readonly string[]): readonly BadField[] =>
  proxies.flatMap((place, index) =>
    networkOf(place) === undefined
      ? [{ path: `trusted_proxies.${index}`, message: 'must be an address or a network such as `10.0.0.0/8`' }]
      : [],
  );

/** What a request says of where it comes from. */
interface FromWhere {
  readonly address: string | undefined;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

const plain = (address: string): string | undefined => {
  const spoken = spokenAddress(address)?.address;
  const mapped = spoken === undefined ? undefined : /^::ffff:(\d+(?:\.\d+){3})$/.exec(spoken)?.[1];
  return mapped ?? spoken;
};

/**
 * Where a request comes from: its peer, or what trusted proxies say in `X-Forwarded-For`. Everybody can write that
 * header, so it counts from the right, only as far as each step was added by a trusted proxy.
 */
export const clientAddress = ({ address, headers }: FromWhere, proxies: readonly string[]): string | undefined => {
  const networks = proxies.flatMap((place) => networkOf(place) ?? []);
  const isTrusted = (place: string): boolean => networks.some((network) => inNetwork(place, network));
  const said = headers['x-forwarded-for'] ?? [];
  const steps = (typeof said === 'string' ? [said] : said).flatMap((line) => line.split(','));
  let from = address === undefined ? undefined : plain(address);
  while (from !== undefined && isTrusted(from)) {
    const before = steps.pop();
    if (before === undefined) return from;
    from = plain(before);
  }
  return from;
};
