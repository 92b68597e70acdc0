import {
  approveEscalation,
  denyEscalation,
  giveOpinion,
  listEscalations,
  listOpinions,
  type OpinionView,
} from '../../common/api/routes';
import type { EscalationView, QuestionLoad } from '../../common/api/views';
import type { Caller } from '../../server/routes/bind';
import { ASKED_FOR_MS, MOST_ASKED_AT_ONCE, type OpinionContent } from '../../server/runner/keeping/kinds/opinion';
import { alert, onlyCase } from '../cases/public_case';
import { Rig } from '../cases/rig';
import { callerWith } from '../builders/route_host';

/* X9: a second opinion says something of the first only if nobody gives it on their own answer, or knows the answer. */

const named = (name: string): Caller => callerWith(name, 'read', 'approve', 'respond');
const ANN = named('ann');
const BOB = named('bob');

let rig: Rig;
const start = async (percent: number, policy = 't-asks'): Promise<void> => {
  rig = await Rig.start({ policies: [policy], secondOpinions: percent });
  onlyCase(await rig.send(alert(rig, { tags: [policy], ip: '203.0.113.5' })));
};
const cards = async () =>
  (await rig.host.call(listEscalations, { as: ANN })).body as {
    readonly escalations: readonly EscalationView[];
    readonly load: QuestionLoad;
  };
const answer = async (route: typeof approveEscalation | typeof denyEscalation, as: Caller): Promise<number> => {
  const [shown] = (await cards()).escalations;
  if (shown === undefined) throw new Error('nothing waits');
  const { case_id, act_id, seen } = shown;
  const said = await rig.host.call(route, { as, params: { case_id, act_id }, body: { reason: 'it is real', seen } });
  await rig.wait(4_000);
  return said.status;
};
const asked = async (as: Caller) =>
  (await rig.host.call(listOpinions, { as })).body as {
    readonly asked: readonly OpinionView[];
    readonly of_others: number;
  };
const give = async (as: Caller, id: string, verb: 'approve' | 'deny' = 'approve') => {
  const said = await rig.host.call(giveOpinion, {
    as,
    params: { opinion_id: id },
    body: { verb, reason: 'as I see it' },
  });
  return [said.status, said.body as { readonly code?: string; readonly agrees?: boolean }] as const;
};
const stored = (): readonly OpinionContent[] =>
  [...rig.host.world.store.documents.values()]
    .filter(({ body }) => body.kind === 'opinion')
    .map(({ body }) => body.content as OpinionContent);
const idOf = async (): Promise<string> => (await asked(BOB)).asked[0]?.opinion_id ?? '';

describe('a second opinion', () => {
  it('changes nothing of what was answered, and is measured', async () => {
    await start(100);
    expect(await answer(approveEscalation, ANN)).toBe(200);
    expect(rig.orders()).toEqual(['block_ip 203.0.113.5']);
    const { asked: mine } = await asked(BOB);
    expect(mine).toMatchObject([{ act: { action: 'block_ip' }, brief: { source: '203.0.113.5' } }]);
    // Nothing of it says what was answered, or by whom.
    expect(JSON.stringify(mine)).not.toMatch(/ann|"verb"|it is real/);
    expect(await give(BOB, await idOf(), 'deny')).toMatchObject([
      200,
      { agrees: false, first: { by: 'ann', verb: 'approve' } },
    ]);
    await rig.wait(4_000);
    expect(rig.orders()).toEqual(['block_ip 203.0.113.5']);
    expect(rig.allCases().flatMap(({ acts }) => acts.map(({ status }) => status))).toEqual(['present']);
    expect((await cards()).load.agreement).toMatchObject({ agree: 0, of: 1, asked: 0, share: 0, low: 0 });
  });

  it.each(['ann', 'Ann', 'CORP\\ann', 'ann@corp.example', 'änn', 'cn=ann,ou=people'])(
    'is not given on the own answer, by the name of %s',
    async (name) => {
      await start(100);
      await answer(denyEscalation, ANN);
      expect(await asked(named(name))).toMatchObject({ asked: [], of_others: 1 });
      expect(await give(named(name), await idOf())).toMatchObject([403, { code: 'not_four_eyes' }]);
      expect(stored()[0]?.opinion).toBeUndefined();
    },
  );

  it('is not given by who approved before, where it took several', async () => {
    await start(100, 't-two');
    await answer(approveEscalation, ANN);
    // One of two has answered nothing yet.
    expect(stored()).toEqual([]);
    await answer(approveEscalation, BOB);
    const [first] = stored();
    expect(first?.not_for).toEqual(expect.arrayContaining(['ann', 'bob']));
    const id = (await asked(named('cid'))).asked[0]?.opinion_id ?? '';
    expect(await give(ANN, id)).toMatchObject([403, { code: 'not_four_eyes' }]);
    expect(await give(named('cid'), id)).toMatchObject([200, { agrees: true }]);
  });

  it('is not given by who asked for the act', async () => {
    await start(100);
    const [content] = rig.allCases();
    const id = content?.received.case_id ?? '';
    const doc = rig.host.world.store.documents.get(id);
    if (content === undefined || doc === undefined) throw new Error('no case');
    const asks = { ...content, received: { ...content.received, owners: ['dan'] } };
    rig.host.world.store.documents.set(id, { ...doc, body: { ...doc.body, content: asks } });
    await answer(approveEscalation, ANN);
    expect(await asked(named('DAN'))).toMatchObject({ asked: [], of_others: 1 });
    expect(await give(named('DAN'), await idOf())).toMatchObject([403, { code: 'not_four_eyes' }]);
  });

  it('is given once, also where two give it at the same moment', async () => {
    await start(100);
    await answer(denyEscalation, ANN);
    const id = await idOf();
    const both = await Promise.all([give(BOB, id), give(named('cid'), id, 'deny')]);
    expect(both.map(([status]) => status).sort()).toEqual([200, 409]);
    expect(await give(named('dan'), id)).toMatchObject([409, { code: 'not_waiting' }]);
  });

  it('is not given by who may not approve, on what is not there, or too late', async () => {
    await start(100);
    await answer(denyEscalation, ANN);
    const id = await idOf();
    expect(await give(callerWith('bob', 'read', 'respond'), id)).toMatchObject([403, { code: 'forbidden' }]);
    expect(await give(BOB, 'opinion:none')).toMatchObject([404, { code: 'not_found' }]);
    const doc = rig.host.world.store.documents.get(id);
    if (doc === undefined) throw new Error('no document');
    const until = rig.now(-1);
    const content = { ...(doc.body.content as OpinionContent), until };
    rig.host.world.store.documents.set(id, { ...doc, body: { ...doc.body, content } });
    // Another session remembers nothing of it.
    await rig.restart();
    expect(await give(BOB, id)).toMatchObject([409, { code: 'not_waiting' }]);
    expect((await asked(BOB)).asked).toEqual([]);
    expect(ASKED_FOR_MS).toBe(7 * 86_400_000);
  });

  it('is asked of nobody where none are to be asked, where there is one user, and where too many are', async () => {
    await start(0);
    await answer(denyEscalation, ANN);
    expect(stored()).toEqual([]);
    await start(100);
    await answer(denyEscalation, { ...ANN, singleUser: true });
    expect(stored()).toEqual([]);
    await start(100);
    await answer(denyEscalation, ANN);
    const [[, doc] = []] = [...rig.host.world.store.documents].filter(([, { body }]) => body.kind === 'opinion');
    if (doc === undefined) throw new Error('nothing was asked');
    for (let n = 1; n < MOST_ASKED_AT_ONCE; n += 1) rig.host.world.store.documents.set(`opinion:${n}`, doc);
    onlyCase(await rig.send(alert(rig, { tags: ['t-asks'], ip: '203.0.113.6' })));
    await answer(denyEscalation, ANN);
    expect(stored()).toHaveLength(MOST_ASKED_AT_ONCE);
  });
});
