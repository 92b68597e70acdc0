import type { Result } from '../../../../common/result';
import { aKeyPair, aPolicy, BLOCK_KNOWN_IOC } from '../../../../test/builders/policies';
import { releaseHosts, type ReleaseHosts } from '../../../../test/builders/release_hosts';
import { Mortal } from '../../../../test/fakes/mortal';
import { findCandidate } from '../candidates/candidate_book';
import type { Candidate } from '../../keeping/kinds/policies';
import type { CandidateCommits } from '../candidates/candidate_commits';
import { approveCandidate, withdrawCandidate } from '../candidates/candidate_words';
import { fileCandidate } from '../candidates/candidates';
import type { ReleaseDesk } from './release';
import { releaseCandidate } from './release_candidate';
import { pickUpReleases } from './release_pickup';

/* A host that is killed between any two steps of a release: nothing is released that was withdrawn, nothing twice, and
   nothing stays in between. */

const key = aKeyPair();
const ana = { name: 'ana', singleUser: false };
const ben = { name: 'ben', singleUser: false };
const NEVER_DEAD_MS = 120_000;

const must = <Value>(result: Result<Value, { readonly message: string }>): Value => {
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
};

interface Stage {
  readonly hosts: ReleaseHosts;
  readonly mortal: Mortal;
  readonly desks: readonly [ReleaseDesk, ReleaseDesk];
  readonly id: string;
  readonly digest: string;
  readonly commits: string[];
}

const commitsTo = (log: string[]): CandidateCommits => ({
  commit: async ({ id }) => {
    if (!log.includes(id)) log.push(id);
    return { ok: true, value: 'c0ffee' };
  },
});

const setUp = async (): Promise<Stage> => {
  const mortal = new Mortal();
  const trust = { keys: [key.verification], threshold: 1 };
  const hosts = await releaseHosts([[key], [key]], trust, {
    around: (index, store) => (index === 0 ? mortal.wrap(store) : store),
  });
  const [first, second] = hosts.hosts;
  if (!first || !second) throw new Error('two hosts were asked for');
  const commits: string[] = [];
  const proposal = {
    by: 'ana',
    changelog: 'a change',
    policies: [aPolicy(BLOCK_KNOWN_IOC)],
    guards: new Map(),
    changes: [],
    writers: [],
  };
  const { id, digest } = must(await hosts.drive(fileCandidate(second.agent, proposal)));
  must(await hosts.drive(approveCandidate(second.agent, id, { actor: ben, reason: 'read it', digest })));
  const doomed = { ...first, archive: mortal.wrap(first.archive), commits: mortal.wrap(commitsTo(commits)) };
  return { hosts, mortal, desks: [doomed, { ...second, commits: commitsTo(commits) }], id, digest, commits };
};

const found = async ({ hosts, desks, id }: Stage): Promise<Candidate> =>
  must(await hosts.drive(findCandidate(desks[1].agent, id)));

/** Begins a release that ends at a call. @returns false if it was done before that call */
const killedAt = async (stage: Stage, call: number, moment: 'before' | 'after'): Promise<boolean> => {
  let done = false;
  stage.mortal.endAt(call, moment);
  void releaseCandidate(stage.desks[0], stage.id, ana).then(
    () => (done = true),
    () => (done = true),
  );
  for (let waited = 0; !done && !stage.mortal.isDead && waited < 60_000; waited += 100) await stage.hosts.wait(100);
  return !done;
};

const pickUp = async ({ hosts, desks }: Stage): Promise<void> => {
  await hosts.wait(NEVER_DEAD_MS);
  await hosts.drive(pickUpReleases(desks[1]));
  await hosts.drive(pickUpReleases(desks[1]));
};

const releasedVersion = ({ desks }: Stage): number => desks[1].agent.parts.bundles.status?.version ?? 0;

jest.setTimeout(120_000);

describe('a host that is killed while it releases', () => {
  const seen = new Map<string, number>();

  it.each(['before', 'after'] as const)(
    '%s any of its calls was carried out leaves nothing in between',
    async (moment) => {
      for (let call = 1; ; call += 1) {
        const stage = await setUp();
        if (!(await killedAt(stage, call, moment))) break;
        const left = await found(stage);
        const phase = left.state === 'releasing' ? (left.claim?.phase ?? '') : left.state;
        seen.set(phase, (seen.get(phase) ?? 0) + 1);
        await pickUp(stage);
        const after = await found(stage);
        expect([call, after.state]).toEqual([
          call,
          phase === 'publishing' || phase === 'released' ? 'released' : 'approved',
        ]);
        if (after.state === 'approved') {
          expect(releasedVersion(stage)).toBe(0);
          must(await stage.hosts.drive(releaseCandidate(stage.desks[1], stage.id, ana)));
        }
        expect([call, releasedVersion(stage)]).toEqual([call, 1]);
        expect(stage.desks[1].agent.parts.bundles.active?.bundle.statement.digest).toBe(stage.digest);
        const released = stage.hosts
          .audited()
          .filter(({ verb, object }) => verb === 'release' && (object as { type: string }).type === 'bundle');
        expect(released).toHaveLength(1);
        expect(stage.commits).toEqual([stage.id]);
      }
    },
  );

  it('was killed in each of the phases by these tests', () => {
    expect([...seen.keys()].sort()).toEqual(expect.arrayContaining(['approved', 'committing', 'publishing']));
  });

  it('wakes up after its candidate was given back and withdrawn, and releases nothing', async () => {
    const stage = await setUp();
    let wakeUp: () => void = () => undefined;
    const asleep = new Promise<void>((resolve) => (wakeUp = resolve));
    const [host, other] = stage.desks;
    const slow: ReleaseDesk = {
      ...host,
      commits: { commit: async () => (await asleep, { ok: true, value: 'c0ffee' }) },
    };
    const release = releaseCandidate(slow, stage.id, ana);
    await stage.hosts.wait(500);
    expect((await found(stage)).state).toBe('releasing');
    const word = { by: 'ben', reason: 'not today' };
    const refused = await stage.hosts.drive(withdrawCandidate(other.agent, stage.id, word));
    expect(refused.ok ? 'done' : refused.error.code).toBe('releasing');
    const again = await stage.hosts.drive(releaseCandidate(other, stage.id, ana));
    expect(again.ok ? 'done' : again.error.code).toBe('releasing');
    await stage.hosts.drive(pickUpReleases(other));
    expect((await found(stage)).state).toBe('releasing');
    jest.spyOn(other.agent.shift?.parts.session ?? fail('not joined'), 'livePeers', 'get').mockReturnValue([]);
    await stage.hosts.drive(pickUpReleases(other));
    expect((await found(stage)).state).toBe('approved');
    must(await stage.hosts.drive(withdrawCandidate(other.agent, stage.id, word)));
    wakeUp();
    const woken = await stage.hosts.drive(release);
    expect(woken.ok ? 'done' : woken.error.code).toBe('changed');
    await stage.hosts.wait(2_000);
    expect([(await found(stage)).state, releasedVersion(stage)]).toEqual(['withdrawn', 0]);
  });

  it('wakes up while another host releases its candidate anew, and leaves that alone', async () => {
    const stage = await setUp();
    const [host, other] = stage.desks;
    const wakers: Array<() => void> = [];
    const slowly: CandidateCommits = {
      commit: () => new Promise((resolve) => wakers.push(() => resolve({ ok: true, value: 'c0ffee' }))),
    };
    const first = releaseCandidate({ ...host, commits: slowly }, stage.id, ana);
    await stage.hosts.wait(500);
    jest.spyOn(other.agent.shift?.parts.session ?? fail('not joined'), 'livePeers', 'get').mockReturnValue([]);
    await stage.hosts.drive(pickUpReleases(other));
    const second = releaseCandidate({ ...other, commits: slowly }, stage.id, ben);
    await stage.hosts.wait(500);
    const held = (await found(stage)).claim;
    wakers[0]?.();
    const woken = await stage.hosts.drive(first);
    expect(woken.ok ? 'done' : woken.error.code).toBe('changed');
    expect([(await found(stage)).claim, releasedVersion(stage)]).toEqual([held, 0]);
    wakers[1]?.();
    expect(must(await stage.hosts.drive(second))).toMatchObject({ state: 'released', released_version: 1 });
  });

  it('gives its candidate back at once where it cannot be committed', async () => {
    const stage = await setUp();
    const refusing: CandidateCommits = {
      commit: async () => ({ ok: false, error: { code: 'changed', message: 'somebody else pushed' } }),
    };
    const answer = await stage.hosts.drive(releaseCandidate({ ...stage.desks[1], commits: refusing }, stage.id, ana));
    expect(answer.ok ? 'done' : answer.error.code).toBe('changed');
    expect(await found(stage)).toMatchObject({ state: 'approved' });
    expect(stage.hosts.audited().at(-1)).toMatchObject({
      verb: 'release',
      outcome: 'refused: changed',
      digest: stage.digest,
    });
  });

  it('is given back where another version took its place meanwhile', async () => {
    for (let call = 1; ; call += 1) {
      const stage = await setUp();
      expect(await killedAt(stage, call, 'before')).toBe(true);
      if ((await found(stage)).claim?.phase !== 'publishing') continue;
      const [, other] = stage.desks;
      const rival = [aPolicy(BLOCK_KNOWN_IOC.replace('0.85', '0.9'))];
      const late = must(
        await stage.hosts.drive(
          fileCandidate(other.agent, {
            by: 'ana',
            changelog: 'other',
            policies: rival,
            guards: new Map(),
            changes: [],
            writers: [],
          }),
        ),
      );
      must(
        await stage.hosts.drive(
          approveCandidate(other.agent, late.id, { actor: ben, reason: 'read it', digest: late.digest }),
        ),
      );
      must(await stage.hosts.drive(releaseCandidate(other, late.id, ana)));
      await pickUp(stage);
      expect(await found(stage)).toMatchObject({ state: 'approved', base_version: 0 });
      expect(stage.desks[1].agent.parts.bundles.active?.bundle.statement).toMatchObject({
        version: 1,
        digest: late.digest,
      });
      return;
    }
  });
});
