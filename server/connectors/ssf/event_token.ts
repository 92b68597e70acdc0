import { joseLibrary } from './jose_library';
import { publicKeyOf } from './signing_key';
import type { SsfParts } from './ssf_parts';
import type { SubjectId } from './subject';

/* Security Event Tokens (RFC 8417) as SSF 1.0 profiles them: one event, `sub_id`, never `sub` or `exp`. */

const SESSION_REVOKED = 'https://schemas.openid.net/secevent/caep/event-type/session-revoked';
const VERIFICATION = 'https://schemas.openid.net/secevent/ssf/event-type/verification';

interface Told {
  /** By it receivers know an event that they have already. */
  readonly jti: string;
  readonly subject: SubjectId;
  readonly event: string;
  readonly payload: object;
}

const seconds = (ms: number): number => Math.floor(ms / 1000);

const signed = async (parts: SsfParts, { jti, subject, event, payload }: Told): Promise<string> => {
  const signing = parts.signingKey();
  const { kid = '' } = await publicKeyOf(signing, parts.keyId);
  return new (joseLibrary().SignJWT)({ sub_id: subject, events: { [event]: payload } })
    .setProtectedHeader({ alg: signing.alg, typ: 'secevent+jwt', kid })
    .setIssuer(parts.issuer)
    .setAudience(parts.audience)
    .setJti(jti)
    .setIssuedAt(seconds(parts.utc()))
    .sign(signing.key);
};

/** The sessions of a subject until now are over. @param why for the administrator of the receiver */
export const sessionRevoked = (parts: SsfParts, jti: string, subject: SubjectId, why: string): Promise<string> =>
  signed(parts, {
    jti,
    subject,
    event: SESSION_REVOKED,
    payload: {
      event_timestamp: seconds(parts.utc()),
      initiating_entity: 'policy',
      reason_admin: { en: why },
    },
  });

/** Asks nothing but whether our events arrive. `state` is for events that the receiver itself asked for. */
export const verification = (parts: SsfParts, jti: string): Promise<string> =>
  signed(parts, { jti, subject: { format: 'opaque', id: parts.streamId }, event: VERIFICATION, payload: {} });
