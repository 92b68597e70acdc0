import type { ContainmentView } from '../../common/api/views';
import { realNode, NODE_URL, type RealNode } from '../contracts/real_node';
import { agentFleet, type AgentProcess, type Fleet } from '../targets/agent_process';
import { blockServer, earlierBlockServerParameters, type BlockServer } from '../targets/block_server';
import { suiteUnless } from '../targets/suite_unless';
import { until } from '../targets/until';
import { earlierVersion, whyNotEarlier } from './earlier_version';

/*
 * One story in the order of its tests: a real process of an earlier version and one of this version share a real
 * OpenSearch. The earlier one works until it stops, everything it did is taken over, and it can do no harm afterwards
 * (`docs/decisions/014-upgrades.md`).
 */

const EARLIER = '6795c7f';
const suite = suiteUnless(whyNotEarlier(EARLIER));

jest.setTimeout(240_000);

const LONG = { withinMs: 60_000, everyMs: 250 };
const TTL_MS = 45_000;

const POLICY = `apiVersion: reflex/v1
kind: Policy
metadata: { id: block-listed-source, title: Block listed sources, owner: soc-network }
spec:
  layer: action
  mode: enforce
  when: event.rule.origin == "watchlist"
  then: { action: block_ip, target: { ip: event.source.ip }, connector: edge, ttl: 45s }
  rollback: { action: unblock_ip }
`;

suite(`an agent of ${EARLIER} beside one of this version`, () => {
  let node: RealNode;
  let target: BlockServer;
  let fleet: Fleet;
  let sources: string;
  let earlier: AgentProcess;
  let present: AgentProcess;

  beforeAll(async () => {
    sources = earlierVersion(EARLIER);
    node = await realNode();
    target = await blockServer({ asksForKey: false });
    fleet = await agentFleet({
      node: NODE_URL,
      prefix: node.prefix,
      connectors: [
        { name: 'edge', kind: 'rest', parameters: { ...earlierBlockServerParameters(target.url), headers: {} } },
      ],
    });
    earlier = await fleet.start({ sources });
    await release(earlier);
  });

  afterAll(async () => {
    await fleet.dispose();
    await target.close();
    await node.dispose();
  });

  const must = async (answer: ReturnType<AgentProcess['ask']>): Promise<unknown> => {
    const { status, body } = await answer;
    if (status >= 300) throw new Error(`answered ${status}: ${JSON.stringify(body)}`);
    return body;
  };

  const release = async (agent: AgentProcess): Promise<void> => {
    await must(agent.ask('ana', 'PUT', '/policies/drafts/block-listed-source', { source: POLICY }));
    const made = await must(agent.ask('ana', 'POST', '/policies/candidates', { changelog: 'block what is listed' }));
    const { id, digest } = made as { id: string; digest: string };
    await must(agent.ask('ben', 'POST', `/policies/candidates/${id}/approve`, { reason: 'looked at it', digest }));
    await must(agent.ask('ana', 'POST', `/policies/candidates/${id}/release`));
  };

  const send = async (agent: AgentProcess, ip: string): Promise<number> => {
    const { status } = await agent.handIn('/events', {
      event_id: `listed ${ip}`,
      timestamp: new Date().toISOString(),
      confidence: 0.95,
      severity: 'high',
      source: { ip },
      rule: { id: 'listed', name: 'listed', origin: 'watchlist', status: 'stable' },
    });
    return status;
  };

  const isBlocked = (ip: string): boolean => target.blocks().some(({ address }) => address === ip);
  const containments = async (agent: AgentProcess): Promise<readonly ContainmentView[]> =>
    ((await must(agent.ask('ana', 'GET', '/containments'))) as { containments: readonly ContainmentView[] })
      .containments;
  /** Empty until its routes are there. */
  const status = (agent: AgentProcess): Promise<string> =>
    agent.ask('ana', 'GET', '/status').then(
      ({ body }) => JSON.stringify(body),
      () => '',
    );

  it('works on while this version waits for it and says so', async () => {
    present = await fleet.start({ unready: true });
    await until(
      'the waiting',
      async () => (await status(present)).includes('an older Reflex still runs: agent@'),
      LONG,
    );
    expect(await send(earlier, '203.0.113.1')).toBe(202);
    await until('the block', () => isBlocked('203.0.113.1'));
    // Kept on its disk: it may not claim anything beside an earlier version.
    expect(await send(present, '203.0.113.2')).toBe(202);
  });

  it('is waited for until it has surely lost its permit, then all it did is taken over', async () => {
    await send(earlier, '203.0.113.3');
    await until('the block', () => isBlocked('203.0.113.3'));
    earlier.freeze();
    await present.ready;
    expect((await containments(present)).map(({ target: { value } }) => value)).toContain('203.0.113.3');
    await until('the bundle in force', async () => {
      const { body } = await present.ask('ana', 'GET', '/policies');
      return (body as { version: number }).version === 2;
    });
  });

  it('neither starts nor undoes anything when it comes back to life', async () => {
    await send(present, '203.0.113.4');
    await until('the block', () => isBlocked('203.0.113.4'));
    earlier.thaw();
    await until('its refusal', () => earlier.said().includes('not the one that this agent worked with'), LONG);
    await send(earlier, '203.0.113.5');
    await until(
      'all blocks to end',
      async () => {
        for (const { target: to, due } of await containments(present))
          if (!isBlocked(to.value)) expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(due ?? ''));
        return target.blocks().length === 0;
      },
      { withinMs: TTL_MS + 30_000 },
    );
    expect(isBlocked('203.0.113.5')).toBe(false);
  });

  it.each([
    ['on the disk that it had', () => earlier.dataFolder],
    ['on an empty disk', () => undefined],
  ])('does not start any more, %s', async (_, folder) => {
    await earlier.kill();
    const dataFolder = folder();
    const again = await fleet.start({ sources, unready: true, ...(dataFolder === undefined ? {} : { dataFolder }) });
    await until('its refusal', () => again.said().includes('it was made by a newer Reflex'), LONG);
    expect(await send(again, '203.0.113.6')).toBe(503);
    await again.kill();
  });

  it('leaves this version working', async () => {
    await send(present, '203.0.113.7');
    await until('the block', () => isBlocked('203.0.113.7'));
    expect(isBlocked('203.0.113.6')).toBe(false);
  });
});
