import * as t from 'io-ts';
import { described, list, number, record, text } from '../codec/codecs';

/**
 * What a token may be good for; each is a right of its own.
 *
 * - `intake`: send events; `alerting`: send messages of OpenSearch Alerting, which Reflex looks up in the cluster
 * - `ask`: evaluate without effect; `act`: let what is permitted be executed; `metrics`: read metrics
 * - `verdict`: say what an event turned out to be whose act was handed over
 */
export const TOKEN_RIGHTS = ['intake', 'alerting', 'ask', 'act', 'metrics', 'verdict'] as const;
export type TokenRight = (typeof TOKEN_RIGHTS)[number];

/**
 * What a caller must be allowed to do.
 *
 * - `open`: anybody who reaches the host; the rights of tokens, see above
 * - `read`: look; `respond`: lift, label, stop, deny, order by hand;
 *   `approve`: permit what waits and what is released
 * - `author`: write policies; `admin`: inventory, connectors, demo
 */
export const ACCESS = ['open', ...TOKEN_RIGHTS, 'read', 'respond', 'approve', 'author', 'admin'] as const;
export type Access = (typeof ACCESS)[number];

/** Whether machines call this, and show a token: who is logged in does not. */
export const isByToken = (access: Access): access is TokenRight => (TOKEN_RIGHTS as readonly Access[]).includes(access);

/** One route: its place, who may call it, and what crosses the wire. OpenAPI is derived from it. */
export interface RouteContract<Params, Query, Body, Answer> {
  readonly method: 'get' | 'post' | 'put' | 'delete';
  /** With `{name}` for each path parameter. */
  readonly path: string;
  readonly summary: string;
  readonly access: Access;
  readonly params: t.Type<Params, unknown, unknown>;
  readonly query: t.Type<Query, unknown, unknown>;
  readonly body: t.Type<Body, unknown, unknown>;
  readonly answer: t.Type<Answer, unknown, unknown>;
  /** Media types of an answer that is no JSON of `answer`. */
  readonly answerTypes?: readonly string[];
  /** Most bytes of a body; default 1 MiB. */
  readonly maxBytes?: number;
  /** The handler gets the bytes as they came, whatever their content type. */
  readonly raw?: boolean;
  /** Events come in here: Reflex reads the JSON itself, and refuses one that readers would read in two ways. */
  readonly strict?: boolean;
  /** The handler itself checks who calls, by what the request carries: the host asks for no login. */
  readonly ownAuthentication?: boolean;
  /** A standard wants an error as a message in words: `code: message`, as text. */
  readonly errorsInWords?: boolean;
  /** What it tells is public: no host asks anybody for a login. */
  readonly isPublic?: boolean;
  /**
   * Answers while everything is still being got ready, too. `host`: from the first moment on; `disk`: as soon as the
   * local disk is open, though OpenSearch has not been met since the start.
   */
  readonly whileStarting?: 'host' | 'disk';
}

/** Where every route stands. */
export const BASE = '/api/reflex';

export const MIB = 1024 * 1024;

/** Nothing is expected here. */
export const nothing: t.Type<Record<never, never>, unknown> = record({});

/** A body is not looked at: raw, or absent. */
export const anything: t.Type<unknown, unknown> = t.unknown;

export const idText = text({ min: 1, max: 512 });
/** A thing that somebody looks for, in any spelling. */
export const targetText = described(
  text({ max: 512 }),
  'Only what concerns this thing, however it is spelt: `CORP\\ana` is `ana@corp`, `203.0.113.7:443` is `203.0.113.7`, and a host that the inventory lists is each of its names and addresses',
);
export const alsoAs = described(
  list(text({ max: 8192 }), 256),
  'Other spellings of `target` that were looked for; missing where no target was asked for',
);
export const reasonText = text({ min: 3, max: 2000 });
export const page = {
  limit: number({ min: 1, max: 1000, integer: true }),
  offset: number({ min: 0, max: 1_000_000, integer: true }),
};

/** Numbers in a query string are text until here. */
export const numeric = (codec: t.Type<number>): t.Type<number, unknown, unknown> =>
  new t.Type<number, unknown, unknown>(
    codec.name,
    codec.is,
    (value, context) =>
      codec.validate(typeof value === 'string' && value.trim() !== '' ? Number(value) : value, context),
    t.identity,
  );

/** Every error answer: a code of the closed list, a sentence, and every bad field. */
export const Problem = record(
  { code: idText, message: text({ max: 8192 }) },
  { fields: list(record({ path: t.string, message: t.string }), 200), retry_after_s: number() },
);
export type Problem = t.TypeOf<typeof Problem>;

/** Codes of problems and their HTTP status; the only ones that a route answers. */
export const PROBLEM_STATUS = {
  invalid: 400,
  unauthenticated: 401,
  stale_signature: 401,
  certificate_missing: 401,
  replayed: 401,
  forbidden: 403,
  not_found: 404,
  changed: 409,
  not_waiting: 409,
  stopped_again: 409,
  releasing: 409,
  source_off: 409,
  not_four_eyes: 403,
  answer_alone: 409,
  not_stand_in: 403,
  stand_in_loop: 409,
  stand_in_chain: 409,
  policy_invalid: 422,
  bundle_refused: 422,
  guard_invalid: 422,
  no_opa: 409,
  no_secret_key: 409,
  in_use: 409,
  signatures_missing: 409,
  signer_refused: 409,
  expired: 410,
  too_large: 413,
  overloaded: 429,
  unavailable: 503,
  not_here: 404,
  internal: 500,
} as const;
export type ProblemCode = keyof typeof PROBLEM_STATUS;

const DEFAULT_MAX_BYTES = 1024 * 1024;

/** What a host must know of a route before it serves it. */
export interface RoutePlace {
  readonly method: RouteContract<unknown, unknown, unknown, unknown>['method'];
  readonly path: string;
  readonly raw: boolean;
  readonly maxBytes: number;
  /** The route checks its caller by itself, by a token or a signature, or is public: programs call it. */
  readonly ownAuthentication: boolean;
}

type AnyContract = Pick<
  RouteContract<unknown, unknown, unknown, unknown>,
  'method' | 'path' | 'access' | 'raw' | 'strict' | 'maxBytes' | 'ownAuthentication' | 'isPublic'
>;

export const placeOf = ({
  method,
  path,
  access,
  raw = false,
  strict = false,
  maxBytes = DEFAULT_MAX_BYTES,
  ownAuthentication = false,
  isPublic = false,
}: AnyContract): RoutePlace => ({
  method,
  path,
  raw: raw || strict,
  maxBytes,
  ownAuthentication: ownAuthentication || isPublic || isByToken(access),
});

/** Fills the path of a contract. Parameters are encoded. */
export const pathOf = (
  contract: Pick<RouteContract<unknown, unknown, unknown, unknown>, 'path'>,
  params: Readonly<Record<string, string>> = {},
): string => contract.path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));

export const route = <Params, Query, Body, Answer>(
  contract: RouteContract<Params, Query, Body, Answer>,
): RouteContract<Params, Query, Body, Answer> => contract;
