import { mayBeSamePerson as mayBeSameAccount } from '../../../common/entity/person';

/*
 * Whether two names may be those of one person. Directories fold case, forms of Unicode and sometimes accents; an
 * account is written with its realm or without. What cannot be told apart counts as the same person, so that four eyes
 * fail closed: somebody else approves, or the name is written whole.
 */

interface Account {
  readonly name: string;
  /** "" where none was said. */
  readonly realm: string;
}

/** Upper case first: `ß` is `ss` then, and a dotless `ı` an `i`. Marks and invisible characters are no difference. */
const folded = (text: string): string =>
  text
    .normalize('NFKD')
    .toUpperCase()
    .toLowerCase()
    .normalize('NFKD')
    .replace(/[\p{M}\p{Cf}\p{Cc}]/gu, '')
    .replace(/\s+/gu, ' ')
    .trim();

/** The value of the first `cn` or `uid` of a distinguished name such as `cn=ana,ou=people`. */
const commonName = (text: string): string | undefined => /^(?:cn|uid) ?= ?([^,]*)/.exec(text)?.[1]?.trim();

/** `.` in front of a backslash is this machine, whichever that is. */
const realmOf = (text: string): string => text.replace(/^\.+|\.+$/g, '');

const accountOf = (text: string): Account => {
  const whole = folded(text);
  const backslash = whole.lastIndexOf('\\');
  const at = whole.lastIndexOf('@');
  if (backslash >= 0) return { name: whole.slice(backslash + 1), realm: realmOf(whole.slice(0, backslash)) };
  if (at > 0) return { name: whole.slice(0, at), realm: realmOf(whole.slice(at + 1)) };
  return { name: commonName(whole) ?? whole, realm: '' };
};

/** `corp` and `corp.example` may be two names of one realm, and so may `example.com` and `mail.example.com`. */
const mayBeSameRealm = (one: string, other: string): boolean =>
  one === other ||
  one === '' ||
  other === '' ||
  one.includes('.') !== other.includes('.') ||
  one.endsWith(`.${other}`) ||
  other.endsWith(`.${one}`);

/**
 * INVARIANT (INV-10): true wherever two names cannot be told apart for sure. What is one account to the brakes is one
 * person here; besides, people are named by directories in forms that no target has.
 */
export const mayBeSamePerson = (one: string, other: string): boolean => {
  const [left, right] = [accountOf(one), accountOf(other)];
  return (left.name === right.name && mayBeSameRealm(left.realm, right.realm)) || mayBeSameAccount(one, other);
};

/** The first of some names that may be somebody's; undefined if it is nobody's. */
export const oneOfThem = (names: readonly string[], person: string): string | undefined =>
  names.find((name) => mayBeSamePerson(name, person));

/**
 * Each name once, as it was written first. Names of one person in two realms both stay: who is left out of a list of
 * writers could approve.
 */
export const distinctNames = (names: readonly string[]): readonly string[] => {
  const seen = new Map<string, string>();
  for (const name of names) if (!seen.has(folded(name))) seen.set(folded(name), name);
  return [...seen.values()];
};

/** So many names that no two of them may be the same person. */
export const distinctPeople = (names: readonly string[]): readonly string[] =>
  names.reduce<readonly string[]>((kept, name) => (oneOfThem(kept, name) === undefined ? [...kept, name] : kept), []);
