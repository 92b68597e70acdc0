import { someGuards, A_GUARDED_POLICY } from '../../../../test/builders/guards';
import { aKeyPair, BLOCK_KNOWN_IOC } from '../../../../test/builders/policies';
import { releaseHosts, type ReleaseHosts } from '../../../../test/builders/release_hosts';
import { ok } from '../../../../common/result';
import type { Agent } from '../../agent/agent';
import { guardDrafts } from './guard_drafts';
import { policyDrafts } from './policy_drafts';

const key = aKeyPair();
let hosts: ReleaseHosts;
let agent: Agent;
beforeEach(async () => {
  const guardCompiler = { compile: jest.fn(async (sources) => ok({ ...someGuards('compiled'), sources })) };
  hosts = await releaseHosts([[key]], { keys: [key.verification], threshold: 1 }, { guards: { guardCompiler } });
  const [host] = hosts.hosts;
  if (!host) throw new Error('no host');
  agent = host.agent;
});
const save = (id: string, source: string) => hosts.drive(policyDrafts.save(agent, id, { source, author: 'ana' }));
const list = () => hosts.drive(policyDrafts.list(agent));

describe('the draft of a policy', () => {
  it('of another policy than it says has a fault for that', async () => {
    expect(await save('another', BLOCK_KNOWN_IOC)).toMatchObject({
      ok: true,
      value: { faults: [{ code: 'other_id', line: 1, column: 1 }] },
    });
    expect(await list()).toMatchObject([{ id: 'another', faults: [{ code: 'other_id' }] }]);
    expect(hosts.audited()).toMatchObject([{ verb: 'save_draft', outcome: 'checked: 1 fault' }]);
  });

  it('that was stored before all its writers were is by who saved it last', async () => {
    await save('block-known-ioc', BLOCK_KNOWN_IOC);
    const doc = await hosts.drive(agent.parts.store.get('draft:block-known-ioc'));
    if (!doc) throw new Error('no draft');
    const { version, id, ...body } = doc;
    const { writers: _writers, ...content } = body.content as { writers: unknown };
    await hosts.drive(agent.parts.store.bulk([{ id, expect: version, body: { ...body, content } }]));
    expect(await list()).toMatchObject([{ writers: ['ana'] }]);
  });

  it('is listed with others that ask guards, which are looked up once for all', async () => {
    await hosts.drive(guardDrafts.save(agent, 'change_freeze', { source: 'package x', author: 'ana' }));
    for (const id of ['one', 'two']) await save(id, A_GUARDED_POLICY.replace('guarded-by-rego', id));
    const lookUp = jest.spyOn(agent.parts.store, 'search');
    expect((await list()).map(({ id, faults }) => [id, faults])).toEqual([
      ['one', []],
      ['two', []],
    ]);
    expect(lookUp.mock.calls.map(([{ states }]) => states)).toEqual([['draft'], ['guard_draft']]);
  });
});
