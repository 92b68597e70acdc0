import type { ContainmentView, DecisionDetail } from '../common/api/views';
import { ALERT_MAPPINGS, aDocumentAlert } from '../test/builders/alerts';
import { realNode, NODE_URL, type RealNode } from '../test/contracts/real_node';
import { agentFleet, type AgentProcess, type Fleet } from '../test/targets/agent_process';
import { blockServer, blockServerParameters, type BlockServer } from '../test/targets/block_server';
import { faultProxy, type FaultProxy, type SeenRequest } from '../test/targets/fault_proxy';
import { privateCluster } from '../test/targets/private_cluster';
import { until } from '../test/targets/until';
import type { ClusterTransport } from './runner/ports';

/*
 * One story in the order of its tests, told by real processes with the real wiring on a real OpenSearch: a policy is
 * released, alerts become effects at a target, an agent is killed in the middle, everything is undone in its time.
 */

jest.setTimeout(180_000);

/** Shortest that a policy may say. */
const TTL_MS = 30_000;

const POLICY = `apiVersion: reflex/v1
kind: Policy
metadata: { id: block-listed-source, title: Block listed sources, owner: soc-network }
spec:
  layer: action
  mode: enforce
  when: event.rule.origin == "watchlist" && event.confidence > 0.8
  then: { action: block_ip, target: { ip: event.source.ip }, connector: edge, ttl: 30s }
  rollback: { action: unblock_ip }
`;

/** Named so that it is this test's own on the shared node, and none of Reflex' own records. */
const LOGS = '.opendistro-alerting-story-logs';
const ALERTS = '.opendistro-alerting-alerts';

const isOrder = ({ method }: SeenRequest): boolean => method === 'POST';

describe('Reflex as a whole', () => {
  let node: RealNode;
  let cluster: ClusterTransport;
  let target: BlockServer;
  let network: FaultProxy;
  let fleet: Fleet;
  let first: AgentProcess;
  let second: AgentProcess;

  beforeAll(async () => {
    node = await realNode();
    cluster = privateCluster(node.transport, node.prefix);
    target = await blockServer({ asksForKey: false });
    network = await faultProxy(target.port);
    const parameters = {
      ...blockServerParameters(network.url),
      headers: {},
      timeouts: { connect_ms: 1_000, total_ms: 5_000 },
    };
    fleet = await agentFleet({
      node: NODE_URL,
      prefix: node.prefix,
      connectors: [{ name: 'edge', kind: 'rest', parameters }],
    });
    await write('PUT', `/${LOGS}`, { settings: { 'index.number_of_replicas': 0 } });
    await write('PUT', `/${ALERTS}`, { settings: { 'index.number_of_replicas': 0 }, mappings: ALERT_MAPPINGS });
    first = await fleet.start();
    second = await fleet.start();
  });

  afterAll(async () => {
    await fleet.dispose();
    await network.dispose();
    await target.close();
    await node.dispose();
  });

  const write = async (method: 'PUT', path: string, body: Record<string, unknown>): Promise<void> => {
    const { status, body: said } = await cluster.request({ method, path, body }, { timeoutMs: 30_000 });
    if (status >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(said)}`);
  };

  /** What a monitor found, as it lies in its index. */
  const logged = (id: string, address: string): Promise<void> =>
    write('PUT', `/${LOGS}/_doc/${id}?refresh=true`, {
      '@timestamp': new Date().toISOString(),
      source: { ip: address },
      rule: { origin: 'watchlist', status: 'stable' },
      reflex: { confidence: 0.95 },
    });

  const alertOf = (id: string) => aDocumentAlert(`${id}|${LOGS}`, { id, start_time: Date.now() });

  /** What Alerting stores about it. There is no monitor here that could be asked, so only this is believed. */
  const alerted = (id: string): Promise<void> =>
    write('PUT', `/${ALERTS}/_doc/${id}?routing=m&refresh=true`, alertOf(id));

  /** What the monitor's channel sends about it. */
  const message = (id: string) => ({
    monitor: { _id: 'monitor-document', name: 'doc level errors' },
    trigger: { id: 'trig-d1', name: 'any doc', severity: '1' },
    alerts: [{ ...alertOf(id), related_doc_ids: `${id}|${LOGS}` }],
  });

  const caseOf = async (
    agent: AgentProcess,
    path: '/events' | '/webhooks/alerting',
    said: unknown,
  ): Promise<{ status: number; caseId: string; decisionId: string }> => {
    const { status, body } = await agent.handIn(path, said);
    const { results } = body as { results: ReadonlyArray<{ case_id: string; decision_id: string }> };
    return { status, caseId: results[0]?.case_id ?? '', decisionId: results[0]?.decision_id ?? '' };
  };

  const blocked = (address: string): boolean => target.blocks().some((each) => each.address === address);

  const containmentOf = async (agent: AgentProcess, address: string): Promise<ContainmentView | undefined> => {
    const { body } = await agent.ask('ana', 'GET', '/containments');
    const { containments } = body as { containments: readonly ContainmentView[] };
    return containments.find((each) => each.target.value === address);
  };

  /** The records of what was done follow the doing by about a second. */
  const recorded = (agent: AgentProcess, decisionId: string, states: readonly string[]): Promise<void> =>
    until(`the records ${states.join(', ')}`, async () => {
      const { status, body } = await agent.ask('ana', 'GET', `/decisions/${encodeURIComponent(decisionId)}`);
      const found = status === 200 ? (body as DecisionDetail).actions.map(({ state }) => state) : [];
      return states.every((state) => found.some((each) => each === state));
    });

  it('puts a policy in force on every agent once somebody else approved it and it was signed', async () => {
    const saved = await first.ask('ana', 'PUT', '/policies/drafts/block-listed-source', { source: POLICY });
    expect(saved.body).toMatchObject({ faults: [] });
    const proposed = await first.ask('ana', 'POST', '/policies/candidates', { changelog: 'block what is listed' });
    const { id, digest } = proposed.body as { id: string; digest: string };
    const word = { reason: 'looked at it', digest };
    expect((await first.ask('ana', 'POST', `/policies/candidates/${id}/approve`, word)).status).toBe(403);
    expect((await first.ask('ben', 'POST', `/policies/candidates/${id}/approve`, word)).status).toBe(200);
    const released = await first.ask('ana', 'POST', `/policies/candidates/${id}/release`);
    expect(released.body).toMatchObject({ state: 'released', released_version: 2 });
    for (const agent of [first, second])
      await until('the agent to have the new version', async () => {
        const { body } = await agent.ask('ana', 'GET', '/policies');
        return (body as { version: number }).version === 2;
      });
  });

  it('turns an alert into a verified effect at the target, once, also if the cursor brings it too', async () => {
    const address = '203.0.113.7';
    await logged('seen-by-both', address);
    await alerted('seen-by-both');
    const rung = await caseOf(second, '/webhooks/alerting', message('seen-by-both'));
    // The cursor may have been faster.
    expect([200, 202]).toContain(rung.status);
    await until('the block at the target', () => blocked(address));
    await until('the verification', async () => (await containmentOf(second, address))?.verified === true);
    const { status, caseId, decisionId } = await caseOf(first, '/webhooks/alerting', message('seen-by-both'));
    expect([status, caseId]).toEqual([200, rung.caseId]);
    expect(await containmentOf(second, address)).toMatchObject({
      state: 'present',
      connector: 'edge',
      reasons: [{ case_id: caseId, policy: { id: 'block-listed-source' } }],
    });
    await recorded(second, decisionId, ['claimed', 'succeeded']);
    await logged('seen-by-cursor', '203.0.113.8');
    await alerted('seen-by-cursor');
    await until('the alert whose message was lost', () => blocked('203.0.113.8'));
    expect(network.requests().filter(isOrder)).toHaveLength(2);
  });

  it('loses nothing when an agent is killed with an order on the wire: another one takes it over and never repeats it', async () => {
    const address = '203.0.113.9';
    network.fail({ kind: 'apply_and_stall' }, isOrder);
    // By an event and not by an alert: else the cursor of the other agent could be the one that acts.
    const { decisionId } = await caseOf(first, '/events', {
      event_id: 'killed-over',
      timestamp: new Date().toISOString(),
      severity: 'medium',
      confidence: 0.95,
      source: { ip: address },
      rule: { id: 'listed', origin: 'watchlist', status: 'stable' },
    });
    await until('the block at the target', () => blocked(address));
    await first.kill();
    network.fail();
    await until('the take-over', async () => (await containmentOf(second, address))?.taken_over === true, {
      withinMs: 30_000,
    });
    await until('the verification', async () => (await containmentOf(second, address))?.verified === true);
    await recorded(second, decisionId, ['claimed', 'taken_over', 'verified_present']);
    expect(network.requests().filter(isOrder)).toHaveLength(3);
  });

  const whatIsLeft = async () => ({
    target: target.blocks(),
    page: (await second.ask('ana', 'GET', '/containments')).body,
    requests: network.requests().slice(-12),
    log: second.said().split('\n').slice(-40),
  });

  it('undoes everything, each in its time and none early', async () => {
    const left = new Map<string, number>();
    const { body } = await second.ask('ana', 'GET', '/containments');
    for (const {
      target: { value },
      due,
    } of (body as { containments: readonly ContainmentView[] }).containments)
      left.set(value, Date.parse(due ?? ''));
    expect(left.size).toBeGreaterThan(0);
    await until(
      'the last block to go',
      () => {
        for (const [address, due] of left) if (!blocked(address)) expect(Date.now()).toBeGreaterThanOrEqual(due);
        return target.blocks().length === 0;
      },
      { withinMs: TTL_MS + 90_000, seen: whatIsLeft },
    );
    await until('the board to be empty', async () => {
      const { body: board } = await second.ask('ana', 'GET', '/containments');
      return (board as { total: number }).total === 0;
    });
  });
});
