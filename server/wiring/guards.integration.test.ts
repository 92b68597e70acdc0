import { writeFileSync } from 'fs';
import { join } from 'path';
import type { CandidateView } from '../../common/api/policy_views';
import { realNode, NODE_URL, type RealNode } from '../../test/contracts/real_node';
import { temporaryFolder } from '../../test/contracts/temporary_folder';
import { agentFleet, type AgentProcess, type Fleet } from '../../test/targets/agent_process';
import { GIT_TOKEN, gitServer, type GitClone, type GitServer } from '../../test/targets/git_server';
import { opaProgram, whyNotOpa } from '../../test/targets/opa';
import { until as eventually } from '../../test/targets/until';
import { suiteUnless } from '../../test/targets/suite_unless';

/*
 * One story in the order of its tests: Rego guards from a commit to a decision that asked them, by the real `opa`, the
 * real `git http-backend` and a real OpenSearch. The first agent has `opa`, the second has not.
 */

const suite = suiteUnless(whyNotOpa());

jest.setTimeout(90_000);

const ACTION = (confidence = 0.5): string => `apiVersion: reflex/v1
kind: Policy
metadata: { id: block-listed-source, title: Block listed sources, owner: soc-network }
spec:
  layer: action
  mode: enforce
  when: event.confidence > ${confidence}
  then: { action: block_ip, target: { ip: event.source.ip }, ttl: 30m }
  rollback: { action: unblock_ip }
`;
const GUARDED = `apiVersion: reflex/v1
kind: Policy
metadata: { id: guarded-by-rego, title: What our calendar allows, owner: soc-network }
spec:
  layer: domain
  mode: enforce
  on: { actions: [block_ip] }
  guard: calendar
  tests:
    - name: a block is allowed
      event: { confidence: 0.9, source: { ip: 203.0.113.7 } }
      act: { action: block_ip, target: 203.0.113.7 }
      expect: permit
`;
const REGO = (condition: string): string =>
  `package reflex.guards.calendar\n\ndefault allow := false\n\nallow if ${condition}\n`;
const SURE = REGO('input.event.confidence > 0.4');
const SURER = REGO('input.event.confidence > 0.8');
const GUARD_FILE = 'policies/guards/calendar.rego';

interface Evaluated {
  readonly decision: {
    readonly decision_id: string;
    readonly bundle: { readonly version: number; readonly digest: string };
    readonly acts: ReadonlyArray<{ readonly result: string }>;
    readonly inputs: { readonly guards?: ReadonlyArray<{ readonly guard: string; readonly allowed?: boolean }> };
  };
}

suite('guards in a remote repository', () => {
  let node: RealNode;
  let server: GitServer;
  let fleet: Fleet;
  let agent: AgentProcess;
  let poor: AgentProcess;
  let clone: GitClone;
  const disk = temporaryFolder();

  beforeAll(async () => {
    node = await realNode();
    server = await gitServer();
    const tokenFile = join(disk.folder, 'token');
    writeFileSync(tokenFile, `${GIT_TOKEN}\n`);
    fleet = await agentFleet({
      node: NODE_URL,
      prefix: node.prefix,
      connectors: [],
      opa: opaProgram(),
      git: {
        git: { remote: server.url, branch: 'main', path: '', user: 'reflex', tokenFile, pollMs: 500 },
        people: [{ email: 'petra@example.org', user: 'petra' }],
      },
    });
    agent = await fleet.start();
    await until('the repository', async () => (await repository(agent)) === 'ready');
    poor = await fleet.start({ opa: join(disk.folder, 'no-opa-here') });
    await until('the other one', async () => (await repository(poor)) === 'ready');
    clone = server.clone();
  });
  afterAll(async () => {
    await fleet.dispose();
    await server.dispose();
    await node.dispose();
    disk.remove();
  });

  const until = (what: string, condition: () => Promise<boolean>): Promise<void> =>
    eventually(what, condition, { withinMs: 30_000, everyMs: 250 });
  const repository = async (of: AgentProcess): Promise<string> =>
    ((await of.ask('ana', 'GET', '/policies/repository')).body as { state: string }).state;
  const policies = async (of: AgentProcess) =>
    (await of.ask('ana', 'GET', '/policies')).body as { version: number; digest: string; candidates: CandidateView[] };
  const push = (files: Record<string, string>, message: string): void => {
    clone.git('fetch', '-q');
    clone.git('reset', '-q', '--hard', 'origin/main');
    for (const [path, content] of Object.entries(files)) clone.write(path, content);
    clone.commit(message);
    clone.push();
  };
  const fromGit = async (subject: string, state: CandidateView['state'] = 'proposed'): Promise<CandidateView> => {
    const found: CandidateView[] = [];
    await until(`a ${state} candidate`, async () => {
      const answer = await policies(agent);
      const { candidates } = answer;
      if (candidates === undefined) throw new Error(`the policies cannot be read: ${JSON.stringify(answer)}`);
      // Where the agent without `opa` was faster, the other one checks it and files it anew.
      const isChecked = ({ guards_unchecked }: CandidateView): boolean => guards_unchecked === undefined;
      const wanted = candidates.filter((each) => each.state === state && each.commits?.[0]?.subject === subject);
      found.push(...wanted.filter(isChecked));
      return found.length > 0;
    });
    return found[0] as CandidateView;
  };
  const approve = async ({ id, digest }: CandidateView): Promise<void> => {
    const { status } = await agent.ask('ben', 'POST', `/policies/candidates/${id}/approve`, {
      reason: 'read it',
      digest,
    });
    expect(status).toBe(200);
  };
  const release = (by: AgentProcess, { id }: CandidateView) =>
    by.ask('ana', 'POST', `/policies/candidates/${id}/release`);
  const inForce = (version: number): Promise<void> =>
    until(`version ${version} everywhere`, async () =>
      (await Promise.all([policies(agent), policies(poor)])).every((each) => each.version === version),
    );
  let events = 0;
  /** Guards that were asked, with their answers; what is only claimed is judged as it counts and as it is claimed. */
  const askedIn = ({ inputs }: Evaluated['decision']): readonly string[] => [
    ...new Set(inputs.guards?.map(({ guard, allowed }) => `${guard} ${allowed}`)),
  ];

  const decide = async (by: AgentProcess, confidence: number): Promise<Evaluated['decision']> => {
    events += 1;
    const event = {
      event_id: `event-${events}`,
      timestamp: new Date().toISOString(),
      confidence,
      severity: 'high',
      source: { ip: '203.0.113.7' },
    };
    const { status, body } = await by.handIn('/evaluate', {
      event,
      wanted: { action: 'block_ip', target: '203.0.113.7' },
    });
    expect([status, body]).toEqual([200, expect.anything()]);
    return (body as Evaluated).decision;
  };
  let first: Evaluated['decision'];

  it('become part of a candidate with their texts, and are asked once it is released', async () => {
    push(
      {
        'policies/action/block-listed-source.yaml': ACTION(),
        'policies/domain/guarded-by-rego.yaml': GUARDED,
        [GUARD_FILE]: SURE,
        'policies/guards/calendar_test.rego': 'package reflex.guards.calendar_test\n\nnot rego at all',
      },
      'ask the calendar',
    );
    const candidate = await fromGit('ask the calendar');
    expect(candidate.guard_changes).toEqual([{ guard: 'calendar', change: 'added', after: SURE }]);
    await approve(candidate);
    expect((await release(agent, candidate)).body).toMatchObject({ state: 'released', released_version: 2 });
    await inForce(2);
    expect((await policies(poor)).digest).toBe(candidate.digest);
    first = await decide(agent, 0.6);
    expect(first).toMatchObject({ bundle: { version: 2, digest: candidate.digest } });
    expect(askedIn(first)).toEqual(['calendar true']);
  });

  it('are a candidate of their own where only they change, and the next decision asks the new one', async () => {
    push({ [GUARD_FILE]: SURER }, 'be surer');
    const candidate = await fromGit('be surer');
    expect(candidate.changes).toEqual([]);
    expect(candidate.guard_changes).toEqual([{ guard: 'calendar', change: 'changed', before: SURE, after: SURER }]);
    expect(candidate.digest).not.toBe((await policies(agent)).digest);
    await approve(candidate);
    const refused = await release(poor, candidate);
    expect(refused).toMatchObject({
      status: 409,
      body: { code: 'no_opa', message: expect.stringContaining('policies.opa') },
    });
    expect((await policies(agent)).version).toBe(2);
    expect((await release(agent, candidate)).body).toMatchObject({ state: 'released', released_version: 3 });
    await inForce(3);
    // An agent without `opa` asks the same module.
    for (const each of [agent, poor]) {
      const decision = await decide(each, 0.6);
      expect(askedIn(decision)).toEqual(['calendar false']);
      expect(decision.acts[0]?.result).toBe('deny');
    }
  });

  it('are of the version that decided where a decision is replayed', async () => {
    await until('the decision', async () => {
      const { status, body } = await agent.ask('ana', 'POST', `/decisions/${first.decision_id}/replay`);
      return status === 200 && (body as { status: string }).status === 'same';
    });
  });

  it('are left as they are by a release of policies, also where there is no `opa`', async () => {
    push({ 'policies/action/block-listed-source.yaml': ACTION(0.55) }, 'a little more');
    const candidate = await fromGit('a little more');
    expect(candidate.guard_changes).toBeUndefined();
    await approve(candidate);
    expect((await release(poor, candidate)).body).toMatchObject({ state: 'released', released_version: 4 });
    await inForce(4);
    expect(askedIn(await decide(poor, 0.9))).toEqual(['calendar true']);
  });

  it('come back with an earlier version, into the repository too, without being compiled again', async () => {
    const { body } = await poor.ask('ana', 'POST', '/policies/releases/2/roll_back', { reason: 'it was right' });
    const candidate = body as CandidateView;
    expect(candidate.guard_changes).toMatchObject([{ guard: 'calendar', before: SURER, after: SURE }]);
    await approve(candidate);
    expect((await release(poor, candidate)).body).toMatchObject({ state: 'released', released_version: 5 });
    await inForce(5);
    expect(server.git('show', `main:${GUARD_FILE}`)).toBe(SURE.trim());
    expect(askedIn(await decide(poor, 0.6))).toEqual(['calendar true']);
  });

  it('are refused with file, line and column where they or the policies that ask them are wrong', async () => {
    push({ [GUARD_FILE]: REGO('time.now_ns() > 0') }, 'what time is it');
    const clock = await fromGit('what time is it', 'refused');
    expect(clock.faults).toMatchObject([
      { file: GUARD_FILE, line: 5, column: 10, message: 'undefined function time.now_ns' },
    ]);
    push({ [GUARD_FILE]: REGO('input.event.confidence > 0.95') }, 'fails a test');
    const failing = await fromGit('fails a test', 'refused');
    expect(failing.faults).toMatchObject([
      { code: 'test_failed', message: expect.stringContaining('expected permit, got deny') },
    ]);
    push(
      {
        [GUARD_FILE]: SURE,
        'policies/domain/guarded-by-rego.yaml': GUARDED.replace('guard: calendar', 'guard: nobody'),
      },
      'asks nobody',
    );
    const asking = await fromGit('asks nobody', 'refused');
    expect(asking.faults).toMatchObject([
      { file: 'policies/domain/guarded-by-rego.yaml', line: 8, column: 10, code: 'no_guard' },
    ]);
    expect((await policies(agent)).version).toBe(5);
  });
});
