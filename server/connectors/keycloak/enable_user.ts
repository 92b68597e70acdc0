import type { CallContext, EffectHandle, UndoOutcome } from '../connector';
import { markOn, updateOf, type Account } from './account';
import { tell } from './admin_api';
import { markedAccounts } from './find_account';
import type { KeycloakParts } from './keycloak_parts';

/** The account without the commands of an effect: enabled again if we disabled it, and nobody else holds it. */
const withoutOurs = (
  { attribute, requireOnReturn }: KeycloakParts,
  account: Account,
  ids: readonly string[],
): { readonly body: object; readonly text: string } => {
  const mark = markOn(account, attribute);
  const rest = (mark?.commandIds ?? []).filter((id) => !ids.includes(id));
  const { enabled } = account;
  if (mark !== undefined && rest.length > 0 && !enabled)
    return {
      body: updateOf(account, { attribute, mark: { ...mark, commandIds: rest }, enabled }),
      text: 'our mark is gone; another order of Reflex still holds the account',
    };
  if (enabled)
    return {
      body: updateOf(account, { attribute, mark: undefined, enabled }),
      text: 'somebody had enabled it already',
    };
  if (mark?.wasEnabled !== true)
    return {
      body: updateOf(account, { attribute, mark: undefined, enabled }),
      text: 'our mark is gone; it stays disabled, for it was disabled before our order',
    };
  const requiredActions = [...new Set([...account.requiredActions, ...requireOnReturn])];
  const asked = requireOnReturn.length === 0 ? {} : { requiredActions };
  return {
    body: updateOf(account, { attribute, mark: undefined, enabled: true, ...asked }),
    text: `the account is enabled again${requireOnReturn.length === 0 ? '' : `; it must first: ${requireOnReturn.join(', ')}`}`,
  };
};

/** Takes our mark off, and enables the account if it was enabled before us. What is gone already is a success. */
export const enableUser = (
  parts: KeycloakParts,
  effect: EffectHandle,
  { mayStart, signal }: Pick<CallContext, 'mayStart' | 'signal'>,
): Promise<UndoOutcome> =>
  parts.target.within(signal, async (send) => {
    const found = await markedAccounts(parts, send, effect, mayStart);
    if (!found.ok) return found.error.outcome;
    const texts: string[] = [];
    for (const account of found.value) {
      const { body, text } = withoutOurs(parts, account, effect.command_ids);
      const path = `/users/${encodeURIComponent(account.id)}`;
      const told = await tell(parts, send, { method: 'PUT', path, body, what: 'enabling the account' }, mayStart);
      if (told.kind === 'not_done' || told.kind === 'unsure') return told.outcome;
      texts.push(told.kind === 'gone' ? 'the account is gone' : text);
    }
    return { kind: 'succeeded', text: texts.length === 0 ? 'our mark was gone already' : texts.join('; ') };
  });
