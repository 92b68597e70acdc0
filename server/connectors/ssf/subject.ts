import { readEntity } from '../../../common/entity/read';
import { err, ok, type Result } from '../../../common/result';
import type { ClearedCommand, TargetError } from '../connector';

/** How a receiver names its users (RFC 9493). */
export interface Subjects {
  readonly format: 'email' | 'iss_sub' | 'account' | 'opaque';
  /** By realm of our accounts: the domain, or for `iss_sub` the issuer, that it is at the receiver. */
  readonly realms: ReadonlyMap<string, string>;
  /** The realm of accounts that are named without one; missing: those are refused. */
  readonly plainRealm?: string | undefined;
}

/** A subject identifier (RFC 9493). */
export type SubjectId = { readonly format: string } & Readonly<Record<string, string>>;

/** What the name of an account may look like in a mail address, in `acct:` and in `sub` alike. */
const NAME = /^[a-z0-9](?:[a-z0-9._+-]{0,62}[a-z0-9])?$/;

const refused = (code: string, message: string): Result<never, TargetError> => err({ code, message, retryable: false });

/** A directory's id says by itself whose it is; it carries no realm. */
const byId = (id: string, form: string, { format, realms, plainRealm }: Subjects): Result<SubjectId, TargetError> => {
  if (format === 'opaque') return ok({ format, id });
  const iss = plainRealm === undefined ? undefined : realms.get(plainRealm);
  if (format === 'iss_sub' && form === 'object_id' && iss !== undefined) return ok({ format, iss, sub: id });
  return refused('wrong_target', `\`${id}\` is an id of a directory, and this receiver takes \`${format}\``);
};

/**
 * The user of the receiver that a target names. INVARIANT: a name of another realm, or one that does not fit, is
 * refused before anything is sent: the sessions of another person would end.
 */
export const subjectOf = (
  { type, value }: ClearedCommand['target'],
  subjects: Subjects,
): Result<SubjectId, TargetError> => {
  const { format, realms, plainRealm } = subjects;
  if (type !== 'user') return refused('wrong_target', `this is for an account, not for a ${type}`);
  const read = readEntity('user', value);
  if (!read.ok || read.entity.parts.kind !== 'user') {
    const why = read.ok ? 'it is none' : read.text;
    return refused('wrong_target', `\`${value.slice(0, 64)}\` names no account: ${why}`);
  }
  const { form, name, realm = plainRealm } = read.entity.parts;
  if (form === 'object_id' || form === 'sid') return byId(name, form, subjects);
  if (format === 'opaque')
    return refused(
      'wrong_target',
      'this receiver takes ids of a directory alone, and the account is named by its name',
    );
  if (realm === '.') return refused('other_realm', 'an account of a host itself is none of this receiver');
  if (realm === undefined)
    return refused('other_realm', 'the account is named without a realm, and `plain_realm` says none');
  const there = realms.get(realm);
  if (there === undefined)
    return refused('other_realm', `\`${realm.slice(0, 64)}\` is not in \`subject.realms\` of this connector`);
  if (!NAME.test(name) || name.includes('..'))
    return refused('wrong_target', `\`${name.slice(0, 64)}\` cannot be written as \`${format}\``);
  if (format === 'iss_sub') return ok({ format, iss: there, sub: name });
  if (format === 'account') return ok({ format, uri: `acct:${name}@${there}` });
  return ok({ format, email: `${name}@${there}` });
};
