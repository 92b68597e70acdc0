import { foldName } from '../../../common/entity/characters';
import { readEntity } from '../../../common/entity/read';
import { err, ok, type Result } from '../../../common/result';
import type { TargetError } from '../connector';

/** The account that an order means, as far as its name tells. */
export type MeantAccount =
  { readonly by: 'name'; readonly name: string } | { readonly by: 'sid'; readonly sid: string };

/** Which names this directory answers for. */
export interface Realms {
  /** Folded: `corp`, `corp.example`. */
  readonly realms: readonly string[];
  /** A name without a realm is one of this directory. */
  readonly bareNames: boolean;
}

const refused = (code: string, message: string): Result<never, TargetError> => err({ code, message, retryable: false });

/** Of a domain; the others are the same on every machine. */
const DOMAIN_SID = /^s-1-5-21(-\d{1,10}){4}$/;

/** The account that a target names. A name of another realm is somebody else's account, whatever it is called here. */
export const meantAccount = (
  { type, value }: { readonly type: string; readonly value: string },
  { realms, bareNames }: Realms,
): Result<MeantAccount, TargetError> => {
  if (type !== 'user') return refused('wrong_target', `only a user can be disabled here, not a ${type}`);
  const read = readEntity('user', value);
  if (!read.ok) return refused('wrong_target', `it names no account: ${read.text}`);
  const { parts } = read.entity;
  if (parts.kind !== 'user') return refused('wrong_target', 'it names no account');
  if (parts.form === 'sid')
    return DOMAIN_SID.test(parts.name)
      ? ok({ by: 'sid', sid: parts.name.toUpperCase() })
      : refused('wrong_target', 'this SID is no account of a domain');
  if (parts.form === 'object_id') return refused('wrong_target', 'a directory over LDAP knows no object id of a cloud');
  if (parts.name.endsWith('$')) return refused('wrong_target', 'it is the account of a host or of a service');
  if (parts.realm === undefined)
    return bareNames
      ? ok({ by: 'name', name: parts.name })
      : refused('no_realm', 'it does not say of which realm; set `bare_names` if such names are of this directory');
  if (!realms.includes(parts.realm))
    return refused('other_realm', `this directory does not answer for \`${parts.realm.slice(0, 64)}\``);
  return ok({ by: 'name', name: parts.name });
};

/** How Reflex writes an account of this directory. */
export const accountText = (name: string, realm: string): string => {
  const folded = foldName(name);
  return folded.includes('+') ? `${folded}@${realm}` : `${realm}\\${folded}`;
};
