import { ROUTES } from '../../common/api/routes';
import { problemResponse, type Binding } from './bind';
import type { HostRequest, HostResponse, HostRoute } from './http';

/*
 * How the Authorization API wants its transport: the id of a request comes back with its answer, a body is JSON, and an
 * error of what the standard defines is a message in words. What Reflex' own routes answer like is in `bind.ts`.
 */

const HEADER = 'x-request-id';
const MOST_ID = 1_024;
/** What a header may hold. */
const SENDABLE = /^[\t\x20-\x7e\x80-\xff]*$/;

const headerOf = ({ headers }: HostRequest, name: string): string | undefined => {
  const value = headers[name];
  return typeof value === 'string' ? value : value?.[0];
};

/** How whoever asks numbers the request; undefined where it does not. */
export const requestIdOf = (request: HostRequest): string | undefined => {
  const id = headerOf(request, HEADER);
  return id === undefined || id === '' ? undefined : id;
};

const isSendable = (id: string): boolean => id.length <= MOST_ID && SENDABLE.test(id);

/** The id as it goes back; one that no header may hold goes nowhere. */
const idToTellOf = (request: HostRequest): string | undefined => {
  const id = requestIdOf(request);
  return id !== undefined && isSendable(id) ? id : undefined;
};

const isJson = (request: HostRequest): boolean =>
  /^application\/json(\s*;|\s*$)/i.test(headerOf(request, 'content-type') ?? '');

const inWords = (status: number, message: string): HostResponse => ({
  status,
  headers: { 'cache-control': 'no-store', 'content-type': 'text/plain; charset=utf-8' },
  body: message,
});

interface ProblemBody {
  readonly code?: unknown;
  readonly message?: unknown;
  readonly fields?: ReadonlyArray<{ readonly path: string; readonly message: string }>;
}

/** An error of Reflex as the message that the standard wants. */
const asMessage = (response: HostResponse): HostResponse => {
  const { code, message, fields = [] } = (response.body ?? {}) as ProblemBody;
  const places = fields.map(({ path, message: why }) => (path === '' ? why : `\`${path}\` ${why}`));
  const words = [code, message, places.join('; ')].map(String).filter((each) => each !== '');
  const said = inWords(response.status, words.join(': '));
  return { ...said, headers: { ...response.headers, ...said.headers } };
};

const IN_WORDS: readonly string[] = Object.values(ROUTES).flatMap((contract) =>
  'errorsInWords' in contract && contract.errorsInWords === true ? [contract.path] : [],
);
const inWordsAt = ({ path }: HostRoute): boolean => IN_WORDS.includes(path);

const refusedAs = (route: HostRoute, message: string): HostResponse => {
  const problem = problemResponse({ code: 'invalid', message });
  return inWordsAt(route) ? asMessage(problem) : problem;
};

const whyNotRead = (route: HostRoute, request: HostRequest): string | undefined => {
  const id = requestIdOf(request);
  if (id !== undefined && !isSendable(id))
    return `the header \`${HEADER}\` has more than ${MOST_ID} characters, or some that no header may have`;
  return route.method === 'post' && !isJson(request) ? 'send the body as `application/json`' : undefined;
};

/** No JSON: whoever may not call is told that first, and whoever may is told what is wrong. */
const NOTHING = Buffer.alloc(0);

const handled = async (route: HostRoute, request: HostRequest): Promise<HostResponse> => {
  const why = whyNotRead(route, request);
  const response = await route.handle(why === undefined ? request : { ...request, body: NOTHING });
  const refused = why !== undefined && response.status === 400;
  const told = refused ? refusedAs(route, why) : response;
  const said = told.status < 400 || !inWordsAt(route) || refused ? told : asMessage(told);
  const id = idToTellOf(request);
  return id === undefined ? said : { ...said, headers: { ...said.headers, [HEADER]: id } };
};

/** The same parts, with routes whose transport is that of the standard. */
export const asTheStandardSays = <Parts extends Binding>(parts: Parts): Parts => {
  const router: Binding['router'] = {
    add: (route) => parts.router.add({ ...route, handle: (request) => handled(route, request) }),
  };
  // What is asked of the parts may be another thing each time: they are not copied.
  return Object.create(parts, { router: { value: router } }) as Parts;
};
