import { err, ok, type Result } from '../../../common/result';
import type { ListedEffect, Send, TargetError } from '../connector';
import { markOn } from './account';
import { targetOf } from './account_name';
import { ask, whyOf } from './admin_api';
import { readAccounts } from './find_account';
import type { KeycloakParts } from './keycloak_parts';
import { CONTAINED } from './mark';

const AT_ONCE = 100;
const MOST_PAGES = 100;

/** Every account that carries a mark of ours and is disabled, page by page. */
export const listEffects = async (
  parts: KeycloakParts,
  send: Send,
): Promise<Result<readonly ListedEffect[], TargetError>> => {
  const listed: ListedEffect[] = [];
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const query = `q=${encodeURIComponent(`${parts.attribute}:${CONTAINED}`)}&briefRepresentation=false`;
    const path = `/users?${query}&first=${page * AT_ONCE}&max=${AT_ONCE}`;
    const accounts = await ask(parts, send, { what: 'listing', path, read: readAccounts });
    if (!accounts.ok) {
      const { outcome } = accounts.error;
      return err(
        outcome.kind === 'failed' ? outcome.error : { code: 'bad_list', message: whyOf(outcome), retryable: true },
      );
    }
    for (const account of accounts.value) {
      const mark = account.enabled ? undefined : markOn(account, parts.attribute);
      for (const id of mark?.commandIds ?? [])
        listed.push({ action: 'disable_user', target: targetOf(account.username, parts.accounts), command_id: id });
    }
    if (accounts.value.length < AT_ONCE) return ok(listed);
  }
  return err({ code: 'bad_list', message: `more than ${MOST_PAGES * AT_ONCE} accounts`, retryable: false });
};
