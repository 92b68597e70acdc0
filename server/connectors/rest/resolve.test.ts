import { aCall, aClearedCommand, effectOf } from '../../../test/targets/commands';
import { httpServer } from '../../../test/targets/loopback_server';
import { makeConnectors } from '../registry';

/** A target that knows hosts by ids, and of each whether it is isolated. */
const hostsTarget = async () => {
  const seen: string[] = [];
  const world = {
    status: 200,
    hosts: [{ hostname: 'WEB-1', id: 'id-1' }] as Array<{ hostname: string; id: unknown }>,
    isolated: new Set<string>(),
    answersIsolated: 200,
  };
  const server = await httpServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://target');
    seen.push(`${request.method ?? ''} ${url.pathname}${decodeURIComponent(url.search)}`);
    const reply = (status: number, body: object = {}): void =>
      void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    const id = url.pathname.split('/')[2] ?? '';
    if (url.pathname === '/hosts') return reply(world.status, { hosts: world.hosts });
    if (request.method === 'GET') return reply(world.answersIsolated, { isolated: world.isolated.has(id) });
    if (url.pathname.endsWith('/isolate')) world.isolated.add(id);
    else world.isolated.delete(id);
    return reply(200);
  });
  return { server, world, seen };
};

const ACTION = {
  resolve: {
    method: 'GET',
    path: '/hosts',
    query: { filter: { $: 'target.value', before: "name eq '", after: "'" } },
    found: { status: [200] },
    items: '/hosts',
    name: '/hostname',
    id: '/id',
  },
  only_if_absent: true,
  execute: { method: 'POST', path: '/hosts/{target.id}/isolate' },
  verify: {
    method: 'GET',
    path: '/hosts/{target.id}',
    present: { status: [200], where: { pointer: '/isolated', equals: true } },
    absent: [{ status: [404] }, { status: [200], where: { pointer: '/isolated', equals: false } }],
  },
  undo: { method: 'POST', path: '/hosts/{target.id}/release' },
};

const made = (url: string, change: object = {}, more: object = {}) =>
  makeConnectors(
    [
      {
        name: 'edr',
        kind: 'rest',
        parameters: {
          base_url: url,
          allow_addresses: ['127.0.0.1'],
          idempotency: 'none',
          settle_time_ms: 0,
          tagged: false,
          actions: { isolate_host: { ...ACTION, ...change } },
          ...more,
        },
      },
    ],
    () => 'a-secret',
  );

describe('a host that the target knows by an id', () => {
  let target: Awaited<ReturnType<typeof hostsTarget>>;
  beforeEach(async () => {
    target = await hostsTarget();
  });
  afterEach(() => target.server.close());

  const connector = () => {
    const { connectors, faults } = made(target.server.url);
    const edr = connectors.get('edr');
    if (edr === undefined) throw new Error(JSON.stringify(faults));
    return edr;
  };
  const command = (value = 'web-1') =>
    aClearedCommand({ action: 'isolate_host', target: { type: 'host', value }, connector: 'edr' });
  const orders = () => target.seen.filter((each) => each.startsWith('POST'));

  it('is found by its name, and its id is recorded', async () => {
    expect(await connector().execute(command(), aCall())).toMatchObject({
      kind: 'succeeded',
      after: { target_id: 'id-1' },
    });
    expect(target.seen).toEqual(["GET /hosts?filter=name eq 'web-1'", 'GET /hosts/id-1', 'POST /hosts/id-1/isolate']);
  });

  it.each([
    ['nobody', [], /no `web-1`/],
    [
      'two of the name',
      [
        { hostname: 'web-1', id: 'a' },
        { hostname: 'WEB-1', id: 'b' },
      ],
      /more than one/,
    ],
    ['what only begins so', [{ hostname: 'web-10', id: 'a' }], /no `web-1`/],
    ['one without an id', [{ hostname: 'web-1', id: { a: 1 } }], /no `web-1`/],
  ])('is refused before the order where the target knows %s', async (_what, hosts, message) => {
    target.world.hosts = hosts;
    expect(await connector().execute(command(), aCall())).toMatchObject({
      kind: 'failed',
      error: { code: 'not_resolved', retryable: false, message: expect.stringMatching(message) },
    });
    expect(orders()).toEqual([]);
  });

  it('is asked for again later where the target was busy', async () => {
    target.world.status = 429;
    expect(await connector().execute(command(), aCall())).toMatchObject({
      kind: 'failed',
      error: { code: 'http_status', retryable: true },
    });
    expect(orders()).toEqual([]);
  });

  it('never puts more than plain letters into a filter', async () => {
    for (const value of ["x' or name ne '", 'web*', 'web 1'])
      expect(await connector().execute(command(value), aCall())).toMatchObject({ kind: 'failed' });
    expect(target.seen).toEqual([]);
  });

  it('is released by the id that was isolated, also after the name got another one', async () => {
    const given = command();
    await connector().execute(given, aCall());
    target.world.hosts = [{ hostname: 'web-1', id: 'id-2' }];
    const effect = { ...effectOf(given), after: { target_id: 'id-1' } };
    expect(await connector().verify(effect, aCall())).toMatchObject({ state: 'present' });
    expect(await connector().undo(effect, aCall())).toMatchObject({ kind: 'succeeded' });
    expect(target.world.isolated.size).toBe(0);
    expect(await connector().verify(effect, aCall())).toMatchObject({ state: 'absent' });
  });

  it('is asked for again where nothing was recorded, and what is not found then is not absent', async () => {
    const effect = effectOf(command());
    target.world.isolated.add('id-1');
    expect(await connector().verify(effect, aCall())).toMatchObject({ state: 'present' });
    target.world.hosts = [];
    expect(await connector().verify(effect, aCall())).toMatchObject({ state: 'unknown' });
    expect(await connector().undo(effect, aCall())).toMatchObject({ kind: 'failed' });
    expect(orders()).toEqual([]);
  });

  it('stays as it is where somebody else isolated it, or where nobody can tell', async () => {
    target.world.isolated.add('id-1');
    expect(await connector().execute(command(), aCall())).toMatchObject({
      kind: 'failed',
      error: { code: 'there_already', retryable: false },
    });
    target.world.answersIsolated = 500;
    expect(await connector().execute(command(), aCall())).toMatchObject({ kind: 'failed', error: { retryable: true } });
    expect(orders()).toEqual([]);
  });

  it('is not isolated without the permit', async () => {
    expect(await connector().execute(command(), aCall({ mayStart: () => false }))).toMatchObject({
      kind: 'not_started',
    });
    expect(orders()).toEqual([]);
  });

  it('is refused in a configuration that could not tell', () => {
    const faults = (change: object, more: object = {}) =>
      made('http://127.0.0.1:1', change, more).faults.map(({ path }) =>
        path.replace('parameters.actions.isolate_host.', ''),
      );
    expect(faults({})).toEqual([]);
    expect(faults({ resolve: undefined })).toEqual(['execute', 'verify', 'undo']);
    expect(faults({ resolve: { ...ACTION.resolve, query: {} } })).toEqual(['resolve']);
    expect(faults({ execute: { method: 'POST', path: '/isolate' } })).toEqual(['resolve']);
    expect(faults({}, { idempotency: 'set' })).toEqual(['only_if_absent']);
    expect(faults({ resolve: { ...ACTION.resolve, path: '/hosts/{target.id}' } })).toEqual(['resolve.path']);
  });
});
