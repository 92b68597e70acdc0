import type { Result } from '../../../../common/result';
import { aKeyPair, aPolicy, BLOCK_KNOWN_IOC } from '../../../../test/builders/policies';
import { releaseHosts, type ReleaseHosts } from '../../../../test/builders/release_hosts';
import { bundleFiles } from '../../../engine/policy/bundle_files';
import { signBundle } from '../../../engine/policy/sign_bundle';
import { statementDigest } from '../../../engine/policy/verify_bundle';
import type { Doctrine } from '../doctrine';
import { rememberHead } from '../doctrine_home';
import type { PolicyHome } from '../../keeping/kinds/policies';
import type { Shift } from '../../agent/shift';
import { audit, auditRefusal } from '../../record/audit';
import { auditActivations } from './audit_activation';
import { uploadBundle } from './bundle_files';
import { digestOfSet, releaseBundle } from './release';
import { listReleases, MOST_LISTED } from './release_book';
import type { TrustDesk } from './trust';

/* What stands of releases afterwards: pages of versions, who runs which, what was refused, and whose commits count. */

const key = aKeyPair();
const must = <Value>(result: Result<Value, { readonly message: string }>): Value => {
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
};
const setUp = async (backtest: 'required' | 'optional' = 'optional') => {
  const hosts = await releaseHosts([[key]], { keys: [key.verification], threshold: 1 }, { backtest });
  const [desk] = hosts.hosts;
  if (!desk) throw new Error('no host');
  return { hosts, desk };
};
const policies = (version: number) => [aPolicy(BLOCK_KNOWN_IOC.replace('0.85', `0.${100 + version}`))];
const release = (hosts: ReleaseHosts, desk: TrustDesk, version: number) =>
  hosts.drive(releaseBundle(desk, { policies: policies(version), author: 'ana', releasedBy: 'ana', changelog: `version ${version}`, approvals: [] })); // prettier-ignore

it('released versions come page by page, down to the first', async () => {
  const { hosts, desk } = await setUp();
  for (let version = 1; version <= MOST_LISTED + 3; version += 1) must(await release(hosts, desk, version));
  const newest = await hosts.drive(listReleases(desk));
  const last = newest.at(-1)?.version ?? 0;
  expect([newest.length, newest[0]?.version, last]).toEqual([MOST_LISTED, MOST_LISTED + 3, 4]);
  const older = await hosts.drive(listReleases(desk, last));
  expect(older.map(({ version }) => version)).toEqual([3, 2, 1]);
  expect(await hosts.drive(listReleases(desk, 1))).toEqual([]);
});

it('each agent files which version it runs', async () => {
  const { hosts, desk } = await setUp();
  auditActivations(desk.agent, { agent: 'agent-0', host: 'host-0' });
  must(await release(hosts, desk, 1));
  await hosts.wait(5_000);
  expect(hosts.audited().filter(({ verb }) => verb === 'activate')).toMatchObject([
    { by: 'agent-0 on host-0', object: { type: 'bundle', id: '1' }, digest: digestOfSet(policies(1)) },
  ]);
});

it('what was refused is filed with its code; what could not be filed is answered all the same', async () => {
  const { hosts, desk } = await setUp();
  const entry = { verb: 'approve', by: 'ana', object: { type: 'candidate', id: 'c' }, digest: 'd' };
  const no = { ok: false, error: { code: 'not_four_eyes', message: 'nobody approves their own change' } } as const;
  expect(await hosts.drive(auditRefusal(desk.agent, entry, no))).toBe(no);
  expect(hosts.audited()).toMatchObject([{ ...entry, outcome: 'refused: not_four_eyes', text: no.error.message }]);
  await hosts.drive(auditRefusal(desk.agent, entry, { ok: true, value: 1 }));
  await hosts.drive(audit(desk.agent, entry, 'once'));
  await hosts.drive(audit(desk.agent, entry, 'once'));
  expect(hosts.audited()).toHaveLength(2);
});

it('a bundle that nothing could be tried on is uploaded only with the word of an approver who did not write it', async () => {
  const { hosts, desk } = await setUp('required');
  for (const version of [1, 2]) must(await release(hosts, desk, version));
  const before = desk.agent.parts.bundles.active?.bundle.statement;
  if (!before) throw new Error('nothing is in force');
  const digest = digestOfSet(policies(3));
  const approvals = [{ user: 'ben', at: '2026-11-22T09:00:00.000Z', reason: 'read it', four_eyes: true, digest }];
  const statement = { version: 3, digest, prev_digest: statementDigest(before), created_at: '2026-11-22T09:00:00.000Z', author: 'ana', changelog: 'from CI', approvals }; // prettier-ignore
  const bytes = desk.format.pack(signBundle(bundleFiles(statement, policies(3)), [key.signing]));
  const upload = async (name: string, mayApprove: boolean, noHistory?: string): Promise<string> => {
    const answer = await hosts.drive(uploadBundle(desk, bytes, { name, singleUser: false, mayApprove, noHistory }));
    return answer.ok ? 'done' : answer.error.code;
  };
  expect(await upload('carl', true)).toBe('not_waiting');
  expect(await upload('carl', false, 'a new cluster')).toBe('not_waiting');
  expect(await upload('Ana', true, 'a new cluster')).toBe('not_waiting');
  expect(await upload('carl', true, 'a new cluster')).toBe('done');
  expect(hosts.audited().filter(({ verb }) => verb === 'override_backtest')).toMatchObject([
    { by: 'carl', digest, text: 'a new cluster' },
  ]);
});

it('a commit is Reflex’ own only if it made it, not because it was about to be released', async () => {
  let home: PolicyHome | undefined = { repository: 'r', kind: 'remote', holder: { session: '', agent: '', host: '' }, marks: [] }; // prettier-ignore
  const commits = {
    forget: () => undefined,
    settle: async ({ build }: { build: (view: unknown) => { docs: ReadonlyArray<{ content: PolicyHome }> } }) => {
      home = build({ get: () => ({ kind: 'policy_home', content: home }) }).docs[0]?.content ?? home;
    },
  };
  const shift = { parts: { commits, clock: { utc: () => 0 } } } as unknown as Shift;
  await rememberHead(shift, 'r', { head: 'theirs', mark: { digest: 'd', released: false } });
  await rememberHead(shift, 'r', { head: 'ours', mark: { digest: 'e', released: false, own: true } });
  await rememberHead(shift, 'r', { head: 'ours', mark: { digest: 'e', released: true } });
  const { Doctrine: Real } = jest.requireActual<{ Doctrine: { prototype: Doctrine } }>('../doctrine');
  const isOwn = (commit: string): boolean => Real.prototype.isOwnCommit.call({ currentHome: { home } } as unknown as Doctrine, commit); // prettier-ignore
  expect(['theirs', 'ours', 'other'].map(isOwn)).toEqual([false, true, false]);
});
