import { foldName } from '../../../common/entity/characters';
import { call, type Called, type Calling } from './call';
import type { IamSdk } from './library';
import { marksIn, type Tag } from './mark';
import type { Users } from './user_name';

/* The access keys of an IAM user, with the tags by which Reflex knows which of them it made inactive. */

export interface AccessKeys {
  readonly sdk: IamSdk;
  readonly users: Users;
  /** The key that Reflex itself signs with, now. */
  readonly ownKey: () => string;
}

/** What the tag of a command says: the keys that it made inactive. None where none was active. */
export interface KeyMark {
  readonly keys: readonly string[];
}

const NONE = 'none';
const KEYS = /^[A-Z0-9]{16,128}(\+[A-Z0-9]{16,128})*$/;

export const markText = ({ keys }: KeyMark): string => (keys.length === 0 ? NONE : keys.join('+'));

export const readKeyMark = (value: string): KeyMark | undefined => {
  if (value === NONE) return { keys: [] };
  return KEYS.test(value) ? { keys: value.split('+') } : undefined;
};

/** A user with everything that can be said of its keys. */
export interface UserState {
  /** As IAM spells it. */
  readonly name: string;
  readonly active: readonly string[];
  readonly inactive: readonly string[];
  readonly marks: ReadonlyMap<string, KeyMark>;
  readonly tagCount: number;
}

/** Of 100 users each: IAM has at most 5,000. */
const MOST_PAGES = 60;

const unreadable = (what: string): Called<never> => ({
  kind: 'unreadable',
  status: 200,
  message: `${what}: its answer cannot be read`,
});

/** One page of a list of IAM. */
interface Page<Item> {
  readonly items: readonly Item[] | undefined;
  readonly truncated: boolean | undefined;
  readonly marker: string | undefined;
}

/** All pages of a list, or none: a list with a hole would mislead. */
const allPages = async <Item>(
  what: string,
  next: (marker: string | undefined) => Promise<Called<Page<Item>>>,
): Promise<Called<readonly Item[]>> => {
  const found: Item[] = [];
  let marker: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const got = await next(marker);
    if (got.kind !== 'answered') return got;
    const { items, truncated, marker: more } = got.value;
    if (items === undefined) return unreadable(what);
    found.push(...items);
    if (truncated !== true) return { kind: 'answered', value: found };
    // More is promised, and not where it is.
    if (more === undefined || more === '' || more === marker) return unreadable(what);
    marker = more;
  }
  return unreadable(`${what}: there is no end of them`);
};

const withMarker = (marker: string | undefined): { Marker?: string } =>
  marker === undefined ? {} : { Marker: marker };

const mapped = <Value, Other>(called: Called<Value>, map: (value: Value) => Other): Called<Other> =>
  called.kind === 'answered' ? { kind: 'answered', value: map(called.value) } : called;

const readTags = (
  calling: Calling,
  { sdk }: AccessKeys,
  name: string,
  mayStart?: () => boolean,
): Promise<Called<readonly Tag[]>> =>
  allPages('reading the tags', async (marker) =>
    mapped(
      await call(calling, 'reading the tags', sdk.listTags({ UserName: name, ...withMarker(marker) }), mayStart),
      ({ Tags, IsTruncated, Marker }): Page<Tag> => ({ items: Tags, truncated: IsTruncated, marker: Marker }),
    ),
  );

/** Reads a user. Nobody is asked twice whether the user exists: IAM refuses both with `NoSuchEntity`. */
export const readUser = async (
  calling: Calling,
  keys: AccessKeys,
  name: string,
  mayStart?: () => boolean,
): Promise<Called<UserState>> => {
  const { sdk } = keys;
  const listed = await allPages('reading the access keys', async (marker) =>
    mapped(
      await call(calling, 'reading the access keys', sdk.listKeys({ UserName: name, ...withMarker(marker) }), mayStart),
      ({ AccessKeyMetadata, IsTruncated, Marker }) => ({
        items: AccessKeyMetadata,
        truncated: IsTruncated,
        marker: Marker,
      }),
    ),
  );
  if (listed.kind !== 'answered') return listed;
  const whole = listed.value.every(
    ({ AccessKeyId: id, Status: status, UserName: user }) =>
      id !== undefined && (status === 'Active' || status === 'Inactive') && foldName(user ?? '') === foldName(name),
  );
  if (!whole) return unreadable('reading the access keys');
  const tags = await readTags(calling, keys, name, mayStart);
  if (tags.kind !== 'answered') return tags;
  const ids = (status: string): readonly string[] =>
    listed.value.flatMap(({ AccessKeyId: id, Status }) => (Status === status && id !== undefined ? [id] : []));
  return {
    kind: 'answered',
    value: {
      name: listed.value[0]?.UserName ?? name,
      active: ids('Active'),
      inactive: ids('Inactive'),
      marks: marksIn(tags.value, readKeyMark),
      tagCount: tags.value.length,
    },
  };
};

/** A user that bears a tag of ours. */
export interface MarkedUser {
  readonly name: string;
  readonly marks: ReadonlyMap<string, KeyMark>;
}

/** Every user of the account with a tag of ours, page by page. */
export const markedUsers = async (
  calling: Calling,
  { sdk }: AccessKeys,
  mayStart?: () => boolean,
): Promise<Called<readonly MarkedUser[]>> => {
  const what = 'listing the users';
  const users = await allPages(what, async (marker) => {
    const input = { Filter: ['User' as const], MaxItems: 100, ...withMarker(marker) };
    return mapped(await call(calling, what, sdk.users(input), mayStart), ({ UserDetailList, IsTruncated, Marker }) => ({
      items: UserDetailList,
      truncated: IsTruncated,
      marker: Marker,
    }));
  });
  return mapped(users, (all) =>
    all.flatMap(({ UserName: name, Tags: tags }) => {
      const marks = marksIn(tags ?? [], readKeyMark);
      return name === undefined || marks.size === 0 ? [] : [{ name, marks }];
    }),
  );
};
