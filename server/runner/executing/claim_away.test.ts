import { aClaiming, aRequest, approvalOf, aWorld, theAct, utcIn } from '../../../test/builders/executing';
import type { PlannedDoc } from '../keeping/state_docs';
import { ABSENCES_ID, type Absence } from '../keeping/kinds/absences';
import type { Resolution } from '../keeping/kinds/case';
import { claimAct } from './claim_act';
import { planClaim } from './claim';
import { READ_AGAIN } from './claiming';

/* Who stands in counts for who is away as long as that is so: by what is read when the act is claimed. */

const act = theAct('a0', { result: 'escalate', demands: [{ policy: 'q', by: 1, approvers: ['paula'] }] });
const away = (change: Partial<Absence> = {}): Absence => ({
  ...{ id: 'a1', who: 'paula', stand_in: 'bob', from: utcIn(-60_000), until: utcIn(60_000), reason: 'r', at: utcIn(0) },
  ...change,
});
const stored = (...absences: readonly Absence[]): PlannedDoc => ({
  id: ABSENCES_ID,
  kind: 'absences',
  facets: { state: 'absences' },
  content: { absences },
});
const forPaula = { name: 'paula', until: utcIn(60_000) };
const requestWith = (resolution: Partial<Resolution>) => {
  const approval = approvalOf('a0');
  return aRequest([act], { approval: { ...approval, resolution: { ...approval.resolution, ...resolution } } });
};
const claimed = (
  docs: readonly PlannedDoc[],
  resolution: Partial<Resolution> = { by: 'bob', stands_for: forPaula },
) => {
  const outcome = claimAct(aClaiming(requestWith(resolution), { docs }), act);
  return outcome === READ_AGAIN ? READ_AGAIN : outcome.status;
};

describe('an approval for somebody who is away', () => {
  it.each([
    ['while they are', [away()], 'applying'],
    ['no more once it was ended', [], 'waiting'],
    ['no more once it is over', [away({ until: utcIn(0) })], 'waiting'],
    ['not before it begins', [away({ from: utcIn(1) })], 'waiting'],
    ['not where another one stands in by now', [away({ stand_in: 'cid' })], 'waiting'],
  ])('counts %s', (_when, absences, status) => {
    expect(claimed([stored(...absences)])).toBe(status);
  });

  it('counts for nobody where nothing is stored', () => {
    expect(claimed([])).toBe('waiting');
    expect(claimed([], { by: 'paula' })).toBe('applying');
  });

  it('counts of the first of two as well, by the same rule', () => {
    const others = [{ by: 'bob', at: utcIn(0), reason: 'r', stands_for: forPaula }];
    expect(claimed([stored(away())], { by: 'cid', others })).toBe('applying');
    expect(claimed([stored()], { by: 'cid', others })).toBe('waiting');
  });

  it('goes by the roles that are stored now', () => {
    const byRole = theAct('a0', { result: 'escalate', demands: [{ policy: 'q', by: 1, approvers: ['role:lead'] }] });
    const said = requestWith({ by: 'bob', stands_for: { ...forPaula, roles: ['lead'] } });
    const statusWith = (roles: readonly string[]) => {
      const outcome = claimAct(aClaiming(said, { docs: [stored(away({ roles }))] }), byRole);
      return outcome === READ_AGAIN ? READ_AGAIN : outcome.status;
    };
    expect([statusWith(['lead']), statusWith(['other'])]).toEqual(['applying', 'waiting']);
  });

  it('is judged by a document that is read for it, and by no other', () => {
    const request = requestWith({ by: 'bob', stands_for: forPaula });
    expect(claimAct(aClaiming(request, { docs: [stored(away())], isFresh: false }), act)).toBe(READ_AGAIN);
    expect(planClaim(() => aWorld(), request, false).reads).toContain(ABSENCES_ID);
    expect(planClaim(() => aWorld(), requestWith({ by: 'paula' }), false).reads).not.toContain(ABSENCES_ID);
  });
});
