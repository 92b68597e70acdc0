import { iso } from '../../common/iso';
import {
  getOverview,
  getRhythm,
  labelDecision,
  listPolicies,
  markReviewed,
  postEvents,
  type OverviewView,
  type RhythmView,
} from '../../common/api/routes';
import type { PolicyView } from '../../common/api/policy_views';
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

const ASKS = `apiVersion: reflex/v1
kind: Policy
metadata: { id: known-things-ask, title: Somebody looks first, owner: soc }
spec: { layer: contextual, mode: enforce, on: { actions: [block_ip] }, when: '"ask" in event.tags', effect: escalate }
`;

let host: RouteHost;
beforeAll(async () => {
  host = await routeHost();
  const bundle = compiled([
    policy('block-some', '"some" in event.tags', '  review: { every: 1h }\n'),
    policy('block-over', 'true', '  expires: 2026-11-01\n'),
    ASKS,
  ]);
  Object.assign(host.agent.parts.bundles, { compiled: bundle });
  await host.wait(2_000);
});

const view = async (): Promise<RhythmView> => {
  const { body } = await host.call(getRhythm, { as: EVERYTHING });
  expect(decode(getRhythm.answer, body)).toMatchObject({ ok: true });
  return body as RhythmView;
};

const recordsOf = (): readonly DecisionRecord[] =>
  [...(host.world.evidence.records.get('decisions')?.values() ?? [])].map(
    ({ body }) => body as unknown as DecisionRecord,
  );

/** Hands events in and gives what was decided of the first one. */
const decide = async (ids: readonly string[], tags = ['some']): Promise<DecisionRecord> => {
  const events = ids.map((event_id, n) =>
    anEvent({
      event_id,
      timestamp: iso(EPOCH + host.world.now),
      tags,
      source: { ip: `203.0.113.${10 + n}` },
    }),
  );
  await host.call(postEvents, { body: Buffer.from(JSON.stringify(events)), headers: { authorization: 'Bearer good' } });
  await host.wait(5_000);
  const record = recordsOf().find(({ event }) => event.event.event_id === ids[0]);
  if (!record) throw new Error(`nothing was decided of \`${ids[0] ?? ''}\``);
  return record;
};

describe('the rhythm of the policies in force', () => {
  it('says loudly which have expired: as trouble, in the list, and in the reasons of decisions', async () => {
    expect((await view()).expired).toMatchObject([{ policy: 'block-over', expires: '2026-11-01' }]);
    expect(host.agent.troubles).toContainEqual({
      code: 'policy_expired',
      text: 'a policy has expired and decides nothing any more: block-over',
    });
    const record = await decide(['some-1']);
    expect(record.decision.verdict).toBe('permit');
    expect(record.decision.reasons).toContainEqual(
      expect.objectContaining({ code: 'expired_policy', policy: 'block-over' }),
    );
  });

  it('counts what fired and what people found wrong', async () => {
    const { decision } = await decide(['some-2', 'some-3']);
    await host.call(labelDecision, {
      params: { decision_id: decision.decision_id },
      body: { label: 'benign' },
      as: EVERYTHING,
    });
    const { fired } = await view();
    expect(fired.find(({ policy }) => policy === 'block-some')).toMatchObject({
      count: recordsOf().length,
      overridden: 1,
    });
    expect(recordsOf().length).toBeGreaterThanOrEqual(3);
  });

  it('says the same of who fired as the catalog and the overview: who proposes and who judges', async () => {
    await decide(['ask-1'], ['some', 'ask']);
    const catalog = (await host.call(listPolicies, { as: EVERYTHING })).body as { readonly policies: PolicyView[] };
    const overview = (await host.call(getOverview, { as: EVERYTHING })).body as OverviewView;
    const { fired } = await view();
    const told = Object.fromEntries(fired.map(({ policy, count }) => [policy, count]));
    expect(told['known-things-ask']).toBe(1);
    expect(told['block-some']).toBe(recordsOf().length);
    expect(Object.fromEntries(catalog.policies.map(({ id, fired_24h: count }) => [id, count]))).toEqual({
      'block-over': 0,
      ...told,
    });
    expect(Object.fromEntries(overview.policies.map(({ policy, fired: count }) => [policy, count]))).toMatchObject(
      told,
    );
  });

  it('begins anew when a person has looked', async () => {
    host.world.evidence.append([
      { family: 'audit', id: 'r', at: iso(EPOCH - 9_000_000), body: { verb: 'release' } },
      {
        family: 'audit',
        id: 'once',
        at: iso(EPOCH - 7_200_000),
        body: { verb: 'review_policy', object: { kind: 'policy', id: 'block-some' } },
      },
    ]);
    expect((await view()).due).toMatchObject([{ policy: 'block-some', every: '1h' }]);
    const mark = (policy_id: string) =>
      host.call(markReviewed, { params: { policy_id }, body: { reason: 'still right' }, as: EVERYTHING });
    expect((await mark('nothing-here')).status).toBe(404);
    expect((await mark('block-some')).status).toBe(200);
    expect((await view()).due).toEqual([]);
  });
});
