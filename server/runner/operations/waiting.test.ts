import { aCase, aDecisionOf, aStateRoom, caseDoc, theAct, utcIn } from '../../../test/builders/executing';
import { anEvent, received } from '../../../test/builders/events';
import type { Severity } from '../../../common/flow/event';
import type { PlannedDoc } from '../keeping/state_docs';
import { listEscalations } from './containments';
import { MOST_LISTED } from './waiting';

/** A case whose act waits and lapses after so many ms. */
const waiting = (n: number, severity: Severity, expires: number): PlannedDoc => {
  const act = theAct('a0', { target: { type: 'ip', value: `203.0.113.${n % 250}` } });
  return caseDoc(
    aCase([{ act_id: 'a0', status: 'waiting' }], {
      received: received(anEvent({ event_id: `e${n}`, severity }), { case_id: `case:${n}` }),
      decision: aDecisionOf([act], { decision_id: `d${n}`, case_id: `case:${n}`, decided_at: utcIn(n) }),
      due: utcIn(expires),
    }),
  );
};

const listOf = async (docs: readonly PlannedDoc[]) => {
  const room = aStateRoom();
  room.put(...docs);
  room.fake.refresh();
  const parts = {
    connectors: new Map(),
    store: room.port.store,
    clock: room.basics.clock,
    bundles: { brakeRules: () => ({ limits: [], keeps: [] }) },
  };
  return room.run(listEscalations({ parts } as unknown as Parameters<typeof listEscalations>[0]));
};

describe('what waits for a person', () => {
  it('is listed by what expires first, however severe it is', async () => {
    const { total, escalations, at_least } = await listOf([
      waiting(1, 'critical', 9_000),
      waiting(2, 'low', 1_000),
      waiting(3, 'high', 5_000),
    ]);
    expect(escalations.map(({ case_id }) => case_id)).toEqual(['case:2', 'case:3', 'case:1']);
    expect([total, at_least]).toEqual([3, undefined]);
  });

  it('is said to be more than is listed, and neither hides the severe nor what expires first', async () => {
    const flood = Array.from({ length: MOST_LISTED + 200 }, (_, n) => waiting(n, 'high', 50_000 + n));
    const severe = waiting(5_000, 'critical', 90_000_000);
    const { total, escalations, at_least } = await listOf([...flood, severe, waiting(5_001, 'low', 10)]);
    expect([escalations.length, total, at_least]).toEqual([MOST_LISTED, MOST_LISTED + 202, true]);
    const listed = escalations.map(({ case_id }) => case_id);
    expect([listed[0], listed[1], listed.at(-1)]).toEqual(['case:5001', 'case:0', 'case:5000']);
  });
});
