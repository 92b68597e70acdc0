import { present } from '../../../common/present';
import { readFile } from 'fs/promises';
import { dirname } from 'path';
import type * as t from 'io-ts';
import { Problem, type RouteContract } from '../../../common/api/contract';
import { decode, sentence } from '../../../common/codec/decode';
import { err, ok, type Result } from '../../../common/result';
import { ownCertificateFiles } from '../standalone/http/own_certificate';
import type { Address } from './address';

const PATIENCE_MS = 30_000;

/** A bare key is one of the standalone host; anything with a scheme goes as it is. */
const authorizationIn = (text: string, scheme: string): string => (/\s/.test(text) ? text : `${scheme} ${text}`);

const authorizationFrom = async ({ tokenFile, scheme }: Address): Promise<Result<string, string>> => {
  try {
    return ok(authorizationIn((await readFile(tokenFile, 'utf8')).trim(), scheme ?? 'Reflex'));
  } catch (cause) {
    return err(`the token cannot be read (${(cause as Error).message}); name its file with --token-file FILE`);
  }
};

/** The certificate that the standalone host made for itself lies beside its key. */
const ownAuthority = ({ url, tokenFile }: Address): Promise<string | undefined> =>
  url.startsWith('https:')
    ? readFile(ownCertificateFiles(dirname(tokenFile)).cert, 'utf8').catch(() => undefined)
    : Promise.resolve(undefined);

interface Sending {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal: AbortSignal;
}

/** What of an answer is read here. */
type Got = Pick<Response, 'ok' | 'status' | 'json'>;

/** Believes that certificate too, and that one only under the names that are in it. */
const fetched = async (address: Address, path: string, sending: Sending): Promise<Got> => {
  const ca = await ownAuthority(address);
  if (ca === undefined) return fetch(`${address.url}${path}`, sending);
  const [{ Agent, fetch: fetchWith }, { rootCertificates }] = await Promise.all([import('undici'), import('tls')]);
  const dispatcher = new Agent({ connect: { ca: [...rootCertificates, ca] } });
  return fetchWith(`${address.url}${path}`, { ...sending, dispatcher });
};

const sent = async (
  address: Address,
  { method, path, body }: { readonly method: string; readonly path: string; readonly body: unknown },
): Promise<Result<Got, string>> => {
  const authorization = await authorizationFrom(address);
  if (!authorization.ok) return authorization;
  try {
    return ok(
      await fetched(address, path, {
        method: method.toUpperCase(),
        headers: { authorization: authorization.value, 'osd-xsrf': 'reflex', 'content-type': 'application/json' },
        ...present({ body: method === 'get' ? undefined : JSON.stringify(body) }),
        signal: AbortSignal.timeout(PATIENCE_MS),
      }),
    );
  } catch (cause) {
    const { message, cause: inner } = cause as Error & { cause?: Error };
    return err(`no Reflex answers at ${address.url} (${inner?.message ?? message}); name another with --url`);
  }
};

const refusalIn = (status: number, body: unknown): string => {
  const problem = decode(Problem, body);
  return problem.ok ? `${problem.value.message} (${problem.value.code})` : `it answered ${status}`;
};

/** A contract of which this command fills the query itself. */
type Askable<Answer> = Pick<RouteContract<unknown, unknown, unknown, Answer>, 'method' | 'path'> & {
  readonly answer: t.Type<Answer, unknown, unknown>;
};

/**
 * Asks a running host.
 *
 * @param params put into the path of the contract
 * @param sends the body, where the contract has one
 * @param query put behind the path
 * @returns the checked answer, or why there is none, in a sentence
 */
export const ask = async <Answer>(
  address: Address,
  contract: Askable<Answer>,
  params: Readonly<Record<string, string>> = {},
  sends: unknown = {},
  query: Readonly<Record<string, string>> = {},
): Promise<Result<Answer, string>> => {
  const path = contract.path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));
  const search = new URLSearchParams(query).toString();
  const response = await sent(address, {
    method: contract.method,
    path: search === '' ? path : `${path}?${search}`,
    body: sends,
  });
  if (!response.ok) return response;
  const body: unknown = await response.value.json().catch(() => undefined);
  if (!response.value.ok) return err(refusalIn(response.value.status, body));
  const answer = decode(contract.answer, body);
  return answer.ok
    ? answer
    : err(`what answers at ${address.url} is no Reflex of this version: ${sentence(answer.error)}`);
};
