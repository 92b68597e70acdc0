import type * as t from 'io-ts';
import { list, record, text } from '../../../common/codec/codecs';
import type { BadField } from '../../../common/codec/decode';

/* Which roles of the security plugin give which right (`docs/guides/roles.md`). */

/** What people may do; each includes looking. */
export const PEOPLE_RIGHTS = ['read', 'respond', 'approve', 'author', 'admin'] as const;
export type PeopleRight = (typeof PEOPLE_RIGHTS)[number];

const roles = list(text({ min: 1, max: 256 }), 64);

export const RightsFile = record({}, { read: roles, respond: roles, approve: roles, author: roles, admin: roles });
type RightsGiven = t.TypeOf<typeof RightsFile>;

/** Roles by the right that each of them gives. */
export type RightsByRole = Readonly<Record<PeopleRight, readonly string[]>>;

/** Whoever has it may do everything in the cluster, Reflex' indices included. */
const EVERYTHING = 'all_access';
/** The plugin gives it to everybody who logs in. */
const EVERYBODYS = ['own_index', '*'];

export const rightsFaults = (given: RightsGiven = {}): readonly BadField[] =>
  PEOPLE_RIGHTS.flatMap((right) =>
    (given[right] ?? []).flatMap((role, index) =>
      EVERYBODYS.includes(role)
        ? [{ path: `rights.${right}.${index}`, message: `\`${role}\` would give the right to everybody who logs in` }]
        : [],
    ),
  );

/** A right that is not named keeps its own role, `reflex_read` and so on, and `all_access`. */
export const rightsSettings = (given: RightsGiven = {}): RightsByRole => {
  const of = (right: PeopleRight): readonly string[] => given[right] ?? [`reflex_${right}`, EVERYTHING];
  return {
    read: of('read'),
    respond: of('respond'),
    approve: of('approve'),
    author: of('author'),
    admin: of('admin'),
  };
};
