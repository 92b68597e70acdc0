import type { CallContext, EffectHandle, UndoOutcome } from '../connector';
import { meantAccount } from './account_name';
import type { Open } from './directory';
import type { DirectoryEntry } from './entry';
import { findEffect } from './find_account';
import type { LdapParts } from './ldap_parts';
import { isCommandId } from './lock_time';
import { outcomeOfLook, outcomeOfOrder } from './result_codes';
import type { AttributeChange, Session } from './session';

type Permit = Pick<CallContext, 'mayStart'>;
type Given = { readonly entry: DirectoryEntry; readonly effect: EffectHandle } & Permit;

const send = async (
  { directory: { shown } }: LdapParts,
  session: Session,
  { dn, changes, mayStart, text }: { dn: string; changes: readonly AttributeChange[]; text: string } & Permit,
): Promise<UndoOutcome> => {
  const reply = await session.modify(dn, changes, mayStart);
  return reply.kind === 'answered' ? { kind: 'succeeded', text } : outcomeOfOrder(reply, shown);
};

/** Takes away what commands of this effect did to an account, and nothing else. */
const enable = async (parts: LdapParts, session: Session, { entry, effect, mayStart }: Given): Promise<UndoOutcome> => {
  const { flavour } = parts;
  const standing = flavour.standing(entry);
  if (!standing.ok)
    return { kind: 'failed', error: { code: 'not_readable', message: standing.error, retryable: false } };
  const now = standing.value;
  const { dn } = entry;
  if (now.kind === 'enabled') {
    const changes = flavour.tidy(entry, effect.command_ids);
    const text = 'a person had enabled it already';
    return changes === undefined
      ? { kind: 'succeeded', text: 'it was enabled already' }
      : send(parts, session, { dn, changes, mayStart, text });
  }
  if (now.kind === 'others' || !effect.command_ids.includes(now.commandId))
    return { kind: 'succeeded', text: 'nothing of ours is there; somebody else disabled it' };
  if (now.kind === 'touched' && effect.force !== true)
    return {
      kind: 'refused',
      error: {
        code: 'changed_by_other',
        message: 'somebody wrote its flags since our order, so they may have disabled it',
        retryable: false,
      },
      current: now.seen,
    };
  const changes = flavour.enable(entry, now.commandId, effect.before);
  return send(parts, session, { dn, changes, mayStart, text: 'enabled again' });
};

/** Enables again what the commands of an effect disabled. None found is a success. */
export const enableAccount = async (
  parts: LdapParts,
  open: Open,
  effect: EffectHandle,
  { mayStart }: Permit,
): Promise<UndoOutcome> => {
  const meant = meantAccount(effect.target, parts.realms);
  if (!meant.ok) return { kind: 'failed', error: meant.error };
  const { shown } = parts.directory;
  const wanted = { meant: meant.value, commandIds: effect.command_ids.filter(isCommandId) };
  return open(
    'hand',
    async (session): Promise<UndoOutcome> => {
      if (session.kind !== 'answered') return outcomeOfLook('login', session, shown);
      const found = await findEffect(parts, session.value, wanted);
      if (!found.ok)
        return 'reply' in found.error
          ? outcomeOfLook('looking before undoing', found.error.reply, shown)
          : { kind: 'failed', error: found.error.error };
      if (found.value === undefined) return { kind: 'succeeded', text: 'the directory has no such account any more' };
      return enable(parts, session.value, { entry: found.value, effect, mayStart });
    },
    mayStart,
  );
};
