import { foldName } from '../../../common/entity/characters';
import { readEntity } from '../../../common/entity/read';
import { err, ok, type Result } from '../../../common/result';
import type { ClearedCommand, TargetError } from '../connector';

/** Which users a connector answers for. */
export interface Users {
  /** How alerts name this AWS account, folded. */
  readonly realms: readonly string[];
  readonly plainNames: boolean;
  /** `mail`: IAM calls them `ana@corp.example`. */
  readonly usernames: 'name' | 'mail';
}

const refused = (code: string, message: string): Result<never, TargetError> => err({ code, message, retryable: false });

/** What IAM takes as the name of a user. */
const NAME = /^[\w+=,.@-]{1,64}$/;

/** The name as it was written: IAM keeps capital letters, and reading an entity folds them. */
const writtenName = (value: string): string => value.trim().replace(/^.*\\/, '').replace(/@.*$/, '');

/**
 * The IAM user that a target names, if it is one of this account. INVARIANT: a name of another realm, or of no realm
 * where that may be any, is refused before anything is asked: `ana` of two realms is two people.
 */
export const userOf = ({ type, value }: ClearedCommand['target'], users: Users): Result<string, TargetError> => {
  if (type !== 'user') return refused('bad_target', `\`disable_user\` acts on a user, not on a ${type}`);
  const read = readEntity('user', value);
  if (!read.ok || read.entity.parts.kind !== 'user')
    return refused('bad_target', `\`${value.slice(0, 64)}\` names no account`);
  const { form, realm } = read.entity.parts;
  if (form === 'sid' || form === 'object_id')
    return refused('bad_target', 'a SID or an object id is no name of an IAM user');
  if (realm === '.') return refused('other_realm', 'an account of a host itself is no IAM user');
  if (realm === undefined && !users.plainNames)
    return refused('other_realm', 'the user is named without an account; `plain_names` says whether it is of this one');
  if (realm !== undefined && !users.realms.includes(realm))
    return refused('other_realm', `\`${realm.slice(0, 64)}\` is not in \`account_realms\` of this connector`);
  if (users.usernames === 'mail' && realm === undefined)
    return refused('other_realm', '`usernames` is `mail`, and the user is named without a domain');
  const name = users.usernames === 'mail' ? `${writtenName(value)}@${realm ?? ''}` : writtenName(value);
  return NAME.test(name) ? ok(name) : refused('bad_target', 'IAM has no user of such a name');
};

/** The target that an IAM user is, as others name it. */
export const targetOfUser = (name: string, { realms, plainNames, usernames }: Users): ClearedCommand['target'] => {
  const [realm] = realms;
  const isWhole = plainNames || usernames === 'mail' || realm === undefined;
  return { type: 'user', value: isWhole ? name : `${realm}\\${name}` };
};

export const foldRealms = (realms: readonly string[]): readonly string[] => realms.map(foldName);
