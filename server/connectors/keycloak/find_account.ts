import { foldWord } from '../../../common/words';
import { err, ok, type Result } from '../../../common/result';
import type { CallOutcome, EffectHandle, Send } from '../connector';
import { markOn, readAccount, type Account } from './account';
import type { AccountQuery } from './account_name';
import { ask, type NotSeen } from './admin_api';
import { notMade, type KeycloakParts } from './keycloak_parts';
import { isCommandId } from './mark';
import { isJsonObject } from '../../../common/codec/json_object';

/** Undefined if any of them cannot be read. */
export const readAccounts = (json: unknown): readonly Account[] | undefined => {
  if (!Array.isArray(json)) return undefined;
  const read = json.map(readAccount);
  return read.includes(undefined) ? undefined : (read as Account[]);
};

const whole = 'briefRepresentation=false';

export const accountById = (
  parts: KeycloakParts,
  send: Send,
  id: string,
  mayStart?: () => boolean,
): Promise<Result<Account, NotSeen>> =>
  ask(
    parts,
    send,
    { what: 'finding the account', path: `/users/${encodeURIComponent(id)}`, read: readAccount },
    mayStart,
  );

/** Why an account is left alone whoever orders it. */
const whyNotTouched = (
  { manageable, username }: Pick<Account, 'manageable' | 'username'>,
  { clientIds }: Pick<KeycloakParts, 'clientIds'>,
): CallOutcome | undefined => {
  // Keycloak names the account of a client so, and does not say of an account whose it is.
  const own = clientIds.map((client) => foldWord(`service-account-${client}`));
  if (own.includes(foldWord(username)))
    return notMade('own_account', 'this is the account that Reflex itself works with');
  return manageable ? undefined : notMade('not_permitted', 'our account may not manage this account');
};

const findOne = async (
  parts: KeycloakParts,
  send: Send,
  query: AccountQuery,
  mayStart: () => boolean,
): Promise<Result<Account, CallOutcome>> => {
  const nobody = err(notMade('no_such_account', 'the realm has no such account'));
  if (query.by === 'id') {
    const found = await accountById(parts, send, query.id, mayStart);
    return found.ok ? found : found.error.status === 404 ? nobody : err(found.error.outcome);
  }
  const path = `/users?username=${encodeURIComponent(query.username)}&exact=true&max=3&${whole}`;
  const found = await ask(parts, send, { what: 'finding the account', path, read: readAccounts }, mayStart);
  if (!found.ok) return err(found.error.outcome);
  const same = found.value.filter(({ username }) => foldWord(username) === foldWord(query.username));
  const [account] = same;
  if (account === undefined) return nobody;
  return same.length === 1 ? ok(account) : err(notMade('ambiguous', 'the realm has more than one such account'));
};

/**
 * The one account that a name is for, if an order may touch it. None, and more than one, is a refusal: nobody is
 * disabled by resemblance.
 */
export const findAccount = async (
  parts: KeycloakParts,
  send: Send,
  query: AccountQuery,
  mayStart: () => boolean,
): Promise<Result<Account, CallOutcome>> => {
  const found = await findOne(parts, send, query, mayStart);
  const why = found.ok ? whyNotTouched(found.value, parts) : undefined;
  return why === undefined ? found : err(why);
};

/** The account that an effect was made on, as `execute` recorded it. */
const accountLeft = (after: unknown): string | undefined => {
  const id = isJsonObject(after) ? after.user_id : undefined;
  return typeof id === 'string' && id !== '' ? id : undefined;
};

/**
 * The accounts that carry the mark of an effect's commands. They are found by what we wrote on them and not by their
 * name: a name may be changed, or given to somebody else, while the account is disabled.
 */
export const markedAccounts = async (
  parts: KeycloakParts,
  send: Send,
  { command_ids: ids, after }: EffectHandle,
  mayStart?: () => boolean,
): Promise<Result<readonly Account[], NotSeen>> => {
  const found = new Map<string, Account>();
  const take = (accounts: readonly Account[]): void => {
    for (const account of accounts)
      if (markOn(account, parts.attribute)?.commandIds.some((id) => ids.includes(id)) === true)
        found.set(account.id, account);
  };
  const known = accountLeft(after);
  if (known !== undefined) {
    const account = await accountById(parts, send, known, mayStart);
    if (account.ok) take([account.value]);
    else if (account.error.status !== 404) return account;
    return ok([...found.values()]);
  }
  for (const id of ids.filter(isCommandId)) {
    const path = `/users?q=${encodeURIComponent(`${parts.attribute}:${id}`)}&max=10&${whole}`;
    const accounts = await ask(parts, send, { what: 'finding the account', path, read: readAccounts }, mayStart);
    if (!accounts.ok) return accounts;
    take(accounts.value);
  }
  return ok([...found.values()]);
};
