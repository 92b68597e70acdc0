import { foldName, hasHidden, isAscii, isDisguised, isMixedScript, skeletonOf } from './characters';
import type { Entity, Found, NotFound, Oddity, Reader } from './entity';

/*
 * Accounts: `ana`, `CORP\ana`, `ana@corp.example`, `.\ana`, a SID, an object id. A realm is kept as it was said; only
 * the inventory can say that `corp` and `corp.example` are one.
 */

const SID = /^s-1-\d{1,14}(-\d{1,10}){1,15}$/;
const OBJECT_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Characters that no directory takes in the name of an account, and those that a shell or a query would read. */
const FORBIDDEN = /["*?|<>/[\]:;=,`&(){}!%^~]|\$(?!$)/;

interface Said {
  readonly form: 'plain' | 'down_level' | 'upn';
  readonly name: string;
  readonly realm?: string;
}

/** A realm without the dots that only end it; `.` alone is the host. */
const realmIn = (said: string): string => (said === '.' ? said : said.replace(/[\s.]+$/, ''));

/** Splits a folded text into name and realm; undefined if it has several separators or an empty part. */
const split = (folded: string): Said | undefined => {
  const [before = '', after, ...more] = folded.split(/[\\@]/);
  if (after === undefined) return { form: 'plain', name: before };
  const [first, second] = [before.trim(), after.trim()];
  const [name, realm] = folded.includes('\\') ? [second, realmIn(first)] : [first, realmIn(second)];
  if (more.length > 0 || name === '' || realm === '') return undefined;
  return { form: folded.includes('\\') ? 'down_level' : 'upn', name, realm };
};

const oddOf = (text: string, folded: string): readonly Oddity[] => [
  ...(isMixedScript(folded) ? (['mixed_script'] as const) : []),
  ...(isAscii(text) ? [] : (['non_ascii'] as const)),
  ...(isDisguised(text) ? (['disguised'] as const) : []),
];

/** One form for both ways of naming a realm, but where only one of them takes the name: `a+b@corp.example`. */
const canonicalOf = ({ name, realm }: Said): string => {
  if (realm === undefined) return name;
  return name.includes('+') ? `${name}@${realm}` : `${realm}\\${name}`;
};

const textOf = ({ form, name, realm = '' }: Said): string => {
  if (form === 'plain') return name;
  return form === 'upn' ? `${name}@${realm}` : `${realm}\\${name}`;
};

/** Both ways to write an account with a realm; systems disagree about them. None for what has no realm. */
export const accountForms = ({ parts }: Entity): readonly string[] => {
  if (parts.kind !== 'user' || parts.realm === undefined || parts.realm === '.') return [];
  const { name, realm } = parts;
  // A plus sign is part of a name only before an `@`.
  return name.includes('+') ? [`${name}@${realm}`] : [`${realm}\\${name}`, `${name}@${realm}`];
};

/**
 * The host whose own account this is: Windows names it `WEB-01$`, with its domain or without. Managed service accounts
 * end so too, and are of no host that is listed. Undefined for people's accounts.
 */
export const hostOfAccount = ({ parts }: Entity): string | undefined =>
  parts.kind === 'user' && parts.name.length > 1 && parts.name.endsWith('$') ? parts.name.slice(0, -1) : undefined;

export const readUser: Reader = (text): Found | NotFound => {
  const folded = foldName(text);
  if (hasHidden(text.trim()) || hasHidden(folded)) return { why: 'it has characters that cannot be seen' };
  if (folded.length > 256) return { why: 'it is too long for an account' };
  if (SID.test(folded)) return { text: folded, parts: { kind: 'user', form: 'sid', name: folded } };
  if (OBJECT_ID.test(folded)) return { text: folded, parts: { kind: 'user', form: 'object_id', name: folded } };
  const said = split(folded);
  if (said === undefined) return { why: 'it is neither an account nor a realm with an account' };
  // A plus sign separates realm and name in some systems, and is part of the name before an `@`.
  if (FORBIDDEN.test(said.name) || FORBIDDEN.test(said.realm ?? '') || (said.form !== 'upn' && said.name.includes('+')))
    return { why: 'it has a wildcard or another character that no account has' };
  return {
    text: textOf(said),
    canonical: canonicalOf(said),
    parts: { kind: 'user', ...said },
    odd: oddOf(text, folded),
  };
};

/** An account as far as it can be compared. */
export interface Account {
  /** Its name without marks: what two accounts must have in common to be one. */
  readonly skeleton: string;
  /** Undefined where none was said, or where it is the host itself. */
  readonly realm?: string;
}

/** Names of accounts that have the same SID, or the same end of it, everywhere. */
const WELL_KNOWN: ReadonlyArray<readonly [RegExp, string]> = [
  [/^s-1-5-18$/, 'system'],
  [/^s-1-5-19$/, 'local service'],
  [/^s-1-5-20$/, 'network service'],
  [/^s-1-5-21(-\d+){3}-500$/, 'administrator'],
  [/^s-1-5-21(-\d+){3}-501$/, 'guest'],
  [/^s-1-5-21(-\d+){3}-502$/, 'krbtgt'],
];

const accountFrom = (name: string, realm: string | undefined): Account => {
  const known = WELL_KNOWN.find(([pattern]) => pattern.test(name))?.[1];
  const said = realm === undefined || realm === '.' || known !== undefined ? {} : { realm };
  return { skeleton: skeletonOf(known ?? name), ...said };
};

/** The account that an entity is, undefined for another kind. */
export const accountOf = ({ parts }: Entity): Account | undefined =>
  parts.kind === 'user' ? accountFrom(parts.name, parts.realm) : undefined;

/** The account behind the text of a user's key, `corp\ana`, `ana+tag@corp.example` or `ana`. */
export const accountInKey = (text: string): Account => {
  const [before = '', after] = text.split(/[\\@]/);
  if (after === undefined) return accountFrom(text, undefined);
  return text.includes('\\') ? accountFrom(after, before) : accountFrom(before, after);
};

/**
 * True if two realms may be one. Fails closed: a realm that was not said may be any, and a short name may belong to any
 * DNS name.
 */
export const mayBeSameRealm = (one: string | undefined, other: string | undefined): boolean =>
  one === undefined || other === undefined || one === other || one.includes('.') !== other.includes('.');

/** True if two accounts may be one. Fails closed. */
export const mayBeSameAccount = (one: Account, other: Account): boolean =>
  one.skeleton === other.skeleton && mayBeSameRealm(one.realm, other.realm);
