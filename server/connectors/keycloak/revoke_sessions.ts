import type { CallContext, CallOutcome, ClearedCommand, EffectHandle, Verification } from '../connector';
import { accountOf } from './account_name';
import { whyOf } from './admin_api';
import { endSessions } from './end_sessions';
import { areTokensRevoked, readEvidence } from './evidence';
import { accountById, findAccount } from './find_account';
import type { KeycloakParts } from './keycloak_parts';

type Permit = Pick<CallContext, 'mayStart' | 'signal'>;

/** Ends the sessions of an account and makes its tokens worthless. The user may log in again at once. */
export const revokeSessions = async (
  parts: KeycloakParts,
  command: ClearedCommand,
  permit: Permit,
): Promise<CallOutcome> => {
  const query = accountOf(command.target, parts.accounts);
  if (!query.ok) return { kind: 'failed', error: query.error };
  const found = await parts.target.within(permit.signal, (send) =>
    findAccount(parts, send, query.value, permit.mayStart),
  );
  if (!found.ok) return found.error;
  const { id, notBefore } = found.value;
  const ended = await endSessions(parts, found.value, permit);
  const before = { not_before: notBefore };
  if (ended.kind === 'ended')
    return {
      kind: 'succeeded',
      before,
      after: { user_id: id, was_not_before: notBefore, not_before: ended.account.notBefore },
      text: 'Keycloak ended the sessions of the account and revoked its tokens',
    };
  const { outcome } = ended;
  return outcome.kind === 'unknown' ? { ...outcome, after: { user_id: id, was_not_before: notBefore } } : outcome;
};

interface Left {
  readonly user_id: string;
  readonly was_not_before: number;
}

const leftBy = (after: unknown): Left | undefined => {
  const { user_id: id, was_not_before: before } = (after ?? {}) as Readonly<Record<string, unknown>>;
  return typeof id === 'string' && typeof before === 'number' ? { user_id: id, was_not_before: before } : undefined;
};

/** Whether what there was before the order is over. A session that began since is none of it. */
export const verifyRevoked = (
  parts: KeycloakParts,
  { after }: EffectHandle,
  { signal }: Pick<Permit, 'signal'>,
): Promise<Verification> =>
  parts.observer.within(signal, async (send) => {
    const left = leftBy(after);
    if (left === undefined) return { state: 'unknown', text: 'how the account was before the order is not known' };
    const account = await accountById(parts, send, left.user_id);
    if (!account.ok)
      return account.error.status === 404
        ? { state: 'present', text: 'the account is gone, and its sessions with it' }
        : { state: 'unknown', text: `could not look: ${whyOf(account.error.outcome)}` };
    const evidence = await readEvidence(parts, send, account.value);
    if (!evidence.ok) return { state: 'unknown', text: `could not look: ${whyOf(evidence.error.outcome)}` };
    const { notBefore } = account.value;
    const older = evidence.value.sessions.filter(({ start }) => Math.floor(start / 1000) < notBefore).length;
    const newer = evidence.value.sessions.length - older;
    const tokens = areTokensRevoked(notBefore, left.was_not_before, evidence.value);
    const seen = { user_id: left.user_id, sessions: older, newer, tokens_revoked: tokens, not_before: notBefore };
    const text = `older sessions: ${older}; its tokens are revoked: ${tokens ? 'yes' : 'NO'}; sessions since: ${newer}`;
    if (notBefore <= left.was_not_before) return { state: 'absent', seen, text };
    return { state: older === 0 && tokens ? 'present' : 'unknown', seen, text };
  });
