import { readEntity } from '../../../common/entity/read';
import { err, ok, type Result } from '../../../common/result';
import type { ClearedCommand, TargetError } from '../connector';

/** How Keycloak is asked for one account. */
export type AccountQuery =
  { readonly by: 'id'; readonly id: string } | { readonly by: 'username'; readonly username: string };

/** Which accounts a connector answers for. */
export interface Accounts {
  readonly realms: ReadonlySet<string>;
  readonly plainNames: boolean;
  readonly usernames: 'name' | 'mail';
}

const refused = (code: string, message: string): Result<never, TargetError> => err({ code, message, retryable: false });

/**
 * The account that a target names, if it is one of this realm. INVARIANT: a name of another realm, or of no realm where
 * that may be any, is refused before anything is asked: `ana` of two realms is two people.
 */
export const accountOf = (
  { type, value }: ClearedCommand['target'],
  accounts: Accounts,
): Result<AccountQuery, TargetError> => {
  if (type !== 'user') return refused('wrong_target', `this is for an account, not for a ${type}`);
  const read = readEntity('user', value);
  if (!read.ok || read.entity.parts.kind !== 'user') {
    const why = read.ok ? 'it is none' : read.text;
    return refused('wrong_target', `\`${value.slice(0, 64)}\` names no account: ${why}`);
  }
  const { form, name, realm } = read.entity.parts;
  if (form === 'object_id') return ok({ by: 'id', id: name });
  if (form === 'sid')
    return refused('wrong_target', 'a SID is a name of Active Directory, and Keycloak does not know it');
  if (realm === '.') return refused('other_realm', 'an account of a host itself is none of Keycloak');
  if (realm === undefined && !accounts.plainNames)
    return refused(
      'other_realm',
      'the account is named without a realm; `plain_names` says whether it is one of this realm',
    );
  if (realm !== undefined && !accounts.realms.has(realm))
    return refused('other_realm', `\`${realm.slice(0, 64)}\` is not in \`account_realms\` of this connector`);
  if (accounts.usernames === 'name') return ok({ by: 'username', username: name });
  return realm === undefined
    ? refused('other_realm', '`usernames` is `mail`, and the account is named without its domain')
    : ok({ by: 'username', username: `${name}@${realm}` });
};

/** The target that a username of this realm is, as others name it. */
export const targetOf = (username: string, { realms, plainNames, usernames }: Accounts): ClearedCommand['target'] => {
  const [realm] = realms;
  const isWhole = plainNames || usernames === 'mail' || realm === undefined;
  return { type: 'user', value: isWhole ? username : `${realm}\\${username}` };
};
