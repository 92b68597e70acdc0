import { undoRoom, type Room } from '../../../test/builders/undo_room';
import { aCase, aCaseAct, aReason, anEffect, EFFECT, utcAt } from '../../../test/builders/undoing';
import { aDecision } from '../../../test/builders/views';
import { fakeEvidenceLog } from '../../../test/fakes/fake_evidence';
import type { Effect } from '../../engine/execution/effect';
import { changeCase } from '../executing/change_document';
import { plannedCase, type CaseContent } from '../keeping/kinds/case';
import { shrinkCases } from './shrink_cases';

const MINUTE = 60_000;
const { next_review_at: _review, ...DECISION } = aDecision();
const ID = DECISION.decision_id;

let room: Room;
beforeEach(() => {
  room = undoRoom();
});

const decided = (change: Partial<CaseContent> = {}): CaseContent =>
  aCase('case:c1', { decision: DECISION, acts: [aCaseAct({ text: 'was there already' })], ...change });

/** A case that nobody has written for so long, ms; its record is in the evidence unless the test says otherwise. */
const put = (content: CaseContent, { ageMs = 11 * MINUTE, recorded = true } = {}): void => {
  const doc = plannedCase(content, utcAt(0));
  room.put({ ...doc, facets: { ...doc.facets, at: utcAt(-ageMs) } });
  if (recorded) room.evidence.append([{ family: 'decisions', id: ID, at: utcAt(0), body: { decision: DECISION } }]);
};
const ports = () => ({ store: room.port.store, evidence: fakeEvidenceLog(room.evidence), basics: room.basics });
const shrink = async (): Promise<number> => {
  room.fake.refresh();
  return room.run(shrinkCases(ports()));
};
const size = (): number => JSON.stringify(room.fake.get('case:c1')).length;

describe('a case that is decided for good', () => {
  it('shrinks to who it was, its digest and what became of it', async () => {
    put(decided());
    const before = room.fake.get('case:c1');
    expect(await shrink()).toBe(1);
    expect(room.caseOf('case:c1')).toEqual({
      received: {
        case_id: 'case:c1',
        intake: { type: 'webhook', id: 'siem' },
        digest: 'digest of case:c1',
        received_at: utcAt(0),
        event: expect.not.objectContaining({ source: expect.anything() as unknown }) as unknown,
      },
      state: 'decided',
      acts: [aCaseAct()],
      claims: 1,
      closed: { decision_id: ID, hash: DECISION.hash, verdict: DECISION.verdict },
    });
    const after = room.fake.get('case:c1');
    expect([after?.facets.at, after?.owner, after?.ordinal]).toEqual([before?.facets.at, before?.owner, 0]);
  });

  it('takes less than a kilobyte, and shrinks once only', async () => {
    put(decided());
    const before = size();
    await shrink();
    expect(size()).toBeLessThan(1_000);
    expect(before).toBeGreaterThan(3 * size());
    expect(await shrink()).toBe(0);
  });

  it('is not changed any more: nothing is left to decide by', async () => {
    put(decided());
    await shrink();
    const writing = { commits: room.commits, clock: room.basics.clock };
    const change = ({ acts }: CaseContent) => ({ acts: acts.map((act) => ({ ...act, status: 'unknown' as const })) });
    expect(await room.run(changeCase(writing, 'case:c1', change))).toBeUndefined();
    expect(room.caseOf('case:c1')?.state).toBe('decided');
  });
});

describe('a case stays whole', () => {
  it.each<[note: string, content: Partial<CaseContent>, effect: Partial<Effect> | undefined]>([
    ['while it waits for a person', { state: 'waiting', acts: [aCaseAct({ status: 'waiting' })] }, undefined],
    ['while it is held', { state: 'held' }, undefined],
    ['while it will be looked at again', { due: utcAt(MINUTE) }, undefined],
    ['while its effect is in place', {}, {}],
    ['while it is counted with another reason', {}, { reasons: [{ ...aReason('c9'), covers: ['c1'] }] }],
    ['while it asks for an effect', {}, { reasons: [aReason('c9')], requested: [aReason('c1')] }],
    ['where nothing was decided', { decision: undefined }, undefined],
  ])('%s', async (_note, content, effect) => {
    put(decided(content));
    if (effect) room.putEffect(anEffect(effect));
    expect(await shrink()).toBe(0);
    expect(room.caseOf('case:c1')?.closed).toBeUndefined();
  });

  it.each<[note: string, how: Parameters<typeof put>[1], shrinks: number]>([
    ['within ten minutes of the last write', { ageMs: 10 * MINUTE - 1_000 }, 0],
    ['but not longer', { ageMs: 10 * MINUTE + 1_000 }, 1],
    ['while its record is not in the evidence for good', { recorded: false }, 0],
  ])('%s', async (_note, how, shrinks) => {
    put(decided(), how);
    expect(await shrink()).toBe(shrinks);
  });

  it('while another of its records is not in the evidence', async () => {
    put(decided());
    const doc = room.fake.get('case:c1');
    if (!doc) throw new Error('it was put');
    const outbox = [{ family: 'decisions', id: 'another', at: utcAt(0) }] as const;
    const { id: _id, version, ...body } = { ...doc, outbox };
    room.fake.write({ id: 'case:c1', expect: version, body });
    expect(await shrink()).toBe(0);
  });

  it('where somebody wrote it since it was found', async () => {
    put(decided());
    room.fake.refresh();
    const kept = fakeEvidenceLog(room.evidence).kept;
    const raced: typeof kept = (family, ids) => {
      if (family === 'decisions') put(decided({ acknowledged: true }));
      return kept(family, ids);
    };
    expect(await room.run(shrinkCases({ ...ports(), evidence: { kept: raced } }))).toBe(0);
    expect(room.caseOf('case:c1')).toMatchObject({ acknowledged: true, decision: { decision_id: ID } });
  });

  it('unless its effect is absent, or in place for others only', async () => {
    put(decided());
    room.putEffect(anEffect({ reasons: [aReason('c9')] }), EFFECT);
    expect(await shrink()).toBe(1);
  });
});
