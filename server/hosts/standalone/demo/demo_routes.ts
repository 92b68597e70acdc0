import { present } from '../../../../common/present';
import { iso } from '../../../../common/iso';
import { COLLECTIONS, type Collection, type DemoStore } from './demo_state';

/** A request to the demo's systems, taken apart. */
export interface DemoRequest {
  readonly method: string;
  /** Decoded segments of the path. */
  readonly segments: readonly string[];
  readonly body: unknown;
}

/** What a request would do; `apply` is only run if the fate of the request lets it. */
interface DemoAnswer {
  readonly status: number;
  readonly body?: unknown;
  readonly apply?: () => void;
}

const textIn = (body: unknown, field: string): string | undefined => {
  const value = typeof body === 'object' && body !== null ? (body as Record<string, unknown>)[field] : undefined;
  return typeof value === 'string' && value !== '' && value.length <= 4096 ? value : undefined;
};

const badRequest = (message: string): DemoAnswer => ({ status: 422, body: { message } });
const NOT_FOUND: DemoAnswer = { status: 404, body: { message: 'not found' } };

const putRule = (store: DemoStore, collection: Collection, id: string, body: unknown, now: number): DemoAnswer => {
  const value = textIn(body, 'value');
  if (value === undefined) return badRequest('`value` must be a text');
  const host = textIn(body, 'host');
  const seconds = (body as { ttl_seconds?: unknown }).ttl_seconds ?? null;
  if (seconds !== null && !(typeof seconds === 'number' && seconds > 0))
    return badRequest('`ttl_seconds` must be a positive number or null');
  const there = store.rule(collection, id);
  const rule = {
    id,
    value,
    ...present({ host }),
    since: there?.since ?? iso(now),
    ...present({ until: seconds === null ? undefined : iso(now + seconds * 1000) }),
  };
  return {
    status: there ? 200 : 201,
    body: rule,
    apply: () => {
      if (there === undefined) store.putRule(collection, rule);
    },
  };
};

const rules = (store: DemoStore, collection: Collection, request: DemoRequest, now: number): DemoAnswer => {
  const [, , id] = request.segments;
  if (id === undefined)
    return request.method === 'GET' ? { status: 200, body: { items: store.current().rules[collection] } } : NOT_FOUND;
  const rule = store.rule(collection, id);
  switch (request.method) {
    case 'PUT':
      return putRule(store, collection, id, request.body, now);
    case 'GET':
      return rule === undefined ? NOT_FOUND : { status: 200, body: rule };
    case 'DELETE':
      return rule === undefined ? NOT_FOUND : { status: 200, body: rule, apply: () => store.dropRule(collection, id) };
    default:
      return { status: 405 };
  }
};

const changeUser = (store: DemoStore, what: string, body: unknown): DemoAnswer => {
  const [name, command] = [textIn(body, 'user'), textIn(body, 'command')];
  if (name === undefined || command === undefined) return badRequest('`user` and `command` must be texts');
  const user = store.user(name);
  switch (what) {
    case 'disable':
      if (!user.enabled) return { status: user.disabled_by === command ? 200 : 409, body: user };
      return { status: 200, apply: () => store.putUser({ ...user, enabled: false, disabled_by: command }) };
    case 'enable':
      if (user.enabled) return { status: 200, body: user };
      if (user.disabled_by !== command) return { status: 409, body: { message: 'somebody else disabled this user' } };
      return { status: 200, apply: () => store.putUser({ ...user, enabled: true, disabled_by: null }) };
    case 'revoke':
      return { status: 200, body: { revoked: user.sessions }, apply: () => store.putUser({ ...user, sessions: 0 }) };
    default:
      return NOT_FOUND;
  }
};

const users = (store: DemoStore, { method, segments, body }: DemoRequest): DemoAnswer => {
  const [, what = '', name] = segments;
  if (method === 'POST' && name === undefined) return changeUser(store, what, body);
  if (method !== 'GET' || what !== 'users') return NOT_FOUND;
  if (name !== undefined) return { status: 200, body: store.user(name) };
  return { status: 200, body: { items: store.current().users } };
};

/** Whether a request asks the endpoint agent about a host. */
export const isHostQuestion = ({ method, segments }: DemoRequest): boolean =>
  method === 'GET' && segments.length === 3 && segments[0] === 'edr' && segments[1] === 'hosts';

const isManaged = (host: string): boolean => /^(ws-(fin|eng|sal|ops)|srv)-\d+$/.test(host);
/** Workstations of Sales whose number ends with 7 were altered, so that the story knows which. */
const isTampered = (host: string): boolean => /^ws-sal-\d*7$/.test(host);
const isAsleep = (host: string): boolean => host === 'ws-sal-099';

const hostReport = (host: string): DemoAnswer => {
  if (!isManaged(host)) return NOT_FOUND;
  if (isAsleep(host)) return { status: 200, body: { host, state: 'asleep', detail: 'no report since yesterday' } };
  return {
    status: 200,
    body: isTampered(host)
      ? { host, state: 'tampered', detail: 'the boot image and two drivers differ from the signed ones' }
      : { host, state: 'healthy', detail: 'boot image, drivers and agent are as signed' },
  };
};

/** Answers one request to the demo's firewall, resolver, endpoint agent or identity provider. */
export const demoAnswer = (store: DemoStore, request: DemoRequest, now: number): DemoAnswer => {
  const [system, what] = request.segments;
  if (system === 'idp') return users(store, request);
  if (isHostQuestion(request)) return hostReport(request.segments[2] ?? '');
  const collection = COLLECTIONS.find((each) => each === `${system}/${what}`);
  return collection === undefined || request.segments.length > 3 ? NOT_FOUND : rules(store, collection, request, now);
};
