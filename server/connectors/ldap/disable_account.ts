import type { CallContext, CallOutcome, ClearedCommand } from '../connector';
import { meantAccount } from './account_name';
import type { Open } from './directory';
import type { DirectoryEntry } from './entry';
import { findAccount, isOwnAccount } from './find_account';
import type { LdapParts } from './ldap_parts';
import { outcomeOfLook, outcomeOfOrder } from './result_codes';
import type { Session } from './session';

type Permit = Pick<CallContext, 'mayStart'>;

const notMade = (code: string, message: string): CallOutcome => ({
  kind: 'failed',
  error: { code, message, retryable: false },
});

/** Disables an account that was found, unless it is so already. */
const disable = async (
  { flavour, directory: { shown } }: LdapParts,
  session: Session,
  { entry, commandId, mayStart }: { readonly entry: DirectoryEntry; readonly commandId: string } & Permit,
): Promise<CallOutcome> => {
  const standing = flavour.standing(entry);
  if (!standing.ok) return notMade('not_readable', standing.error);
  const { kind, seen } = standing.value;
  if (kind === 'ours' && standing.value.commandId === commandId)
    return { kind: 'succeeded', text: 'this order had disabled it already' };
  // Whoever disabled it enables it again, so nothing of ours is written.
  if (kind !== 'enabled')
    return { kind: 'succeeded', before: seen, text: 'it was disabled before, by somebody else; nothing was changed' };
  const loose = await flavour.notEnforced(session, entry);
  if (loose !== undefined) return notMade('not_enforced', shown(loose));
  const changes = flavour.disable(entry, commandId);
  if (!changes.ok) return { kind: 'failed', error: changes.error };
  const reply = await session.modify(entry.dn, changes.value, mayStart);
  if (reply.kind !== 'answered') return outcomeOfOrder(reply, shown);
  return { kind: 'succeeded', before: seen, after: { dn: shown(entry.dn) }, text: 'the directory took it' };
};

/** Disables the account that an order names. Repeating it changes nothing. */
export const disableAccount = async (
  parts: LdapParts,
  open: Open,
  { target, command_id: commandId }: ClearedCommand,
  { mayStart }: Permit,
): Promise<CallOutcome> => {
  const meant = meantAccount(target, parts.realms);
  if (!meant.ok) return { kind: 'failed', error: meant.error };
  const { shown } = parts.directory;
  return open(
    'hand',
    async (session) => {
      if (session.kind !== 'answered') return outcomeOfLook('login', session, shown);
      const found = await findAccount(parts, session.value, meant.value);
      if (!found.ok)
        return 'reply' in found.error
          ? outcomeOfLook('looking before the order', found.error.reply, shown)
          : { kind: 'failed', error: found.error.error };
      if (isOwnAccount(parts, found.value)) return notMade('own_account', 'Reflex itself logs in with this account');
      return disable(parts, session.value, { entry: found.value, commandId, mayStart });
    },
    mayStart,
  );
};
