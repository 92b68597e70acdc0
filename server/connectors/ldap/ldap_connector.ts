import { present } from '../../../common/present';
import type { ActionPromise, CallOutcome, Capabilities, Connector } from '../connector';
import { disableAccount } from './disable_account';
import { enableAccount } from './enable_account';
import { ACTION } from './flavour';
import type { LdapParts } from './ldap_parts';
import { isCommandId } from './lock_time';
import { listAccounts, verifyAccount } from './look_at_account';
import { readStatus } from './read_status';
import { LDAP_RETRIES } from './result_codes';

/** Nobody has to be logged on: the directory refuses whoever comes. */
export const ldapPromise = ({
  flavour,
  otherServer,
  testUser,
}: Pick<LdapParts, 'flavour' | 'otherServer' | 'testUser'>): ActionPromise => ({
  disruption: { usual: 1 },
  offline: { order: 'not_needed' },
  needs: flavour.needs,
  ...present({
    second_observer: otherServer,
    test_target: testUser === undefined ? undefined : { value: testUser },
  }),
});

const capabilitiesOf = (parts: LdapParts): Capabilities => ({
  actions: [ACTION],
  idempotency: 'set',
  native_ttl: false,
  settle_time_ms: parts.settleMs,
  request_timeout_ms: parts.timeoutMs,
  tagged: true,
  // Another account at the same server reads what the same server says of itself.
  second_observer: parts.otherServer !== undefined,
  retries: LDAP_RETRIES,
  promises: { [ACTION]: ldapPromise(parts) },
});

const badRequest = (message: string): Extract<CallOutcome, { kind: 'failed' }> => ({
  kind: 'failed',
  error: { code: 'bad_request', message, retryable: false },
});

/** Makes the connector; its parameters were checked. */
export const ldapConnector = (parts: LdapParts): Connector => {
  const { within } = parts.directory;
  return {
    name: parts.name,
    kind: 'ldap',
    capabilities: capabilitiesOf(parts),
    execute: async (command, { mayStart, signal }) => {
      if (command.action !== ACTION) return badRequest(`this connector does not do \`${command.action}\``);
      // It is the mark of the effect there, and its only way back.
      if (!isCommandId(command.command_id)) return badRequest('the id of the command is no UUID');
      return within(signal, (open) => disableAccount(parts, open, command, { mayStart }));
    },
    verify: (effect, { signal }) => within(signal, (open) => verifyAccount(parts, open, effect)),
    undo: (effect, { signal, mayStart }) => within(signal, (open) => enableAccount(parts, open, effect, { mayStart })),
    // A directory queues nothing: what it has taken is undone, not cancelled.
    cancel: () => Promise.resolve(),
    list: ({ signal }) => within(signal, (open) => listAccounts(parts, open)),
    status: ({ signal }) => within(signal, (open) => readStatus(parts, open)),
  };
};
