import { addressNames } from '../../../common/entity/carried';
import { accountInKey, mayBeSameAccount } from '../../../common/entity/account';
import { inNetwork } from '../../../common/entity/address';
import { keyKind, keyText, type EntityKey } from '../../../common/entity/entity';
import { readEntity } from '../../../common/entity/read';
import { mayBeSamePerson } from '../../../common/entity/person';
import type { Stopped } from '../../../common/flow/clearance';
import type { KnownTarget } from './judge_target';
import { stop } from './stop';

/** Somebody who is logged in to Reflex. */
export interface Present {
  readonly account: string;
  /** From where they call; missing where that is not known. */
  readonly address?: string;
  /** They may approve, as of their last call. */
  readonly approves?: true;
}

/** Who is logged in. They are not protected, or a stolen session could not be contained: somebody else is asked. */
export interface PeopleHere {
  readonly list: () => readonly Present[];
  /** How many different people of them may approve; missing: nobody knows. */
  readonly approvers?: () => number;
}

/** For what never reaches a target: tests of policies. */
export const NOBODY_HERE: PeopleHere = { list: () => [] };

const isAt = (key: EntityKey, address: string): boolean => {
  const text = keyText(key);
  if (keyKind(key) === 'ip') return addressNames(address).includes(text);
  return keyKind(key) === 'network' && addressNames(address).some((each) => inNetwork(each, text));
};

const isAccount = (key: EntityKey, account: string): boolean => {
  if (keyKind(key) !== 'user') return false;
  const read = readEntity('user', account);
  return read.ok
    ? mayBeSameAccount(accountInKey(keyText(read.entity.key)), accountInKey(keyText(key)))
    : mayBeSamePerson(account, keyText(key));
};

/** Everybody who is logged in and whom an act would touch: by their account, or by where they call from. */
export const touchedPeople = ({ names, maybe }: Pick<KnownTarget, 'names' | 'maybe'>, people: PeopleHere) =>
  people
    .list()
    .filter(({ account, address }) =>
      [...names, ...maybe].some((key) => isAccount(key, account) || (address !== undefined && isAt(key, address))),
    );

/**
 * An act on somebody who is logged in: a person decides, and not the one whom it touches.
 *
 * @param approver who permitted it, undefined if nobody was asked yet
 */
export const loggedInTarget = (
  known: KnownTarget,
  people: PeopleHere,
  approver: string | undefined,
): Stopped | undefined => {
  const touched = touchedPeople(known, people);
  const own = approver === undefined ? touched[0] : touched.find(({ account }) => mayBeSamePerson(account, approver));
  if (own === undefined) return undefined;
  const who = `\`${own.account}\`, who is logged in to Reflex${own.address === undefined ? '' : ` from \`${own.address}\``}`;
  return approver === undefined
    ? stop('logged_in', 'escalate', `\`${known.target.value}\` is, or is used by, ${who}: another person decides`)
    : stop('logged_in', 'escalate', `\`${approver}\` may be ${who}: nobody approves an act on themselves`);
};
