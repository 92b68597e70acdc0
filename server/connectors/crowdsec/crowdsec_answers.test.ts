import { aCall, aClearedCommand, effectOf } from '../../../test/targets/commands';
import { bodyOf, httpServer, type LoopbackServer } from '../../../test/targets/loopback_server';
import type { Connector } from '../connector';
import { makeConnectors } from '../registry';

/*
 * Answers that the real CrowdSec gives rarely or never. What it usually does is tested against it in
 * `crowdsec.integration.test.ts`.
 */

const PASSWORD = 'password-of-the-machine';
const KEY = 'key-of-the-bouncer';
const TOKEN = 'eyJhbGciOiJIUzI1NiJ9.token.of-the-session';

interface Answer {
  readonly status: number;
  readonly body: unknown;
}
type Answers = (request: { method: string; path: string; authorization: string }) => Answer;

const servers: LoopbackServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((each) => each.close()));
});

const started = async (answers: Answers): Promise<{ connector: Connector; requests: readonly string[] }> => {
  const requests: string[] = [];
  const server = await httpServer((request, response) => {
    const reply = ({ status, body }: Answer): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    void bodyOf(request).then(() => {
      const [path = ''] = (request.url ?? '').split('?');
      const method = request.method ?? '';
      requests.push(`${method} ${path}`);
      if (path === '/v1/watchers/login')
        return reply({ status: 200, body: { code: 200, token: TOKEN, expire: '2999-01-01T00:00:00Z' } });
      const authorization = request.headers.authorization ?? String(request.headers['x-api-key']);
      reply(answers({ method, path, authorization }));
    });
  });
  servers.push(server);
  const parameters = {
    base_url: server.url,
    allow_addresses: ['127.0.0.1'],
    machine_id: 'reflex',
    password: { secret: 'password' },
    bouncer_key: { secret: 'key' },
  };
  const { connectors } = makeConnectors([{ name: 'edge', kind: 'crowdsec', parameters }], (name) =>
    name === 'password' ? PASSWORD : KEY,
  );
  const connector = connectors.get('edge');
  if (!connector) throw new Error('not made');
  return { connector, requests };
};

const NOTHING: Answer = { status: 200, body: null };
const command = aClearedCommand();
const execute = (connector: Connector) => connector.execute(command, aCall());

describe('an answer of CrowdSec to a new alert', () => {
  it.each([
    ['its id', { status: 201, body: ['7'] }, { kind: 'succeeded', after: { alert_id: '7' } }],
    ['no id', { status: 201, body: [] }, { kind: 'unknown' }],
    ['what nobody knows', { status: 201, body: { a: 1 } }, { kind: 'unknown' }],
    [
      'missing fields, as 500',
      { status: 500, body: { message: 'validation failure list:\n0.capacity in body is required' } },
      { kind: 'failed', error: { code: 'refused_by_target', retryable: false } },
    ],
    [
      'a bad address, as 500',
      { status: 500, body: { message: 'unable to create alerts: invalid addr/range nope : invalid address' } },
      { kind: 'failed', error: { code: 'refused_by_target', retryable: false } },
    ],
    [
      'a bad duration, as 500',
      { status: 500, body: { message: 'invalid duration "xyz"' } },
      { kind: 'failed', error: { retryable: false } },
    ],
    [
      'a broken database, as 500',
      { status: 500, body: { message: 'bulk insert: database is locked' } },
      { kind: 'unknown', error: { retryable: true } },
    ],
    ['a proxy in the way', { status: 502, body: 'bad gateway' }, { kind: 'unknown' }],
    ['too many', { status: 429, body: {} }, { kind: 'failed', error: { retryable: true } }],
    ['a refusal', { status: 403, body: {} }, { kind: 'failed', error: { status: 403, retryable: false } }],
  ])('that says %s', async (_what, answer, outcome) => {
    const { connector } = await started(({ method }) => (method === 'POST' ? answer : NOTHING));
    expect(await execute(connector)).toMatchObject(outcome);
  });
});

describe('answers of CrowdSec that cannot be read', () => {
  const broken: readonly Answer[] = [
    { status: 200, body: {} },
    { status: 200, body: [{ id: 1 }] },
    { status: 200, body: 'text' },
    { status: 500, body: null },
    { status: 403, body: null },
  ];

  it('stop an order before it is given, and say nothing about an effect', async () => {
    for (const answer of broken) {
      const { connector, requests } = await started(() => answer);
      expect(await execute(connector)).toMatchObject({ kind: 'failed' });
      expect(requests).not.toContain('POST /v1/alerts');
      expect(await connector.verify(effectOf(command), aCall())).toMatchObject({ state: 'unknown' });
      expect(await connector.list(aCall())).toMatchObject({ ok: false });
    }
  });

  it('stop an undoing before anything is deleted', async () => {
    for (const body of [{}, [{ decisions: [{ id: 1 }] }], [{ decisions: 7 }]]) {
      const { connector, requests } = await started(() => ({ status: 200, body }));
      expect(await connector.undo(effectOf(command), aCall())).toMatchObject({ kind: 'failed' });
      expect(requests.filter((each) => each.startsWith('DELETE'))).toEqual([]);
    }
  });
});

describe('undoing at a CrowdSec that', () => {
  const decision = (id: number, scenario: string, origin = 'reflex') => ({
    id,
    origin,
    scenario,
    scope: 'Ip',
    type: 'ban',
    value: command.target.value,
    duration: '5m',
  });
  const ours = `reflex/${command.command_id}`;
  const alerts = (decisions: readonly unknown[]): Answer => ({ status: 200, body: [{ decisions }] });

  it('ignores the filter still deletes only what is ours, each by its id', async () => {
    const all = [
      decision(1, 'crowdsecurity/ssh-bf', 'crowdsec'),
      decision(2, ours),
      decision(3, ours, 'cscli'),
      decision(4, ours),
    ];
    const { connector, requests } = await started(({ method }) =>
      method === 'DELETE' ? { status: 200, body: { nbDeleted: '1' } } : alerts(all),
    );
    expect(await connector.undo(effectOf(command), aCall())).toMatchObject({
      kind: 'succeeded',
      text: 'deleted 2 of our decisions',
    });
    expect(requests.filter((each) => each.startsWith('DELETE'))).toEqual([
      'DELETE /v1/decisions/2',
      'DELETE /v1/decisions/4',
    ]);
  });

  it.each([
    [
      'has it no more',
      { status: 500, body: { message: "decision with id '2' doesn't exist: unable to delete" } },
      'succeeded',
    ],
    ['breaks', { status: 500, body: { message: 'database is locked' } }, 'unknown'],
    ['refuses', { status: 403, body: {} }, 'failed'],
  ])('%s', async (_what, answer, kind) => {
    const { connector } = await started(({ method }) => (method === 'DELETE' ? answer : alerts([decision(2, ours)])));
    expect(await connector.undo(effectOf(command), aCall())).toMatchObject({ kind });
  });
});

describe('a ban that CrowdSec writes in another way', () => {
  const address = aClearedCommand({ target: { type: 'ip', value: '2001:db8::1' } });
  const banOf = (value: string): Answer => ({
    status: 200,
    body: [
      {
        id: 1,
        origin: 'reflex',
        scenario: `reflex/${address.command_id}`,
        scope: 'Ip',
        type: 'ban',
        value,
        duration: '5m',
      },
    ],
  });

  it.each([
    ['2001:db8::1', 'present'],
    ['2001:DB8:0:0:0:0:0:1', 'present'],
    ['2001:db8::2', 'absent'],
    ['2001:db8::/32', 'absent'],
  ])('as %s is %s', async (value, state) => {
    const { connector } = await started(() => banOf(value));
    expect(await connector.verify(effectOf(address), aCall())).toMatchObject({ state });
  });

  it('is extended, not added once more', async () => {
    const ipv4 = aClearedCommand({ target: { type: 'ip', value: '::ffff:203.0.113.7' } });
    const mapped = { id: 1, origin: 'reflex', scenario: `reflex/${ipv4.command_id}`, scope: 'Ip', type: 'ban' };
    const ban = { ...mapped, value: '::ffff:203.0.113.7', duration: '1h' };
    const { connector, requests } = await started(({ path }) => ({
      status: 200,
      body: path === '/v1/alerts' ? [{ decisions: [ban] }] : [ban],
    }));
    expect(await connector.execute(ipv4, aCall())).toMatchObject({ text: 'CrowdSec had decided it already' });
    expect(requests.filter((each) => each.startsWith('POST /v1/alerts'))).toEqual([]);
  });
});

describe('the credentials for CrowdSec', () => {
  it('do not come back in what is recorded (X12)', async () => {
    const { connector } = await started(({ authorization }) => ({
      status: 500,
      body: { message: `no: ${authorization}` },
    }));
    const told = JSON.stringify([
      await execute(connector),
      await connector.verify(effectOf(command), aCall()),
      await connector.undo(effectOf(command), aCall()),
      await connector.list(aCall()),
      await connector.status(aCall()),
    ]);
    expect(told.split('[secret]').length).toBeGreaterThan(3);
    for (const secret of [PASSWORD, KEY, TOKEN]) expect(told).not.toContain(secret);
  });
});

describe('a ban that is to last longer', () => {
  const SECOND = 1_000;
  /** CrowdSec with what it decided; a ban that is deleted stays on record with an end in the past. */
  const crowdsec = async (...bans: ReadonlyArray<{ readonly command: string; duration: string }>) => {
    const decisions = bans.map(({ command: id, duration }, n) => ({
      id: n + 1,
      origin: 'reflex',
      scenario: `reflex/${id}`,
      scope: 'Ip',
      type: 'ban',
      value: command.target.value,
      duration,
    }));
    const gone: number[] = [];
    const served = await started(({ method, path }) => {
      if (method === 'DELETE') gone.push(Number(path.split('/').pop()));
      for (const each of decisions) if (gone.includes(each.id)) each.duration = '-0.1s';
      if (method === 'POST') return { status: 201, body: ['7'] };
      if (path === '/v1/alerts') return { status: 200, body: [{ decisions }] };
      return method === 'DELETE' ? { status: 200, body: {} } : { status: 200, body: decisions };
    });
    const extend = (ms: number | null) => served.connector.extend?.(effectOf(command), ms, aCall());
    return { ...served, extend, gone };
  };

  it('stays where it lasts long enough already', async () => {
    const { extend, requests } = await crowdsec({ command: command.command_id, duration: '1h0m59s' });
    expect(await extend(3_600 * SECOND)).toMatchObject({ kind: 'succeeded' });
    expect(requests.filter((each) => /^(POST|DELETE)/.test(each) && !each.includes('login'))).toEqual([]);
  });

  it('goes first, for the firewall would keep its end, and comes again once the firewall has forgotten it', async () => {
    const { extend, requests, gone } = await crowdsec({ command: command.command_id, duration: '1m0s' });
    expect(await extend(3_600 * SECOND)).toMatchObject({
      kind: 'failed',
      error: { code: 'settling', retryable: true },
    });
    expect(gone).toEqual([1]);
    expect(await extend(3_600 * SECOND)).toMatchObject({ kind: 'failed', retry_after_ms: expect.any(Number) });
    expect(requests).not.toContain('POST /v1/alerts');
  });

  it('comes again where nothing of it is left', async () => {
    const { extend, requests } = await crowdsec();
    expect(await extend(null)).toMatchObject({ kind: 'succeeded' });
    expect(requests).toContain('POST /v1/alerts');
  });
});

describe('a token that is refused', () => {
  it('is asked for anew, also where the next login brings the same one', async () => {
    const seen: string[] = [];
    const { connector, requests } = await started(({ method, path, authorization }) => {
      if (method !== 'POST' || path !== '/v1/alerts') return NOTHING;
      seen.push(authorization);
      return seen.length === 1 ? { status: 401, body: {} } : { status: 201, body: ['1'] };
    });
    expect(await execute(connector)).toMatchObject({ kind: 'succeeded' });
    expect(seen).toEqual([`Bearer ${TOKEN}`, `Bearer ${TOKEN}`]);
    expect(requests.filter((each) => each === 'POST /v1/watchers/login')).toHaveLength(2);
  });
});
