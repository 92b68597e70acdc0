import { overlaps } from '../../../common/entity/address';
import { call, type Called, type Calling } from './call';
import { canonicalCidr } from './cidr';
import type { Ec2Sdk } from './library';
import { isSeconds, marksIn } from './mark';

/* The entries of a network ACL, with the tags by which Reflex knows which of them are of which command. */

export type Direction = 'ingress' | 'egress';

export interface NetworkAcl {
  readonly sdk: Ec2Sdk;
  readonly id: string;
  /** Rule numbers that are Reflex's alone. */
  readonly rules: { readonly first: number; readonly last: number };
  readonly directions: readonly Direction[];
}

/** What the tag of a command says. */
export interface AclMark {
  readonly rule: number;
  readonly cidr: string;
  /** When the tag was written, s since 1970. */
  readonly at: number;
}

export const markText = ({ rule, cidr, at }: AclMark): string => `${rule} ${cidr} ${at}`;

export const readAclMark = (value: string): AclMark | undefined => {
  const [rule = '', said = '', at = '', ...more] = value.split(' ');
  const cidr = said.includes('/') ? canonicalCidr(said) : undefined;
  if (!/^\d{1,5}$/.test(rule) || cidr === undefined || !isSeconds(at) || more.length > 0) return undefined;
  return { rule: Number(rule), cidr, at: Number(at) };
};

export interface AclEntry {
  readonly rule: number;
  readonly direction: Direction;
  readonly cidr: string;
  readonly action: 'allow' | 'deny';
  /** It is about all traffic and not about some protocol or port. */
  readonly isAll: boolean;
}

export interface AclState {
  readonly entries: readonly AclEntry[];
  readonly marks: ReadonlyMap<string, AclMark>;
  readonly tagCount: number;
}

interface SaidEntry {
  readonly RuleNumber?: number | undefined;
  readonly Egress?: boolean | undefined;
  readonly CidrBlock?: string | undefined;
  readonly Ipv6CidrBlock?: string | undefined;
  readonly RuleAction?: string | undefined;
  readonly Protocol?: string | undefined;
}

const readEntry = (said: SaidEntry): AclEntry | undefined => {
  const { RuleNumber: rule, Egress: egress, CidrBlock, Ipv6CidrBlock, RuleAction: action, Protocol } = said;
  const text = CidrBlock ?? Ipv6CidrBlock;
  const cidr = text === undefined ? undefined : canonicalCidr(text);
  if (rule === undefined || egress === undefined || cidr === undefined || (action !== 'allow' && action !== 'deny'))
    return undefined;
  return { rule, direction: egress ? 'egress' : 'ingress', cidr, action, isAll: Protocol === '-1' };
};

const WHAT = 'reading the network ACL';

export const readAcl = async (
  calling: Calling,
  { sdk, id }: NetworkAcl,
  mayStart?: () => boolean,
): Promise<Called<AclState>> => {
  const got = await call(calling, WHAT, sdk.describe({ NetworkAclIds: [id] }), mayStart);
  if (got.kind !== 'answered') return got;
  const [acl, ...more] = got.value.NetworkAcls ?? [];
  const entries = (acl?.Entries ?? []).map(readEntry);
  const isWhole = acl?.NetworkAclId === id && more.length === 0 && acl.Entries !== undefined;
  if (!isWhole || entries.includes(undefined))
    return { kind: 'unreadable', status: 200, message: `${WHAT}: its answer cannot be read` };
  const tags = acl.Tags ?? [];
  return {
    kind: 'answered',
    value: { entries: entries as AclEntry[], marks: marksIn(tags, readAclMark), tagCount: tags.length },
  };
};

/** The entries that a mark is about, in whatever direction. */
export const entriesOf = ({ entries }: AclState, { rule, cidr }: Pick<AclMark, 'rule' | 'cidr'>): readonly AclEntry[] =>
  entries.filter((each) => each.rule === rule && each.cidr === cidr && each.action === 'deny' && each.isAll);

export const isOurRule = ({ rules }: Pick<NetworkAcl, 'rules'>, rule: number): boolean =>
  rule >= rules.first && rule <= rules.last;

/** Rules that let some of a network through before ours are asked: the lowest number counts. */
export const allowedBefore = (
  { directions, rules }: NetworkAcl,
  { entries }: AclState,
  cidr: string,
): readonly number[] =>
  entries
    .filter(({ action, rule }) => action === 'allow' && rule <= rules.last)
    .filter(({ direction, cidr: other }) => directions.includes(direction) && overlaps(cidr, other))
    .map(({ rule }) => rule);
