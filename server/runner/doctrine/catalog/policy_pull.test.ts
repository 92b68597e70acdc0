import type { PolicyFile } from '../../../../common/policy/bundle';
import type { PolicyFault } from '../../../../common/policy/policy';
import { ok } from '../../../../common/result';
import { aKeyPair, BLOCK_KNOWN_IOC } from '../../../../test/builders/policies';
import { releaseHosts, type ReleaseHosts } from '../../../../test/builders/release_hosts';
import { parsePolicy } from '../../../engine/policy/parse_policy';
import type { Doctrine, HeadSet } from '../doctrine';
import { approveCandidate } from '../candidates/candidate_words';
import { listCandidates } from '../candidates/candidate_book';
import { pullOnce } from './policy_pull';
import { digestOfSet, releaseBundle } from '../releases/release';

/*
 * Two agents with one remote, one of which has no `opa`: whichever of them proposes, guards are compiled by the other.
 */

const key = aKeyPair();
const person = { name: 'Petra Pull', email: 'petra@example.org' };
const COMMIT = {
  id: 'c0ffee',
  parents: [],
  message: 'be surer\n',
  author: person,
  committer: person,
  at: '2026-11-22T10:00:00.000Z',
};
const GUARDS = new Map([['calm', 'package reflex.guards.calm\n']]);
const FAULT: PolicyFault = {
  file: 'policies/guards/calm.rego',
  line: 3,
  column: 1,
  code: 'guard_invalid',
  message: 'a fault',
};

const policies = (): readonly PolicyFile[] => {
  const parsed = parsePolicy('policy.yaml', BLOCK_KNOWN_IOC);
  if (!parsed.ok) throw new Error('not valid');
  return [parsed.value];
};

/** What an agent sees of the branch: without `opa` it cannot tell whether the guard is right. */
const headOf = (hasOpa: boolean, faults: readonly PolicyFault[]): HeadSet => {
  const seen = hasOpa ? faults : [];
  const whole = seen.length === 0;
  return {
    commit: COMMIT,
    policies: whole ? policies() : [],
    guards: whole ? GUARDS : new Map(),
    faults: seen,
    paths: new Map(),
    digest: whole ? digestOfSet(policies(), GUARDS) : '',
    ...(hasOpa ? {} : { guardsUnchecked: 'opa is not here' }),
  };
};

const doctrineOf = ({ agent }: ReleaseHosts['hosts'][number], head: HeadSet): Doctrine =>
  ({
    options: {
      agent,
      people: new Map([[person.email, 'petra']]),
      repository: { place: { kind: 'remote', remote: 'r', branch: 'main', path: '' } },
      proposed: async () => undefined,
    },
    sync: async () => ok(head),
    head,
    wasInForce: () => false,
    isOwnCommit: () => false,
    unreleased: async () => ok([COMMIT]),
  }) as unknown as Doctrine;

/** @param rich the place of the agent that has `opa` */
const scene = async (rich: number, faults: readonly PolicyFault[]) => {
  const hosts = await releaseHosts([[key], [key]], { keys: [key.verification], threshold: 1 });
  const [desk] = hosts.hosts;
  if (!desk) throw new Error('no host');
  const order = { policies: policies(), author: 'ana', releasedBy: 'ana', changelog: 'one', approvals: [] };
  await hosts.drive(releaseBundle(desk, order));
  await hosts.wait(2_000);
  const doctrines = hosts.hosts.map((each, index) => doctrineOf(each, headOf(index === rich, faults)));
  const pull = async (): Promise<void> => {
    for (const doctrine of doctrines) await hosts.drive(pullOnce(doctrine));
    await hosts.wait(1_100);
  };
  const open = async () => (await hosts.drive(listCandidates(desk.agent))).filter(({ state }) => state !== 'withdrawn');
  return { hosts, desk, pull, open };
};

describe.each([0, 1])('a commit with guards, where agent %i has `opa`', (rich) => {
  it('ends as one refused candidate with its faults, whoever was first', async () => {
    const { pull, open } = await scene(rich, [FAULT]);
    for (let round = 0; round < 3; round += 1) await pull();
    expect(await open()).toMatchObject([{ state: 'refused', faults: [FAULT] }]);
  });

  it('ends as one candidate that is known to compile', async () => {
    const { pull, open } = await scene(rich, []);
    for (let round = 0; round < 3; round += 1) await pull();
    const candidates = await open();
    expect(candidates.map(({ state, guards_unchecked }) => [state, guards_unchecked])).toEqual([
      ['proposed', undefined],
    ]);
  });
});

describe('a candidate that nobody could compile', () => {
  it('says so, and keeps its approval although it is looked at again', async () => {
    const { hosts, desk, pull, open } = await scene(-1, []);
    await pull();
    const [candidate] = await open();
    expect(candidate).toMatchObject({ state: 'proposed', guards_unchecked: 'opa is not here' });
    const seen = { actor: { name: 'ben', singleUser: false }, reason: 'read it', digest: candidate?.digest ?? '' };
    await hosts.drive(approveCandidate(desk.agent, candidate?.id ?? '', seen));
    for (const each of hosts.hosts) await hosts.drive(pullOnce(doctrineOf(each, headOf(true, []))));
    await hosts.wait(1_100);
    expect(await open()).toMatchObject([{ id: candidate?.id, state: 'approved' }]);
  });
});
