import { ok } from '../../../common/result';
import { someGuards } from '../../../test/builders/guards';
import { aKeyPair, aPolicy, BLOCK_KNOWN_IOC } from '../../../test/builders/policies';
import { releaseHosts } from '../../../test/builders/release_hosts';
import type { CommitInfo, PolicyRepository } from '../ports';
import { Doctrine } from './doctrine';
import { releaseBundle } from './releases/release';

const HOME = 'cursor:policy-repository';
const person = { name: 'ana', email: 'ana@soc.example' };
const id = (letter: string): string => letter.repeat(40);

/** A branch in memory: its commits hold the policy as it is in force; a test says whether they follow each other. */
const aRepository = () => {
  const branch = { head: id('a'), followed: undefined as string | undefined, descends: true };
  const infoOf = (commit: string): CommitInfo => ({
    id: commit,
    parents: [],
    message: 'block it',
    author: person,
    committer: person,
    at: '2026-11-22T10:00:00.000Z',
  });
  const files = new Map([['policies/action/block-known-ioc.yaml', BLOCK_KNOWN_IOC]]);
  const repository: PolicyRepository = {
    place: { kind: 'embedded', id: 'one', branch: 'main' },
    folder: 'policies',
    followed: async () => ok(branch.followed),
    fetch: async () => ok(branch.head),
    follow: async (commit) => {
      branch.followed = commit;
      return ok(true);
    },
    read: async (commit) => ok({ commit, files, guards: new Map(), refused: [] }),
    descends: async () => ok(branch.descends),
    log: async (from) => ok([infoOf(from)]),
    fileLog: async () => ok([]),
    commit: async () => ok(id('f')),
    publish: async () => ok('published'),
  };
  return { branch, repository };
};

/** Agents of one state, the first of which follows a repository; its policy is in force. */
const scene = async (agents: number) => {
  const key = aKeyPair();
  const asked: string[] = [];
  const keys = Array.from({ length: agents }, (_, index) => (index === 0 ? [key] : []));
  const { hosts, drive, wait } = await releaseHosts(
    keys,
    { keys: [key.verification], threshold: 1 },
    {
      around: (index, store) =>
        index > 0
          ? store
          : {
              ...store,
              get: (doc) => {
                asked.push(doc);
                return store.get(doc);
              },
              getMany: (docs) => {
                asked.push(...docs);
                return store.getMany(docs);
              },
            },
    },
  );
  const [host] = hosts;
  if (host === undefined) throw new Error('no host');
  const order = { author: 'cleo', releasedBy: 'cleo', changelog: 'a release', approvals: [] };
  const guards = { ...someGuards('none'), sources: new Map<string, string>() };
  const released = await drive(releaseBundle(host, { ...order, policies: [aPolicy(BLOCK_KNOWN_IOC)], guards }));
  if (!released.ok) throw new Error(released.error.message);
  const { branch, repository } = aRepository();
  const doctrine = new Doctrine({
    agent: host.agent,
    repository,
    name: { agent: 'agent-0', host: 'host-0' },
    people: new Map(),
    proposed: async () => undefined,
  });
  // Alone for longer than it takes to know it.
  await wait(70_000);
  await drive(doctrine.sync());
  const readsIn = async (seconds: number): Promise<number> => {
    asked.length = 0;
    for (let passed = 0; passed < seconds; passed += 5) {
      await wait(5_000);
      await drive(doctrine.sync());
    }
    return asked.filter((doc) => doc === HOME).length;
  };
  return { agent: host.agent, branch, doctrine, drive, readsIn };
};

describe('which repository counts', () => {
  it('is read at most twice a minute by an agent that is alone, its head included', async () => {
    const { doctrine, readsIn } = await scene(1);
    expect(doctrine.state.kind).toBe('ready');
    const reads = await readsIn(60);
    expect(reads).toBeGreaterThan(0);
    expect(reads).toBeLessThanOrEqual(4);
  });

  it('is read at each look while there are others', async () => {
    const { readsIn } = await scene(2);
    expect(await readsIn(60)).toBeGreaterThanOrEqual(12);
  });

  it('is known to hold a history that a person has just accepted', async () => {
    const { branch, doctrine, drive, readsIn } = await scene(1);
    await readsIn(40);
    Object.assign(branch, { head: id('b'), descends: false });
    await drive(doctrine.sync());
    expect(doctrine.state).toMatchObject({ kind: 'rewritten', found: id('b') });
    expect(await drive(doctrine.acceptHistory(id('b')))).toMatchObject({ ok: true });
    expect(doctrine.state.kind).toBe('ready');
  });

  it('is known to hold a commit that this agent has just published', async () => {
    const { agent, branch, doctrine, drive, readsIn } = await scene(1);
    await readsIn(5);
    if (agent.shift === undefined) throw new Error('the agent has not joined');
    branch.head = id('c');
    await drive(doctrine.notePublished(agent.shift, id('c'), { digest: 'other', own: true }));
    expect(doctrine.isOwnCommit(id('c'))).toBe(true);
  });
});
