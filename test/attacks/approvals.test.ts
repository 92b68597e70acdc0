import { approveEscalation, denyEscalation, listEscalations } from '../../common/api/routes';
import type { EscalationView } from '../../common/api/views';
import type { Caller } from '../../server/routes/bind';
import type { CaseAct, CaseContent } from '../../server/runner/keeping/kinds/case';
import { ESCALATION_EXPIRES_MS } from '../../server/engine/decision/seal';
import { APPROVAL_COUNTS_MS } from '../../server/runner/operations/quorum';
import { HOLDS_FOR_MS } from '../../server/runner/undoing/case_outcomes';
import { alert, onlyCase } from '../cases/public_case';
import { fill, Rig, type Setting } from '../cases/rig';
import { callerWith } from '../builders/route_host';

/* X9, X21: the wrong people, too few of them, and too late; and one act that matters in a flood of others. */

const named = (name: string, ...roles: readonly string[]): Caller => ({
  ...callerWith(name, 'read', 'approve', 'respond'),
  ...(roles.length === 0 ? {} : { roles }),
});
const ANN = named('ann');
const BOB = named('bob');

let rig: Rig;
const start = async (policy: string, about: object, setting: Setting = {}): Promise<void> => {
  rig = await Rig.start({ policies: [policy], ...setting });
  onlyCase(await rig.send(alert(rig, { tags: [policy], ...about })));
};
const startOn = (policy: string): Promise<void> => start(policy, { ip: '203.0.113.5' });

const cards = async (): Promise<readonly EscalationView[]> => {
  const { body } = await rig.host.call(listEscalations, { as: ANN });
  return (body as { readonly escalations: readonly EscalationView[] }).escalations;
};
const card = async (): Promise<EscalationView> => {
  const [first] = await cards();
  if (first === undefined) throw new Error('nothing waits');
  return first;
};

type Route = typeof approveEscalation | typeof denyEscalation;
const word = (route: Route, as: Caller, { case_id, act_id, seen }: EscalationView, more: object = {}) =>
  rig.host.call(route, { as, params: { case_id, act_id }, body: { reason: 'it is real', seen, ...more } });
const approveAs = async (as: Caller, shown?: EscalationView): Promise<number> =>
  (await word(approveEscalation, as, shown ?? (await card()))).status;

const statuses = (): readonly string[] => rig.allCases().flatMap(({ acts }) => acts.map(({ status }) => status));

describe('an act that takes two people', () => {
  beforeEach(() => startOn('t-two'));

  it('never acts by itself, though its policy enforces', async () => {
    await rig.wait(60_000);
    expect([rig.orders(), statuses()]).toEqual([[], ['waiting']]);
  });

  it('waits with one, and is executed once with the second', async () => {
    expect(await approveAs(ANN)).toBe(200);
    await rig.wait(4_000);
    expect(rig.orders()).toEqual([]);
    expect((await card()).approval).toMatchObject({
      demands: [{ policy: 't-two', by: 2, have: 1 }],
      given: [{ by: 'ann', reason: 'it is real' }],
    });
    expect(await approveAs(BOB)).toBe(200);
    await rig.wait(4_000);
    expect(rig.orders()).toEqual(['block_ip 203.0.113.5']);
    const [act] = rig.allCases().flatMap(({ acts }) => acts);
    expect(act?.resolution).toMatchObject({ by: 'bob', others: [{ by: 'ann' }] });
  });

  it.each(['ann', 'ANN', 'CORP\\ann', 'ann@corp.example', 'Änn', 'cn=ann,ou=people'])(
    'is not approved twice by one person, the second time as %s',
    async (again) => {
      expect(await approveAs(ANN)).toBe(200);
      expect(await approveAs(named(again))).toBe(403);
      await rig.wait(4_000);
      expect([rig.orders(), statuses()]).toEqual([[], ['waiting']]);
    },
  );

  it('is executed once where both approve at the same moment', async () => {
    const shown = await card();
    const answers = await Promise.all([approveAs(ANN, shown), approveAs(BOB, shown)]);
    await rig.wait(4_000);
    expect([answers, rig.orders()]).toEqual([[200, 200], ['block_ip 203.0.113.5']]);
  });

  it('keeps the first approval over a restart', async () => {
    expect(await approveAs(ANN)).toBe(200);
    await rig.restart();
    expect(await approveAs(BOB)).toBe(200);
    await rig.wait(4_000);
    expect(rig.orders()).toEqual(['block_ip 203.0.113.5']);
  });

  it('forgets an approval after 15 minutes', async () => {
    expect(await approveAs(ANN)).toBe(200);
    await rig.wait(APPROVAL_COUNTS_MS);
    expect((await card()).approval?.given).toEqual([]);
    expect(await approveAs(BOB)).toBe(200);
    await rig.wait(4_000);
    expect(rig.orders()).toEqual([]);
    expect(await approveAs(ANN)).toBe(200);
    await rig.wait(4_000);
    expect(rig.orders()).toEqual(['block_ip 203.0.113.5']);
  });

  it('is denied by one, whoever approved it', async () => {
    expect(await approveAs(ANN)).toBe(200);
    expect((await word(denyEscalation, BOB, await card())).status).toBe(200);
    expect((await cards()).length).toBe(0);
    await rig.wait(4_000);
    expect([rig.orders(), statuses()]).toEqual([[], ['refused']]);
  });

  it('is not approved as one of several', async () => {
    const { status, body } = await word(approveEscalation, ANN, await card(), { of: 2 });
    expect([status, body]).toMatchObject([409, { code: 'answer_alone' }]);
    expect((await card()).approval?.given).toEqual([]);
  });

  it('takes one where there are no users to tell apart, and says so', async () => {
    expect(await approveAs({ ...ANN, singleUser: true })).toBe(200);
    await rig.wait(4_000);
    const [act] = rig.allCases().flatMap(({ acts }) => acts);
    expect([rig.orders(), act?.resolution?.four_eyes]).toEqual([['block_ip 203.0.113.5'], false]);
  });

  it('is on record as asked, and as waiting for others', async () => {
    await approveAs(ANN);
    const audited = [...(rig.host.world.evidence.records.get('audit')?.values() ?? [])].map(({ body }) => body);
    expect(audited.filter(({ verb }) => verb === 'approve').map(({ outcome }) => outcome)).toEqual([
      'asked',
      'waits for others',
    ]);
  });
});

describe('an act on a host of the payroll', () => {
  const HOST = { type: 'host', value: 'pay-1', origin: 'file', tags: ['payroll'] } as const;
  beforeEach(() =>
    start('t-host', { host: 'pay-1' }, { policies: ['t-host', 't-payroll'], inventory: [HOST, ...fill('host')] }),
  );

  it.each([
    ['somebody else who may approve', BOB, 403],
    ['a name that only may be the listed one', named('paula@evil.example'), 403],
    ['a name in another case', named('Paula'), 403],
    ['a role of another name', named('bob', 'payroll-read'), 403],
    ['who calls themselves the role', named('role:payroll'), 403],
    ['somebody of the role', named('bob', 'payroll'), 200],
    ['whom the policy names', named('paula'), 200],
  ])('is approved by %s: %#', async (_who, as, expected) => {
    expect(await approveAs(as)).toBe(expected);
    await rig.wait(4_000);
    expect(rig.orders()).toEqual(expected === 200 ? ['isolate_host pay-1'] : []);
  });

  it('says whom it waits for', async () => {
    expect((await card()).approval?.demands).toEqual([
      { policy: 't-payroll', by: 1, have: 0, approvers: ['paula', 'role:payroll'] },
    ]);
  });
});

/** The time of what waits is over in so long, ms: as if the hours before were over. */
const hurry = (ms: number): void => {
  const { documents } = rig.host.world.store;
  for (const { received } of rig.allCases()) {
    const stored = documents.get(received.case_id);
    if (stored === undefined) continue;
    const due = rig.now(ms);
    const { content, facets } = stored.body;
    const { acts } = content as CaseContent;
    const sooner = { ...(content as CaseContent), due, acts: acts.map((act) => lateUntil(act, due)) };
    documents.set(received.case_id, {
      ...stored,
      body: { ...stored.body, content: sooner, facets: { ...facets, due } },
    });
  }
};
const lateUntil = (act: CaseAct, until: string): CaseAct =>
  act.late === undefined ? act : { ...act, late: { ...act.late, until } };

/** Whoever looks after a case looks at it this often, ms: by then it knows of another time. */
const KNOWN_BY_MS = 40_000;
const lapse = async (): Promise<void> => {
  hurry(KNOWN_BY_MS);
  await rig.wait(KNOWN_BY_MS + 5_000);
};

describe('an act that nobody answers in time', () => {
  it('is denied, and never permitted', async () => {
    await startOn('t-two');
    expect(await approveAs(ANN)).toBe(200);
    await lapse();
    expect([rig.orders(), statuses()]).toEqual([[], ['expired']]);
  });

  it.each([-2_000, -400, -40, 0, 40, 400, 2_000])(
    'is either approved or over where somebody approves %d ms after its end',
    async (after) => {
      await startOn('t-asks');
      const shown = await card();
      hurry(KNOWN_BY_MS);
      await rig.wait(KNOWN_BY_MS + after);
      const status = await approveAs(BOB, shown);
      await rig.wait(10_000);
      const isDone = status === 200;
      expect([rig.orders().length, statuses()]).toEqual(isDone ? [1, ['present']] : [0, ['expired']]);
      if (after >= 0) expect(isDone).toBe(false);
      if (after === -2_000) expect(isDone).toBe(true);
    },
  );

  it('takes a second person where the policy says so, for as long again', async () => {
    await startOn('t-second');
    await lapse();
    expect(statuses()).toEqual(['waiting']);
    expect((await card()).approval).toMatchObject({ demands: [{ by: 2, have: 0 }], late: { how: 'second' } });
    const left = Date.parse((await card()).expires_at ?? '') - rig.utc;
    expect(left).toBeGreaterThan(ESCALATION_EXPIRES_MS - 60_000);
    expect(await approveAs(ANN)).toBe(200);
    await rig.wait(4_000);
    expect(rig.orders()).toEqual([]);
    expect(await approveAs(BOB)).toBe(200);
    await rig.wait(4_000);
    expect(rig.orders()).toEqual(['block_ip 203.0.113.5']);
  });

  it('is denied where the second time is over, too', async () => {
    await startOn('t-second');
    await lapse();
    await lapse();
    expect([rig.orders(), statuses()]).toEqual([[], ['expired']]);
  });

  it('takes one person before that', async () => {
    await startOn('t-second');
    expect(await approveAs(ANN)).toBe(200);
    await rig.wait(4_000);
    expect(rig.orders()).toEqual(['block_ip 203.0.113.5']);
  });

  it('waits on without an act where the policy says so, also over a restart', async () => {
    await startOn('t-hold');
    await lapse();
    await rig.restart();
    expect([rig.orders(), statuses()]).toEqual([[], ['waiting']]);
    const left = Date.parse((await card()).expires_at ?? '') - rig.utc;
    expect(left).toBeGreaterThan(HOLDS_FOR_MS - 300_000);
    expect(await approveAs(ANN)).toBe(200);
    await rig.wait(4_000);
    expect(rig.orders()).toEqual(['block_ip 203.0.113.5']);
  });
});

describe('a flood of questions beyond the budget', () => {
  const DC = { type: 'host', value: 'dc01', origin: 'file', criticality: 'critical' } as const;
  const ASKS = [1, 2, 3, 4].map((n) => ({ tags: ['t-asks'], ip: `203.0.113.${n}` }));
  const floodWith = async (beyond: string): Promise<void> => {
    const policies = ['t-asks', 't-host', `t-budget-${beyond}`];
    rig = await Rig.start({ policies, inventory: [DC, ...fill('host')] });
    for (const about of ASKS) await rig.send(alert(rig, about));
    await rig.send(alert(rig, { tags: ['t-host'], host: 'dc01' }));
  };

  it('is one card, beside what was asked before and what is answered by itself', async () => {
    await floodWith('group');
    const listed = await cards();
    expect(listed.map(({ act, breach }) => [act.target.value, breach?.limit, breach?.count]).sort()).toEqual([
      ['203.0.113.1', undefined, undefined],
      ['203.0.113.2', undefined, undefined],
      [expect.stringMatching(/^203\.0\.113\.[34]$/), 't-budget-group', 2],
      ['dc01', undefined, undefined],
    ]);
    expect(listed.find(({ alone }) => alone !== undefined)?.act.target.value).toBe('dc01');
  });

  it('is denied where the policy says so', async () => {
    await floodWith('deny');
    expect(statuses()).toEqual(['waiting', 'waiting', 'denied', 'denied', 'waiting']);
  });

  it('is held where the policy says so, and asked once its time is over', async () => {
    await floodWith('hold');
    expect(statuses()).toEqual(['waiting', 'waiting', 'held', 'held', 'waiting']);
    await rig.wait(11 * 60_000);
    expect(statuses()).toEqual(['waiting', 'waiting', 'waiting', 'waiting', 'waiting']);
    expect(rig.orders()).toEqual([]);
  });

  it('is beyond what each approver who is here is asked, where the policy says so', async () => {
    const policies = ['t-asks', 't-budget-each'];
    const floodBefore = async (...approvers: readonly string[]): Promise<readonly string[]> => {
      rig = await Rig.start({ policies });
      const { people } = rig.host.agent.parts;
      for (const name of approvers) people.note(name, undefined, true);
      people.note('dan', undefined);
      for (const about of ASKS) await rig.send(alert(rig, about));
      return statuses();
    };
    expect(await floodBefore('ann', 'CORP\\ann')).toEqual(['waiting', 'waiting', 'denied', 'denied']);
    expect(await floodBefore('ann', 'bob')).toEqual(['waiting', 'waiting', 'waiting', 'waiting']);
    expect(await floodBefore()).toEqual(['waiting', 'waiting', 'denied', 'denied']);
  });

  it('is told on the page', async () => {
    await floodWith('group');
    const { body } = await rig.host.call(listEscalations, { as: ANN });
    expect((body as { readonly load: object }).load).toMatchObject({
      pace: { answers: 0 },
      budgets: [{ policy: 't-budget-group', asked: 2, most: 2, beyond: 'group' }],
    });
  });
});
