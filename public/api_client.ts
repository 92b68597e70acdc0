import { present } from '../common/present';
import { pathOf, PROBLEM_STATUS, Problem, type ProblemCode, type RouteContract } from '../common/api/contract';
import { decode, sentence } from '../common/codec/decode';
import { err, ok, type Result } from '../common/result';
import type { HostHttp } from './host';
import { say } from './i18n';

/** What a call carries besides its contract. */
export interface CallInput<Params, Query, Body> {
  readonly params?: Params & Readonly<Record<string, string>>;
  readonly query?: Query;
  readonly body?: Body;
}

/** Why a call was refused. `current`: how things are now, where somebody else was faster. */
export type Refusal = Problem & { readonly current?: unknown };

/** The one way to the server: a contract says the path, and what crosses the wire in both directions. */
export interface Api {
  readonly call: <Params, Query, Body, Answer>(
    contract: RouteContract<Params, Query, Body, Answer>,
    input?: CallInput<Params, Query, Body>,
  ) => Promise<Result<Answer, Refusal>>;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

const queryOf = (query: unknown): Record<string, string> =>
  Object.fromEntries(
    Object.entries(isRecord(query) ? query : {}).flatMap(([key, value]) =>
      value === undefined || value === '' ? [] : [[key, String(value)]],
    ),
  );

const codeOf = (status: number): ProblemCode => {
  const codes = Object.keys(PROBLEM_STATUS) as ProblemCode[];
  return codes.find((code) => PROBLEM_STATUS[code] === status) ?? 'internal';
};

const asRefusal = (body: unknown): Refusal | undefined => {
  const { current, ...problem } = isRecord(body) ? body : {};
  const decoded = decode(Problem, problem);
  if (!decoded.ok) return undefined;
  return current === undefined ? decoded.value : { ...decoded.value, current };
};

/**
 * The problem behind a failed request: the route's own, as it is or as the host wraps it; else one made of the HTTP
 * status; else that the host cannot be reached.
 */
const refusalOf = (cause: unknown): Refusal => {
  const failure = isRecord(cause) ? cause : {};
  const body = isRecord(failure.body) ? failure.body : undefined;
  const told = asRefusal(body) ?? asRefusal(body?.attributes);
  if (told) return told;
  const status = isRecord(failure.response) ? failure.response.status : undefined;
  if (typeof status !== 'number') {
    return { code: 'unavailable', message: say('problem.unreachable', 'the host cannot be reached right now') };
  }
  const text = typeof body?.message === 'string' ? body.message : undefined;
  return {
    code: codeOf(status),
    message: text ?? say('problem.status', 'the host answered with status {status}', { status }),
  };
};

/** Calls routes through the host's own `http`, which adds the base path and the header against foreign pages. */
export const createApi = (http: HostHttp): Api => ({
  call: async (contract, { params, query, body } = {}) => {
    const carries = contract.method === 'post' || contract.method === 'put';
    try {
      const answer = await http[contract.method](pathOf(contract, params), {
        query: queryOf(query),
        ...present({ body: carries ? JSON.stringify(body ?? {}) : undefined }),
      });
      const decoded = decode(contract.answer, answer);
      if (decoded.ok) return ok(decoded.value);
      const message = say(
        'problem.other_form',
        'the host answered in another form than this page knows ({fields}); what you asked for may have been done: reload the page',
        { fields: sentence(decoded.error.slice(0, 3)) },
      );
      return err({ code: 'internal', message });
    } catch (cause) {
      return err(refusalOf(cause));
    }
  },
});
