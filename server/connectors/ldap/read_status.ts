import type { ConnectorHealth } from '../connector';
import type { Open } from './directory';
import type { LdapParts } from './ldap_parts';
import { errorOfLook, isNotLetIn } from './result_codes';
import type { Reply, Session } from './session';

/** How it is with one of our accounts; undefined if nothing is wrong. */
const troubleOf = async (
  { baseDn, directory: { shown } }: LdapParts,
  as: string,
  session: Reply<Session>,
): Promise<ConnectorHealth | undefined> => {
  if (session.kind !== 'answered') {
    const text = errorOfLook(`login of ${as}`, session, shown).message;
    return isNotLetIn(session) ? { state: 'degraded', authorised: false, text } : { state: 'down', text };
  }
  const found = await session.value.search({ base: baseDn, scope: 'base', attributes: ['objectClass'], most: 1 });
  if (found.kind !== 'answered') {
    const text = errorOfLook(`${as} looks for \`base_dn\``, found, shown).message;
    return { state: found.kind === 'refused' ? 'degraded' : 'down', text };
  }
  return found.value.length === 0 ? { state: 'degraded', text: `${as} does not see \`base_dn\`` } : undefined;
};

/** Whether the directory lets our accounts in and shows them what they need. It changes nothing. */
export const readStatus = async (parts: LdapParts, open: Open): Promise<ConnectorHealth> => {
  const { flavour, ownObserver } = parts;
  const hand = await open('hand', async (session): Promise<ConnectorHealth> => {
    const trouble = await troubleOf(parts, 'the acting account', session);
    if (trouble !== undefined || session.kind !== 'answered')
      return trouble ?? { state: 'down', text: 'no connection' };
    const cannot = await flavour.cannot(session.value);
    if (cannot.length > 0)
      return { state: 'degraded', authorised: true, cannot, text: cannot.map(({ why }) => why).join('; ') };
    return { state: 'ok', authorised: true, text: 'the directory is up and lets our account in' };
  });
  if (hand.state !== 'ok' || !ownObserver) return hand;
  const trouble = await open('observer', (session) => troubleOf(parts, 'the observer', session));
  return trouble === undefined ? hand : { ...trouble, state: 'degraded' };
};
