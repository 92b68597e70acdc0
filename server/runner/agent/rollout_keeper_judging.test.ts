import { rolledOut, rolloutScene, type Recorded, type RolloutScene } from '../../../test/builders/rollout_scene';
import { START, utcAt } from '../../../test/builders/undoing';
import type { EvidenceQuery } from '../ports';

/* Which acts of a rollout count, and when there are too many that people overrode. */

const DAY_MS = 86_400_000;
const WHY = 'people overrode 4 of its 4 acts (4 causes): clearly more than 30 %';
const WRONG = { label: 'false_positive' } as const;

let scene: RolloutScene;
const begin = (...given: Parameters<typeof rolloutScene>): void => {
  scene?.end();
  scene = rolloutScene(...given);
};
beforeEach(() => begin());
afterEach(() => scene.end());

/** Reads which rollouts stopped, and judges the others. */
const judge = async (): Promise<void> => {
  scene.activate();
  await scene.room.wait(100);
  await scene.room.run(scene.keeper.judge());
};
const view = async () => (await scene.room.run(scene.keeper.view()))[0];

describe('a rollout', () => {
  const DEFAULT = '{ percent: 100, by: asset }';
  it.each<{ note: string; rollout?: string; acts: number; overridden: number; stops: boolean }>([
    { note: 'goes on while there are too few acts to tell', acts: 3, overridden: 3, stops: false },
    { note: 'goes on where a few wrong ones may be chance', acts: 5, overridden: 2, stops: false },
    { note: 'stops as soon as it is clear', acts: 4, overridden: 4, stops: true },
    { note: 'goes on at its very limit', acts: 100, overridden: 30, stops: false },
    { note: 'goes on a little above its limit', acts: 50, overridden: 17, stops: false },
    { note: 'stops at twice its limit', acts: 30, overridden: 18, stops: true },
    { note: 'goes on at 20 % where it says no limit', rollout: DEFAULT, acts: 100, overridden: 20, stops: false },
    { note: 'stops well above 20 % where it says no limit', rollout: DEFAULT, acts: 40, overridden: 18, stops: true },
    {
      note: 'is judged from 10 acts on where it says no limit',
      rollout: DEFAULT,
      acts: 9,
      overridden: 9,
      stops: false,
    },
  ])('$note', async ({ rollout, acts, overridden, stops }) => {
    begin(rolledOut(rollout));
    // Spread as evenly as can be, so that no run of bad luck decides.
    for (let n = 1; n <= acts; n += 1) {
      const isWrong = Math.floor((n * overridden) / acts) > Math.floor(((n - 1) * overridden) / acts);
      scene.record({ count: 1, atMs: n - acts, ...(isWrong && WRONG) });
    }
    await judge();
    expect([scene.isStopped(), scene.stop() !== undefined]).toEqual([stops, stops]);
    if (stops) expect(scene.stop()?.why).toContain(`people overrode ${overridden} of its ${acts} acts`);
  });

  it('goes on where one wrong rule made many wrong acts at once: that is one cause', async () => {
    scene.record({ count: 20, rule: 'noisy', ...WRONG });
    await judge();
    expect(scene.stop()).toBeUndefined();
  });

  it.each([
    [9, undefined],
    [11, 'people overrode 4 of its 4 acts (4 causes): clearly more than 30 %'],
  ])('counts what one rule does %s min apart as causes of their own', async (minutes, why) => {
    for (let n = 0; n < 4; n += 1) scene.record({ count: 1, rule: 'slow', atMs: -n * minutes * 60_000, ...WRONG });
    await judge();
    expect(scene.stop()?.why).toBe(why);
  });

  it('stops at the first wrong act on a critical asset, however many were right', async () => {
    scene.record({ count: 1_000 });
    scene.record({ count: 1, critical: true });
    await judge();
    expect(scene.stop()).toBeUndefined();
    scene.record({ count: 1, critical: true, ...WRONG });
    await judge();
    expect(scene.stop()?.why).toBe('people overrode 1 of its 1002 acts, 1 of them on a critical asset');
  });

  it('that stopped says so in the log and in the audit, with its policy', async () => {
    scene.record({ count: 4, ...WRONG });
    await judge();
    await scene.room.wait(500);
    const stopped_at = expect.stringMatching(/^2026-11-22T10:00:00/) as string;
    expect(scene.stop()).toEqual({ policy: 'block-rolled', hash: scene.ref().hash, stopped_at, why: WHY });
    expect(scene.room.lines).toEqual(['a rollout has stopped itself']);
    expect(scene.room.fake.get('rollout:block-rolled')?.facets).toMatchObject({ state: 'rollout_stopped' });
    expect([...(scene.room.evidence.records.get('audit')?.values() ?? [])].map(({ body }) => body)).toMatchObject([
      { verb: 'stop_rollout', by: 'reflex', object: { id: 'block-rolled' }, digest: scene.ref().hash, text: WHY },
    ]);
  });
});

describe('what is counted of a rollout', () => {
  const NOT_HERE = { id: 'another', hash: 'another', layer: 'action', mode: 'enforce' } as const;
  it.each<{ note: string; what: Partial<Recorded>; acts: number }>([
    { note: 'is an act that was permitted', what: {}, acts: 1 },
    { note: 'is one case once', what: { count: 3, caseId: 'case:same' }, acts: 1 },
    { note: 'is a case with an act of it among others', what: { acts: [{ policy: NOT_HERE }, {}] }, acts: 1 },
    { note: 'is nothing that another policy did', what: { acts: [{ policy: NOT_HERE }] }, acts: 0 },
    {
      note: 'is nothing that another policy did where this one did not',
      what: { acts: [{ policy: NOT_HERE }, { result: 'escalate' }] },
      acts: 0,
    },
    { note: 'is nothing that was only tried in the shadow', what: { acts: [{ shadow: true }] }, acts: 0 },
    { note: 'is nothing that went to a person', what: { acts: [{ result: 'escalate' }] }, acts: 0 },
    { note: 'is nothing that had no effect', what: { effectless: true }, acts: 0 },
    { note: 'is what is seven days old', what: { atMs: -7 * DAY_MS }, acts: 1 },
    { note: 'is nothing older', what: { atMs: -7 * DAY_MS - 1 }, acts: 0 },
  ])('$note', async ({ what, acts }) => {
    scene.record({ count: 1, ...what });
    jest.spyOn(scene.room.basics.clock, 'utc').mockReturnValue(START);
    expect((await view())?.acts).toBe(acts);
  });

  it.each<{ label: Recorded['label']; overridden: number }>([
    { label: undefined, overridden: 0 },
    { label: 'true_positive', overridden: 0 },
    { label: 'insufficient_data', overridden: 0 },
    { label: 'benign', overridden: 1 },
    { label: 'false_positive', overridden: 1 },
  ])('as overridden: of what people call $label $overridden', async ({ label, overridden }) => {
    scene.record({ count: 1, label });
    expect(await view()).toMatchObject({ acts: 1, overridden });
  });

  it('begins anew when somebody lets it go on', async () => {
    scene.record({ count: 5, atMs: -60_000, ...WRONG });
    scene.record({ count: 2, atMs: -10_000 });
    scene.putStop({ resumed: { by: 'ann', at: utcAt(-30_000), reason: 'mended' } });
    expect(await view()).toMatchObject({ acts: 2, overridden: 0 });
  });

  it('goes no further back than seven days, however long ago somebody let it go on', async () => {
    scene.record({ count: 5, atMs: -8 * DAY_MS });
    scene.record({ count: 2, atMs: -1 });
    scene.putStop({ resumed: { by: 'ann', at: utcAt(-9 * DAY_MS), reason: 'mended' } });
    expect(await view()).toMatchObject({ acts: 2 });
  });

  it('is looked for by the text of the policy alone', async () => {
    const found = jest.spyOn(scene.evidence, 'find');
    await view();
    const [asked] = found.mock.calls.map(([query]) => query).filter(({ family }) => family === 'decisions');
    expect(asked).toMatchObject({ where: { 'policy.hash': scene.ref().hash }, order: 'newest' });
  });

  it('is nothing of a policy that is not enforced', async () => {
    begin(rolledOut(undefined, 'shadow'));
    scene.record({ count: 1 });
    expect(await view()).toBeUndefined();
  });

  it('is told with its limit, and not as capped where all of it was counted', async () => {
    scene.record({ count: 2 });
    expect(await view()).toEqual({
      policy: 'block-rolled',
      percent: 100,
      acts: 2,
      overridden: 0,
      stops_above_percent: 30,
      stops_after: 4,
    });
  });
});

describe('a rollout with more on record than is counted', () => {
  const MOST = 60_000;
  /** Evidence with so many records of one family, each older than the one before. */
  const muchOf = (family: EvidenceQuery['family'], bodyOf: (n: number) => Readonly<Record<string, unknown>>): void => {
    const { find } = scene.evidence;
    let n = 0;
    jest.spyOn(scene.evidence, 'find').mockImplementation((query) => {
      if (query.family !== family) return find(query);
      const entries = Array.from({ length: Math.min(query.limit, MOST - n) }, () => {
        n += 1;
        return { id: `e${n}`, at: utcAt(-n), body: bodyOf(n) };
      });
      return Promise.resolve({ total: MOST, entries });
    });
  };
  const decisionBody = () => scene.room.evidence.find({ family: 'decisions' })[0]?.body as { decision: object };

  it.each<{ note: string; caseOf: (n: number) => string; acts: number }>([
    { note: 'is judged by its 5,000 youngest cases', caseOf: (n) => `case:${n}`, acts: 5_000 },
    { note: 'is judged by its 50,000 youngest decisions', caseOf: (n) => `case:${n % 7}`, acts: 7 },
  ])('$note', async ({ caseOf, acts }) => {
    scene.record({ count: 1 });
    const { decision, ...rest } = decisionBody();
    let read = 0;
    muchOf('decisions', (n) => ({ ...rest, decision: { ...decision, case_id: caseOf((read = n)) } }));
    expect(await view()).toMatchObject({ acts, capped: true });
    expect(read).toBeLessThanOrEqual(51_000);
  });

  it('is told as capped where not every word of people was read', async () => {
    scene.record({ count: 1 });
    muchOf('feedback', (n) => ({ feedback: { case_id: `case:old-${n}`, label: 'benign' } }));
    expect(await view()).toMatchObject({ acts: 1, capped: true });
  });
});
