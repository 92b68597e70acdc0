import type { Binding } from './bind';
import type { HostRequest, HostResponse, HostRoute } from './http';

/*
 * How the Authorization API wants its transport: the id of a request comes back with its answer, a body is JSON, and an
 * error is a message in words. What the answers of Reflex' own routes are like is in `bind.ts`.
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

const isJson = (request: HostRequest): boolean =>
  /^application\/json(\s*;|\s*$)/i.test(headerOf(request, 'content-type') ?? '');

const inWords = (status: number, message: string): HostResponse => ({
  status,
  headers: { 'cache-control': 'no-store', 'content-type': 'text/plain; charset=utf-8' },
  body: message,
});

interface ProblemBody {
  readonly message?: unknown;
  readonly fields?: ReadonlyArray<{ readonly path: string; readonly message: string }>;
}

/** An error of Reflex as the message that the standard wants. */
const asMessage = (response: HostResponse): HostResponse => {
  const { message, fields = [] } = (response.body ?? {}) as ProblemBody;
  const places = fields.map(({ path, message: why }) => (path === '' ? why : `\`${path}\` ${why}`));
  const said = inWords(response.status, [String(message), places.join('; ')].filter((each) => each !== '').join(': '));
  return { ...said, headers: { ...response.headers, ...said.headers } };
};

const whyNotRead = (route: HostRoute, request: HostRequest): string | undefined => {
  const id = requestIdOf(request);
  if (id !== undefined && (id.length > MOST_ID || !SENDABLE.test(id)))
    return `the header \`${HEADER}\` has more than ${MOST_ID} characters, or some that no header may have`;
  return route.method === 'post' && !isJson(request) ? 'send the body as `application/json`' : undefined;
};

const handled = async (route: HostRoute, request: HostRequest): Promise<HostResponse> => {
  const why = whyNotRead(route, request);
  if (why !== undefined) return inWords(400, why);
  const response = await route.handle(request);
  const said = response.status < 400 ? response : asMessage(response);
  const id = requestIdOf(request);
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
