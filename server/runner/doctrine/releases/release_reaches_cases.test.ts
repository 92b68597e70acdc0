import { received } from '../../../../test/builders/events';
import { aKeyPair, aPolicy } from '../../../../test/builders/policies';
import { releaseHosts, type ReleaseHosts } from '../../../../test/builders/release_hosts';
import { contentOf } from '../../keeping/state_docs';
import { digestOfSet, releaseBundle } from './release';

/* A release reaches what waits at every agent at once, not at the next time somebody happens to look. */

const key = aKeyPair();

const asks = (when: string) => [
  aPolicy(`apiVersion: reflex/v1
kind: Policy
metadata: { id: ask, title: Ask, owner: soc }
spec:
  layer: action
  mode: escalate
  when: ${when}
  then: { action: block_ip, target: { ip: event.source.ip }, ttl: 4h }
  rollback: { action: unblock_ip }
`),
];

const release = async (hosts: ReleaseHosts, when: string): Promise<void> => {
  const [desk] = hosts.hosts;
  if (desk === undefined) throw new Error('no host');
  const policies = asks(when);
  const digest = digestOfSet(policies);
  const approvals = [{ user: 'ben', at: '2026-11-22T09:00:00.000Z', reason: 'read it', four_eyes: true, digest }];
  const released = await hosts.drive(
    releaseBundle(desk, { policies, author: 'ana', releasedBy: 'ana', changelog: 'a change', approvals }),
  );
  if (!released.ok) throw new Error(released.error.message);
};

it.each([
  ['the agent that released it', 0],
  ['another agent', 1],
])('a case that waits at %s is decided again within 2 s', async (_note, index) => {
  const hosts = await releaseHosts([[key], [key]], { keys: [key.verification], threshold: 1 });
  await release(hosts, 'event.confidence > 0.1');
  await hosts.wait(3_000);
  const shift = hosts.hosts[index]?.agent.shift;
  const event = received({}, { case_id: 'case:waits' });
  await hosts.drive(Promise.resolve(shift?.process(event)));
  const stateOf = async () =>
    contentOf('case', await hosts.drive(Promise.resolve(shift?.parts.store.get('case:waits'))));
  const before = await stateOf();
  expect(before?.state).toBe('waiting');
  await hosts.wait(5_000);
  await release(hosts, 'event.confidence > 0.999');
  await hosts.wait(2_000);
  const after = await stateOf();
  expect(after?.decision?.predecessor).toBe(before?.decision?.decision_id);
});
