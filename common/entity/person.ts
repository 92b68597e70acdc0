import { accountInKey, mayBeSameAccount } from './account';
import { foldName } from './characters';
import { keyFor, keyText, type EntityKey } from './entity';
import { keyOf } from './read';

/** The key of a person who is logged in or named in a record. Every name has one, also one that is no account's. */
export const personKey = (name: string): EntityKey => keyOf('user', name) ?? keyFor('user', foldName(name));

/**
 * True if two names may be those of one person: `Ana`, `CORP\ana` and `ana@corp.example`. Fails closed, as it decides
 * whether somebody approves their own request (INV-10).
 */
export const mayBeSamePerson = (one: string, other: string): boolean =>
  mayBeSameAccount(accountInKey(keyText(personKey(one))), accountInKey(keyText(personKey(other))));
