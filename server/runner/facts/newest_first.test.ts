import { iso } from '../../../common/iso';
import { FakeEvidence, fakeEvidenceLog } from '../../../test/fakes/fake_evidence';
import { newestFirst } from './newest_first';
import { readWords } from './read_words';

const at = (ms: number): string => iso(Date.parse('2026-11-22T10:00:00.000Z') + ms);
const logOf = (moments: readonly number[]) => {
  const evidence = new FakeEvidence();
  evidence.append(
    moments.map((ms, index) => ({
      family: 'audit' as const,
      id: `r${index}`,
      at: at(ms),
      body: { verb: 'deny', outcome: 'done', case_id: `case-${index}` },
    })),
  );
  return fakeEvidenceLog(evidence);
};
const idsOf = async (moments: readonly number[], page: number, most = Infinity): Promise<readonly string[]> => {
  const ids: string[] = [];
  for await (const { id } of newestFirst(logOf(moments), { family: 'audit' }, page)) {
    ids.push(id);
    if (ids.length >= most) break;
  }
  return ids;
};

describe('records from the newest backwards', () => {
  it.each([
    ['of as many moments', [0, 1, 2, 3, 4, 5, 6], 3],
    ['of one moment', [5, 5, 5, 5, 5, 5, 5], 3],
    ['of moments that end a page', [0, 1, 1, 1, 2, 2, 3], 2],
    ['fewer than a page', [0, 1], 10],
    ['none', [], 10],
  ])('%s come once each', async (_what, moments, page) => {
    const ids = await idsOf(moments, page);
    expect([...ids].sort()).toEqual(moments.map((_, index) => `r${index}`));
    expect(ids.map((id) => moments[Number(id.slice(1))])).toEqual([...moments].sort((a, b) => b - a));
  });

  it('are the youngest where only so many are read', async () => {
    expect(await idsOf([0, 1, 2, 3, 4, 5], 2, 3)).toEqual(['r5', 'r4', 'r3']);
  });
});

describe('what people said', () => {
  it('is read from the newest, a later word counts, and it says when there is more than it reads', async () => {
    const evidence = new FakeEvidence();
    const say = (ms: number, verb: string, caseId: string): void =>
      evidence.append([{ family: 'audit', id: `${ms}`, at: at(ms), body: { verb, outcome: 'done', case_id: caseId } }]);
    say(0, 'approve', 'old');
    say(1, 'deny', 'twice');
    say(2, 'approve', 'twice');
    say(3, 'deny', 'young');
    const log = fakeEvidenceLog(evidence);
    const all = await readWords(log, at(0));
    expect([[...all.words].sort(), all.capped]).toEqual([
      [
        ['old', 'right'],
        ['twice', 'right'],
        ['young', 'wrong'],
      ],
      false,
    ]);
    const some = await readWords(log, at(0), 2);
    expect([[...some.words].sort(), some.capped]).toEqual([
      [
        ['twice', 'right'],
        ['young', 'wrong'],
      ],
      true,
    ]);
  });
});
