import { err, ok, type Result } from '../../../common/result';
import { StoreUnavailable, type EvidenceEntry } from '../ports';
import { askedAndDone } from './audit';

/** Where audit entries are filed, and whether that can be done. */
const book = () => {
  const filed: EvidenceEntry[] = [];
  const evidence = {
    append: jest.fn(async (entries: readonly EvidenceEntry[]) => {
      filed.push(...entries);
    }),
  };
  let ids = 0;
  const parts = { evidence, chance: { uuid: () => `id-${(ids += 1)}` }, clock: { utc: () => 0 } };
  return { agent: { parts } as never, evidence, outcomes: () => filed.map(({ body }) => body?.outcome) };
};
const entry = { verb: 'take_repository', by: 'ana', object: { type: 'repository', id: 'policies' } };

describe('what is asked for and done', () => {
  it('is on record before it is done, and as done afterwards', async () => {
    const { agent, outcomes } = book();
    const work = async () => ok(outcomes());
    expect(await askedAndDone(agent, entry, work)).toEqual(ok(['asked']));
    expect(outcomes()).toEqual(['asked', 'done']);
  });

  it('is not on record as done where it was refused', async () => {
    const { agent, outcomes } = book();
    const refused = err({ code: 'changed', message: 'somebody else was faster' });
    expect(await askedAndDone(agent, entry, async () => refused)).toBe(refused);
    expect(outcomes()).toEqual(['asked']);
  });

  it('is not done where it cannot be put on record before', async () => {
    const { agent, evidence } = book();
    evidence.append.mockRejectedValue(new StoreUnavailable('away'));
    const work = jest.fn(async (): Promise<Result<number, never>> => ok(1));
    await expect(askedAndDone(agent, entry, work)).rejects.toThrow(StoreUnavailable);
    expect(work).not.toHaveBeenCalled();
  });

  it('is answered as done though that cannot be filed just then', async () => {
    const { agent, evidence, outcomes } = book();
    const work = async () => {
      evidence.append.mockRejectedValue(new StoreUnavailable('away'));
      return ok('done');
    };
    expect(await askedAndDone(agent, entry, work)).toEqual(ok('done'));
    expect(outcomes()).toEqual(['asked']);
  });
});
