import * as t from 'io-ts';
import { instant, list, number, oneOf, record, text } from '../../../common/codec/codecs';
import type { SignRequest } from '../../engine/policy/signer';

/* What goes over the socket of a signer: JSON over HTTP. */

export const SIGN_PATH = '/v1/sign';
export const KEY_PATH = '/v1/key';
/** A request of ten thousand policies with long names has fewer bytes. */
export const MOST_REQUEST_BYTES = 8 * 1024 * 1024;
const MOST_FILES = 20_000;

const digest = text({ min: 64, max: 64, pattern: /^[0-9a-f]+$/ });

const File = record({ name: text({ min: 1, max: 512 }), hash: digest, algorithm: oneOf(['SHA-256']) });
const Freshness = record({
  version: number({ min: 1, max: 1_000_000_000, integer: true }),
  statement_digest: digest,
  issued_at: instant,
  not_after: instant,
});

export const SignBody = t.union([
  record({ kind: t.literal('bundle'), manifest: text({ min: 1, max: 2_000_000 }), files: list(File, MOST_FILES) }),
  record({ kind: t.literal('freshness'), statement: Freshness }),
]);
export const SignAnswer = record({ token: text({ min: 1, max: MOST_REQUEST_BYTES }) });
export const SignerProblem = record({ message: text({ min: 1, max: 2_000 }) });
export const KeyAnswer = record({ key_id: text({ min: 16, max: 16 }), public_key: text({ min: 1, max: 8_192 }) });

export const bodyOf = (request: SignRequest): t.TypeOf<typeof SignBody> =>
  request.kind === 'bundle'
    ? { kind: 'bundle', manifest: Buffer.from(request.manifest).toString('base64'), files: [...request.files] }
    : request;

export const requestOf = (body: t.TypeOf<typeof SignBody>): SignRequest =>
  body.kind === 'bundle' ? { ...body, manifest: new Uint8Array(Buffer.from(body.manifest, 'base64')) } : body;
