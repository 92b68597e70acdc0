import { getRhythm, labelDecision, markReviewed, postEvents, type RhythmView } from '../../common/api/routes';
import { decode } from '../../common/codec/decode';
import type { DecisionRecord } from '../../common/flow/decision';
import { anEvent } from '../../test/builders/events';
import { compiled } from '../../test/builders/policies';
import { EVERYTHING, routeHost, type RouteHost } from '../../test/builders/route_host';
import { EPOCH } from '../../test/simulation/world';

const policy = (id: string, when: string, lines = ''): string => `apiVersion: reflex/v1
kind: Policy
metadata: { id: ${id}, title: Block something, owner: soc }
spec:
  layer: action
  mode: enforce
  when: '${when}'
  then: { action: block_ip, target: { ip: event.source.ip }, ttl: 1m }
  rollback: { action: unblock_ip }
${lines}`;

let host: RouteHost;
beforeAll(async () => {
  host = await routeHost();
  const bundle = compiled([
    policy('block-some', '"some" in event.tags', '  review: { every: 1h }\n'),
    policy('block-over', 'true', '  expires: 2026-11-01\n'),
  ]);
  Object.assign(host.agent.parts.bundles, { compiled: bundle });
  await host.wait(2_000);
});

const view = async (): Promise<RhythmView> => {
  const { body } = await host.call(getRhythm, { as: EVERYTHING });
  expect(decode(getRhythm.answer, body)).toMatchObject({ ok: true });
  return body as RhythmView;
};

const decide = async (): Promise<DecisionRecord | undefined> => {
  const event = anEvent({
    event_id: 'some-1',
    timestamp: new Date(EPOCH + host.world.now).toISOString(),
    tags: ['some'],
  });
  await host.call(postEvents, {
    body: Buffer.from(JSON.stringify([event])),
    headers: { authorization: 'Bearer good' },
  });
  await host.wait(5_000);
  const [stored] = [...(host.world.evidence.records.get('decisions')?.values() ?? [])];
  return stored?.body as unknown as DecisionRecord | undefined;
};

describe('the rhythm of the policies in force', () => {
  it('says loudly which have expired: as trouble, in the list, and in the reasons of decisions', async () => {
    expect((await view()).expired).toMatchObject([{ policy: 'block-over', expires: '2026-11-01' }]);
    expect(host.agent.troubles).toContainEqual({
      code: 'policy_expired',
      text: 'a policy has expired and decides nothing any more: block-over',
    });
    const record = await decide();
    expect(record?.decision.verdict).toBe('permit');
    expect(record?.decision.reasons).toContainEqual(expect.objectContaining({ code: 'expired_policy', policy: 'block-over' })); // prettier-ignore
  });

  it('counts what people found wrong', async () => {
    const decision_id = (await decide())?.decision.decision_id ?? '';
    await host.call(labelDecision, { params: { decision_id }, body: { label: 'benign' }, as: EVERYTHING });
    jest.spyOn(host.agent.parts.evidence, 'tally').mockResolvedValue(new Map([['block-some', 3]]));
    expect((await view()).fired).toMatchObject([{ policy: 'block-some', count: 3, overridden: 1 }]);
  });

  it('begins anew when a person has looked', async () => {
    host.world.evidence.append([
      { family: 'audit', id: 'r', at: new Date(EPOCH - 7_200_000).toISOString(), body: { verb: 'release' } },
    ]);
    expect((await view()).due).toMatchObject([{ policy: 'block-some', every: '1h' }]);
    const mark = (policy_id: string) =>
      host.call(markReviewed, { params: { policy_id }, body: { reason: 'still right' }, as: EVERYTHING });
    expect((await mark('nothing-here')).status).toBe(404);
    expect((await mark('block-some')).status).toBe(200);
    expect((await view()).due).toEqual([]);
  });
});
