import { execFile } from 'child_process';
import { join } from 'path';
import { readFileSync } from 'fs';
import { promisify } from 'util';
import type { EscalationView } from '../../common/api/views';
import { realNode, NODE_URL, type RealNode } from '../../test/contracts/real_node';
import { temporaryFolder } from '../../test/contracts/temporary_folder';
import { blocksOf, textOf } from '../../test/docs/guide_blocks';
import { agentFleet, type AgentProcess, type Fleet } from '../../test/targets/agent_process';
import { until } from '../../test/targets/until';

/*
 * Asking before acting at two agents of the real wiring on a real OpenSearch: by the commands of the guide as they are
 * printed, and by the client of `examples/`. One agent is asked, people answer at the other one.
 */

jest.setTimeout(240_000);

const policy = (id: string, mode: string, when: string): string => `apiVersion: reflex/v1
kind: Policy
metadata: { id: ${id}, title: ${id.replaceAll('-', ' ')}, owner: soc-network }
spec:
  layer: action
  mode: ${mode}
  when: '${when}'
  then: { action: block_ip, target: { ip: event.source.ip }, connector: deny, ttl: 10m }
  rollback: { action: unblock_ip }
`;
const POLICIES = {
  'block-ioc': policy('block-ioc', 'enforce', 'event.rule.origin == "known_ioc" && event.confidence > 0.9'),
  'ask-block': policy('ask-block', 'escalate', '"ask" in event.tags'),
};

const GUIDE = blocksOf(textOf('docs/guides/ask_before_acting.md')).filter(({ language }) => language === 'sh');
const CLIENT = join(__dirname, '../../examples/authzen-python/ask.py');
/** The token of the agents of the test. */
const TOKEN = 'token-of-the-test-that-nobody-else-knows';
const run = promisify(execFile);

describe('asking before acting', () => {
  let node: RealNode;
  let fleet: Fleet;
  let first: AgentProcess;
  let second: AgentProcess;
  const disk = temporaryFolder();

  const shell = async (text: string): Promise<void> => {
    const env = { PATH: process.env['PATH'], REFLEX: first.base, TOKEN };
    await run('bash', ['-euo', 'pipefail', '-c', text], { cwd: disk.folder, env });
  };
  const answer = (name: string): unknown => JSON.parse(readFileSync(join(disk.folder, name), 'utf8'));

  beforeAll(async () => {
    process.env['REFLEX_SECRET_LIST_EDGE_1'] = 'token-of-the-firewall-edge-1';
    node = await realNode();
    const devices = { 'edge-1': { token: { secret: 'list-edge-1' }, format: 'text' } };
    const parameters = { entries: 'addresses', most_entries: 100, poll_s: 5, devices };
    const connectors = [{ name: 'deny', kind: 'feed', parameters }];
    fleet = await agentFleet({ node: NODE_URL, prefix: node.prefix, connectors });
    first = await fleet.start();
    second = await fleet.start();
    for (const [id, source] of Object.entries(POLICIES))
      expect((await first.ask('ana', 'PUT', `/policies/drafts/${id}`, { source })).status).toBe(200);
    const { status, body } = await first.ask('ana', 'POST', '/policies/candidates', { changelog: 'two policies' });
    expect([status, body]).toEqual([200, expect.anything()]);
    const { id, digest } = body as { id: string; digest: string };
    await first.ask('ben', 'POST', `/policies/candidates/${id}/approve`, { reason: 'read it', digest });
    expect((await first.ask('ana', 'POST', `/policies/candidates/${id}/release`)).status).toBe(200);
    for (const each of [first, second])
      await until('the policies', async () => {
        const { version } = (await each.ask('ana', 'GET', '/policies')).body as { version: number };
        return version === 2;
      });
  });
  afterAll(async () => {
    delete process.env['REFLEX_SECRET_LIST_EDGE_1'];
    await fleet.dispose();
    await node.dispose();
    disk.remove();
  });

  /** Somebody approves, at the agent that was not asked, what waits for a target. */
  const approve = async (target: string): Promise<void> => {
    let found: EscalationView | undefined;
    await until('the escalation', async () => {
      const { body } = await second.ask('ben', 'GET', '/escalations');
      found = (body as { escalations: EscalationView[] }).escalations.find(({ act }) => act.target.value === target);
      return found !== undefined;
    });
    const { case_id, act_id, seen, requested } = found as EscalationView;
    expect(requested?.by).toBe('test');
    const path = `/escalations/${encodeURIComponent(case_id)}/${act_id}/approve`;
    expect((await second.ask('ben', 'POST', path, { reason: 'it is right', seen })).status).toBe(200);
  };

  it('goes as the guide prints it', async () => {
    const [ask, several, escalated, request, poll, again] = GUIDE.map(({ text }) => text);
    expect(GUIDE).toHaveLength(6);
    await shell(`${ask}\n${several}\n${escalated}\n${request}\n${poll}`);
    expect(answer('permitted.json')).toMatchObject({ decision: true, context: { reason: 'permitted' } });
    expect(answer('several.json')).toMatchObject({
      evaluations: [{ decision: true }, { decision: false, context: { reason: 'policy_denied' } }],
    });
    expect(answer('denied.json')).toMatchObject({ decision: false, context: { reason: 'approval_required' } });
    expect(answer('requested.json')).toMatchObject({ task: { status: 'pending' } });
    expect(answer('polled.json')).toMatchObject({ task: { status: 'pending' } });
    await approve('203.0.113.9');
    const id = request?.split('\n')[0] ?? '';
    await shell(`${id}\n${poll}\n${again}`);
    expect(answer('polled.json')).toMatchObject({ task: { status: 'approved' } });
    expect(answer('used.json')).toMatchObject({ decision: true, context: { policy: { id: 'ask-block' } } });
    await shell(`${id}\n${again}`);
    expect(answer('used.json')).toMatchObject({ decision: false, context: { reason: 'approval_used' } });
  });

  it('permits once where an approval is shown to both agents at the same time', async () => {
    const question = {
      subject: { type: 'agent', id: 'twice' },
      action: { name: 'block_ip' },
      resource: { type: 'ip', id: '203.0.113.20' },
      context: { tags: ['ask'], business_justification: 'to be shown twice' },
    };
    const denied = (await first.handIn('/access/v1/evaluation', question)).body as {
      context: { evaluation_id: string };
    };
    const { evaluation_id } = denied.context;
    await second.handIn('/access/v1/requests', { ...question, denial: { evaluation_id } });
    await approve('203.0.113.20');
    const shown = { ...question, context: { ...question.context, approval: { id: evaluation_id } } };
    const both = await Promise.all([first, second].map((each) => each.handIn('/access/v1/evaluation', shown)));
    const decisions = both.map(({ body }) => (body as { decision: boolean }).decision);
    expect(decisions.sort()).toEqual([false, true]);
  });

  it('is on record, found by who asked, and nothing was done', async () => {
    await until('the records', async () => {
      const { body } = await second.ask('ana', 'GET', '/decisions?asker=test');
      const { decisions } = body as { decisions: ReadonlyArray<{ asked?: { decision: boolean; approval?: string } }> };
      return decisions.filter(({ asked }) => asked?.approval !== undefined && asked.decision).length === 2;
    });
    const { body } = await second.ask('ana', 'GET', '/containments');
    expect(body).toMatchObject({ total: 0 });
  });

  const client = async (...words: readonly string[]): Promise<readonly [code: number, said: string]> => {
    const env = { PATH: process.env['PATH'], REFLEX_TOKEN: TOKEN };
    try {
      const { stdout } = await run('python3', [CLIENT, ...words], { env });
      return [0, stdout];
    } catch (cause) {
      const { code, stdout, stderr } = cause as { code: number; stdout: string; stderr: string };
      return [code, stdout + stderr];
    }
  };

  it('goes by the client of the examples: permitted, denied, permitted by a person, and no answer', async () => {
    const context = ['--context', '{"rule":{"origin":"known_ioc"},"confidence":0.95}'];
    expect(await client(first.base, 'block_ip', 'ip', '203.0.113.30', ...context)).toMatchObject([
      0,
      expect.anything(),
    ]);
    expect((await client(first.base, 'block_ip', 'ip', '203.0.113.30'))[0]).toBe(1);
    const asking = client(
      ...[first.base, 'block_ip', 'ip', '203.0.113.31', '--context', '{"tags":["ask"]}'],
      ...['--why', 'it beacons', '--wait', '60'],
    );
    await approve('203.0.113.31');
    const [code, said] = await asking;
    expect([code, JSON.parse(said)]).toMatchObject([0, { decision: true, context: { reason: 'permitted' } }]);
    expect((await client(`${first.base}/`, 'block_ip', 'ip', '203.0.113.30'))[0]).toBe(2);
  });
});
