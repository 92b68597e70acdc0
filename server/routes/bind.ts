import { traceOf } from '../../common/why';
import { present } from '../../common/present';
import type { Access, Problem, RouteContract } from '../../common/api/contract';
import { isByToken, placeOf, PROBLEM_STATUS } from '../../common/api/contract';
import { decode, type BadField } from '../../common/codec/decode';
import { err, ok, type Result } from '../../common/result';
import { isAway } from '../runner/keeping/session_lost';
import type { Log } from '../runner/ports';
import type { Refusal } from '../runner/record/refusal';
import type { ClientCertificate } from '../runner/ports/client_certificate';
import type { RefusedToken } from '../runner/sources/intake_tokens';
import { valueIn } from '../runner/sources/receive';
import type { HostRequest, HostResponse, HostRouter } from './http';

/** A channel that came with a token that is stored; see `ChannelTokens`. */
interface ChannelCaller {
  readonly id: string;
  readonly digest: string;
  readonly pending: boolean;
  readonly awaited: boolean;
}

/** Who calls, as the host or a token says. `may` never holds more than they may do at this moment. */
export interface Caller {
  readonly name: string;
  readonly may: readonly Access[];
  /** There are no users to tell apart here: approving is a separate step, recorded as such. */
  readonly singleUser: boolean;
  /** Roles by which policies may name approvers; missing where the host knows none. */
  readonly roles?: readonly string[];
  /** Who holds the token; what comes with it is what they asked for. */
  readonly owners?: readonly string[];
  /** The caller is a channel of OpenSearch: it sends messages of alerts, and nothing else. */
  readonly channel?: ChannelCaller;
}

export interface Input<Params, Query, Body> {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly caller: Caller;
  readonly request: HostRequest;
}

/** An answer that is not simply 200 with the contract's body. */
export interface Answered<Answer> {
  readonly status: number;
  readonly body: Answer;
  readonly headers?: Readonly<Record<string, string>>;
}

export type Handler<Params, Query, Body, Answer> = (
  input: Input<Params, Query, Body>,
) => Promise<Result<Answer | { readonly answered: Answered<Answer> }, Refusal>>;

export interface Binding {
  readonly router: HostRouter;
  readonly log: Log;
  /** Who the host says is calling, and for what; undefined if nobody is logged in. */
  readonly identify: (request: HostRequest, access?: Access) => Promise<Caller | undefined>;
  /**
   * Who a bearer token belongs to, or why it is taken no longer; undefined for one that is none of Reflex'.
   *
   * @throws StoreUnavailable if that cannot be known
   */
  readonly tokenOwner: (
    token: string,
    from: string | undefined,
    certificate?: ClientCertificate,
  ) => Promise<Caller | RefusedToken | undefined>;
  /**
   * What is still being got ready, or undefined once everything is. Until then only open routes answer.
   *
   * @param whileStarting true: undefined as soon as what needs no OpenSearch works
   */
  readonly loading: (whileStarting: boolean) => string | undefined;
  /** False on an agent without the role `ui`: people are served elsewhere, but for the order to stop. */
  readonly servesPeople: boolean;
}

const ANONYMOUS: Caller = { name: 'anonymous', may: ['open'], singleUser: false };

export const problemResponse = (
  problem: Problem & { readonly code: keyof typeof PROBLEM_STATUS; readonly current?: unknown },
): HostResponse => ({
  status: PROBLEM_STATUS[problem.code],
  headers: {
    'cache-control': 'no-store',
    ...present({ 'retry-after': problem.retry_after_s === undefined ? undefined : String(problem.retry_after_s) }),
  },
  body: problem,
});

const invalid = (where: string, fields: readonly BadField[]): HostResponse =>
  problemResponse({
    code: 'invalid',
    message: `the ${where} is not valid`,
    fields: fields.slice(0, 200).map(({ path, message }) => ({ path, message })),
  });

/** The bearer token of a request. */
export const bearerOf = ({ headers }: Pick<HostRequest, 'headers'>): string | undefined => {
  const { authorization } = headers;
  const value = Array.isArray(authorization) ? authorization[0] : authorization;
  return typeof value === 'string' && /^bearer /i.test(value) ? value.slice(7).trim() : undefined;
};

/** Why somebody is not let in whom a token names. */
interface RefusedCaller {
  readonly code: 'unauthenticated' | 'certificate_missing' | 'overloaded';
  readonly message: string;
}

/**
 * Whoever calls: the owner of the bearer token, if it is one of Reflex', else who is logged in where that counts. A
 * bearer that is none may be what the host logs people in by, behind a proxy.
 *
 * @returns undefined if it is nobody; an error if it is somebody whose token is taken no longer
 */
export const callerOf = async (
  binding: Binding,
  access: Access,
  request: HostRequest,
): Promise<Result<Caller | undefined, RefusedCaller>> => {
  const token = bearerOf(request);
  const owner = token === undefined ? undefined : await binding.tokenOwner(token, request.address, request.certificate);
  if (owner !== undefined)
    return 'refused' in owner ? err({ code: owner.code ?? 'unauthenticated', message: owner.refused }) : ok(owner);
  return ok(isByToken(access) ? undefined : await binding.identify(request, access));
};

const respond = <Answer>(answer: Answer | { readonly answered: Answered<Answer> }): HostResponse => {
  const headers = { 'cache-control': 'no-store' };
  if (typeof answer === 'object' && answer !== null && 'answered' in answer) {
    const { status, body, headers: more } = answer.answered;
    return { status, headers: { ...headers, ...more }, body: body as object };
  }
  return { status: 200, headers, body: answer as object };
};

/** What somebody is told who may not. */
export const withoutRight = ({ name }: Pick<Caller, 'name'>, access: Access) => ({
  code: 'forbidden' as const,
  message: `\`${name}\` may not do this: it takes the right to \`${access}\``,
});

/** Who calls, or the answer to somebody who may not. */
const admit = async (binding: Binding, access: Access, request: HostRequest): Promise<Result<Caller, HostResponse>> => {
  const found = await callerOf(binding, access, request);
  if (access === 'open') return ok((found.ok ? found.value : undefined) ?? ANONYMOUS);
  if (!found.ok) return err(problemResponse(found.error));
  const caller = found.value;
  if (caller === undefined) {
    const message = isByToken(access) ? 'send a valid bearer token' : 'log in first';
    return err(problemResponse({ code: 'unauthenticated', message }));
  }
  if (caller.may.includes(access)) return ok(caller);
  return err(problemResponse(withoutRight(caller, access)));
};

/** The body as a value, or what is wrong with its text. */
const bodyOf = (
  { strict }: Pick<RouteContract<unknown, unknown, unknown, unknown>, 'strict'>,
  { body }: HostRequest,
): Result<unknown, string> =>
  strict === true && Buffer.isBuffer(body) ? valueIn(body.toString('utf8')) : ok(body ?? {});

/** What was sent, checked by the contract, or the answer that names the bad fields. */
const inputOf = <Params, Query, Body, Answer>(
  contract: RouteContract<Params, Query, Body, Answer>,
  request: HostRequest,
  caller: Caller,
): Result<Input<Params, Query, Body>, HostResponse> => {
  const params = decode(contract.params, request.params);
  if (!params.ok) return err(invalid('path', params.error));
  const query = decode(contract.query, request.query);
  if (!query.ok) return err(invalid('query', query.error));
  const sent = bodyOf(contract, request);
  if (!sent.ok) return err(invalid('body', [{ path: '', message: sent.error }]));
  const body = decode(contract.body, sent.value);
  if (!body.ok) return err(invalid('body', body.error));
  return ok({ params: params.value, query: query.value, body: body.value, caller, request });
};

const refused = ({ code, message, fields, current }: Refusal): HostResponse =>
  problemResponse({
    code,
    message,
    ...present({ fields: fields && fields.map((field) => ({ ...field })), current }),
  });

/** What a route answers that threw: OpenSearch is away, or Reflex has a fault. */
const failed = ({ log }: Binding, { method, path }: { method: string; path: string }, cause: unknown): HostResponse => {
  // A session is lost where OpenSearch did not answer in time: the next one answers again.
  if (isAway(cause)) {
    const message = 'OpenSearch does not answer right now';
    return problemResponse({ code: 'unavailable', message, retry_after_s: 5 });
  }
  const why = traceOf(cause);
  log.error('a route failed', { route: `${method} ${path}`, why });
  return problemResponse({ code: 'internal', message: 'this is a fault in Reflex; the log says more' });
};

const FOR_PEOPLE: readonly Access[] = ['read', 'respond', 'approve', 'author', 'admin'];
const NO_PEOPLE = {
  code: 'not_here',
  message: 'this agent has no role `ui`; ask one that has it. Only the order to stop is taken everywhere',
} as const;

/** What machines ask, and the order to stop, is answered by every agent. */
const isForPeople = ({
  access,
  whileStarting,
}: Pick<RouteContract<unknown, unknown, unknown, unknown>, 'access' | 'whileStarting'>): boolean =>
  whileStarting !== 'host' && FOR_PEOPLE.includes(access);

/**
 * Serves a contract: who may call, what crosses the wire, and every failure as a `Problem` with its code. A handler
 * sees only checked values.
 */
export const serve = <Params, Query, Body, Answer>(
  binding: Binding,
  contract: RouteContract<Params, Query, Body, Answer>,
  handler: Handler<Params, Query, Body, Answer>,
): void => {
  const waits =
    contract.whileStarting !== 'host' && (contract.access !== 'open' || contract.ownAuthentication === true);
  const handle = async (request: HostRequest): Promise<HostResponse> => {
    if (!binding.servesPeople && isForPeople(contract)) return problemResponse(NO_PEOPLE);
    const loading = binding.loading(contract.whileStarting === 'disk');
    if (loading !== undefined && waits)
      return problemResponse({ code: 'unavailable', message: loading, retry_after_s: 2 });
    const caller = await admit(binding, contract.access, request);
    if (!caller.ok) return caller.error;
    const input = inputOf(contract, request, caller.value);
    if (!input.ok) return input.error;
    const result = await handler(input.value);
    return result.ok ? respond(result.value) : refused(result.error);
  };
  binding.router.add({
    ...placeOf(contract),
    handle: (request) => handle(request).catch((cause: unknown) => failed(binding, contract, cause)),
  });
};
