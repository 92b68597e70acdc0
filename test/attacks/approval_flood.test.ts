import type { AssetFacts, Target } from '../../common/flow/decision';
import type { Demand } from '../../common/flow/demand';
import { escalationLines } from '../../server/hosts/cli/escalations';
import type { PlannedDoc } from '../../server/runner/keeping/state_docs';
import { listEscalations } from '../../server/runner/operations/containments';
import { MOST_LISTED } from '../../server/runner/operations/waiting';
import { aCase, aDecisionOf, aStateRoom, caseDoc, theAct, utcIn } from '../builders/executing';
import { anEvent, received } from '../builders/events';

/*
 * X21: whoever can raise alerts floods people with questions, each with the severity and the confidence of the one that
 * matters. What they cannot choose is what the inventory says of its target.
 */

interface Asked {
  readonly action?: string;
  readonly target: Target;
  readonly facts?: Partial<AssetFacts>;
  readonly demands?: readonly Demand[];
  /** Refused by the limit `few`. */
  readonly limited?: boolean;
  readonly expires?: number;
}

const asks = (
  n: number,
  { action = 'block_ip', target, facts, demands, limited = false, expires = n }: Asked,
): PlannedDoc => {
  const act = theAct('a0', {
    action,
    target,
    result: 'escalate',
    ...(demands === undefined ? {} : { demands: [...demands] }),
  });
  const { inputs } = aDecisionOf([act]);
  const { type, value } = target;
  const assets = facts === undefined ? [] : [{ type, value, known: true, ...facts } as AssetFacts];
  const stopped = { kind: 'stopped', reason: 'rate_limit', then: 'escalate', text: 'full', limit: 'few' } as const;
  return caseDoc(
    aCase([{ act_id: 'a0', status: 'waiting', ...(limited ? { stopped } : {}) }], {
      received: received(anEvent({ event_id: `e${n}`, severity: 'critical', confidence: 0.97 }), {
        case_id: `case:${n}`,
      }),
      decision: aDecisionOf([act], {
        decision_id: `d${n}`,
        case_id: `case:${n}`,
        decided_at: utcIn(n),
        inputs: { ...inputs, assets },
      }),
      due: utcIn(1_000_000 + expires),
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

const flood = (count: number, more: Partial<Asked> = {}): readonly PlannedDoc[] =>
  Array.from({ length: count }, (_, n) =>
    asks(n, {
      target: { type: 'ip', value: `198.51.${Math.floor(n / 250)}.${n % 250}` },
      facts: { external: true },
      ...more,
    }),
  );

const DC: Asked = {
  action: 'isolate_host',
  target: { type: 'host', value: 'dc01' },
  facts: { criticality: 'critical' },
  expires: 90_000_000,
};
const THE_ONE = 5_000;

const lines = (listed: Awaited<ReturnType<typeof listOf>>): readonly string[] =>
  escalationLines({ ...listed, as_of: utcIn(0), escalations: [...listed.escalations] });

describe('one act that matters among 500 of the same severity and confidence', () => {
  it('is above all of them by what is at stake, and answered by itself', async () => {
    const listed = await listOf([...flood(500), asks(THE_ONE, DC)]);
    const [first, ...others] = [...listed.escalations].sort((a, b) => (b.loss ?? 0) - (a.loss ?? 0));
    expect([first?.case_id, first?.alone]).toEqual([`case:${THE_ONE}`, 'critical_asset']);
    expect(others.filter(({ alone }) => alone !== undefined)).toEqual([]);
    expect(Math.max(...others.map(({ loss = 0 }) => loss))).toBeLessThan((first?.loss ?? 0) / 10);
    expect(lines(listed)[1]).toBe('critical  Isolate host: dc01  [answer by itself: critical asset]');
  });

  it('is listed where not everything is, though it is the last to expire', async () => {
    const listed = await listOf([...flood(MOST_LISTED + 200), asks(THE_ONE, DC)]);
    expect(listed.at_least).toBe(true);
    expect(listed.escalations.some(({ case_id }) => case_id === `case:${THE_ONE}`)).toBe(true);
  });

  it('is no line among those that one limit refuses', async () => {
    const listed = await listOf([...flood(20, { limited: true }), asks(THE_ONE, { ...DC, limited: true })]);
    const breached = listed.escalations.filter(({ breach }) => breach !== undefined);
    expect(breached.map(({ breach }) => [breach?.limit, breach?.count])).toEqual([['few', 20]]);
    const one = listed.escalations.find(({ case_id }) => case_id === `case:${THE_ONE}`);
    expect([one?.alone, one?.breach, listed.escalations.length]).toEqual(['critical_asset', undefined, 2]);
  });
});

describe('what is answered by itself', () => {
  const user = (facts: Partial<AssetFacts>, action = 'disable_user'): Asked => ({
    action,
    target: { type: 'user', value: 'ana' },
    facts,
  });
  it.each<[what: string, asked: Asked, alone: string | undefined]>([
    ['what is critical, whatever is done to it', { ...DC, action: 'kill_process' }, 'critical_asset'],
    ['disabling an account of high criticality', user({ criticality: 'high' }), 'privileged_account'],
    ['disabling a member of a group of admins', user({ groups: ['Domain Admins'] }), 'privileged_account'],
    ['logging out an account with a tag', user({ tags: ['tier0'] }, 'revoke_sessions'), 'privileged_account'],
    ['what takes two people', { ...DC, facts: {}, demands: [{ policy: 'p', by: 2 }] }, 'approvers'],
    [
      'what takes certain people',
      { ...DC, facts: {}, demands: [{ policy: 'p', by: 1, approvers: ['a'] }] },
      'approvers',
    ],
    [
      'what takes a second person later',
      { ...DC, facts: {}, demands: [{ policy: 'p', by: 1, on_expiry: 'second' }] },
      'approvers',
    ],
    [
      'not what only waits longer',
      { ...DC, facts: {}, demands: [{ policy: 'p', by: 1, on_expiry: 'hold' }] },
      undefined,
    ],
    ['not a common account', user({ criticality: 'medium', groups: ['administration office'] }), undefined],
    ['not a host of high criticality', { ...DC, facts: { criticality: 'high' } }, undefined],
    ['not what nobody listed', { action: 'isolate_host', target: DC.target }, undefined],
  ])('is %s', async (_what, asked, alone) => {
    const { escalations } = await listOf([asks(1, asked)]);
    expect(escalations.map((each) => each.alone)).toEqual([alone]);
  });
});
