import type { CandidateView } from '../../../../common/api/policy_views';
import { err, ok, type Result } from '../../../../common/result';
import { A_GUARDED_POLICY, someGuards } from '../../../../test/builders/guards';
import { aKeyPair, BLOCK_KNOWN_IOC } from '../../../../test/builders/policies';
import { releaseHosts, type ReleaseHosts } from '../../../../test/builders/release_hosts';
import { digestOf } from '../../../engine/digest/digest';
import { parsePolicy } from '../../../engine/policy/parse_policy';
import type { GuardCompiler, GuardHost, GuardTrouble } from '../../ports';
import { approveCandidate } from '../candidates/candidate_words';
import { proposeCandidate } from '../candidates/candidates';
import { checkGuard, guardDrafts, listGuards } from './guard_drafts';
import { policyDrafts } from './policy_drafts';
import type { Refusal } from '../../record/refusal';
import { releaseBundle } from '../releases/release';
import { releaseCandidate } from '../releases/release_candidate';
import { proposeRollback } from '../releases/roll_back';

const key = aKeyPair();
const ana = { name: 'ana', singleUser: false };
const ben = { name: 'ben', singleUser: false };
const NAME = 'change_freeze';
const FIRST = 'package reflex.guards.change_freeze\n\ndefault allow := true\n';
const SECOND = `${FIRST}# and some more\n`;
const GUARDED = `${A_GUARDED_POLICY}  tests:
    - name: the calendar allows it
      event: { confidence: 0.95, source: { ip: 203.0.113.7 } }
      act: { action: block_ip, target: 203.0.113.7 }
      expect: permit
`;

/** What is compiled says what stands in its text; a text with `BROKEN` does not compile. */
const compiler = (isThere: () => boolean): GuardCompiler => ({
  compile: async (sources) => {
    const trouble = (code: GuardTrouble['code'], faults: GuardTrouble['faults'] = []): Result<never, GuardTrouble> =>
      err({ code, message: 'opa is not here', faults });
    if (!isThere()) return trouble('no_opa');
    const wrong = [...sources].find(([, text]) => text.includes('BROKEN'));
    if (wrong)
      return trouble('guard_invalid', [
        { file: `${wrong[0]}.rego`, line: 3, column: 2, code: 'guard_invalid', message: 'a fault' },
      ]);
    return ok({ ...someGuards(...[...sources].map(([name, text]) => `${name} ${text}`)), sources });
  },
});
const host: GuardHost = {
  ask: ({ wasm }) => ({ allowed: new TextDecoder().decode(wasm).includes('allow := true') }),
  prepare: async () => undefined,
};

/** What is only tried is never asked where decisions ask. */
const NEVER: GuardHost = {
  ask: () => {
    throw new Error('asked where decisions ask');
  },
  prepare: async () => undefined,
};

const must = <Value>(result: Result<Value, Refusal>): Value => {
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.message}`);
  return result.value;
};
const fileOf = (source: string) => {
  const parsed = parsePolicy('policy.yaml', source);
  if (!parsed.ok) throw new Error('not valid');
  return parsed.value;
};

interface Scene {
  readonly hosts: ReleaseHosts;
  readonly desk: ReleaseHosts['hosts'][number];
  /** Whether `opa` is there. */
  compiles: boolean;
}

/** Version 1 has an action policy and no guard. */
const aScene = async (): Promise<Scene> => {
  const scene: { compiles: boolean } = { compiles: true };
  const guards = { guards: NEVER, guardTrials: host, guardCompiler: compiler(() => scene.compiles) };
  const hosts = await releaseHosts([[key]], { keys: [key.verification], threshold: 1 }, { guards });
  const [desk] = hosts.hosts;
  if (!desk) throw new Error('no host');
  const order = {
    policies: [fileOf(BLOCK_KNOWN_IOC)],
    author: 'ana',
    releasedBy: 'ana',
    changelog: 'one',
    approvals: [],
  };
  must(await hosts.drive(releaseBundle(desk, order)));
  return Object.assign(scene, { hosts, desk });
};
const save = ({ hosts, desk }: Scene, source: string, author = 'ana') =>
  hosts.drive(guardDrafts.save(desk.agent, NAME, { source, author }));
const propose = ({ hosts, desk }: Scene) => hosts.drive(proposeCandidate(desk.agent, { changelog: 'x', by: 'ana' }));
const released = async (scene: Scene, { id, digest }: CandidateView) => {
  const { hosts, desk } = scene;
  must(await hosts.drive(approveCandidate(desk.agent, id, { actor: ben, reason: 'read it', digest })));
  return hosts.drive(releaseCandidate(desk, id, ana));
};
/** Version 2 has a guard, and a policy that asks it. */
const withGuard = async (): Promise<Scene> => {
  const scene = await aScene();
  must(await save(scene, FIRST));
  must(
    await scene.hosts.drive(policyDrafts.save(scene.desk.agent, 'guarded-by-rego', { source: GUARDED, author: 'ana' })),
  );
  must(await released(scene, must(await propose(scene))));
  return scene;
};

describe('the draft of a guard', () => {
  it('is released together with the policy that asks it, and is gone then', async () => {
    const scene = await aScene();
    const { hosts, desk } = scene;
    const asking = hosts.drive(policyDrafts.save(desk.agent, 'guarded-by-rego', { source: GUARDED, author: 'ana' }));
    expect(must(await asking).faults).toMatchObject([{ code: 'no_guard', line: 8, column: 10 }]);
    expect(must(await save(scene, FIRST))).toMatchObject({ guard: NAME, faults: [], writers: ['ana'] });
    const candidate = must(await propose(scene));
    expect(candidate.guard_changes).toEqual([{ guard: NAME, change: 'added', after: FIRST }]);
    expect(must(await released(scene, candidate))).toMatchObject({ state: 'released', released_version: 2 });
    expect(desk.agent.parts.bundles.status?.digest).toBe(candidate.digest);
    expect(listGuards(desk.agent)).toEqual([
      { guard: NAME, source: FIRST, asked_by: [{ policy: 'guarded-by-rego', mode: 'enforce' }] },
    ]);
    expect(await hosts.drive(guardDrafts.list(desk.agent))).toEqual([]);
  });

  it('with faults is kept with their places, and is not proposed', async () => {
    const scene = await aScene();
    const saved = must(await save(scene, `${FIRST}BROKEN\n`));
    expect(saved.faults).toMatchObject([{ file: 'change_freeze.rego', line: 3, column: 2 }]);
    expect(await propose(scene)).toMatchObject({
      ok: false,
      error: { code: 'guard_invalid', fields: [{ path: 'guards/change_freeze.rego:3:2' }] },
    });
  });

  it('is not told the faults of others, only that they are in the way', async () => {
    const scene = await aScene();
    const { hosts, desk } = scene;
    await save(scene, FIRST);
    const broken = must(await hosts.drive(guardDrafts.save(desk.agent, 'other', { source: 'BROKEN', author: 'ana' })));
    expect(broken.faults).toHaveLength(1);
    const listed = await hosts.drive(guardDrafts.list(desk.agent));
    expect(listed.map(({ guard, faults }) => [guard, faults.length])).toEqual([
      [NAME, 0],
      ['other', 1],
    ]);
    expect(must(await save(scene, SECOND))).toMatchObject({
      faults: [],
      unchecked: expect.stringContaining('other.rego'),
    });
  });

  it('is not approved by any of its writers', async () => {
    const scene = await aScene();
    await save(scene, FIRST, 'ben');
    await save(scene, SECOND, 'ana');
    const { id, digest } = must(await propose(scene));
    const word = { actor: ben, reason: 'mine', digest };
    expect(await scene.hosts.drive(approveCandidate(scene.desk.agent, id, word))).toMatchObject({
      ok: false,
      error: { code: 'not_four_eyes' },
    });
  });

  it('that makes tests of policies fail is not proposed', async () => {
    const scene = await withGuard();
    await save(scene, FIRST.replace('true', 'false'));
    expect(await propose(scene)).toMatchObject({
      ok: false,
      error: {
        code: 'policy_invalid',
        fields: [{ path: 'guarded-by-rego', message: expect.stringContaining('got deny') }],
      },
    });
  });

  it('that removes a guard is not proposed while a policy asks it', async () => {
    const scene = await withGuard();
    const { hosts, desk } = scene;
    must(await hosts.drive(guardDrafts.save(desk.agent, NAME, { deleted: true, author: 'ana' })));
    expect(await propose(scene)).toMatchObject({ ok: false, error: { code: 'policy_invalid' } });
  });

  it('is seen to be overtaken when others released another text, and is not proposed over it', async () => {
    const scene = await withGuard();
    const { hosts, desk } = scene;
    must(await save(scene, SECOND));
    const theirs = `${FIRST}# theirs\n`;
    const guards = { ...someGuards(NAME), sources: new Map([[NAME, theirs]]) };
    const policies = desk.agent.parts.bundles.active?.bundle.policies ?? [];
    must(
      await hosts.drive(
        releaseBundle(desk, {
          policies,
          author: 'cleo',
          releasedBy: 'cleo',
          changelog: 'theirs',
          approvals: [],
          guards,
        }),
      ),
    );
    expect(await hosts.drive(guardDrafts.list(desk.agent))).toMatchObject([{ is_overtaken: true }]);
    expect(await propose(scene)).toMatchObject({ ok: false, error: { code: 'changed' } });
    must(
      await hosts.drive(guardDrafts.save(desk.agent, NAME, { source: SECOND, seen: digestOf(theirs), author: 'ana' })),
    );
    expect((await propose(scene)).ok).toBe(true);
  });

  it('has the name of a guard', async () => {
    const { hosts, desk } = await aScene();
    const saved = await hosts.drive(guardDrafts.save(desk.agent, '../../etc', { source: FIRST, author: 'ana' }));
    expect(saved).toMatchObject({ ok: false, error: { code: 'invalid' } });
  });

  it('is thrown away by order, and only where there is one', async () => {
    const scene = await aScene();
    await save(scene, FIRST);
    const discard = () => scene.hosts.drive(guardDrafts.discard(scene.desk.agent, NAME, 'ana'));
    expect([(await discard()).ok, (await discard()).ok]).toEqual([true, false]);
  });
});

describe('where `opa` is not', () => {
  it('a changed guard is kept and proposed, and its release is refused with a way to mend it', async () => {
    const scene = await withGuard();
    scene.compiles = false;
    expect(must(await save(scene, SECOND))).toMatchObject({ faults: [], unchecked: 'opa is not here' });
    const candidate = must(await propose(scene));
    expect(candidate.guards_unchecked).toBe('opa is not here');
    expect(await released(scene, candidate)).toMatchObject({ ok: false, error: { code: 'no_opa' } });
    expect(scene.desk.agent.parts.bundles.status?.version).toBe(2);
    scene.compiles = true;
    expect(must(await scene.hosts.drive(releaseCandidate(scene.desk, candidate.id, ana)))).toMatchObject({
      released_version: 3,
    });
  });

  it('policies are released with the guards in force, whose tests are run for real', async () => {
    const scene = await withGuard();
    const { hosts, desk } = scene;
    scene.compiles = false;
    const changed = `${GUARDED.replace('our change calendar', 'the calendar')}`;
    const draft = must(
      await hosts.drive(policyDrafts.save(desk.agent, 'guarded-by-rego', { source: changed, author: 'ana' })),
    );
    expect(draft.tests).toMatchObject([{ passed: true, got: 'permit' }]);
    const candidate = must(await propose(scene));
    expect(candidate.guard_changes).toBeUndefined();
    expect(must(await released(scene, candidate))).toMatchObject({ released_version: 3 });
    expect(desk.agent.parts.bundles.active?.bundle.guards?.sources.get(NAME)).toBe(FIRST);
  });

  it('an earlier version comes back with its guards, for its module is signed', async () => {
    const scene = await withGuard();
    const { hosts, desk } = scene;
    must(await save(scene, SECOND));
    must(await released(scene, must(await propose(scene))));
    scene.compiles = false;
    const back = must(await hosts.drive(proposeRollback(desk, 2, { by: 'ana', reason: 'it was right' })));
    expect(back.guard_changes).toMatchObject([{ guard: NAME, before: SECOND, after: FIRST }]);
    expect(must(await released(scene, back))).toMatchObject({ released_version: 4 });
    expect(listGuards(desk.agent)).toMatchObject([{ source: FIRST }]);
  });

  it('tests that ask a changed guard are told not to have been run', async () => {
    const scene = await withGuard();
    const { hosts, desk } = scene;
    scene.compiles = false;
    must(await save(scene, SECOND));
    const draft = must(
      await hosts.drive(policyDrafts.save(desk.agent, 'guarded-by-rego', { source: GUARDED, author: 'ana' })),
    );
    expect(draft.tests).toMatchObject([{ passed: false, skipped: true, got: 'skipped', why: 'opa is not here' }]);
    expect(await hosts.drive(checkGuard(desk.agent, NAME, SECOND))).toEqual({
      faults: [],
      unchecked: 'opa is not here',
    });
  });
});

describe('a release with guards that two keys have to sign', () => {
  it('is signed by both over the same module, whichever `opa` made it, and also by a host without one', async () => {
    const other = aKeyPair();
    const trust = { keys: [key.verification, other.verification], threshold: 2 };
    let made = 0;
    // No two runs of this compiler make the same bytes.
    const compile: GuardCompiler['compile'] = async (sources) => {
      made += 1;
      return made > 1
        ? err({ code: 'no_opa', message: 'opa is gone', faults: [] })
        : ok({ ...someGuards(`made ${made}`), sources });
    };
    const allows: GuardHost = { ask: () => ({ allowed: true }), prepare: async () => undefined };
    const guards = { guards: NEVER, guardTrials: allows, guardCompiler: { compile } };
    const hosts = await releaseHosts([[key], [other]], trust, { guards });
    const [first, second] = hosts.hosts;
    if (!first || !second) throw new Error('no hosts');
    must(await hosts.drive(guardDrafts.save(first.agent, NAME, { source: FIRST, author: 'ana' })));
    must(
      await hosts.drive(policyDrafts.save(first.agent, 'block-known-ioc', { source: BLOCK_KNOWN_IOC, author: 'ana' })),
    );
    const { id, digest } = must(await hosts.drive(proposeCandidate(first.agent, { changelog: 'x', by: 'ana' })));
    must(await hosts.drive(approveCandidate(first.agent, id, { actor: ben, reason: 'read it', digest })));
    expect(must(await hosts.drive(releaseCandidate(first, id, ana)))).toMatchObject({ signatures_missing: 1 });
    expect(must(await hosts.drive(releaseCandidate(second, id, ana)))).toMatchObject({ state: 'released' });
    await hosts.wait(2_000);
    for (const { agent } of hosts.hosts)
      expect(agent.parts.bundles.active?.bundle).toMatchObject({
        keyIds: [key.signing.keyId, other.signing.keyId],
        guards: { sources: new Map([[NAME, FIRST]]) },
      });
  });
});
