import { listConnectors, testConnector, type ConnectorView } from '../../common/api/routes';
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
