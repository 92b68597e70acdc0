import { foldName } from '../../../common/entity/characters';
import { err, ok, type Result } from '../../../common/result';
import type { TargetError } from '../connector';
import type { MeantAccount } from './account_name';
import { textsOf, type DirectoryEntry } from './entry';
import type { LdapParts } from './ldap_parts';
import type { Condition } from './query';
import type { Session, Unwilling } from './session';

/** Why there is no account to work with: the directory did not say, or it said that there is not exactly one. */
export type NotFound = { readonly reply: Unwilling } | { readonly error: TargetError; readonly none: boolean };

const notOne = (code: string, message: string, none: boolean): Result<never, NotFound> =>
  err({ error: { code, message, retryable: false }, none });

const search = (session: Session, { flavour, baseDn }: LdapParts, condition: Condition) =>
  session.search({
    base: baseDn,
    condition: { all: [flavour.people, condition] },
    attributes: flavour.attributes,
    // One more than there may be: two are a reason to do nothing.
    most: 2,
  });

/** The one account that is meant. Two that could be are none: nobody guesses here. */
export const findAccount = async (
  parts: LdapParts,
  session: Session,
  meant: MeantAccount,
): Promise<Result<DirectoryEntry, NotFound>> => {
  const { flavour } = parts;
  const condition = flavour.named(meant);
  if (condition === undefined) return notOne('wrong_target', 'this kind of directory finds no account by a SID', true);
  const reply = await search(session, parts, condition);
  if (reply.kind !== 'answered') return err({ reply });
  const [entry, ...more] = reply.value;
  if (entry === undefined) return notOne('no_such_account', 'the directory has no such account below `base_dn`', true);
  if (more.length > 0)
    return notOne('ambiguous_account', 'the directory has more than one account of this name', false);
  if (!flavour.isNamed(entry, meant))
    return notOne('no_such_account', 'the directory has only an account that is written differently', true);
  return ok(entry);
};

/**
 * The account that is meant, or, where none is called so any more, the one that a command of ours disabled: accounts
 * are renamed while an effect lasts. Undefined if there is neither.
 */
export const findEffect = async (
  parts: LdapParts,
  session: Session,
  { meant, commandIds }: { readonly meant: MeantAccount; readonly commandIds: readonly string[] },
): Promise<Result<DirectoryEntry | undefined, NotFound>> => {
  const found = await findAccount(parts, session, meant);
  if (found.ok || 'reply' in found.error || !found.error.none) return found;
  for (const commandId of commandIds) {
    const reply = await search(session, parts, parts.flavour.marked(commandId));
    if (reply.kind !== 'answered') return err({ reply });
    const [entry, ...more] = reply.value;
    if (more.length > 0) return notOne('ambiguous_account', 'more than one account has the mark of this order', false);
    if (entry !== undefined) return ok(entry);
  }
  return ok(undefined);
};

/** True for an account that Reflex itself logs in with here. */
export const isOwnAccount = ({ ownNames }: LdapParts, entry: DirectoryEntry): boolean => {
  const names = [entry.dn, ...textsOf(entry, 'userPrincipalName'), ...textsOf(entry, 'sAMAccountName')];
  return names.some((each) => ownNames.includes(foldName(each)));
};
