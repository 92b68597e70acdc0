import { Client } from 'undici';
import type * as t from 'io-ts';
import { decode } from '../../../common/codec/decode';
import { err, ok, type Result } from '../../../common/result';
import { checkSignature, parseJson, pemOfKey, type VerificationKey } from '../../engine/policy/signature';
import { signedValue, type Signer, type SignerFault, type SignRequest } from '../../engine/policy/signer';
import { bodyOf, KEY_PATH, KeyAnswer, SIGN_PATH, SignAnswer, SignerProblem } from './wire';

/** A signer answers within milliseconds; one that asks hardware within seconds. */
const ANSWER_MS = 15_000;
const MOST_ANSWER_BYTES = 16 * 1024 * 1024;

const away = (message: string): Result<never, SignerFault> => err({ code: 'signer_away', message });

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** One request over a connection of its own: signing is rare, and a socket that is kept says nothing of the signer. */
const ask = async (socket: string, method: 'GET' | 'POST', [path, body]: [string, unknown?]): Promise<Answer> => {
  const client = new Client('http://signer', {
    socketPath: socket,
    headersTimeout: ANSWER_MS,
    bodyTimeout: ANSWER_MS,
    connectTimeout: ANSWER_MS,
    maxResponseSize: MOST_ANSWER_BYTES,
  });
  try {
    const { statusCode, body: answer } = await client.request({
      method,
      path,
      headers: { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: statusCode, body: parseJson(new Uint8Array(await answer.arrayBuffer())) };
  } finally {
    await client.destroy();
  }
};

const read = <Codec extends t.Mixed>(codec: Codec, value: unknown): t.TypeOf<Codec> | undefined => {
  const decoded = decode(codec, value);
  return decoded.ok ? (decoded.value as t.TypeOf<Codec>) : undefined;
};

const whyOf = (cause: unknown, socket: string): string => {
  const { code, message } = cause as NodeJS.ErrnoException;
  if (code === 'ENOENT') return `there is no socket at \`${socket}\``;
  if (code === 'EACCES') return `this process may not open the socket at \`${socket}\``;
  if (code === 'ECONNREFUSED') return `nobody listens at \`${socket}\``;
  return message;
};

/** A token is what was asked for, by the key that the settings name, or it is not taken. */
const checked = (token: string, request: SignRequest, key: VerificationKey): Result<string, SignerFault> => {
  const { type, value } = signedValue(request, key.keyId);
  const signature = checkSignature(type, token, { keys: [{ ...key, revoked: false }] });
  const isSame = signature.kind === 'counts' && JSON.stringify(signature.value) === JSON.stringify(value);
  return isSame
    ? ok(token)
    : err({ code: 'signer_refused', message: `what it answered is not this release under key \`${key.keyId}\`` });
};

/**
 * A signer that is a process of its own, over its Unix socket.
 *
 * @param key that it signs with, as the settings name it: what another key signed is not taken
 */
export const socketSigner = (socket: string, key: VerificationKey): Signer => ({
  keyId: key.keyId,
  publicPem: pemOfKey(key.publicKey),
  whyAway: async () => {
    try {
      const { status, body } = await ask(socket, 'GET', [KEY_PATH]);
      const answer = status === 200 ? read(KeyAnswer, body) : undefined;
      if (answer === undefined) return `it answers ${status} to the question for its key`;
      return answer.key_id === key.keyId
        ? undefined
        : `it signs with key \`${answer.key_id}\`, and the settings name \`${key.keyId}\``;
    } catch (cause) {
      return whyOf(cause, socket);
    }
  },
  sign: async (request) => {
    let answer: Answer;
    try {
      answer = await ask(socket, 'POST', [SIGN_PATH, bodyOf(request)]);
    } catch (cause) {
      return away(whyOf(cause, socket));
    }
    const { status, body } = answer;
    const said = read(SignAnswer, body);
    if (status === 200 && said) return checked(said.token, request, key);
    const problem = read(SignerProblem, body)?.message ?? 'it gave no reason';
    return status >= 500 ? away(problem) : err({ code: 'signer_refused', message: problem });
  },
});
