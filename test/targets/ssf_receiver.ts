import { generateKeyPairSync } from 'crypto';
import { createLocalJWKSet, jwtVerify, type JWTPayload } from 'jose';
import { bodyOf, httpServer } from './loopback_server';

/* A receiver of shared signals that takes nothing but what the standards say: RFC 8417, RFC 8935, SSF 1.0, CAEP 1.0. */

const CAEP = 'https://schemas.openid.net/secevent/caep/event-type/session-revoked';
const VERIFICATION = 'https://schemas.openid.net/secevent/ssf/event-type/verification';

export const SSF_ISSUER = 'https://reflex.example';
export const SSF_AUDIENCE = 'https://receiver.example/caep';
export const SSF_STREAM = 'f67e39a0a4d34d56b3aa1bc4cff0069f';

/** A private key as an operator keeps it, PEM. */
export const newSigningKey = (kind: 'rsa' | 'p256' | 'ed25519' = 'p256'): string => {
  const { privateKey } =
    kind === 'rsa'
      ? generateKeyPairSync('rsa', { modulusLength: 2_048 })
      : kind === 'p256'
        ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
        : generateKeyPairSync('ed25519');
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
};

export interface SsfReceiver {
  readonly url: string;
  readonly port: number;
  /** Sessions that it ended, by `sub_id`, one entry for each event that it had not had before. */
  readonly revoked: ReadonlyArray<{ readonly subject: unknown; readonly payload: unknown; readonly jti: string }>;
  /** Verification events that it took. */
  readonly verified: readonly JWTPayload[];
  /** Every request, taken or not. */
  readonly requests: () => number;
  /** Header `Authorization` of each. */
  readonly authorizations: ReadonlyArray<string | undefined>;
  readonly bodies: readonly string[];
  /** Whose signatures it takes: asked for at each event, as `jwks_uri` is. */
  keys: () => Promise<unknown>;
  /** A bearer token that it asks for. */
  token: string | undefined;
  /** What it answers instead of looking at the event. */
  answer: { readonly status: number; readonly headers?: Record<string, string>; readonly body?: string } | undefined;
  readonly close: () => Promise<void>;
}

class Refused extends Error {
  constructor(
    readonly code: string,
    description: string,
  ) {
    super(description);
  }
}

const must = (isSo: boolean, code: string, description: string): void => {
  if (!isSo) throw new Refused(code, description);
};

const keysOf = (payload: object): string => Object.keys(payload).sort().join(' ');

/** The event in a token whose signature and claims are right. */
const readEvent = async (token: string, keys: unknown) => {
  const { payload } = await jwtVerify(token, createLocalJWKSet(keys as Parameters<typeof createLocalJWKSet>[0]), {
    typ: 'secevent+jwt',
    issuer: SSF_ISSUER,
    audience: SSF_AUDIENCE,
    requiredClaims: ['iat', 'jti', 'sub_id', 'events'],
    algorithms: ['RS256', 'ES256', 'EdDSA'],
  }).catch((cause: { code?: string; claim?: string; message: string }) => {
    if (cause.claim === 'iss') throw new Refused('invalid_issuer', cause.message);
    if (cause.claim === 'aud') throw new Refused('invalid_audience', cause.message);
    throw new Refused(cause.code?.startsWith('ERR_JWK') ? 'invalid_key' : 'authentication_failed', cause.message);
  });
  must(keysOf(payload) === 'aud events iat iss jti sub_id', 'invalid_request', `claims: ${keysOf(payload)}`);
  const { sub_id: subject, events, iat = 0, jti = '' } = payload as JWTPayload & { sub_id: object; events: object };
  must(Math.abs(iat - Date.now() / 1000) < 60, 'invalid_request', 'iat');
  const [[type, detail] = ['', {}], ...more] = Object.entries(events) as Array<[string, Record<string, unknown>]>;
  must(more.length === 0, 'invalid_request', 'more than one event');
  return { payload, subject, type, detail, jti };
};

/** Starts one on the loopback. */
export const ssfReceiver = async (): Promise<SsfReceiver> => {
  const [revoked, verified, bodies]: [
    Array<{ subject: unknown; payload: unknown; jti: string }>,
    JWTPayload[],
    string[],
  ] = [[], [], []];
  const seen = new Set<string>();

  const take = async (body: string, type: string | undefined): Promise<void> => {
    must(type === 'application/secevent+jwt', 'invalid_request', `content type ${type}`);
    const event = await readEvent(body, await receiver.keys());
    const { detail, subject, jti, payload } = event;
    if (event.type === VERIFICATION) {
      must(!('state' in detail), 'invalid_state', 'nobody asked for this one');
      const expected = JSON.stringify({ format: 'opaque', id: SSF_STREAM });
      must(JSON.stringify(subject) === expected, 'invalid_request', 'another stream');
      verified.push(payload);
      return;
    }
    must(event.type === CAEP, 'invalid_request', `event ${event.type}`);
    const {
      event_timestamp: at,
      initiating_entity: by,
      reason_admin: why,
    } = detail as {
      event_timestamp?: number;
      initiating_entity?: string;
      reason_admin?: { en?: string };
    };
    must(Number.isInteger(at) && Math.abs((at ?? 0) - Date.now() / 1000) < 60, 'invalid_request', 'event_timestamp');
    must(by === 'policy' && (why?.en ?? '') !== '', 'invalid_request', 'initiating_entity or reason_admin');
    // RFC 8935, 2: what was delivered before is acknowledged and not acted on again.
    if (!seen.has(jti)) revoked.push({ subject, payload: detail, jti });
    seen.add(jti);
  };

  const authorizations: Array<string | undefined> = [];
  const server = await httpServer((request, response) => {
    authorizations.push(request.headers.authorization);
    const refuse = (status: number, err: string, description: string): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ err, description }));
    };
    const handle = async (): Promise<void> => {
      const body = await bodyOf(request);
      bodies.push(body);
      const { answer, token } = receiver;
      if (answer !== undefined) return void response.writeHead(answer.status, answer.headers).end(answer.body);
      if (token !== undefined && request.headers.authorization !== `Bearer ${token}`)
        return refuse(401, 'authentication_failed', 'the token is not known');
      if (request.method !== 'POST' || request.url !== '/events') return refuse(404, 'invalid_request', 'not here');
      await take(body, request.headers['content-type']);
      response.writeHead(202).end();
    };
    handle().catch((cause: unknown) =>
      cause instanceof Refused ? refuse(400, cause.code, cause.message) : void response.writeHead(500).end(),
    );
  });
  const receiver: SsfReceiver = {
    url: `${server.url}/events`,
    port: server.port,
    revoked,
    verified,
    bodies,
    requests: () => authorizations.length,
    authorizations,
    keys: async () => ({ keys: [] }),
    token: undefined,
    answer: undefined,
    close: server.close,
  };
  return receiver;
};

/** How the connector talks to it. */
export const ssfParameters = (url: string) => ({
  base_url: url,
  allow_addresses: ['127.0.0.1'],
  authorization: 'none',
  issuer: SSF_ISSUER,
  audience: SSF_AUDIENCE,
  stream_id: SSF_STREAM,
  signing_key: { secret: 'signing' },
  subject: {
    format: 'email',
    realms: [
      { realm: 'corp', is: 'corp.example' },
      { realm: 'corp.example', is: 'corp.example' },
    ],
  },
});
