import { writeFileSync } from 'fs';
import { join } from 'path';
import type { CandidateView, CommitView } from '../../common/api/policy_views';
import type { RepositoryView } from '../../common/api/routes';
import { realNode, NODE_URL, type RealNode } from '../../test/contracts/real_node';
import { temporaryFolder } from '../../test/contracts/temporary_folder';
import { agentFleet, type AgentProcess, type Fleet } from '../../test/targets/agent_process';
import { GIT_TOKEN, gitServer, type GitClone, type GitServer } from '../../test/targets/git_server';
import { until as eventually } from '../../test/targets/until';

/*
 * One story in the order of its tests: two agents in processes of their own, a real OpenSearch, and the real
 * `git http-backend`, into which other people push with the git program.
 */

jest.setTimeout(90_000);

const POLICY = 'block-listed-source';
const FILE = `policies/action/${POLICY}.yaml`;
const text = (when: string, id = POLICY): string => `apiVersion: reflex/v1
kind: Policy
metadata: { id: ${id}, title: Block listed sources, owner: soc-network }
spec:
  layer: action
  mode: shadow
  when: ${when}
  then: { action: block_ip, target: { ip: event.source.ip }, connector: edge, ttl: 30m }
  rollback: { action: unblock_ip }
`;
const ABOVE = (value: number): string => `event.confidence > ${value}`;

/** What is asked for costs a search each time. */
const until = (what: string, condition: () => Promise<boolean>): Promise<void> =>
  eventually(what, condition, { withinMs: 30_000, everyMs: 250 });

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** What people do on the page, asked of one agent. */
const desk = (agent: AgentProcess) => {
  const policies = async () => {
    const { body } = await agent.ask('ana', 'GET', '/policies');
    return body as {
      version: number;
      digest: string;
      candidates: readonly CandidateView[];
      drafts: readonly { id: string }[];
    };
  };
  const save = (source: string, more: object = {}, id = POLICY): Promise<Answer> =>
    agent.ask('ana', 'PUT', `/policies/drafts/${id}`, { source, ...more });
  const propose = (changelog: string): Promise<Answer> =>
    agent.ask('ana', 'POST', '/policies/candidates', { changelog });
  const approve = (user: string, { id, digest }: CandidateView): Promise<Answer> =>
    agent.ask(user, 'POST', `/policies/candidates/${id}/approve`, { reason: 'read it', digest });
  /** By as many as it takes. */
  const approveAll = async (candidate: CandidateView): Promise<void> => {
    for (const user of ['ben', 'dora'].slice(0, candidate.approvals_needed)) await approve(user, candidate);
  };
  const release = ({ id }: CandidateView): Promise<Answer> =>
    agent.ask('ana', 'POST', `/policies/candidates/${id}/release`);
  return {
    policies,
    save,
    propose,
    approve,
    approveAll,
    release,
    repository: async (): Promise<RepositoryView> =>
      (await agent.ask('ana', 'GET', '/policies/repository')).body as RepositoryView,
    history: async (): Promise<readonly CommitView[]> => {
      const { body } = await agent.ask('ana', 'GET', `/policies/repository/history/${POLICY}`);
      return (body as { commits: readonly CommitView[] }).commits;
    },
    /** From a draft to a candidate that somebody else approved. */
    approved: async (source: string, changelog: string, id = POLICY): Promise<CandidateView> => {
      await save(source, {}, id);
      const { body } = await propose(changelog);
      await approveAll(body as CandidateView);
      return body as CandidateView;
    },
  };
};

describe('policies in a remote repository', () => {
  let node: RealNode;
  let server: GitServer;
  let fleet: Fleet;
  let first: ReturnType<typeof desk>;
  let second: ReturnType<typeof desk>;
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
      git: {
        git: { remote: server.url, branch: 'main', path: '', user: 'reflex', tokenFile, pollMs: 1_000 },
        people: [{ email: 'Carl@example.org', user: 'carl' }],
      },
    });
    first = desk(await fleet.start());
    second = desk(await fleet.start());
  });
  afterAll(async () => {
    await fleet.dispose();
    await server.dispose();
    await node.dispose();
    disk.remove();
  });

  const fromGit = async (state: CandidateView['state'], subject: string): Promise<CandidateView> => {
    let found: CandidateView | undefined;
    await until(`a ${state} candidate from Git`, async () => {
      const { candidates } = await first.policies();
      found = candidates.find(
        (each) => each.origin === 'git' && each.state === state && each.commits?.[0]?.subject === subject,
      );
      return found !== undefined;
    });
    if (found === undefined) throw new Error('no candidate');
    return found;
  };
  /** Somebody changes files and pushes them, as a merged pull request does. */
  const push = (files: Record<string, string>, message: string, author?: string): string => {
    clone.git('fetch', '-q');
    clone.git('reset', '-q', '--hard', 'origin/main');
    for (const [path, content] of Object.entries(files)) clone.write(path, content);
    const commit = clone.commit(message, author);
    clone.push();
    return commit;
  };
  const inForce = async (): Promise<number> => (await first.policies()).version;

  it('begin as the starter set that was released, said in trailers', async () => {
    await until('the first commit', async () => (await first.repository()).head !== undefined);
    expect(server.git('log', '--format=%an%n%(trailers:key=Reflex-Bundle-Version,valueonly)', 'main')).toBe(
      'Reflex\n1',
    );
    expect(server.git('log', '-1', '--format=%(trailers:key=Reflex-Bundle-Digest,valueonly)', 'main').trim()).toBe(
      (await first.policies()).digest,
    );
    expect(server.git('ls-tree', '--name-only', 'main', 'policies/').split('\n')).toContain('policies/action');
    expect(await first.repository()).toMatchObject({ kind: 'remote', state: 'ready', may_edit: true, unreleased: [] });
    clone = server.clone();
  });

  it('are committed and pushed before they are signed, with author and approvals', async () => {
    const candidate = await first.approved(text(ABOVE(0.8)), 'block what is listed');
    const released = await first.release(candidate);
    expect(released.body).toMatchObject({
      state: 'released',
      released_version: 2,
      commit: server.git('rev-parse', 'main'),
    });
    expect(server.git('log', '-1', '--format=%an <%ae>%n%B', 'main').trim()).toBe(
      `ana <ana@users.reflex.invalid>\nblock what is listed\n\nApproved-by: ben (four-eyes true)\nReflex-Candidate: ${candidate.id}\nReflex-Digest: ${candidate.digest}`,
    );
    expect(server.git('show', `main:${FILE}`)).toBe(text(ABOVE(0.8)).trim());
    expect(server.git('diff', '--name-only', 'main~1', 'main')).toBe(FILE);
    await until(
      'the other agent',
      async () => (await second.repository()).head?.id === server.git('rev-parse', 'main'),
    );
  });

  it('become a candidate when a pull request was merged, which its author may not approve', async () => {
    const commit = push(
      { [FILE]: text(ABOVE(0.85)), 'README.md': 'hello\n' },
      'be more careful',
      'Carl Coder <carl@EXAMPLE.org>',
    );
    const candidate = await fromGit('proposed', 'be more careful');
    expect(candidate).toMatchObject({
      author: 'carl',
      commit,
      changes: [{ policy: POLICY, change: 'changed', before: text(ABOVE(0.8)), after: text(ABOVE(0.85)) }],
      commits: [{ id: commit, author: 'Carl Coder', email: 'carl@EXAMPLE.org', user: 'carl' }],
    });
    // Petra merged it, and nobody here knows her: one approver might be her.
    expect(candidate).toMatchObject({
      writers: ['carl'],
      unknown_writers: ['Petra Pull <petra@example.org>'],
      approvals_needed: 2,
    });
    expect((await first.approve('carl', candidate)).status).toBe(403);
    expect(await first.approve('ben', candidate)).toMatchObject({ status: 200, body: { state: 'proposed' } });
    expect((await first.approve('ben', candidate)).status).toBe(403);
    expect((await second.release(candidate)).status).toBe(409);
    expect(await first.approve('dora', candidate)).toMatchObject({ status: 200, body: { state: 'approved' } });
    expect((await second.release(candidate)).body).toMatchObject({ state: 'released', released_version: 3, commit });
    expect(server.git('rev-parse', 'main')).toBe(commit);
    expect((await first.history()).map(({ subject, user }) => [subject, user])).toEqual([
      ['be more careful', 'carl'],
      ['block what is listed', 'ana'],
    ]);
    await until('the version on the first agent', async () => (await inForce()) === 3);
  });

  it('are refused with file, line and column while they have faults, and a newer head replaces that', async () => {
    push({ [FILE]: text('event.confidnce > 0.9') }, 'a slip');
    const refused = await fromGit('refused', 'a slip');
    expect(refused.faults).toMatchObject([{ file: FILE, line: 7, column: 15, code: 'bad_condition' }]);
    expect((await first.approve('ben', refused)).status).toBe(409);
    expect((await first.propose('nothing')).status).toBe(422);
    push({ [FILE]: text(ABOVE(0.9)) }, 'mended');
    const candidate = await fromGit('proposed', 'mended');
    const { candidates } = await first.policies();
    expect(candidates.find(({ id }) => id === refused.id)).toMatchObject({ state: 'withdrawn' });
    await first.approveAll(candidate);
    expect((await first.release(candidate)).body).toMatchObject({ state: 'released', released_version: 4 });
  });

  it('are shown in conflict where both changed one, and never overwritten', async () => {
    await first.save(text(ABOVE(0.7)));
    push({ [FILE]: text(ABOVE(0.95)) }, 'stricter');
    await fromGit('proposed', 'stricter');
    // Each agent follows the branch by itself, a moment after whoever proposed.
    await until('the conflict', async () => (await first.repository()).conflicts.length > 0);
    const [conflict] = (await first.repository()).conflicts;
    expect(conflict).toMatchObject({
      policy: POLICY,
      base: text(ABOVE(0.9)),
      theirs: text(ABOVE(0.95)),
      yours: text(ABOVE(0.7)),
    });
    // Saved again without a word about it, it stays in conflict.
    await first.save(text(ABOVE(0.71)));
    expect(await first.propose('looser')).toMatchObject({ status: 409, body: { fields: [{ path: POLICY }] } });
    await first.save(text(ABOVE(0.92)), { seen: conflict?.theirs_hash });
    expect((await first.repository()).conflicts).toEqual([]);
    const proposed = (await first.propose('in between')).body as CandidateView;
    expect(proposed.changes).toMatchObject([{ before: text(ABOVE(0.9)), after: text(ABOVE(0.92)) }]);
    await first.approveAll(proposed);
    expect((await first.release(proposed)).body).toMatchObject({ state: 'released', released_version: 5 });
    expect(server.git('log', '-2', '--format=%s', 'main').split('\n')).toEqual(['in between', 'stricter']);
  });

  it('are committed anew on top of what does not touch them', async () => {
    const candidate = await first.approved(text(ABOVE(0.6)), 'looser');
    server.beforePush = async () => void push({ 'README.md': 'hello again\n' }, 'words');
    expect((await first.release(candidate)).body).toMatchObject({ state: 'released', released_version: 6 });
    expect(server.git('log', '-2', '--format=%s', 'main').split('\n')).toEqual(['looser', 'words']);
    expect(server.git('show', 'main:README.md')).toBe('hello again');
  });

  it('are not released when somebody else was faster with another policy: what was approved is the whole set', async () => {
    const candidate = await first.approved(text(ABOVE(0.5)), 'even looser');
    server.beforePush = async () =>
      void push({ 'policies/action/other.yaml': text(ABOVE(0.99), 'other-policy') }, 'another policy');
    const refused = await first.release(candidate);
    expect(refused).toMatchObject({
      status: 409,
      body: { message: expect.stringContaining('propose the changes again') },
    });
    expect(await inForce()).toBe(6);
    expect(server.git('log', '-1', '--format=%s', 'main')).toBe('another policy');
    const again = (await first.propose('even looser, with the other')).body as CandidateView;
    expect(again.changes.map(({ policy }) => policy)).toEqual([POLICY, 'other-policy']);
    await first.approveAll(again);
    expect((await first.release(again)).body).toMatchObject({ state: 'released', released_version: 7 });
  });

  it('lose nothing while the server is away, and find their own commit when its answer was lost', async () => {
    const candidate = await first.approved(text(ABOVE(0.4)), 'once more');
    server.trouble = 'away';
    expect(await first.release(candidate)).toMatchObject({
      status: 503,
      body: { message: expect.stringContaining('nothing was released') },
    });
    expect((await first.repository()).state).toBe('trouble');
    server.trouble = 'deaf';
    expect((await first.release(candidate)).status).toBe(503);
    expect(await inForce()).toBe(7);
    expect(server.git('log', '-1', '--format=%s', 'main')).toBe('once more');
    server.trouble = undefined;
    const before = server.git('rev-parse', 'main');
    expect((await second.release(candidate)).body).toMatchObject({
      state: 'released',
      released_version: 8,
      commit: before,
    });
    expect(server.git('rev-parse', 'main')).toBe(before);
    await until('the version on the first agent', async () => (await inForce()) === 8);
  });

  it('are not released when the same one was changed in the very moment: all three texts are told', async () => {
    const candidate = await first.approved(text(ABOVE(0.41)), 'a little');
    server.beforePush = async () => void push({ [FILE]: text(ABOVE(0.42)) }, 'theirs');
    expect(await first.release(candidate)).toMatchObject({ status: 409, body: { fields: [{ path: POLICY }] } });
    expect(server.git('show', `main:${FILE}`)).toBe(text(ABOVE(0.42)).trim());
    expect((await first.repository()).conflicts).toMatchObject([
      { base: text(ABOVE(0.4)), theirs: text(ABOVE(0.42)), yours: text(ABOVE(0.41)) },
    ]);
    expect(await inForce()).toBe(8);
  });

  it('follow no rewritten history until an administrator accepts it', async () => {
    clone.git('fetch', '-q');
    clone.git('reset', '-q', '--hard', 'origin/main~1');
    clone.write(FILE, text(ABOVE(0.3)));
    const found = clone.commit('rewritten');
    clone.push('--force');
    await until('the telling', async () => (await first.repository()).state === 'rewritten');
    expect(await first.repository()).toMatchObject({ found, may_edit: false });
    const { candidates } = await first.policies();
    expect(candidates.some(({ commits }) => commits?.[0]?.id === found)).toBe(false);
    const agent = await fleet.start();
    const third = desk(agent);
    await until('a new agent to be told the same', async () => (await third.repository()).state === 'rewritten');
    const order = { found, reason: 'we agreed on it' };
    expect((await agent.ask('ana', 'POST', '/policies/repository/accept', { ...order, found: 'other' })).status).toBe(
      409,
    );
    expect((await agent.ask('ana', 'POST', '/policies/repository/accept', order)).body).toMatchObject({
      state: 'ready',
    });
    expect(await fromGit('proposed', 'rewritten')).toMatchObject({ changes: [{ after: text(ABOVE(0.3)) }] });
  });
});

describe('policies without a remote', () => {
  let node: RealNode;
  let fleet: Fleet;
  let agents: AgentProcess[];

  beforeAll(async () => {
    node = await realNode();
    fleet = await agentFleet({ node: NODE_URL, prefix: node.prefix, connectors: [] });
    agents = [await fleet.start()];
    await until(
      'the first repository',
      async () => (await desk(agents[0] as AgentProcess).repository()).state === 'ready',
    );
    agents.push(await fleet.start());
  });
  afterAll(async () => {
    await fleet.dispose();
    await node.dispose();
  });

  it('are edited by one agent alone, and the other says where', async () => {
    const [first, second] = agents.map(desk) as [ReturnType<typeof desk>, ReturnType<typeof desk>];
    await until('the other to know', async () => (await second.repository()).state === 'elsewhere');
    const { body } = await (agents[1] as AgentProcess).ask('ana', 'GET', '/status');
    expect((body as { troubles: unknown[] }).troubles).toContainEqual({
      code: 'policy_repository',
      text: expect.stringContaining('are edited in the repository of'),
    });
    await until('the version on the other', async () => (await second.policies()).version === 1);
    const candidate = await second.approved(text(ABOVE(0.8)), 'block what is listed');
    expect(await second.release(candidate)).toMatchObject({ status: 404, body: { code: 'not_here' } });
    expect((await first.release(candidate)).body).toMatchObject({ state: 'released', released_version: 2 });
    expect(await first.repository()).toMatchObject({
      kind: 'embedded',
      head: { subject: 'block what is listed', user: 'ana' },
    });
  });

  it('are taken over by order only, and only while the other agent does not run', async () => {
    const [first, second] = agents as [AgentProcess, AgentProcess];
    const order = { reason: 'the machine is gone' };
    expect((await second.ask('ana', 'POST', '/policies/repository/take', order)).status).toBe(409);
    await first.kill();
    await until('the death to be noticed', async () => {
      const { status } = await second.ask('ana', 'POST', '/policies/repository/take', order);
      return status === 200;
    });
    const candidate = await desk(second).approved(text(ABOVE(0.9)), 'stricter');
    expect((await desk(second).release(candidate)).body).toMatchObject({ state: 'released', released_version: 3 });
  });
});
