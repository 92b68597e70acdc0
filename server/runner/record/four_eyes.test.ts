import type { Approval } from '../../../common/policy/bundle';
import type { Result } from '../../../common/result';
import { aKeyPair, aPolicy, BLOCK_KNOWN_IOC } from '../../../test/builders/policies';
import { releaseHosts, type ReleaseHosts } from '../../../test/builders/release_hosts';
import type { Doctrine, HeadSet } from '../doctrine/doctrine';
import type { CommitInfo } from '../ports';
import { changeCandidate } from '../doctrine/candidates/candidate_book';
import { approveCandidate } from '../doctrine/candidates/candidate_words';
import { fileCandidate, proposeCandidate } from '../doctrine/candidates/candidates';
import { writersIn, writersOf } from '../doctrine/candidates/commit_writers';
import { policyDrafts } from '../doctrine/drafts/policy_drafts';
import { approvers, isApproved, isOwnWork } from './four_eyes';
import { releaseCandidate } from '../doctrine/releases/release_candidate';
import type { TrustDesk } from '../doctrine/releases/trust';

/* INV-10: nobody approves their own request, however it came here. */

const key = aKeyPair();
const as = (name: string, singleUser = false) => ({ name, singleUser });
const must = <Value>(result: Result<Value, { readonly message: string }>): Value => {
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
};
const codeOf = <Value>(result: Result<Value, { readonly code: string }>): string =>
  result.ok ? 'done' : result.error.code;

let hosts: ReleaseHosts;
let desk: TrustDesk;
beforeEach(async () => {
  hosts = await releaseHosts([[key]], { keys: [key.verification], threshold: 1 });
  const [host] = hosts.hosts;
  if (!host) throw new Error('no host');
  desk = host;
});

const filed = async (writers: readonly string[], unknown_writers: readonly string[] = []) =>
  must(
    await hosts.drive(
      fileCandidate(desk.agent, {
        by: 'ana',
        changelog: 'a change',
        policies: [aPolicy(BLOCK_KNOWN_IOC)],
        guards: new Map(),
        changes: [],
        writers,
        unknown_writers,
      }),
    ),
  );
const approve = ({ id, digest }: { id: string; digest: string }, name: string, singleUser = false) =>
  hosts.drive(approveCandidate(desk.agent, id, { actor: as(name, singleUser), reason: 'read it', digest }));
const release = (id: string, singleUser = false) => hosts.drive(releaseCandidate(desk, id, as('ana', singleUser)));

describe('an approval', () => {
  it('is never by who proposed it or wrote part of it, however their name is written', async () => {
    const candidate = await filed(['ben', 'Carl@Example.org']);
    for (const name of ['ana', 'Ana', ' ANA ', 'ben', 'BEN', 'carl@example.org', 'ａｎａ'])
      expect([name, codeOf(await approve(candidate, name))]).toEqual([name, 'not_four_eyes']);
    expect(must(await approve(candidate, 'dora'))).toMatchObject({ state: 'approved', approvals_needed: 1 });
  });

  it('of what an unknown address wrote takes two different people', async () => {
    const candidate = await filed(['ben'], ['Mallory <m@nowhere.example>']);
    expect(candidate).toMatchObject({ approvals_needed: 2, unknown_writers: ['Mallory <m@nowhere.example>'] });
    expect(must(await approve(candidate, 'mallory'))).toMatchObject({ state: 'proposed' });
    expect(codeOf(await release(candidate.id))).toBe('not_waiting');
    expect(codeOf(await approve(candidate, 'Mallory'))).toBe('not_four_eyes');
    expect(must(await approve(candidate, 'dora'))).toMatchObject({ state: 'approved' });
    expect(must(await release(candidate.id))).toMatchObject({ state: 'released', released_version: 1 });
  });

  it('of two that are given at the same moment both count', async () => {
    const candidate = await filed([], ['x <x@nowhere.example>']);
    const both = await Promise.all([approve(candidate, 'carl'), approve(candidate, 'dora')]);
    expect(both.map((each) => must(each).approvals.length).sort()).toEqual([1, 2]);
    expect(must(await release(candidate.id)).state).toBe('released');
  });

  it('is asked for once more when it is released, whatever the state says', async () => {
    const candidate = await filed(['ben'], ['x <x@nowhere.example>']);
    const forged = (approvals: readonly Partial<Approval>[]) =>
      hosts.drive(
        changeCandidate(desk.agent, candidate.id, (stored) =>
          stored
            ? {
                ok: true,
                value: {
                  candidate: {
                    ...stored,
                    state: 'approved',
                    approvals: approvals.map((each) => ({
                      at: stored.created_at,
                      reason: 'x',
                      digest: stored.digest,
                      four_eyes: true,
                      user: 'dora',
                      ...each,
                    })),
                  },
                  entry: { verb: 'test', by: 'test', object: { type: 'candidate', id: stored.id } },
                },
              }
            : { ok: false, error: { code: 'not_found', message: '' } },
        ),
      );
    for (const approvals of [
      [],
      [{ user: 'dora' }],
      [{ user: 'dora' }, { user: 'DORA' }],
      [{ user: 'dora' }, { user: 'ben' }],
      [{ user: 'dora' }, { user: 'ana' }],
      [{ user: 'dora' }, { user: 'carl', digest: 'other' }],
      [{ user: 'dora' }, { user: 'carl', four_eyes: false }],
    ]) {
      must(await forged(approvals));
      expect([approvals, codeOf(await release(candidate.id))]).toEqual([approvals, 'not_four_eyes']);
    }
    must(await forged([{ user: 'dora' }, { user: 'carl' }]));
    expect(codeOf(await release(candidate.id))).toBe('done');
  });

  it('of a single user is a step of its own, and says so; it counts only where there is one user', async () => {
    const candidate = await filed(['ana'], ['x <x@nowhere.example>']);
    expect(must(await approve(candidate, 'ana', true))).toMatchObject({
      state: 'approved',
      approvals: [{ four_eyes: false }],
    });
    expect(codeOf(await release(candidate.id))).toBe('not_four_eyes');
    expect(codeOf(await release(candidate.id, true))).toBe('done');
  });

  it('is in the audit with who, what and the digest', async () => {
    const candidate = await filed([]);
    must(await approve(candidate, 'dora'));
    expect(hosts.audited().at(-1)).toMatchObject({
      verb: 'approve',
      by: 'dora',
      digest: candidate.digest,
      four_eyes: true,
      object: { id: candidate.id },
    });
  });
});

describe('people and approvals', () => {
  it('are compared as people', () => {
    expect(isOwnWork({ author: 'Ana', writers: [] }, 'ana')).toBe(true);
    const approval = { at: '', reason: '', digest: 'd', four_eyes: true };
    expect(
      approvers(
        { author: 'ana', writers: [] },
        [
          { ...approval, user: 'ben' },
          { ...approval, user: 'Ben' },
        ],
        ['d'],
      ),
    ).toEqual(['ben']);
    expect(
      isApproved(
        { author: 'ana', writers: [], approvals: [{ ...approval, user: 'ana' }] },
        { digests: ['d'], singleUser: false },
      ),
    ).toBe(false);
  });
});

describe('a draft', () => {
  const text = (confidence: string): string => BLOCK_KNOWN_IOC.replace('0.85', confidence);
  const save = (author: string, confidence: string) =>
    hosts.drive(policyDrafts.save(desk.agent, 'block-known-ioc', { source: text(confidence), author }));

  it('is by everybody who saved it, not by the last of them alone', async () => {
    must(await save('ana', '0.9'));
    must(await save('ben', '0.91'));
    expect((await hosts.drive(policyDrafts.list(desk.agent))).map(({ author, writers }) => [author, writers])).toEqual([
      ['ben', ['ana', 'ben']],
    ]);
    const proposed = must(await hosts.drive(proposeCandidate(desk.agent, { changelog: 'a change', by: 'carl' })));
    for (const name of ['ana', 'ben', 'carl']) expect(codeOf(await approve(proposed, name))).toBe('not_four_eyes');
    expect(codeOf(await approve(proposed, 'dora'))).toBe('done');
  });

  it('is nobody’s any more once it says what is in force', async () => {
    const candidate = await filed([]);
    must(await approve(candidate, 'dora'));
    must(await release(candidate.id));
    must(await save('ana', '0.9'));
    must(await save('ben', '0.85'));
    must(await save('carl', '0.92'));
    expect((await hosts.drive(policyDrafts.list(desk.agent))).map(({ writers }) => writers)).toEqual([['carl']]);
  });

  it('is in the audit with its digest and what was found wrong with it', async () => {
    must(await save('ana', '2'));
    must(
      await hosts.drive(policyDrafts.save(desk.agent, 'block-known-ioc', { source: 'kind: Nothing', author: 'ana' })),
    );
    const saved = hosts.audited().filter(({ verb }) => verb === 'save_draft');
    expect(saved.map(({ by, outcome }) => [by, outcome])).toEqual([
      ['ana', 'checked: no faults'],
      ['ana', expect.stringMatching(/^checked: \d+ faults$/)],
    ]);
    expect(new Set(saved.map(({ digest }) => digest)).size).toBe(2);
  });
});

describe('who wrote commits', () => {
  const people = new Map([['ana@example.org', 'ana']]);
  const commit = (id: string, author: string, message = 'a change', committer = author): CommitInfo => ({
    id,
    parents: [],
    message,
    author: { name: author.split('@')[0] ?? '', email: author },
    committer: { name: committer.split('@')[0] ?? '', email: committer },
    at: '2026-11-22T10:00:00.000Z',
  });
  const writers = (...commits: CommitInfo[]) => writersIn(commits, people, (id) => id === 'ours');

  it('are authors, committers and those it was written with, known or not', () => {
    const message = 'a change\n\nCo-authored-by: Eve <eve@nowhere.example>\nnot a trailer\nCO-AUTHORED-BY: somebody\n';
    expect(writers(commit('a', 'Ana@Example.org', message, 'noreply@merge.example'))).toEqual({
      users: ['ana'],
      unknown: ['noreply <noreply@merge.example>', 'Eve <eve@nowhere.example>', 'somebody <>'],
    });
  });

  it('are only believed to be Reflex where Reflex made the commit', () => {
    const forged = ['ana@users.reflex.invalid', 'reflex@reflex.invalid'];
    expect(writers(...forged.map((address) => commit('theirs', address))).users).toEqual([]);
    expect(writers(...forged.map((address) => commit('theirs', address))).unknown).toHaveLength(2);
    expect(writers(...forged.map((address) => commit('ours', address)))).toEqual({
      users: ['ana', 'reflex'],
      unknown: [],
    });
  });

  it('are asked of all commits that are not released, and refused beyond the bound, or where they cannot be read', async () => {
    const doctrineOf = (commits: readonly CommitInfo[] | undefined) =>
      ({
        options: { people },
        isOwnCommit: () => false,
        unreleased: async (_head: HeadSet, most: number) =>
          commits
            ? { ok: true, value: commits.slice(0, most) }
            : { ok: false, error: { code: 'changed', message: '' } },
      }) as unknown as Doctrine;
    const head = {} as HeadSet;
    const many = (count: number) => [
      ...Array.from({ length: count - 1 }, (_, index) => commit(String(index), 'ana@example.org')),
      commit('first', 'mallory@nowhere.example'),
    ];
    expect(must(await writersOf(doctrineOf(many(5_000)), head)).unknown).toEqual(['mallory <mallory@nowhere.example>']);
    expect(codeOf(await writersOf(doctrineOf(many(5_001)), head))).toBe('too_large');
    expect(codeOf(await writersOf(doctrineOf(undefined), head))).toBe('changed');
  });
});
