import type { Label } from '../../common/flow/feedback';
import { labelDecision } from '../../common/api/routes';
import { callerWith } from '../builders/route_host';
import { alert, onlyCase } from '../cases/public_case';
import { Rig } from '../cases/rig';

/*
 * X14: labels in enemy hands. One analyst, or an account of a machine, says "true" or "false alarm" of all that a
 * source sends. Nobody ever said how sure the source is: its acts ask a person, and go on to ask.
 */

const MANY = 45;

const report = (rig: Rig, ip: string) =>
  rig.send(alert(rig, { rule: rig.id(), ip, tags: ['t-sure'], confidence: undefined }), { settleMs: 200 });

describe('labels by one person', () => {
  it.each<Label>(['true_positive', 'false_positive', 'benign'])(
    'unlock no source, though `%s` was said of everything it sent',
    async (label) => {
      const rig = await Rig.start({ policies: ['t-sure'] });
      for (let count = 0; count < MANY; count += 1) {
        const { decision } = onlyCase(await report(rig, `203.0.113.${count + 1}`));
        const asked = { params: { decision_id: decision?.decision_id ?? '' }, body: { label } };
        const answer = await rig.host.call(labelDecision, { ...asked, as: callerWith('mallory', 'respond') });
        expect(answer.status).toBe(200);
      }
      await rig.wait(40_000);
      const last = await report(rig, '203.0.113.200');
      await rig.wait(4_000);
      const { decision } = onlyCase(last);
      expect(decision?.inputs.history.source_proof).toMatchObject({ people: 1, days: 1 });
      expect([decision?.verdict, rig.orders()]).toEqual(['escalate', []]);
      expect(rig.host.agent.parts.bundles.status?.version).toBe(1);
    },
  );

  it('would be no help to a source that says how sure it is: that one acts', async () => {
    const rig = await Rig.start({ policies: ['t-sure'] });
    await rig.send(alert(rig, { ip: '203.0.113.9', tags: ['t-sure'] }));
    expect(rig.orders()).toEqual(['block_ip 203.0.113.9']);
  });
});
