import type { Result } from '../../../../common/result';
import { aKeyPair, aPolicy, BLOCK_KNOWN_IOC } from '../../../../test/builders/policies';
import { releaseHosts, type ReleaseHosts } from '../../../../test/builders/release_hosts';
import { sha256 } from '../../../engine/digest/digest';
import type { Refusal } from '../../record/refusal';
import { policyDrafts } from '../drafts/policy_drafts';
import { releaseBundle, type ReleaseDesk } from '../releases/release';
import type { CandidateBase } from './candidate_commits';
import { proposeCandidate } from './candidates';

const ID = 'block-known-ioc';
const key = aKeyPair();
const confidence = (value: string): string => BLOCK_KNOWN_IOC.replace('0.85', value);
const [MINE, THEIRS] = [confidence('0.9'), confidence('0.95')];

const must = <Value>(result: Result<Value, { readonly message: string }>): Value => {
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
};

let hosts: ReleaseHosts;
let desk: ReleaseDesk;
const release = async (source: string): Promise<void> => {
  const order = { author: 'cleo', releasedBy: 'cleo', changelog: 'a release', approvals: [] };
  must(await hosts.drive(releaseBundle(desk, { ...order, policies: [aPolicy(source)] })));
};
const save = async (change: { source: string; seen?: string }): Promise<void> =>
  void must(await hosts.drive(policyDrafts.save(desk.agent, ID, { ...change, author: 'ana' })));
const propose = (base?: CandidateBase) =>
  hosts.drive(proposeCandidate(desk.agent, { changelog: 'a change', by: 'ana', base }));
const headWith = (source: string): CandidateBase => ({
  commit: 'c0ffee',
  policies: [aPolicy(source)],
  guards: new Map(),
  writers: [],
  unknown_writers: [],
});
const codeOf = (result: Result<unknown, Refusal>): string => (result.ok ? 'proposed' : result.error.code);

beforeEach(async () => {
  hosts = await releaseHosts([[key]], { keys: [key.verification], threshold: 1 });
  const [host] = hosts.hosts;
  if (!host) throw new Error('no host');
  desk = host;
  await release(BLOCK_KNOWN_IOC);
});

describe('the draft of a policy', () => {
  it('is not proposed over what others released since it was made, until its author saw that', async () => {
    await save({ source: MINE });
    await release(THEIRS);
    expect(await propose()).toMatchObject({ ok: false, error: { code: 'changed', fields: [{ path: ID }] } });
    await save({ source: MINE, seen: sha256(BLOCK_KNOWN_IOC) });
    expect(codeOf(await propose())).toBe('changed');
    await save({ source: MINE, seen: sha256(THEIRS) });
    expect(must(await propose()).changes).toMatchObject([{ policy: ID, before: THEIRS, after: MINE }]);
  });

  it('is compared with the head of the branch where there is one, not with what is in force', async () => {
    await save({ source: MINE });
    expect(codeOf(await propose(headWith(THEIRS)))).toBe('changed');
    await save({ source: MINE, seen: sha256(THEIRS) });
    expect(codeOf(await propose(headWith(THEIRS)))).toBe('proposed');
  });

  it('is not proposed while one of its own tests fails', async () => {
    const test = '{ name: is blocked, event: { confidence: 0.1, severity: high }, expect: permit }';
    await save({ source: `${MINE}  tests: [${test}]\n` });
    expect(await propose()).toMatchObject({
      ok: false,
      error: { code: 'policy_invalid', fields: [{ path: ID, message: expect.stringContaining('expected permit') }] },
    });
  });

  it('is no conflict where the others wrote the same', async () => {
    await save({ source: MINE });
    expect(codeOf(await propose(headWith(MINE)))).toBe('proposed');
  });
});
