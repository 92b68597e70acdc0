import {
  checkConnector,
  type ConnectorPresetView,
  type ConnectorView,
  getConnectorHealth,
  getList,
  listConnectorKinds,
  listConnectors,
  testConnector,
} from '../../common/api/routes';
import { decode } from '../../common/codec/decode';
import { throwSwitch } from '../../common/api/routes';
import { routeHost, callerWith, type RouteHost } from '../../test/builders/route_host';

let host: RouteHost;
beforeEach(async () => {
  host = await routeHost();
});

const listed = async (): Promise<readonly ConnectorView[]> => {
  const answer = await host.call(listConnectors);
  const read = decode(listConnectors.answer, JSON.parse(JSON.stringify(answer.body)));
  if (!read.ok) throw new Error(JSON.stringify(read.error));
  return read.value.connectors;
};
const named = async (): Promise<ConnectorView> => {
  const connector = (await listed()).find(({ actions }) => actions.some(({ action }) => action === 'block_ip'));
  if (connector === undefined) throw new Error('no connector blocks addresses');
  return connector;
};
const begin = async (as = callerWith('ada', 'read', 'admin')) =>
  host.call(testConnector, { params: { name: (await named()).name }, body: { action: 'block_ip' }, as });
const onAudit = () =>
  host.world.evidence
    .find({ family: 'audit' })
    .filter(({ body }) => body.verb === 'test_connector')
    .map(({ body }) => [body.by, body.outcome]);

describe('connectors', () => {
  it('are told with what each action is, whatever their configuration states', async () => {
    const { state, retries, actions } = await named();
    expect([state, retries.includes('no_answer')]).toEqual(['ok', true]);
    expect(actions.find(({ action }) => action === 'block_ip')).toEqual({
      action: 'block_ip',
      undo: 'unblock_ip',
      d3fend: 'D3-NTF',
      openc2: { action: 'deny', target: 'ipv4_net, ipv6_net', undo: 'allow' },
      milder: [],
      test_on: '192.0.2.0/24',
    });
  });

  it('are tested through the brakes and the audit, and nothing stays', async () => {
    expect(await begin()).toMatchObject({ status: 200, body: { state: 'running', by: 'ada' } });
    await host.wait(60_000);
    expect((await named()).test).toMatchObject({ state: 'passed', target: expect.stringMatching(/^192\.0\.2\./) });
    expect(onAudit()).toEqual([
      ['ada', 'asked'],
      ['ada', 'passed'],
    ]);
    expect([...host.world.target.entries.keys()]).toEqual([]);
    expect(host.world.target.history.map(({ kind }) => kind)).toEqual(['applied', 'removed']);
  });

  it('are never tested while a kill switch covers them', async () => {
    const stopped = await host.call(throwSwitch, { body: { scope: 'all', reason: 'a drill' } });
    expect(stopped.status).toBe(200);
    await host.wait(2_000);
    await begin();
    await host.wait(60_000);
    expect((await named()).test).toMatchObject({ state: 'failed', steps: [{ step: 'brakes', ok: false }] });
    expect(host.world.target.history).toEqual([]);
  });

  it('are tested by nobody without the right', async () => {
    expect(await begin(callerWith('eve', 'read', 'approve'))).toMatchObject({ status: 403 });
    expect(onAudit().filter(([, outcome]) => outcome === 'asked')).toEqual([]);
  });

  it('that there are not are not tested', async () => {
    expect(await host.call(testConnector, { params: { name: 'nowhere' }, body: {} })).toMatchObject({ status: 404 });
  });
});

describe('a connector that is to be configured', () => {
  const SECRETS = {
    env: { REFLEX_SECRET_FW: 'long enough' },
    keys: [],
  };
  const GOOD = {
    base_url: 'https://fw.example:8080',
    machine_id: 'reflex',
    password: { secret: 'fw' },
    bouncer_key: { secret: 'fw' },
  };
  const check = async (body: object) => {
    const answer = await host.call(checkConnector, { body });
    expect(answer.status).toBe(200);
    const read = decode(checkConnector.answer, JSON.parse(JSON.stringify(answer.body)));
    if (!read.ok) throw new Error(JSON.stringify(read.error));
    return read.value;
  };
  beforeEach(async () => {
    host = await routeHost({ secrets: SECRETS });
  });

  it('is of a kind that tells what its parameters are', async () => {
    const answer = await host.call(listConnectorKinds);
    const { kinds } = answer.body as { kinds: Array<{ kind: string; title: string; parameters: { type: string } }> };
    expect(kinds.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['rest', 'crowdsec', 'ssh']));
    expect(kinds.every(({ title, parameters }) => title !== '' && parameters.type === 'object')).toBe(true);
  });

  it('is judged as the next start would judge it, every fault at its place', async () => {
    expect(await check({ name: 'bans', kind: 'crowdsec', parameters: GOOD })).toEqual({
      faults: [],
      actions: ['block_ip'],
    });
    const { faults } = await check({
      name: 'bans',
      kind: 'crowdsec',
      parameters: { ...GOOD, machine_id: 7, password: { secret: 'missing' }, colour: 'red' },
    });
    expect(faults.map(({ path }) => path)).toEqual(['parameters.colour', 'parameters.machine_id']);
    const missing = await check({
      name: 'bans',
      kind: 'crowdsec',
      parameters: { ...GOOD, password: { secret: 'no' } },
    });
    expect(missing.faults).toEqual([{ path: 'parameters.password', message: expect.stringContaining('no') }]);
    expect(await check({ name: 'Bad Name', kind: 'crowdsec', parameters: GOOD })).toMatchObject({
      faults: [{ path: 'name' }],
    });
    expect(await check({ name: 'bans', kind: 'magic', parameters: {} })).toMatchObject({ faults: [{ path: 'kind' }] });
    const both = await check({ name: '', kind: 'crowdsec', parameters: { ...GOOD, ipv6: 'no' } });
    expect(both.faults.map(({ path }) => path)).toEqual(['name', 'parameters.ipv6']);
  });

  it('never says what a secret is, nor that somebody uses it', async () => {
    const answer = await check({
      name: 'bans',
      kind: 'crowdsec',
      parameters: { ...GOOD, password: 'hunter2hunter2', base_url: 'not an address' },
    });
    expect(JSON.stringify(answer)).not.toContain('hunter2');
    await check({ name: 'bans', kind: 'crowdsec', parameters: GOOD });
    expect(host.secretBook.usersOf('fw')).toEqual([]);
    expect(host.secretBook.list().flatMap(({ used_by }) => used_by)).not.toContain('connector bans');
  });
});

describe('how connectors were', () => {
  it('is told by what this agent put on record', async () => {
    const { name } = await named();
    const to = host.agent.parts.clock.utc();
    const put = (agent: string, hours: number, state: string) =>
      host.world.evidence.append([
        {
          family: 'actions',
          id: `${agent}${hours}`,
          at: new Date(to - hours * 3_600_000).toISOString(),
          body: { connector: name, state, agent, text: 'x' },
        },
      ]);
    put('agent-0', 5, 'health_down');
    put('agent-0', 3, 'health_ok');
    put('another', 2, 'health_down');
    const answer = await host.call(getConnectorHealth);
    const read = decode(getConnectorHealth.answer, JSON.parse(JSON.stringify(answer.body)));
    if (!read.ok) throw new Error(JSON.stringify(read.error));
    const spans = read.value.connectors.find((each) => each.name === name)?.spans;
    expect(spans?.map(({ state }) => state)).toEqual(['unknown', 'down', 'ok']);
  });
});

describe('a connector that is to be configured', () => {
  const check = async (kind: string, parameters: object): Promise<readonly unknown[]> => {
    const answer = await host.call(checkConnector, { body: { name: 'deny', kind, parameters } });
    return (answer.body as { readonly faults: readonly unknown[] }).faults;
  };

  it('is made as a list that nobody is offered', async () => {
    const devices = { 'edge-1': { token: 'no secret', format: 'text' } };
    const faults = await check('feed', { entries: 'addresses', most_entries: 100, poll_s: 60, devices });
    expect(faults).toEqual([expect.objectContaining({ path: 'parameters.devices.edge-1.token' })]);
    expect(await host.call(getList, { params: { name: 'deny' } })).toMatchObject({ status: 401 });
  });

  it('may begin with a preset, which says how far it was tried', async () => {
    const { presets } = (await host.call(listConnectorKinds)).body as unknown as {
      readonly presets: readonly ConnectorPresetView[];
    };
    expect(presets.map(({ mark }) => mark)).toEqual(presets.map(() => 'contract only, not run against the product'));
    for (const { kind, example, sources, looked_at } of presets) {
      expect(sources.length).toBeGreaterThan(0);
      expect(looked_at).toMatch(/^\d{4}-\d\d-\d\d$/);
      const faults = (await check(kind, example as object)) as ReadonlyArray<{ readonly message: string }>;
      // The secrets of the examples are not there.
      expect(faults.filter(({ message }) => !message.includes('secret'))).toEqual([]);
    }
  });
});
