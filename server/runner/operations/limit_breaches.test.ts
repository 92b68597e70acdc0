import { aCase, aStateRoom, caseDoc, theAct, aDecisionOf, aLimit, utcIn } from '../../../test/builders/executing';
import { anEvent, received } from '../../../test/builders/events';
import { identitiesOf } from '../../engine/entity/identity';
import type { BrakeRules } from '../../engine/brakes/clear';
import type { CaseAct, CaseContent } from '../keeping/kinds/case';
import type { PlannedDoc } from '../keeping/state_docs';
import { listEscalations } from './containments';
import { breaches } from './limit_breaches';

const REFUSED = { kind: 'stopped', reason: 'rate_limit', then: 'escalate', text: 'limit `few` allows 2' } as const;

/** A case whose act waits: because of a limit, or because a policy asks for a person. */
const waiting = (n: number, limit?: string, change: Partial<CaseContent> = {}): CaseContent => {
  const act = theAct('a0', { target: { type: 'ip', value: `203.0.113.${n % 250}` } });
  const status: CaseAct = { act_id: 'a0', status: 'waiting', ...(limit ? { stopped: { ...REFUSED, limit } } : {}) };
  const event = anEvent({ event_id: `e${n}`, severity: limit ? 'high' : 'critical' });
  return aCase([status], {
    received: received(event, { case_id: `case:${n}` }),
    decision: aDecisionOf([act], { decision_id: `d${n}`, case_id: `case:${n}`, decided_at: utcIn(n) }),
    ...change,
  });
};
const docAt = (content: CaseContent, ms: number): PlannedDoc => {
  const doc = caseDoc(content);
  return { ...doc, facets: { ...doc.facets, at: utcIn(ms) } };
};

const sceneOf = async (docs: readonly PlannedDoc[]) => {
  const room = aStateRoom();
  room.put(...docs);
  room.fake.refresh();
  const { port, basics } = room;
  const rules: Pick<BrakeRules, 'limits' | 'keeps'> = { limits: [aLimit('few', 2)], keeps: [] };
  const inventory = { ...identitiesOf([]), scopesOf: () => undefined, populationOf: () => undefined };
  const parts = {
    store: port.store,
    clock: basics.clock,
    bundles: { brakeRules: () => rules },
    inventory,
    connectors: new Map(),
  };
  const agent = { parts } as unknown as Parameters<typeof listEscalations>[0];
  const counted = await room.run(breaches(agent));
  return { counted, ...(await room.run(listEscalations(agent))) };
};

describe('a limit that stays reached', () => {
  it('is one escalation with its count, and hides nothing that waits for another cause', async () => {
    const refused = Array.from({ length: 1_200 }, (_, n) => docAt(waiting(n + 1, 'few'), n + 1));
    const { total, escalations, counted } = await sceneOf([docAt(waiting(0), 0), ...refused]);
    expect(escalations.map(({ case_id, breach }) => [case_id, breach?.limit, breach?.count])).toEqual([
      ['case:0', undefined, undefined],
      ['case:1001', 'few', 1_200],
    ]);
    expect([total, counted]).toEqual([2, [{ limit: 'few', count: 1_200 }]]);
    const breach = escalations[1]?.breach;
    expect([breach?.last_at, breach?.others.length]).toEqual([utcIn(1_200), 199]);
    expect(breach?.others.at(-1)).toMatchObject({
      case_id: 'case:1200',
      act_id: 'a0',
      act: { action: 'block_ip', target: { value: '203.0.113.200' } },
      brief: { event_id: 'e1200' },
      waiting_since: utcIn(1_200),
    });
  });

  it('is counted by itself, also one that no policy in force names any more', async () => {
    const { counted } = await sceneOf([caseDoc(waiting(1, 'few')), caseDoc(waiting(2, 'withdrawn'))]);
    expect(counted).toEqual([
      { limit: 'few', count: 1 },
      { limit: 'withdrawn', count: 1 },
    ]);
  });

  it('does not swallow a case that waits for another cause as well', async () => {
    const both = aCase([
      { act_id: 'a0', status: 'waiting', stopped: { ...REFUSED, limit: 'few' } },
      { act_id: 'a1', status: 'waiting' },
    ]);
    const { total, counted } = await sceneOf([caseDoc(both)]);
    expect([total, counted]).toEqual([2, []]);
  });

  it('is no breach where an act was approved for another agent: it is listed by itself', async () => {
    const resolution = { verb: 'approved', by: 'ann', at: utcIn(0), reason: 'ok', four_eyes: true } as const;
    const handed = { resolution, seen: 'digest', until: utcIn(60_000) };
    const stopped = { ...REFUSED, limit: 'few' };
    const { total, counted, escalations } = await sceneOf([
      caseDoc(waiting(1, undefined, { acts: [{ act_id: 'a0', status: 'waiting', handed, stopped }] })),
      caseDoc(waiting(2, 'few')),
    ]);
    expect(counted).toEqual([{ limit: 'few', count: 1 }]);
    expect([total, escalations.map(({ breach }) => breach?.count)]).toEqual([2, [undefined, 1]]);
  });

  it('counts what waits no more no longer', async () => {
    const denied = waiting(1, 'few', { acts: [{ act_id: 'a0', status: 'refused' }], state: 'decided' });
    expect(await sceneOf([caseDoc(denied)])).toMatchObject({ total: 0, counted: [] });
  });
});
