import type { CallOutcome } from '../connector';
import type { Account } from './account';
import { tell } from './admin_api';
import { areTokensRevoked, readEvidence } from './evidence';
import { accountById } from './find_account';
import { notMade, type KeycloakParts } from './keycloak_parts';

/** `notBefore` has whole seconds: so long later it is another one, ms. */
export const NEXT_SECOND_MS = 1_100;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

interface Permit {
  readonly mayStart: () => boolean;
  readonly signal: AbortSignal;
}

/** How an account is afterwards. */
export type Ended =
  | { readonly kind: 'ended'; readonly account: Account }
  /** Not all of it, or nobody knows. */
  | { readonly kind: 'not_ended'; readonly outcome: CallOutcome };

const once = (parts: KeycloakParts, { id }: Pick<Account, 'id'>, { mayStart, signal }: Permit): Promise<Ended> =>
  parts.target.within(signal, async (send) => {
    const path = `/users/${encodeURIComponent(id)}/logout`;
    const told = await tell(parts, send, { method: 'POST', path, what: 'ending the sessions' }, mayStart);
    if (told.kind === 'gone') return { kind: 'not_ended', outcome: notMade('no_such_account', 'the account is gone') };
    if (told.kind !== 'done') return { kind: 'not_ended', outcome: told.outcome };
    const account = await accountById(parts, send, id);
    return account.ok
      ? { kind: 'ended', account: account.value }
      : { kind: 'not_ended', outcome: account.error.outcome };
  });

/**
 * Ends the sessions of an account and makes its tokens worthless. Keycloak counts in whole seconds and takes a token of
 * the same second for a new one, so it is told again in the next second where that matters.
 */
export const endSessions = async (
  parts: KeycloakParts,
  { id, notBefore: before }: Pick<Account, 'id' | 'notBefore'>,
  permit: Permit,
): Promise<Ended> => {
  const first = await once(parts, { id }, permit);
  if (first.kind === 'not_ended') return first;
  const seen = await parts.target.within(permit.signal, (send) => readEvidence(parts, send, { id }));
  // Who cannot look tells it once more: that does no harm.
  if (seen.ok && areTokensRevoked(first.account.notBefore, before, seen.value)) return first;
  await pause(NEXT_SECOND_MS);
  return once(parts, { id }, permit);
};
