import { canonicalCidr, type Family } from './cidr';
import { call, type Called, type Calling } from './call';
import type { WafSdk } from './library';
import { isSeconds, marksIn, type Tag } from './mark';

/* A set of addresses of AWS WAF, with the tags by which Reflex knows what in it is its own. */

/** A set as the operator names it. */
export interface SetName {
  readonly name: string;
  readonly id: string;
}

export interface IpSets {
  readonly sdk: WafSdk;
  readonly scope: 'REGIONAL' | 'CLOUDFRONT';
  readonly sets: Readonly<Partial<Record<Family, SetName>>>;
}

/** What the tag of a command says. */
export interface SetMark {
  readonly cidr: string;
  /** The token of the set when the tag was written. With another one and without its address a tag is over. */
  readonly token: string;
  /** `kept`: the address was there before us, and stays. */
  readonly how: 'added' | 'kept';
  /** When the tag was written, s since 1970. */
  readonly at: number;
}

const TOKEN = /^[\w-]{1,40}$/;

export const markText = ({ cidr, token, how, at }: SetMark): string => `${cidr} ${token} ${how} ${at}`;

export const readSetMark = (value: string): SetMark | undefined => {
  const [said = '', token = '', how, at = '', ...more] = value.split(' ');
  const cidr = said.includes('/') ? canonicalCidr(said) : undefined;
  const isWhole = TOKEN.test(token) && isSeconds(at) && more.length === 0;
  if (cidr === undefined || !isWhole || (how !== 'added' && how !== 'kept')) return undefined;
  return { cidr, token, how, at: Number(at) };
};

/** A set as it was at one moment. */
export interface SetState {
  readonly arn: string;
  /** It can only be changed by who has read this state. */
  readonly token: string;
  readonly family: string;
  readonly description: string;
  /** As AWS spells them. */
  readonly addresses: readonly string[];
  /** The same in our spelling. */
  readonly cidrs: ReadonlySet<string>;
  /** All tags there are, others' too. */
  readonly tagCount: number;
  readonly marks: ReadonlyMap<string, SetMark>;
}

/** Of 50 tags. */
const MOST_PAGES = 60;

const readTags = async (
  calling: Calling,
  sdk: WafSdk,
  arn: string,
  mayStart?: () => boolean,
): Promise<Called<readonly Tag[]>> => {
  const tags: Tag[] = [];
  let next: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const input = { ResourceARN: arn, Limit: 100, ...(next !== undefined && { NextMarker: next }) };
    const got = await call(calling, 'reading the tags', sdk.listTags(input), mayStart);
    if (got.kind !== 'answered') return got;
    const { TagInfoForResource: info, NextMarker: more } = got.value;
    if (info?.TagList === undefined) return unreadable('reading the tags');
    tags.push(...info.TagList);
    if (more === undefined || more === null || more === '') return { kind: 'answered', value: tags };
    next = more;
  }
  return unreadable('reading the tags: there is no end of them');
};

const unreadable = (message: string): Called<never> => ({
  kind: 'unreadable',
  status: 200,
  message: `${message}: its answer cannot be read`,
});

/** Reads a set and its tags. The token comes with the addresses, so the tags may be newer and never older. */
export const readSet = async (
  calling: Calling,
  { sdk, scope }: IpSets,
  { name, id }: SetName,
  mayStart?: () => boolean,
): Promise<Called<SetState>> => {
  const input = { Name: name, Id: id, Scope: scope };
  const got = await call(calling, 'reading the IP set', sdk.getIpSet(input), mayStart);
  if (got.kind !== 'answered') return got;
  const { IPSet: set, LockToken: token } = got.value;
  const { ARN: arn, Addresses: addresses, IPAddressVersion: family } = set ?? {};
  if (arn === undefined || addresses === undefined || token === undefined || family === undefined)
    return unreadable('reading the IP set');
  const cidrs = addresses.map(canonicalCidr);
  if (cidrs.includes(undefined)) return unreadable('reading the IP set');
  const tags = await readTags(calling, sdk, arn, mayStart);
  if (tags.kind !== 'answered') return tags;
  return {
    kind: 'answered',
    value: {
      arn,
      token,
      family,
      description: set?.Description ?? '',
      addresses,
      cidrs: new Set(cidrs as string[]),
      tagCount: tags.value.length,
      marks: marksIn(tags.value, readSetMark),
    },
  };
};

/** The change of a set to other addresses; what is not said would be lost, so all of it goes back. */
export const updateOf = (
  { scope }: Pick<IpSets, 'scope'>,
  { name, id }: SetName,
  { token, description }: Pick<SetState, 'token' | 'description'>,
  addresses: readonly string[],
) => ({
  Name: name,
  Id: id,
  Scope: scope,
  Addresses: [...addresses],
  LockToken: token,
  ...(description !== '' && { Description: description }),
});

/** Somebody changed the set since it was read, so nothing was done. */
export const isStale = (done: Called<unknown>): boolean =>
  done.kind === 'refused' && done.code === 'WAFOptimisticLockException';
