import { iso } from '../../../common/iso';
import { comparePolicies, labelDecision, postEvents, resumeRollout } from '../../../common/api/routes';
import type { ComparisonView } from '../../../common/api/routes';
import type { DecisionRecord } from '../../../common/flow/decision';
import { anEvent } from '../../../test/builders/events';
import { compiled } from '../../../test/builders/policies';
import { callerWith, EVERYTHING, routeHost, type RouteHost } from '../../../test/builders/route_host';
import type { Candidate } from '../keeping/kinds/policies';
import { loneBody } from '../keeping/state_docs';
import { EPOCH } from '../../../test/simulation/world';
import { replay } from '../../engine/replay/replay';

const ROLLED_OUT = `apiVersion: reflex/v1
kind: Policy
metadata: { id: block-rolled, title: Block what is rolled out, owner: soc }
spec:
  layer: action
  mode: enforce
  rollout: { percent: 100, by: asset, stop: { overridden_percent: 30, acts: 4 } }
  when: '"rolled" in event.tags'
  then: { action: block_ip, target: { ip: event.source.ip }, ttl: 1m }
  rollback: { action: unblock_ip }
`;
const bundle = compiled([ROLLED_OUT]);

let host: RouteHost;
let sent = 0;
beforeAll(async () => {
  host = await routeHost();
  jest.spyOn(host.agent.parts.bundles, 'active', 'get').mockReturnValue(bundle);
  await host.wait(10_000);
});

const decided = async (): Promise<DecisionRecord> => {
  sent += 1;
  const id = `rolled-${sent}`;
  const event = anEvent({
    event_id: id,
    timestamp: iso(EPOCH + host.world.now),
    tags: ['rolled'],
    rule: { id: `rule-${sent}` },
    source: { ip: `203.0.113.${sent}` },
  });
  const body = Buffer.from(JSON.stringify([event]));
  await host.call(postEvents, { body, headers: { authorization: 'Bearer good' }, as: EVERYTHING });
  await host.wait(3_000);
  const found = [...(host.world.evidence.records.get('decisions')?.values() ?? [])]
    .map((entry) => entry.body as unknown as DecisionRecord)
    .find((record) => record.event.event.event_id === id);
  if (!found) throw new Error(`${id} was not decided`);
  return found;
};
const label = (record: DecisionRecord, word: string) =>
  host.call(labelDecision, { params: { decision_id: record.decision.decision_id }, body: { label: word } });
const replayed = (record: DecisionRecord) =>
  replay({ record, bundle, model: host.agent.parts.model(), engineDigest: host.agent.parts.engineDigest }).status;
const audits = () =>
  [...(host.world.evidence.records.get('audit')?.values() ?? [])].map(({ body }) => body as { verb: string });
const view = async (): Promise<ComparisonView> => {
  await host.wait(31_000);
  return (await host.call(comparePolicies)).body as ComparisonView;
};

describe('a rollout', () => {
  const before: DecisionRecord[] = [];

  it('goes on while people override little of it', async () => {
    for (let index = 0; index < 4; index += 1) before.push(await decided());
    expect(before.map(({ decision }) => decision.verdict)).toEqual(['permit', 'permit', 'permit', 'permit']);
    if (before[0]) await label(before[0], 'false_positive');
    await host.wait(35_000);
    expect((await view()).rollouts).toMatchObject([{ policy: 'block-rolled', acts: 4, overridden: 1 }]);
    expect((await decided()).decision.verdict).toBe('permit');
  });

  it('stops itself above its rate: its acts go to a person, and replay is identical', async () => {
    for (const record of before.slice(1)) await label(record, 'benign');
    await host.wait(40_000);
    expect(audits().filter(({ verb }) => verb === 'stop_rollout')).toHaveLength(1);
    expect(host.agent.troubles).toContainEqual({
      code: 'rollout_stopped',
      text: 'the rollout of `block-rolled` has stopped itself: people overrode 4 of its 5 acts (5 causes): clearly more than 30 %',
    });
    const record = await decided();
    expect(record.decision).toMatchObject({
      verdict: 'escalate',
      acts: [
        {
          result: 'escalate',
          reasons: expect.arrayContaining([expect.objectContaining({ code: 'rollout_stopped' })]) as unknown,
        },
      ],
      inputs: { stopped_rollouts: [expect.stringMatching(/^block-rolled@/)] },
    });
    expect([replayed(record), ...before.map(replayed)]).toEqual(['same', 'same', 'same', 'same', 'same']);
    expect((await view()).rollouts).toMatchObject([
      { overridden: 4, why: 'people overrode 4 of its 5 acts (5 causes): clearly more than 30 %' },
    ]);
  });

  it('is not let go on by who wrote the policy', async () => {
    const candidate = {
      ...{ id: 'c1', digest: 'd', base_version: 0, author: 'root', changelog: 'x', created_at: iso(EPOCH) },
      ...{ state: 'released', changes: [{ policy: 'block-rolled', change: 'added' }], approvals: [] },
      ...{ sources: { 'block-rolled': ROLLED_OUT }, writers: ['Ann'] },
    } as Candidate;
    const facets = { state: 'released', at: iso(EPOCH) };
    const body = loneBody('candidate', candidate, { write_id: 'w', facets });
    host.world.store.write({ id: 'candidate:c1', expect: 'absent', body });
    await host.wait(1_500);
    const asks = { params: { policy_id: 'block-rolled' }, body: { reason: 'the rule was mended' } };
    const answer = await host.call(resumeRollout, { ...asks, as: callerWith('CORP\\ann', 'approve') });
    expect([answer.status, answer.body]).toEqual([403, expect.objectContaining({ code: 'not_four_eyes' })]);
    expect(host.agent.troubles.map(({ code }) => code)).toEqual(['rollout_stopped']);
    host.caller = callerWith('ben', 'read', 'approve');
  });

  it('goes on when a person says so, and counts anew', async () => {
    const resume = () =>
      host.call(resumeRollout, { params: { policy_id: 'block-rolled' }, body: { reason: 'the rule was mended' } });
    expect((await resume()).status).toBe(200);
    expect((await resume()).status).toBe(409);
    expect((await decided()).decision.verdict).toBe('permit');
    expect((await view()).rollouts[0]).toMatchObject({ acts: 1, overridden: 0 });
    expect((await view()).rollouts[0]?.stopped_at).toBeUndefined();
    expect(host.agent.troubles).toEqual([]);
  });

  it('acts on nothing while nobody knows whether it stopped (INV-13)', () => {
    expect(host.agent.parts.rollouts.isStopped('block-rolled', 'another text')).toBe(true);
  });
});
