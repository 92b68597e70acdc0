import type { CallContext, EffectHandle, Verification } from '../connector';
import { markOn } from './account';
import { whyOf } from './admin_api';
import { areTokensRevoked, readEvidence } from './evidence';
import { markedAccounts } from './find_account';
import type { KeycloakParts } from './keycloak_parts';

const NAMES = { disabled: 'it is disabled', sessions: 'it has no session', tokens: 'its tokens are revoked' };

/** Looks at each part by itself; the effect is there only if all of them are. */
export const verifyDisabled = (
  parts: KeycloakParts,
  effect: EffectHandle,
  { signal }: Pick<CallContext, 'signal'>,
): Promise<Verification> =>
  parts.observer.within(signal, async (send) => {
    const found = await markedAccounts(parts, send, effect);
    if (!found.ok) return { state: 'unknown', text: `could not look: ${whyOf(found.error.outcome)}` };
    const [account] = found.value;
    if (account === undefined) return { state: 'absent', text: 'Keycloak has no account with our mark' };
    if (found.value.length > 1) return { state: 'unknown', text: 'more than one account carries our mark' };
    const { id, enabled, notBefore } = account;
    const { wasEnabled = true, notBefore: before = 0 } = markOn(account, parts.attribute) ?? {};
    if (enabled) {
      const seen = { user_id: id, disabled: false };
      return { state: 'absent', seen, text: 'the account is enabled: somebody enabled it again' };
    }
    const evidence = await readEvidence(parts, send, account);
    if (!evidence.ok) return { state: 'unknown', text: `could not look: ${whyOf(evidence.error.outcome)}` };
    const { sessions, offline } = evidence.value;
    const holds = {
      disabled: true,
      sessions: sessions.length === 0,
      tokens: areTokensRevoked(notBefore, before, evidence.value),
    };
    const seen = {
      user_id: id,
      disabled: true,
      sessions: sessions.length,
      offline_sessions: offline.length,
      tokens_revoked: holds.tokens,
      not_before: notBefore,
    };
    const said = (['disabled', 'sessions', 'tokens'] as const).map(
      (part) => `${NAMES[part]}: ${holds[part] ? 'yes' : 'NO'}`,
    );
    const others = wasEnabled ? [] : ['somebody else had disabled it before, so it stays disabled after our undo'];
    return {
      // It is partly there: not absent, or nobody would undo it.
      state: holds.sessions && holds.tokens ? 'present' : 'unknown',
      seen,
      text: [...said, ...others].join('; '),
    };
  });
