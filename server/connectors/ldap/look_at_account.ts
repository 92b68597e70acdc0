import { present } from '../../../common/present';
import { err, ok, type Result } from '../../../common/result';
import type { EffectHandle, ListedEffect, TargetError, Verification } from '../connector';
import { accountText, meantAccount } from './account_name';
import type { Open } from './directory';
import type { DirectoryEntry } from './entry';
import { findEffect } from './find_account';
import { ACTION } from './flavour';
import type { LdapParts } from './ldap_parts';
import { isCommandId } from './lock_time';
import { errorOfLook } from './result_codes';
import type { Session } from './session';

/** A list that is longer is an error: a cut one would pass for the whole truth. */
const MOST_LISTED = 1_000;

/** Said where it is in effect: LDAP ends no session. */
const STAY = 'connections and sessions that it has already stay open';

const judge = async (
  { flavour, directory: { shown } }: LdapParts,
  session: Session,
  { entry, effect }: { readonly entry: DirectoryEntry; readonly effect: EffectHandle },
): Promise<Verification> => {
  const standing = flavour.standing(entry);
  if (!standing.ok) return { state: 'unknown', text: standing.error };
  const now = standing.value;
  const { seen } = now;
  if (now.kind === 'enabled') return { state: 'absent', seen, text: 'the account is enabled' };
  if (now.kind === 'others' || !effect.command_ids.includes(now.commandId))
    return { state: 'absent', seen, text: 'somebody else disabled it; nothing of ours is there' };
  const loose = await flavour.notEnforced(session, entry);
  if (loose !== undefined) return { state: 'absent', seen, text: shown(`our lock is there, but ${loose}`) };
  if (now.kind === 'touched')
    return { state: 'present', seen, text: `disabled; somebody wrote its flags since our order. ${STAY}` };
  return { state: 'present', seen, text: `disabled for new logins; ${STAY}` };
};

/** Whether an effect is there, by who looks. */
export const verifyAccount = async (parts: LdapParts, open: Open, effect: EffectHandle): Promise<Verification> => {
  const meant = meantAccount(effect.target, parts.realms);
  if (!meant.ok) return { state: 'unknown', text: meant.error.message };
  const { shown } = parts.directory;
  const wanted = { meant: meant.value, commandIds: effect.command_ids.filter(isCommandId) };
  return open('observer', async (session): Promise<Verification> => {
    if (session.kind !== 'answered') return { state: 'unknown', text: errorOfLook('login', session, shown).message };
    const found = await findEffect(parts, session.value, wanted);
    if (!found.ok) {
      const error = 'reply' in found.error ? errorOfLook('looking', found.error.reply, shown) : found.error.error;
      return { state: 'unknown', text: error.message };
    }
    if (found.value === undefined) return { state: 'absent', text: 'the directory has no such account' };
    return judge(parts, session.value, { entry: found.value, effect });
  });
};

const listedOf = ({ flavour, realms }: LdapParts, entry: DirectoryEntry): readonly ListedEffect[] => {
  const standing = flavour.standing(entry);
  const name = flavour.nameOf(entry);
  if (!standing.ok || name === undefined) return [];
  const now = standing.value;
  if (now.kind !== 'ours' && now.kind !== 'touched') return [];
  const target = { type: 'user' as const, value: accountText(name, realms.realms[0] ?? '') };
  // What somebody wrote since may be theirs, so it has no command.
  return [{ action: ACTION, target, ...present({ command_id: now.kind === 'ours' ? now.commandId : undefined }) }];
};

/** Accounts that carry a mark of ours and are disabled. */
export const listAccounts = async (
  parts: LdapParts,
  open: Open,
): Promise<Result<readonly ListedEffect[], TargetError>> => {
  const { flavour, baseDn, directory } = parts;
  return open('observer', async (session): Promise<Result<readonly ListedEffect[], TargetError>> => {
    if (session.kind !== 'answered') return err(errorOfLook('login', session, directory.shown));
    const reply = await session.value.search({
      base: baseDn,
      condition: { all: [flavour.people, flavour.allMarked] },
      attributes: flavour.attributes,
      most: MOST_LISTED + 1,
    });
    if (reply.kind !== 'answered') return err(errorOfLook('listing', reply, directory.shown));
    if (reply.value.length > MOST_LISTED) {
      const message = `more than ${MOST_LISTED} accounts carry our mark`;
      return err({ code: 'too_many', message, retryable: false });
    }
    return ok(reply.value.flatMap((entry) => listedOf(parts, entry)));
  });
};
