import {
  approveEscalation,
  endAbsence,
  listAbsences,
  listEscalations,
  setAbsence,
  type AbsenceView,
} from '../../common/api/routes';
import type { EscalationView } from '../../common/api/views';
import type { Caller } from '../../server/routes/bind';
import { endOutdated } from '../../server/runner/operations/absences';
import { askedBy } from '../../server/runner/record/asked_by';
import type { CaseContent } from '../../server/runner/keeping/kinds/case';
import { APPROVAL_COUNTS_MS } from '../../server/runner/operations/quorum';
import { alert, onlyCase } from '../cases/public_case';
import { fill, Rig } from '../cases/rig';
import { callerWith } from '../builders/route_host';

/* X9: who is away, who stands in for them, and everything that standing in must not come to (INV-10). */

const named = (name: string, ...roles: readonly string[]): Caller => ({
  ...callerWith(name, 'read', 'approve', 'respond'),
  ...(roles.length === 0 ? {} : { roles }),
});
const PAULA = named('paula');
const BOB = named('bob');
const CID = named('cid');
const LEAD = named('lena', 'payroll');
const HOUR = 3_600_000;
const HOST = { type: 'host', value: 'pay-1', origin: 'file', tags: ['payroll'] } as const;

let rig: Rig;
const start = async (more: readonly string[] = []): Promise<void> => {
  rig = await Rig.start({
    policies: ['t-host', 't-payroll', ...more],
    inventory: [HOST, ...fill('host')],
  });
  onlyCase(await rig.send(alert(rig, { tags: ['t-host'], host: 'pay-1' })));
};

const card = async (): Promise<EscalationView> => {
  const { body } = await rig.host.call(listEscalations, { as: BOB });
  const [first] = (body as { readonly escalations: readonly EscalationView[] }).escalations;
  if (first === undefined) throw new Error('nothing waits');
  return first;
};
const approve = async (as: Caller, stands_for?: string): Promise<readonly [number, unknown]> => {
  const { case_id, act_id, seen } = await card();
  const body = { reason: 'it is real', seen, ...(stands_for === undefined ? {} : { stands_for }) };
  const answer = await rig.host.call(approveEscalation, { as, params: { case_id, act_id }, body });
  return [answer.status, (answer.body as { readonly code?: string }).code];
};
const goAway = async (as: Caller, stand_in: string, more: object = {}): Promise<readonly [number, unknown]> => {
  const body = { stand_in, until: rig.now(24 * HOUR), reason: 'on leave', ...more };
  const answer = await rig.host.call(setAbsence, { as, body });
  return [answer.status, (answer.body as { readonly code?: string }).code];
};
const absences = async (): Promise<readonly AbsenceView[]> =>
  ((await rig.host.call(listAbsences, { as: BOB })).body as { readonly absences: readonly AbsenceView[] }).absences;
const end = async (as: Caller, id: string): Promise<number> =>
  (await rig.host.call(endAbsence, { as, params: { absence_id: id }, body: { reason: 'back' } })).status;
const orders = async (): Promise<readonly string[]> => {
  await rig.wait(4_000);
  return rig.orders();
};
const DONE = ['isolate_host pay-1'];
const acts = (): CaseContent['acts'] => rig.allCases().flatMap((each) => each.acts);

describe('an act that takes a certain person who is away', () => {
  beforeEach(() => start());

  it('is approved by who stands in, and says for whom', async () => {
    expect(await approve(BOB)).toEqual([403, 'not_four_eyes']);
    expect(await goAway(PAULA, 'bob')).toEqual([200, undefined]);
    expect((await card()).approval?.stand_ins).toMatchObject([{ stand_in: 'bob', name: 'paula' }]);
    // Not by the way: who stands in says so.
    expect(await approve(BOB)).toEqual([403, 'not_four_eyes']);
    expect(await approve(BOB, 'paula')).toEqual([200, undefined]);
    expect(await orders()).toEqual(DONE);
    expect(acts()[0]?.resolution).toMatchObject({ by: 'bob', stands_for: { name: 'paula' } });
  });

  it.each([
    ['nobody named them', 'cid', 'bob', 'paula'],
    ['who was named only may be them', 'BOB', 'bob', 'paula'],
    ['who is away is written otherwise', 'bob', 'bob', 'Paula'],
    ['for another who is not away', 'bob', 'bob', 'lena'],
    ['for themselves', 'bob', 'bob', 'bob'],
  ])('is not approved by others: %s', async (_why, standIn, by, forWhom) => {
    expect((await goAway(PAULA, standIn))[0]).toBe(200);
    expect(await approve(named(by), forWhom)).toEqual([403, 'not_stand_in']);
    expect(await orders()).toEqual([]);
  });

  it('is not approved by who stands in without the right to approve', async () => {
    await goAway(PAULA, 'bob');
    expect(await approve(callerWith('bob', 'read', 'respond'), 'paula')).toEqual([403, 'forbidden']);
    expect(await orders()).toEqual([]);
  });

  it('is approved for the time alone that was said', async () => {
    await goAway(PAULA, 'bob', { from: rig.now(60_000), until: rig.now(120_000) });
    expect(await approve(BOB, 'paula')).toEqual([403, 'not_stand_in']);
    await rig.wait(121_000);
    expect(await approve(BOB, 'paula')).toEqual([403, 'not_stand_in']);
    expect(await orders()).toEqual([]);
  });

  it('is approved in two steps, and not in three', async () => {
    expect((await goAway(PAULA, 'bob'))[0]).toBe(200);
    expect((await goAway(BOB, 'cid'))[0]).toBe(200);
    expect(await goAway(CID, 'dan')).toEqual([409, 'stand_in_chain']);
    expect(await goAway(CID, 'Paula')).toEqual([409, 'stand_in_loop']);
    expect((await absences()).map(({ who, also }) => [who, also])).toEqual([
      ['paula', ['cid']],
      ['bob', undefined],
    ]);
    expect(await approve(named('dan'), 'paula')).toEqual([403, 'not_stand_in']);
    expect(await approve(CID, 'paula')).toEqual([200, undefined]);
    expect(await orders()).toEqual(DONE);
    expect(acts()[0]?.resolution?.stands_for).toMatchObject({ name: 'paula', via: 'bob' });
  });

  it('is approved by role for whom had the role when they said it', async () => {
    await goAway(LEAD, 'bob');
    expect(await approve(BOB, 'lena')).toEqual([200, undefined]);
    expect(await orders()).toEqual(DONE);
  });

  it('is not approved for somebody without that role, or for who lost it', async () => {
    await goAway(CID, 'bob');
    expect(await approve(BOB, 'cid')).toEqual([403, 'not_four_eyes']);
    await goAway(LEAD, 'bob');
    await rig.host.drive(endOutdated(rig.host.agent, { name: 'lena', mayApprove: true, roles: ['other'] }));
    expect(await approve(BOB, 'lena')).toEqual([403, 'not_stand_in']);
    expect(await orders()).toEqual([]);
  });

  it('is not approved for whom it touches, nor by who asked for it through anybody', async () => {
    const content = rig.allCases()[0];
    if (content === undefined) throw new Error('no case');
    const asker = 'paula';
    const owned = { ...content, received: { ...content.received, owners: [asker] } };
    expect(askedBy(owned.received)).toContain(asker);
    const stored = rig.host.world.store.documents.get(content.received.case_id);
    if (stored === undefined) throw new Error('no document');
    rig.host.world.store.documents.set(content.received.case_id, {
      ...stored,
      body: { ...stored.body, content: owned },
    });
    await goAway(PAULA, 'bob');
    expect(await approve(BOB, 'paula')).toEqual([403, 'not_four_eyes']);
    // Whom she named names somebody in turn: she is in between.
    await goAway(LEAD, 'paula');
    expect(await approve(BOB, 'lena')).toEqual([403, 'not_four_eyes']);
    expect(await orders()).toEqual([]);
  });

  it('is not approved once the absence was ended, by herself or by whoever may stop', async () => {
    await goAway(PAULA, 'bob');
    const [first] = await absences();
    expect(await end(callerWith('eve', 'read', 'approve'), first?.id ?? '')).toBe(403);
    expect(await end(callerWith('eve', 'read', 'respond'), first?.id ?? '')).toBe(200);
    expect(await end(PAULA, first?.id ?? '')).toBe(404);
    expect(await approve(BOB, 'paula')).toEqual([403, 'not_stand_in']);
    await goAway(PAULA, 'bob');
    expect(await end(callerWith('paula', 'read', 'approve'), (await absences())[0]?.id ?? '')).toBe(200);
    expect(await absences()).toEqual([]);
    expect(await orders()).toEqual([]);
  });

  it('keeps who is away over a restart', async () => {
    await goAway(PAULA, 'bob');
    await rig.restart();
    expect(await approve(BOB, 'paula')).toEqual([200, undefined]);
    expect(await orders()).toEqual(DONE);
  });
});

describe('an absence that is said wrong', () => {
  beforeEach(() => start());

  it.each([
    ['until before from', () => ({ from: rig.now(2 * HOUR), until: rig.now(HOUR) }), 'until'],
    ['over already', () => ({ from: rig.now(-2 * HOUR), until: rig.now(-1) }), 'until'],
    ['longer than 30 days', () => ({ until: rig.now(30 * 24 * HOUR + 60_000) }), 'until'],
    ['more than a year ahead', () => ({ from: rig.now(366 * 24 * HOUR), until: rig.now(367 * 24 * HOUR) }), 'from'],
    ['no instant', () => ({ until: 'next week' }), 'until'],
    ['standing in for oneself', () => ({ stand_in: 'CORP\\Paula' }), 'stand_in'],
    ['Reflex stands in', () => ({ stand_in: 'reflex' }), 'stand_in'],
    ['nobody stands in', () => ({ stand_in: '' }), 'stand_in'],
  ])('is refused with the field, and changes nothing: %s', async (_what, more, path) => {
    const body = { stand_in: 'bob', until: rig.now(HOUR), reason: 'on leave', ...more() };
    const answer = await rig.host.call(setAbsence, { as: PAULA, body });
    expect([answer.status, answer.body]).toMatchObject([400, { code: 'invalid', fields: [{ path }] }]);
    expect(await absences()).toEqual([]);
  });

  it('is taken at the very end of what is allowed', async () => {
    expect((await goAway(PAULA, 'bob', { from: rig.now(HOUR), until: rig.now(HOUR + 30 * 24 * HOUR) }))[0]).toBe(200);
  });

  it('is refused beside another one of the same time, and where there are no users', async () => {
    expect((await goAway(PAULA, 'bob'))[0]).toBe(200);
    expect(await goAway(PAULA, 'cid')).toEqual([409, 'changed']);
    expect(await goAway({ ...BOB, singleUser: true }, 'cid')).toEqual([404, 'not_here']);
    expect(await absences()).toHaveLength(1);
  });

  it('is one of two that make a circle at the same moment', async () => {
    const both = await Promise.all([goAway(PAULA, 'bob'), goAway(BOB, 'paula')]);
    expect(both.map(([status]) => status).sort()).toEqual([200, 409]);
    expect(await absences()).toHaveLength(1);
  });
});

describe('an act that takes two people', () => {
  const PAIR = 't-pair';
  beforeEach(() => start([PAIR]));

  it.each([
    ['who is away after who stands in', [BOB, 'paula'], [PAULA, undefined]],
    ['who stands in after who is away', [PAULA, undefined], [BOB, 'paula']],
  ] as const)('counts who is away and who stands in once: %s', async (_order, [one, forOne], [other, forOther]) => {
    await goAway(PAULA, 'bob');
    expect((await approve(one, forOne))[0]).toBe(200);
    expect(await approve(other, forOther)).toEqual([403, 'not_four_eyes']);
    expect(await orders()).toEqual([]);
    expect((await approve(CID))[0]).toBe(200);
    expect(await orders()).toEqual(DONE);
  });

  it('counts two who stand in for the same person once', async () => {
    await goAway(PAULA, 'bob');
    await goAway(BOB, 'cid');
    expect((await approve(BOB, 'paula'))[0]).toBe(200);
    expect(await approve(CID, 'paula')).toEqual([403, 'not_four_eyes']);
    expect(await orders()).toEqual([]);
  });

  it('counts who may approve and stands in as one person', async () => {
    await goAway(PAULA, 'bob');
    expect((await approve(BOB, 'paula'))[0]).toBe(200);
    expect(await approve(BOB)).toEqual([403, 'not_four_eyes']);
    expect(await orders()).toEqual([]);
  });

  it('forgets what was approved for somebody whose absence was ended before the last approval', async () => {
    await goAway(PAULA, 'bob');
    expect((await approve(BOB, 'paula'))[0]).toBe(200);
    expect(await end(PAULA, (await absences())[0]?.id ?? '')).toBe(200);
    expect((await approve(CID))[0]).toBe(200);
    expect(await orders()).toEqual([]);
    expect((await card()).approval?.given.map(({ by }) => by)).toEqual(['cid']);
    await rig.wait(APPROVAL_COUNTS_MS);
    expect(await orders()).toEqual([]);
  });
});
