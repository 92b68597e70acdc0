import { present } from '../../../common/present';
import { HTTP_RETRIES, type ActionPromise, type Capabilities, type Connector } from '../connector';
import { disableUser } from './disable_user';
import { enableUser } from './enable_user';
import { NEXT_SECOND_MS } from './end_sessions';
import { notMade, type KeycloakParts } from './keycloak_parts';
import { listEffects } from './list_effects';
import { readStatus } from './read_status';
import { revokeSessions, verifyRevoked } from './revoke_sessions';
import { verifyDisabled } from './verify_disabled';

const ACTIONS = ['disable_user', 'revoke_sessions'];

const promisesOf = ({ testAccount }: KeycloakParts): Capabilities['promises'] => {
  const needs = ['`manage-users`, `view-users` and `query-users` of `realm-management` of the realm'];
  const promise = (usual: number): ActionPromise => ({
    disruption: { usual, by_tag: { service: 1 } },
    offline: { order: 'not_needed' },
    needs,
  });
  const test = present({ test_target: testAccount === undefined ? undefined : { value: testAccount } });
  return {
    disable_user: { ...promise(1), ...test },
    revoke_sessions: promise(0.2),
  };
};

const capabilitiesOf = (parts: KeycloakParts): Capabilities => ({
  actions: ACTIONS,
  idempotency: 'set',
  native_ttl: false,
  settle_time_ms: parts.settleMs,
  // Ending sessions may have to wait for the next second of Keycloak's clock.
  request_timeout_ms: parts.timeoutMs + NEXT_SECOND_MS,
  tagged: true,
  // Another client is another credential, but the answer comes from the system that took the order.
  second_observer: false,
  retries: HTTP_RETRIES,
  promises: promisesOf(parts),
});

const noSuchAction = (action: string) => notMade('bad_request', `this connector does not do \`${action}\``);

/** Makes the connector; its parameters were checked. */
export const keycloakConnector = (parts: KeycloakParts): Connector => ({
  name: parts.name,
  kind: 'keycloak',
  capabilities: capabilitiesOf(parts),
  execute: async (command, context) => {
    if (command.action === 'disable_user') return disableUser(parts, command, context);
    if (command.action === 'revoke_sessions') return revokeSessions(parts, command, context);
    return noSuchAction(command.action);
  },
  verify: async (effect, context) => {
    if (effect.action === 'disable_user') return verifyDisabled(parts, effect, context);
    if (effect.action === 'revoke_sessions') return verifyRevoked(parts, effect, context);
    return { state: 'unknown', text: noSuchAction(effect.action).error.message };
  },
  undo: async (effect, context) =>
    effect.action === 'disable_user'
      ? enableUser(parts, effect, context)
      : notMade('irreversible', 'a session that was ended cannot be brought back; the user logs in again'),
  // Keycloak queues nothing: what it has taken is undone, not cancelled.
  cancel: () => Promise.resolve(),
  list: ({ signal }) => parts.target.within(signal, (send) => listEffects(parts, send)),
  status: ({ signal }) => readStatus(parts, signal),
});
