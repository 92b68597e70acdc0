import type { CallContext, CallOutcome, ClearedCommand } from '../connector';
import { markOn, updateOf, whyNotKept, type Account } from './account';
import { accountOf } from './account_name';
import { ask, tell, type Ordered } from './admin_api';
import { endSessions } from './end_sessions';
import { accountById, findAccount } from './find_account';
import { notMade, type KeycloakParts } from './keycloak_parts';
import { isCommandId, type Mark } from './mark';

type Permit = Pick<CallContext, 'mayStart' | 'signal'>;

/** The mark that an account must carry for a command; a mark on an enabled account is of an effect that is over. */
const wantedMark = (account: Account, attribute: string, commandId: string): Mark => {
  const mark = account.enabled ? undefined : markOn(account, attribute);
  const { enabled: wasEnabled, notBefore } = account;
  if (mark === undefined) return { wasEnabled, notBefore, commandIds: [commandId] };
  return { ...mark, commandIds: [...new Set([...mark.commandIds, commandId])] };
};

const isMarked = (account: Account, attribute: string, commandId: string): boolean =>
  !account.enabled && markOn(account, attribute)?.commandIds.includes(commandId) === true;

interface Prepared {
  readonly account: Account;
  readonly mark: Mark;
}

/** Finds the account, and everything that speaks against touching it, before anything is done. */
const prepare = (
  parts: KeycloakParts,
  command: ClearedCommand,
  { mayStart, signal }: Permit,
): Promise<Prepared | CallOutcome> =>
  parts.target.within(signal, async (send) => {
    const query = accountOf(command.target, parts.accounts);
    if (!query.ok) return { kind: 'failed', error: query.error };
    if (!isCommandId(command.command_id)) return notMade('bad_request', 'the id of the command cannot be a mark');
    const found = await findAccount(parts, send, query.value, mayStart);
    if (!found.ok) return found.error;
    const { attribute } = parts;
    const held = found.value.attributes[attribute] ?? [];
    if (held.length > 0 && markOn(found.value, attribute) === undefined)
      return notMade('mark_in_use', `the attribute \`${attribute}\` of the account holds something of somebody else`);
    // INVARIANT: nobody is disabled whom we could not tell from those whom others disabled.
    const keeps = { what: 'the user profile', path: '/users/profile', read: (json: unknown) => ({ profile: json }) };
    const answer = await ask(parts, send, keeps, mayStart);
    if (!answer.ok) return answer.error.outcome;
    const notKept = whyNotKept(answer.value.profile, attribute);
    if (notKept !== undefined) return notMade('mark_not_kept', `could not be undone: ${notKept}`);
    return { account: found.value, mark: wantedMark(found.value, attribute, command.command_id) };
  });

const disable = (parts: KeycloakParts, { account, mark }: Prepared, { mayStart, signal }: Permit): Promise<Ordered> =>
  parts.target.within(signal, (send) => {
    const body = updateOf(account, { attribute: parts.attribute, mark, enabled: false });
    const path = `/users/${encodeURIComponent(account.id)}`;
    return tell(parts, send, { method: 'PUT', path, body, what: 'disabling the account' }, mayStart);
  });

/** Disables an account, then ends its sessions: while it is disabled no new one can begin. */
export const disableUser = async (
  parts: KeycloakParts,
  command: ClearedCommand,
  permit: Permit,
): Promise<CallOutcome> => {
  const prepared = await prepare(parts, command, permit);
  if ('kind' in prepared) return prepared;
  const { account, mark } = prepared;
  const { attribute, target } = parts;
  const told: Ordered = isMarked(account, attribute, command.command_id)
    ? { kind: 'done' }
    : await disable(parts, prepared, permit);
  if (told.kind === 'gone')
    return {
      kind: 'failed',
      error: { code: 'http_status', message: 'the account is gone', status: 404, retryable: false },
    };
  if (told.kind === 'not_done') return told.outcome;
  if (told.kind === 'unsure') {
    // Nobody's sessions are ended whose account is not disabled.
    const seen = await target.within(permit.signal, (send) => accountById(parts, send, account.id));
    if (!seen.ok || !isMarked(seen.value, attribute, command.command_id)) return told.outcome;
  }
  const ended = await endSessions(parts, { id: account.id, notBefore: mark.notBefore }, permit);
  if (told.kind === 'unsure') return told.outcome;
  if (ended.kind === 'not_ended') return disabledOnly(ended.outcome, account.id);
  if (!isMarked(ended.account, attribute, command.command_id))
    return disabledOnly(notMade('not_applied', 'Keycloak said yes and does not show it'), account.id);
  const others = mark.wasEnabled ? '' : '; somebody else had disabled it before';
  return {
    kind: 'succeeded',
    before: { enabled: account.enabled, not_before: account.notBefore },
    after: { user_id: account.id, not_before: ended.account.notBefore },
    text: `Keycloak disabled the account, ended its sessions and revoked its tokens${others}`,
  };
};

/** The account is disabled, and more is not certain: told again, it goes on from there. */
const disabledOnly = (outcome: CallOutcome, userId: string): CallOutcome => {
  const error =
    outcome.kind === 'failed' || outcome.kind === 'unknown'
      ? outcome.error
      : { code: 'no_answer', message: 'no permit to go on' };
  const pause =
    outcome.kind === 'failed' && outcome.retry_after_ms !== undefined ? { retry_after_ms: outcome.retry_after_ms } : {};
  return {
    kind: 'unknown',
    error: {
      ...error,
      message: `the account may be disabled, its sessions may go on: ${error.message}`,
      retryable: true,
    },
    after: { user_id: userId },
    ...pause,
  };
};
