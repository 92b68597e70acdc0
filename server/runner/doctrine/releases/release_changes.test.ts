import { aKeyPair, aPolicy, BLOCK_KNOWN_IOC } from '../../../../test/builders/policies';
import { releaseHosts } from '../../../../test/builders/release_hosts';
import type { Result } from '../../../../common/result';
import { bundleFiles } from '../../../engine/policy/bundle_files';
import { signBundle } from '../../../engine/policy/sign_bundle';
import { statementDigest } from '../../../engine/policy/verify_bundle';
import { uploadBundle } from './bundle_files';
import { digestOfSet, releaseBundle } from './release';
import { releasedChanges } from './release_changes';
import { rhythm } from '../../operations/rhythm';
import { rollBackNow } from './roll_back';

const key = aKeyPair();
const must = <Value>(result: Result<Value, { readonly message: string }>): Value => {
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
};
const policies = (version: number) => [
  aPolicy(BLOCK_KNOWN_IOC.replace('0.85', `0.8${version}`)),
  ...(version > 1 ? [aPolicy(BLOCK_KNOWN_IOC.replace('block-known-ioc', 'block-second'))] : []),
];
const approvals = (version: number) => [
  {
    user: 'ben',
    at: '2026-11-22T09:00:00.000Z',
    reason: 'read it',
    four_eyes: true,
    digest: digestOfSet(policies(version)),
  },
];

it('the rhythm knows what was uploaded and what came back in an emergency, at the time when it came into force', async () => {
  const hosts = await releaseHosts([[key]], { keys: [key.verification], threshold: 1 });
  const [desk] = hosts.hosts;
  if (!desk) throw new Error('no host');
  for (const version of [1, 2])
    must(
      await hosts.drive(
        releaseBundle(desk, {
          policies: policies(version),
          author: 'ana',
          releasedBy: 'ana',
          changelog: 'on the page',
          approvals: approvals(version),
        }),
      ),
    );
  const before = desk.agent.parts.bundles.active?.bundle.statement;
  if (!before) throw new Error('nothing is in force');
  const statement = {
    version: 3,
    digest: digestOfSet(policies(3)),
    prev_digest: statementDigest(before),
    created_at: '2026-09-01T00:00:00.000Z',
    author: 'ana',
    changelog: 'from CI',
    approvals: approvals(3),
  };
  const signed = signBundle(bundleFiles(statement, policies(3)), [key.signing]);
  must(await hosts.drive(uploadBundle(desk, desk.format.pack(signed), { name: 'ana', singleUser: false })));
  must(await hosts.drive(rollBackNow(desk, 3, { by: 'ben', reason: 'it blocks our own proxy' })));
  const released = await hosts.drive(releasedChanges(desk));
  expect(released.map(({ released_version, changes }) => [released_version, changes])).toEqual([
    [4, [{ policy: 'block-known-ioc', change: 'changed' }]],
    [3, [{ policy: 'block-known-ioc', change: 'changed' }]],
    [
      2,
      [
        { policy: 'block-known-ioc', change: 'changed' },
        { policy: 'block-second', change: 'added' },
      ],
    ],
  ]);
  const { changed } = await hosts.drive(rhythm(desk, 7));
  expect(changed.map(({ version, by, changelog }) => [version, by, changelog.slice(0, 7)])).toEqual([
    [4, 'ana', 'Back to'],
    [3, 'ana', 'from CI'],
    [2, 'ana', 'on the '],
    [2, 'ana', 'on the '],
  ]);
  expect(changed.every(({ at }) => at.startsWith('2026-11-22'))).toBe(true);
});
