import {
  approveEscalation,
  denyEscalation,
  liftContainment,
  listEscalations,
  throwSwitch,
} from '../../common/api/routes';
import { alert, onlyCase } from '../cases/public_case';
import { Rig } from '../cases/rig';
import { callerWith } from '../builders/route_host';

/* X11: a right, a word and a look that were good once and are not any more. */

interface Card {
  readonly case_id: string;
  readonly act_id: string;
  readonly seen: string;
}

const APPROVER = callerWith('ann', 'read', 'approve', 'respond');
const WITHOUT = callerWith('ann', 'read');

/** A policy that always asks, and one that acts for ten minutes. */
const start = () => Rig.start({ policies: ['t-asks', 't-long'] });

describe('an act that waits for a person', () => {
  let rig: Rig;
  let card: Card;
  beforeEach(async () => {
    rig = await start();
    onlyCase(await rig.send(alert(rig, { tags: ['t-asks'], ip: '203.0.113.5' })));
    const { body } = await rig.host.call(listEscalations, { as: APPROVER });
    [card] = (body as { readonly escalations: readonly [Card] }).escalations;
  });

  const word = (route: typeof approveEscalation | typeof denyEscalation, as = APPROVER, seen = card.seen) =>
    rig.host.call(route, {
      as,
      params: { case_id: card.case_id, act_id: card.act_id },
      body: { reason: 'it is real', seen },
    });

  it('is not approved by who saw it with a right that is gone since', async () => {
    expect((await word(approveEscalation, WITHOUT)).status).toBe(403);
    await rig.wait(4_000);
    expect(rig.orders()).toEqual([]);
  });

  it('is not approved by who saw something else', async () => {
    expect((await word(approveEscalation, APPROVER, 'what was there before')).status).toBe(409);
    await rig.wait(4_000);
    expect(rig.orders()).toEqual([]);
  });

  it('is done once, however often it is approved', async () => {
    const [first, second] = await Promise.all([word(approveEscalation), word(approveEscalation)]);
    await rig.wait(4_000);
    const third = await word(approveEscalation);
    expect([first.status, second.status, third.status].filter((status) => status === 200)).toHaveLength(1);
    expect(rig.orders()).toEqual(['block_ip 203.0.113.5']);
  });

  it('is either approved or denied, never both', async () => {
    const [yes, no] = await Promise.all([word(approveEscalation), word(denyEscalation)]);
    await rig.wait(4_000);
    expect([yes.status, no.status].sort()).toEqual([200, 409]);
    expect(rig.orders()).toHaveLength(yes.status === 200 ? 1 : 0);
  });

  it('is not told to be done where the brakes stop it again: it waits, and says why', async () => {
    const stop = { scope: 'all', reason: 'something is wrong' };
    expect((await rig.host.call(throwSwitch, { as: APPROVER, body: stop })).status).toBe(200);
    const { status, body } = await word(approveEscalation);
    expect([status, body]).toEqual([
      409,
      expect.objectContaining({
        code: 'stopped_again',
        message: expect.stringMatching(
          /^it was approved and was not executed; it waits for a person again: /,
        ) as string,
        current: expect.objectContaining({ state: 'waiting' }) as object,
      }),
    ]);
    const audited = [...(rig.host.world.evidence.records.get('audit')?.values() ?? [])].map(({ body: entry }) => entry);
    expect(audited.filter(({ verb }) => verb === 'approve').at(-1)).toMatchObject({ outcome: 'stopped_again' });
    await rig.wait(4_000);
    expect(rig.orders()).toEqual([]);
  });

  it('is not approved after it was denied', async () => {
    expect((await word(denyEscalation)).status).toBe(200);
    expect((await word(approveEscalation)).status).toBe(409);
    await rig.wait(4_000);
    expect(rig.orders()).toEqual([]);
  });
});

describe('an approval that could not be carried out', () => {
  it('is over with it: nothing starts by itself when the target is back', async () => {
    const rig = await start();
    const asked = onlyCase(await rig.send(alert(rig, { tags: ['t-asks'], ip: '203.0.113.6' })));
    rig.targetAnswers(false);
    await rig.approve();
    await rig.wait(60_000);
    expect(rig.caseOf(asked).acts.map(({ status }) => status)).toEqual(['waiting']);
    rig.targetAnswers(true);
    await rig.wait(10 * 60_000);
    expect(rig.inEffect()).toEqual([]);
  });

  it('does not come back with a restart', async () => {
    const rig = await start();
    onlyCase(await rig.send(alert(rig, { tags: ['t-asks'], ip: '203.0.113.6' })));
    rig.targetAnswers(false);
    await rig.approve();
    await rig.wait(60_000);
    await rig.restart();
    await rig.wait(5 * 60_000);
    expect(rig.inEffect()).toEqual([]);
  });
});

describe('what is in effect', () => {
  it('is not lifted with a right that is gone', async () => {
    const rig = await start();
    const { acts } = onlyCase(await rig.send(alert(rig, { tags: ['t-long'], ip: '203.0.113.8' })));
    const params = { effect_id: acts[0]?.effect_id ?? '' };
    const answer = await rig.host.call(liftContainment, { as: WITHOUT, params, body: { reason: 'mine' } });
    await rig.wait(4_000);
    expect([answer.status, rig.inEffect()]).toEqual([403, ['block_ip 203.0.113.8']]);
  });
});
