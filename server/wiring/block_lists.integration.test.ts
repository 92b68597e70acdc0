import type { ContainmentView, DecisionDetail } from '../../common/api/views';
import { realNode, NODE_URL, type RealNode } from '../../test/contracts/real_node';
import { agentFleet, type AgentProcess, type Fleet } from '../../test/targets/agent_process';
import { until } from '../../test/targets/until';

/*
 * A policy permits it, an entry is in the list of every agent, devices fetch it from whichever they reach, and it is
 * verified only then; an agent is killed, and the entry goes in its time and not before. Real processes with the real
 * wiring on a real OpenSearch, in the order of the tests.
 */

jest.setTimeout(180_000);

/** Long enough to see a device fall silent meanwhile. */
const TTL_MS = 60_000;
const ADDRESS = '203.0.113.7';

const POLICY = `apiVersion: reflex/v1
kind: Policy
metadata: { id: block-listed-source, title: Block listed sources, owner: soc-network }
spec:
  layer: action
  mode: enforce
  when: event.rule.origin == "watchlist" && event.confidence > 0.8
  then: { action: block_ip, target: { ip: event.source.ip }, connector: deny, ttl: 60s }
  rollback: { action: unblock_ip }
`;

const TOKENS = { 'edge-1': 'token-of-the-firewall-edge-1', 'edge-2': 'token-of-the-firewall-edge-2' } as const;
type Device = keyof typeof TOKENS;

const parameters = {
  entries: 'addresses',
  most_entries: 100,
  poll_s: 5,
  devices: {
    'edge-1': { token: { secret: 'list-edge-1' }, format: 'text' },
    'edge-2': { token: { secret: 'list-edge-2' }, format: 'text', in_path: true },
  },
};

describe('a block list of a fleet', () => {
  let node: RealNode;
  let fleet: Fleet;
  let first: AgentProcess;
  let second: AgentProcess;
  let decisionId: string;

  beforeAll(async () => {
    process.env.REFLEX_SECRET_LIST_EDGE_1 = TOKENS['edge-1'];
    process.env.REFLEX_SECRET_LIST_EDGE_2 = TOKENS['edge-2'];
    node = await realNode();
    const connectors = [{ name: 'deny', kind: 'feed', parameters }];
    fleet = await agentFleet({ node: NODE_URL, prefix: node.prefix, connectors });
    first = await fleet.start();
    second = await fleet.start();
  });

  afterAll(async () => {
    delete process.env.REFLEX_SECRET_LIST_EDGE_1;
    delete process.env.REFLEX_SECRET_LIST_EDGE_2;
    await fleet.dispose();
    await node.dispose();
  });

  const fetchList = async (agent: AgentProcess, device: Device): Promise<string> => {
    const answer =
      device === 'edge-2'
        ? await fetch(`${agent.base}/lists/deny/${TOKENS[device]}`)
        : await fetch(`${agent.base}/lists/deny`, { headers: { authorization: `Bearer ${TOKENS[device]}` } });
    const text = await answer.text();
    return answer.status === 200 ? text : `${answer.status}`;
  };

  const containment = async (): Promise<ContainmentView | undefined> => {
    const { body } = await second.ask('ana', 'GET', '/containments');
    const { containments } = body as { containments: readonly ContainmentView[] };
    return containments.find((each) => each.target.value === ADDRESS);
  };

  const statesOf = async (): Promise<readonly string[]> => {
    const { status, body } = await second.ask('ana', 'GET', `/decisions/${encodeURIComponent(decisionId)}`);
    return status === 200 ? (body as DecisionDetail).actions.map(({ state }) => state) : [];
  };

  const health = async (): Promise<{ state: string; text: string }> => {
    const { body } = await second.ask('ana', 'GET', '/connectors');
    const [view] = (body as { connectors: ReadonlyArray<{ state: string; text: string }> }).connectors;
    return view ?? { state: '', text: '' };
  };

  it('is empty at first, and served to nobody but its devices', async () => {
    for (const agent of [first, second])
      for (const device of ['edge-1', 'edge-2'] as const)
        await until('the empty list', async () => (await fetchList(agent, device)) === '', { everyMs: 1_000 });
    expect((await fetch(`${first.base}/lists/deny`)).status).toBe(401);
    expect((await fetch(`${first.base}/lists/deny/${TOKENS['edge-1']}`)).status).toBe(401);
  });

  it('gets an entry once a policy permits it, and it counts once every device has it', async () => {
    await first.ask('ana', 'PUT', '/policies/drafts/block-listed-source', { source: POLICY });
    const proposed = await first.ask('ana', 'POST', '/policies/candidates', { changelog: 'block what is listed' });
    const { id, digest } = proposed.body as { id: string; digest: string };
    await first.ask('ben', 'POST', `/policies/candidates/${id}/approve`, { reason: 'looked at it', digest });
    expect((await first.ask('ana', 'POST', `/policies/candidates/${id}/release`)).status).toBe(200);
    await until('the policy', async () => {
      const { body } = await first.ask('ana', 'GET', '/policies');
      return (body as { version: number }).version === 2;
    });
    for (const device of ['edge-1', 'edge-2'] as const) await fetchList(second, device);
    const { body } = await first.handIn('/events', {
      event_id: 'listed-1',
      timestamp: new Date().toISOString(),
      severity: 'medium',
      confidence: 0.95,
      source: { ip: ADDRESS },
      rule: { id: 'listed', origin: 'watchlist', status: 'stable' },
    });
    decisionId = (body as { results: ReadonlyArray<{ decision_id: string }> }).results[0]?.decision_id ?? '';
    // By the other agent: the list is one.
    await until('the entry', async () => (await fetchList(second, 'edge-1')) === `${ADDRESS}\n`, {
      everyMs: 1_000,
      withinMs: 30_000,
    });
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    expect(await containment()).toMatchObject({ state: 'present', connector: 'deny', verified: false });
    expect(await statesOf()).toContain('succeeded');
    expect(await statesOf()).not.toContain('verified_present');
    expect(await fetchList(first, 'edge-2')).toBe(`${ADDRESS}\n`);
    await until('the verification', async () => (await containment())?.verified === true, { withinMs: 20_000 });
  });

  it('says on the page which device has what, and which is silent', async () => {
    for (const device of ['edge-1', 'edge-2'] as const) await fetchList(second, device);
    const named = async () => {
      await fetchList(second, 'edge-1');
      const { state, text } = await health();
      return state === 'degraded' && /`edge-2` fetched 1 \d+ s ago, and nothing since; `edge-1` fetched 1/.test(text);
    };
    await until('the silent device to be named', named, { withinMs: 60_000, everyMs: 1_500, seen: health });
  });

  it('loses the entry in its time and not before, though its agent is killed, and is closed once no device has it', async () => {
    const due = Date.parse((await containment())?.due ?? '');
    await first.kill();
    let leftAt = 0;
    await until(
      'the entry to go',
      async () => {
        const texts = [await fetchList(second, 'edge-1'), await fetchList(second, 'edge-2')];
        if (texts.every((text) => text === '')) leftAt = Date.now();
        return leftAt > 0;
      },
      { withinMs: TTL_MS + 90_000, everyMs: 2_500 },
    );
    expect(leftAt).toBeGreaterThanOrEqual(due);
    // Only now and then, as firewalls do.
    await until(
      'the board to be empty',
      async () => {
        for (const device of ['edge-1', 'edge-2'] as const) await fetchList(second, device);
        return (await containment()) === undefined;
      },
      { withinMs: 60_000, everyMs: 2_500 },
    );
    await until('the record', async () => (await statesOf()).includes('undone'));
    // Waiting for devices is no failure.
    expect(await statesOf()).not.toContain('undo_failed');
  });
});
