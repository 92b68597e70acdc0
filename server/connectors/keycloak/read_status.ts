import type { ConnectorHealth, Send } from '../connector';
import { whyNotKept } from './account';
import { ask, whyOf, type NotSeen } from './admin_api';
import { readAccounts } from './find_account';
import type { KeycloakParts } from './keycloak_parts';

const PROFILE = { what: 'the user profile', path: '/users/profile', read: (json: unknown) => ({ profile: json }) };
const SOMEBODY = { what: 'viewing users', path: '/users?max=1&briefRepresentation=false', read: readAccounts };

const troubled = ({ outcome, status }: NotSeen): ConnectorHealth => {
  const text = whyOf(outcome);
  const isRefused =
    status === 401 || status === 403 || (outcome.kind === 'failed' && outcome.error.code === 'credentials');
  if (isRefused) return { state: 'degraded', text: `${text}: it refuses our credentials`, authorised: false };
  return { state: status === undefined ? 'down' : 'degraded', text };
};

/** How Keycloak is, and what of what was promised cannot be done. It only looks. */
const askAsHand = async (parts: KeycloakParts, send: Send): Promise<ConnectorHealth> => {
  const profile = await ask(parts, send, PROFILE);
  if (!profile.ok) return troubled(profile.error);
  const users = await ask(parts, send, SOMEBODY);
  if (!users.ok) return troubled(users.error);
  const notKept = whyNotKept(profile.value.profile, parts.attribute);
  const mayManage = users.value.every(({ manageable }) => manageable);
  const cannot = [
    ...(mayManage
      ? []
      : ['disable_user', 'revoke_sessions'].map((action) => ({ action, why: 'our account lacks `manage-users`' }))),
    ...(mayManage && notKept !== undefined ? [{ action: 'disable_user', why: notKept }] : []),
  ];
  if (cannot.length > 0)
    return { state: 'degraded', text: cannot.map(({ why }) => why).join('; '), authorised: true, cannot };
  return { state: 'ok', text: `realm \`${parts.realm}\` answers and takes our credentials`, authorised: true };
};

export const readStatus = async (parts: KeycloakParts, signal: AbortSignal): Promise<ConnectorHealth> => {
  const health = await parts.target.within(signal, (send) => askAsHand(parts, send));
  if (!parts.hasObserver || health.state !== 'ok') return health;
  const seen = await parts.observer.within(signal, (send) => ask(parts, send, SOMEBODY));
  return seen.ok ? health : { ...health, state: 'degraded', text: `the observer: ${whyOf(seen.error.outcome)}` };
};
