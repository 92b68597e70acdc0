import { aKeyPair, aPolicy, BLOCK_KNOWN_IOC, type KeyPair } from '../../../../test/builders/policies';
import { aRelease as aReleaseOf } from '../../../../test/builders/bundles';
import { someGuards } from '../../../../test/builders/guards';
import { releaseHosts, type ReleaseHosts, type ReleaseHost } from '../../../../test/builders/release_hosts';
import type { CandidateView } from '../../../../common/api/policy_views';
import type { BundleStatement } from '../../../../common/policy/bundle';
import type { Result } from '../../../../common/result';
import { addSignature, signBundle } from '../../../engine/policy/sign_bundle';
import { signKeyring } from '../../../engine/policy/keyring';
import { statementDigest, statementIn } from '../../../engine/policy/verify_bundle';
import { approvedDigest, bundleFiles } from '../../../engine/policy/bundle_files';
import { candidateFile, releaseFile, uploadBundle } from './bundle_files';
import { findCandidate } from '../candidates/candidate_book';
import { approveCandidate, withdrawCandidate } from '../candidates/candidate_words';
import { fileCandidate } from '../candidates/candidates';
import { releaseCandidate } from './release_candidate';
import { digestOfSet, releaseBundle } from './release';
import { listReleases } from './release_book';
import { compareReleases, proposeRollback, rollBackNow } from './roll_back';
import { changeKeys, trustView, type TrustDesk } from './trust';
import { heldSigner } from '../../../engine/policy/signer';

const [one, two] = [aKeyPair(), aKeyPair()];
const ana = { name: 'ana', singleUser: false };
const ben = { name: 'ben', singleUser: false };

const must = <Value>(result: Result<Value, { readonly message: string }>): Value => {
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
};
const refusalOf = <Value>(
  result: Result<Value, { readonly code: string; readonly fields?: readonly { path: string }[] }>,
) => (result.ok ? 'done' : [result.error.code, ...(result.error.fields ?? []).map(({ path }) => path)].join(' '));

const policies = (version: number) => [
  aPolicy(BLOCK_KNOWN_IOC.replace('0.85', `0.8${version}`)),
  ...(version > 1 ? [aPolicy(BLOCK_KNOWN_IOC.replace('block-known-ioc', 'block-second'))] : []),
];
const at = (hosts: ReleaseHosts, index = 0): ReleaseHost => {
  const host = hosts.hosts[index];
  if (!host) throw new Error('no such host');
  return host;
};
const setUp = (keysOf: ReadonlyArray<readonly KeyPair[]> = [[one]], threshold = 1, keys = [one, two]) =>
  releaseHosts(keysOf, { keys: keys.map((pair) => pair.verification), threshold });

/** Versions 1 to n, as one host with one key releases them. */
const withVersions = async (n: number, trusted = [one, two]): Promise<ReleaseHosts> => {
  const hosts = await setUp([[one]], 1, trusted);
  for (let version = 1; version <= n; version += 1) {
    const approvals = [
      {
        user: 'ben',
        at: '2026-11-22T09:00:00.000Z',
        reason: 'read it',
        four_eyes: true,
        digest: digestOfSet(policies(version)),
      },
    ];
    must(
      await hosts.drive(
        releaseBundle(at(hosts), {
          policies: policies(version),
          author: 'ana',
          releasedBy: 'ana',
          changelog: `version ${version}`,
          approvals,
        }),
      ),
    );
  }
  return hosts;
};
const aCandidate = async (hosts: ReleaseHosts, index = 0): Promise<CandidateView> => {
  const { agent } = at(hosts, index);
  const filed = must(
    await hosts.drive(
      fileCandidate(agent, {
        by: 'ana',
        changelog: 'a change',
        policies: policies(2),
        guards: new Map(),
        changes: [],
        writers: [],
      }),
    ),
  );
  return must(
    await hosts.drive(approveCandidate(agent, filed.id, { actor: ben, reason: 'read it', digest: filed.digest })),
  );
};
const verbs = (hosts: ReleaseHosts): readonly unknown[] => hosts.audited().map(({ verb }) => verb);
const outcomes = (hosts: ReleaseHosts, of: string): readonly unknown[] =>
  hosts.audited().flatMap(({ verb, outcome }) => (verb === of ? [outcome] : []));

describe('a release that two keys have to sign', () => {
  it('is signed by one host, waits, and is released by the other', async () => {
    const hosts = await setUp([[one], [two]], 2);
    const { id } = await aCandidate(hosts);
    const half = must(await hosts.drive(releaseCandidate(at(hosts, 0), id, ana)));
    expect(half).toMatchObject({ state: 'approved', signatures_missing: 1, signed_by: [one.signing.keyId] });
    const again = must(await hosts.drive(releaseCandidate(at(hosts, 0), id, ana)));
    expect(again).toMatchObject({ state: 'approved', signatures_missing: 1, signed_by: [one.signing.keyId] });
    expect(at(hosts).agent.parts.bundles.active).toBeUndefined();
    const whole = must(await hosts.drive(releaseCandidate(at(hosts, 1), id, ana)));
    expect(whole).toMatchObject({ state: 'released', released_version: 1 });
    expect(whole.signatures_missing).toBeUndefined();
    await hosts.wait(2_000);
    for (const { agent } of hosts.hosts)
      expect(agent.parts.bundles.active?.bundle.keyIds).toEqual([one.signing.keyId, two.signing.keyId]);
  });

  it('is released as a file that was signed elsewhere', async () => {
    const hosts = await setUp([[one]], 2);
    const desk = at(hosts);
    const { id } = await aCandidate(hosts);
    must(await hosts.drive(releaseCandidate(desk, id, ana)));
    const file = must(await hosts.drive(candidateFile(desk, id)));
    const files = must(desk.format.unpack(file));
    expect(refusalOf(await hosts.drive(uploadBundle(desk, file, ben)))).toBe('bundle_refused threshold_not_met');
    const signed = must(addSignature(files, two.signing));
    const released = must(await hosts.drive(uploadBundle(desk, desk.format.pack(signed), ben)));
    expect([released.version, desk.agent.parts.bundles.status?.version]).toEqual([1, 1]);
    const before = ['propose', 'approve', 'begin_release', 'sign', 'upload'];
    expect(verbs(hosts)).toEqual([...before, 'upload', 'sign', 'release', 'upload', 'release']);
    expect(outcomes(hosts, 'upload')).toEqual(['asked', 'asked', 'done']);
    expect(must(await hosts.drive(findCandidate(desk.agent, id)))).toMatchObject({
      state: 'released',
      released_version: 1,
    });
  });

  it('is not released as a file once its candidate was withdrawn', async () => {
    const hosts = await setUp([[one]], 2);
    const desk = at(hosts);
    const { id } = await aCandidate(hosts);
    must(await hosts.drive(releaseCandidate(desk, id, ana)));
    const signed = must(
      addSignature(must(desk.format.unpack(must(await hosts.drive(candidateFile(desk, id))))), two.signing),
    );
    must(await hosts.drive(withdrawCandidate(desk.agent, id, { by: 'ben', reason: 'not today' })));
    expect(refusalOf(await hosts.drive(uploadBundle(desk, desk.format.pack(signed), ben)))).toBe('not_waiting');
    expect(desk.agent.parts.bundles.active).toBeUndefined();
  });

  it('says what is missing where one key releases at once', async () => {
    const hosts = await setUp([[one]], 2);
    const order = { policies: policies(1), author: 'ana', releasedBy: 'ana', changelog: 'x', approvals: [] };
    expect(refusalOf(await hosts.drive(releaseBundle(at(hosts), order)))).toBe('signatures_missing');
  });
});

describe('a bundle that is uploaded', () => {
  const approved = { user: 'ben', at: '2026-11-22T09:00:00.000Z', reason: 'read it', four_eyes: true };
  const aFile = async (change: (statement: Record<string, unknown>) => object, by = one) => {
    const hosts = await withVersions(1);
    const desk = at(hosts);
    const base = must(statementIn(must(desk.format.unpack(must(await hosts.drive(releaseFile(desk, 1)))))));
    const { approvals: _, ...rest } = base;
    const digestOf2 = must(
      await hosts.drive(
        fileCandidate(desk.agent, {
          by: 'ana',
          changelog: 'x',
          policies: policies(2),
          guards: new Map(),
          changes: [],
          writers: [],
        }),
      ),
    ).digest;
    const current = desk.agent.parts.bundles.active?.bundle.statement;
    const statement = {
      ...rest,
      version: 2,
      digest: digestOf2,
      prev_digest: current ? statementDigest(current) : '',
      approvals: [{ ...approved, digest: digestOf2 }],
    };
    const files = bundleFiles({ ...statement, ...change({ ...statement }) }, policies(2));
    const bytes = desk.format.pack(signBundle(files, [by.signing]));
    const before = desk.agent.parts.bundles.active;
    const answer = refusalOf(await hosts.drive(uploadBundle(desk, bytes, ana)));
    if (answer !== 'done') expect(desk.agent.parts.bundles.active).toBe(before);
    return answer;
  };
  it.each<readonly [string, string, (statement: Record<string, unknown>) => object, KeyPair]>([
    ['is the next one and approved', 'done', () => ({}), one],
    [
      'names only its author',
      'not_four_eyes',
      ({ digest }) => ({ approvals: [{ ...approved, user: 'ana', digest }] }),
      one,
    ],
    [
      'names its author in other letters',
      'not_four_eyes',
      ({ digest }) => ({ approvals: [{ ...approved, user: 'ANA', digest }] }),
      one,
    ],
    [
      'was approved by one alone',
      'not_four_eyes',
      ({ digest }) => ({ approvals: [{ ...approved, four_eyes: false, digest }] }),
      one,
    ],
    [
      'was approved for other content',
      'not_four_eyes',
      () => ({ approvals: [{ ...approved, digest: 'f'.repeat(64) }] }),
      one,
    ],
    ['leaves a version out', 'bundle_refused version_gap', () => ({ version: 3 }), one],
    ['is of the same version', 'bundle_refused chain_broken', () => ({ version: 1 }), one],
    ['follows another one', 'bundle_refused chain_broken', () => ({ prev_digest: 'f'.repeat(64) }), one],
    ['has expired', 'bundle_refused expired', () => ({ expires_at: '2026-11-22T09:30:00.000Z' }), one],
    ['is signed by a stranger', 'bundle_refused unknown_key', () => ({}), aKeyPair()],
  ])('and %s: %s', async (_what, code, change, by) => {
    expect(await aFile(change, by)).toBe(code);
  });

  it.each<readonly [string, string, Partial<BundleStatement>, number]>([
    ['the first version', 'done', {}, 1],
    ['the second', 'changed', {}, 2],
    ['a first version that follows something', 'changed', { prev_digest: 'f'.repeat(64) }, 1],
  ])('where nothing was released before, and it is %s: %s', async (_what, code, change, version) => {
    const hosts = await setUp();
    const { digest } = aReleaseOf(version, [one]).statement;
    const { files } = aReleaseOf(version, [one], { approvals: [{ ...approved, digest }], ...change });
    expect(refusalOf(await hosts.drive(uploadBundle(at(hosts), at(hosts).format.pack(files), ana)))).toBe(code);
    const { active } = at(hosts).agent.parts.bundles;
    expect(active?.bundle.statement.version).toBe(code === 'done' ? 1 : undefined);
  });

  it('with guards is released on an approval of policies and guards, not of the policies alone', async () => {
    const guards = someGuards('change_freeze');
    const about = aReleaseOf(1, [one], { carried: guards }).statement;
    const upload = async (digest: string): Promise<string> => {
      const hosts = await setUp();
      const { files } = aReleaseOf(1, [one], { carried: guards, approvals: [{ ...approved, digest }] });
      return refusalOf(await hosts.drive(uploadBundle(at(hosts), at(hosts).format.pack(files), ana)));
    };
    expect(await upload(about.digest)).toBe('not_four_eyes');
    expect(await upload(approvedDigest(about))).toBe('done');
  });

  it('and is none at all is refused', async () => {
    const hosts = await setUp();
    expect(refusalOf(await hosts.drive(uploadBundle(at(hosts), Buffer.from('hello'), ana)))).toBe(
      'bundle_refused archive_malformed',
    );
  });
});

describe('the history of versions', () => {
  it('lists them newest first, as far as the chain of digests is whole', async () => {
    const hosts = await withVersions(3);
    const listed = await hosts.drive(listReleases(at(hosts)));
    expect(
      listed.map(({ version, in_force, policies: count, key_ids }) => [version, in_force, count, key_ids]),
    ).toEqual([
      [3, true, 2, [one.signing.keyId]],
      [2, false, 2, [one.signing.keyId]],
      [1, false, 1, [one.signing.keyId]],
    ]);
  });

  it('does not believe what was put into the archive afterwards', async () => {
    const hosts = await withVersions(2);
    const { archive } = at(hosts);
    const forged = {
      ...archive,
      get: async (version: number, digest: string) =>
        archive.get(
          version === 1 ? 2 : version,
          version === 1 ? ((await archive.newest())[0]?.statement_digest ?? '') : digest,
        ),
    };
    const desk = { ...at(hosts), archive: forged };
    expect((await hosts.drive(listReleases(desk))).map(({ version }) => version)).toEqual([2]);
    expect(refusalOf(await hosts.drive(proposeRollback(desk, 1, { by: 'ana', reason: 'why' })))).toBe('not_found');
  });

  it('compares any two', async () => {
    const hosts = await withVersions(3);
    const kinds = async (version: number, from?: number) =>
      must(await hosts.drive(compareReleases(at(hosts), version, from))).changes.map(({ policy, change }) => [
        policy,
        change,
      ]);
    expect(await kinds(1)).toEqual([['block-known-ioc', 'added']]);
    expect(await kinds(2)).toEqual([
      ['block-known-ioc', 'changed'],
      ['block-second', 'added'],
    ]);
    expect(await kinds(3)).toEqual([['block-known-ioc', 'changed']]);
    expect(await kinds(1, 3)).toEqual([
      ['block-known-ioc', 'changed'],
      ['block-second', 'removed'],
    ]);
    expect(refusalOf(await hosts.drive(compareReleases(at(hosts), 9)))).toBe('not_found');
  });
});

describe('going back', () => {
  it('is a candidate like any other: approved by somebody else, released as the next version', async () => {
    const hosts = await withVersions(3);
    const desk = at(hosts);
    const proposed = must(await hosts.drive(proposeRollback(desk, 1, { by: 'ana', reason: 'too many blocks' })));
    expect(proposed).toMatchObject({ state: 'proposed', back_to: 1, changelog: 'Back to version 1: too many blocks' });
    const approval = { reason: 'agreed', digest: proposed.digest };
    expect(refusalOf(await hosts.drive(approveCandidate(desk.agent, proposed.id, { actor: ana, ...approval })))).toBe(
      'not_four_eyes',
    );
    must(await hosts.drive(approveCandidate(desk.agent, proposed.id, { actor: ben, ...approval })));
    expect(must(await hosts.drive(releaseCandidate(desk, proposed.id, ana))).released_version).toBe(4);
    const digests = (await hosts.drive(listReleases(desk))).map(({ digest }) => digest);
    expect(digests[0]).toBe(digests[3]);
    expect(desk.agent.parts.bundles.active?.bundle.policies.map(({ hash }) => hash)).toEqual(
      policies(1).map(({ hash }) => hash),
    );
  });

  it.each([
    ['the one in force', 3, 'invalid'],
    ['one that never was', 9, 'invalid'],
  ])('is refused to %s', async (_what, version, code) => {
    const hosts = await withVersions(3);
    expect(refusalOf(await hosts.drive(proposeRollback(at(hosts), version, { by: 'ana', reason: 'why' })))).toBe(code);
  });

  it('is done at once by an approver in an emergency, to the version before, and audited before it is done', async () => {
    const hosts = await withVersions(3);
    const desk = at(hosts);
    const released = must(await hosts.drive(rollBackNow(desk, 3, { by: 'ben', reason: 'it blocks our own proxy' })));
    expect(released).toMatchObject({
      kind: 'released',
      statement: {
        version: 4,
        author: 'ana',
        changelog: expect.stringContaining('it blocks our own proxy') as unknown,
      },
    });
    expect(verbs(hosts).slice(-4)).toEqual(['roll_back_now', 'sign', 'release', 'roll_back_now']);
    expect(outcomes(hosts, 'roll_back_now')).toEqual(['asked', 'done']);
    expect(desk.agent.parts.bundles.status?.version).toBe(4);
    expect(refusalOf(await hosts.drive(rollBackNow(desk, 3, { by: 'ben', reason: 'twice' })))).toBe('changed');
  });

  it('is refused at once where nobody approved what would come back, and done where there is only one user', async () => {
    const hosts = await withVersions(0);
    const desk = at(hosts);
    for (const version of [1, 2])
      must(
        await hosts.drive(
          releaseBundle(desk, {
            policies: policies(version),
            author: 'ana',
            releasedBy: 'ana',
            changelog: 'x',
            approvals:
              version === 1
                ? [
                    {
                      user: 'ana',
                      at: '2026-11-22T09:00:00.000Z',
                      reason: 'alone',
                      four_eyes: false,
                      digest: digestOfSet(policies(1)),
                    },
                  ]
                : [],
          }),
        ),
      );
    const order = { by: 'ben', reason: 'it blocks our own proxy' };
    expect(refusalOf(await hosts.drive(rollBackNow(desk, 2, order)))).toBe('not_four_eyes');
    expect(refusalOf(await hosts.drive(rollBackNow(desk, 2, { ...order, singleUser: true })))).toBe('done');
  });

  it('at once waits for the keys of others where this host has too few, bound to its digest', async () => {
    const both = (hosts: ReleaseHosts): TrustDesk => ({
      ...at(hosts),
      signers: () => [heldSigner(one.signing), heldSigner(two.signing)],
    });
    const hosts = await setUp([[one], [two]], 2);
    for (const version of [1, 2]) {
      const approvals = [
        {
          user: 'ben',
          at: '2026-11-22T09:00:00.000Z',
          reason: 'read it',
          four_eyes: true,
          digest: digestOfSet(policies(version)),
        },
      ];
      must(
        await hosts.drive(
          releaseBundle(both(hosts), {
            policies: policies(version),
            author: 'ana',
            releasedBy: 'ana',
            changelog: 'x',
            approvals,
          }),
        ),
      );
    }
    await hosts.wait(2_000);
    const order = { by: 'ben', reason: 'it blocks our own proxy' };
    const waits = must(await hosts.drive(rollBackNow(at(hosts), 2, order)));
    const candidate = waits.kind === 'waits' ? waits.candidate : fail('released');
    expect(candidate).toMatchObject({
      state: 'approved',
      back_to: 1,
      signatures_missing: 1,
      signed_by: [one.signing.keyId],
      digest: digestOfSet(policies(1)),
      emergency: order,
    });
    const file = must(at(hosts).format.unpack(must(await hosts.drive(candidateFile(at(hosts), candidate.id)))));
    expect(must(statementIn(file)).digest).toBe(candidate.digest);
    const released = must(await hosts.drive(releaseCandidate(at(hosts, 1), candidate.id, ben)));
    expect(released).toMatchObject({ state: 'released', released_version: 3 });
    expect(at(hosts, 1).agent.parts.bundles.active?.bundle.statement.digest).toBe(digestOfSet(policies(1)));
  });

  it('is refused where there was nothing before', async () => {
    const hosts = await withVersions(1);
    expect(refusalOf(await hosts.drive(rollBackNow(at(hosts), 1, { by: 'ben', reason: 'why' })))).toBe('not_found');
  });
});

describe('changing the keys', () => {
  it('takes the signatures of both sides, makes what old keys signed doubtful, and a new release mends that', async () => {
    const hosts = await withVersions(1, [one]);
    const desk = at(hosts);
    const { agent } = desk;
    const statement = {
      version: 1,
      issued_at: '2026-11-22T10:00:00.000Z',
      threshold: 1,
      keys: [{ public_key: two.publicPem }, { public_key: one.publicPem, revoked: true }],
    };
    const half = signKeyring({ statement, signatures: [] }, two.signing);
    expect(refusalOf(await hosts.drive(changeKeys(desk, half, 'root')))).toBe('bundle_refused unknown_key');
    must(await hosts.drive(changeKeys(desk, signKeyring(half, one.signing), 'root')));
    expect(trustView(desk)).toMatchObject({ keyring: 1, threshold: 1 });
    expect(agent.parts.bundles.status?.doubt).toMatchObject({ code: 'bundle_distrusted', escalate: true });
    expect(agent.parts.bundles.brakeRules(0).doubt).toContain('not trusted any more');
    expect(agent.troubles.map(({ code }) => code)).toContain('bundle_distrusted');
    const holder = { ...desk, signers: () => [heldSigner(two.signing)] };
    must(
      await hosts.drive(
        releaseBundle(holder, {
          policies: policies(1),
          author: 'ana',
          releasedBy: 'ana',
          changelog: 'by the new key',
          approvals: [],
        }),
      ),
    );
    expect(agent.parts.bundles.status).toMatchObject({ version: 2 });
    expect(agent.parts.bundles.status?.doubt).toBeUndefined();
    expect((await hosts.drive(listReleases(desk))).map(({ version }) => version)).toEqual([2, 1]);
  });
});
