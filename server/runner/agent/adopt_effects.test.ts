import { err } from '../../../common/result';
import type { Effect } from '../../engine/execution/effect';
import { adoptScene, LOST, type AdoptScene } from '../../../test/builders/adopt_scene';
import { aCommand, aReason, anEffect, anEntry, EFFECT, START, TTL_MS, utcAt } from '../../../test/builders/undoing';
import { fakeEvidenceLog } from '../../../test/fakes/fake_evidence';
import { effectId, plannedEffect } from '../keeping/kinds/effect';
import { loneBody } from '../keeping/state_docs';
import { DiskFailed, type ListedEffect } from '../ports';
import { GENERATION } from './adopt';
import { reconcileJournal } from './reconcile_journal';

/* Which effects a person finds again after a state was adopted. */

const SECONDS = Math.floor(START / 1_000);
const SHOWN: ListedEffect = { action: 'block_ip', target: { type: 'ip', value: '203.0.113.9' }, command_id: 'c5' };
const SHOWN_ID = effectId('edge', SHOWN.action, SHOWN.target);

let scene: AdoptScene;
beforeEach(() => {
  scene = adoptScene();
});

describe('what is in effect when a state is adopted', () => {
  it('is found on record, at the targets, in the state and in the journal', async () => {
    scene.record('succeeded', 0);
    await scene.room.journal.put([anEntry({ command_id: 'c3', effect_id: 'effect:3' })]);
    scene.room.putEffect(anEffect(), 'effect:4');
    const adopted = await scene.adopt({ connectors: scene.shows(SHOWN) });
    expect(adopted.effects).toBe(4);
    for (const id of [EFFECT, SHOWN_ID, 'effect:3', 'effect:4'])
      expect(scene.room.effect(id)).toMatchObject({ state: 'unknown', session: scene.adopter(), taken_over: true });
  });

  it.each<[note: string, setUp: () => void]>([
    ['is absent in the state', () => scene.room.putEffect(anEffect({ state: 'absent', reasons: [] }))],
    ['was undone', () => [scene.record('succeeded', 0), scene.record('undone', 1)]],
    [
      'is no command on record',
      () =>
        scene.room.evidence.append([{ family: 'actions', id: 'health', at: utcAt(0), body: { connector: 'edge' } }]),
    ],
  ])('is not what %s', async (_note, setUp) => {
    setUp();
    expect((await scene.adopt()).effects).toBe(0);
  });

  it('is found in the state though search does not see it yet', async () => {
    const { facets, content } = plannedEffect('effect:4', anEffect(), utcAt(0));
    scene.room.fake.write({
      id: 'effect:4',
      expect: 'absent',
      body: loneBody('effect', content, { write_id: 'w', facets }),
    });
    expect((await scene.adopt()).effects).toBe(1);
  });

  it('is not asked for at a target that cannot say it, and that is told', async () => {
    const error = { code: 'away', message: 'it is away', retryable: true };
    const silent = { ...scene.room.target.connector, name: 'silent', list: async () => err(error) };
    const adopted = await scene.adopt({ connectors: new Map([['silent', silent], ...scene.shows(SHOWN)]) });
    expect(adopted).toMatchObject({ effects: 1, unasked: ['silent'] });
    expect(scene.room.lines[0]).toBe('a target could not say what is in effect there');
  });

  it('belongs to the dead session of the adoption, and is verified before it counts', async () => {
    scene.record('succeeded', 0);
    await scene.adopt();
    expect(scene.room.effect()).toEqual({
      state: 'unknown',
      gen: 1,
      fence: SECONDS,
      session: scene.adopter(),
      connector: 'edge',
      action: 'block_ip',
      target: { type: 'ip', value: '203.0.113.7' },
      reasons: [{ command: aCommand(), deadline: utcAt(TTL_MS), next_n: 1 }],
      requested: [],
      taken_over: true,
      verified: false,
      outbox: [],
    });
    expect(scene.room.fake.get(EFFECT)).toMatchObject({
      owner: scene.adopter(),
      session: scene.adopter(),
      facets: { state: 'unknown', action: 'block_ip', due: utcAt(TTL_MS) },
    });
  });

  it.each<[note: string, found: Partial<Effect>, expected: Partial<Effect>]>([
    [
      'goes on being undone',
      { state: 'undoing', undo: { by: 'ann', why: 'lifted', text: 'a mistake' } },
      { state: 'undoing', undo: { by: 'ann', why: 'lifted', text: 'a mistake' } },
    ],
    ['is unknown where it was in place', { state: 'present' }, { state: 'unknown' }],
    ['is unknown where it was applied', { state: 'applying' }, { state: 'unknown' }],
    [
      'has a higher fence than any that counted claims',
      { fence: 2 * SECONDS, gen: 6 },
      { fence: 2 * SECONDS + 1, gen: 7 },
    ],
    ['loses what others asked for, who ask again', { requested: [aReason('c2')] }, { requested: [] }],
    ['is not taken for verified', { verified: true }, { verified: false }],
  ])('%s', async (_note, found, expected) => {
    scene.room.putEffect(anEffect(found));
    await scene.adopt();
    expect(scene.room.effect()).toMatchObject(expected);
  });

  it('has the reasons of the state, and those that only the record knows', async () => {
    scene.record('succeeded', 4);
    scene.room.putEffect(anEffect({ reasons: [aReason('c2')] }));
    await scene.adopt();
    expect(scene.room.effect()?.reasons).toEqual([aReason('c2'), { ...aReason('c1'), next_n: 5 }]);
  });

  it('has a reason as the state knows it, where both know it', async () => {
    scene.record('succeeded', 4);
    scene.room.putEffect(anEffect({ reasons: [{ ...aReason('c1'), deadline: utcAt(5) }] }));
    await scene.adopt();
    expect(scene.room.effect()?.reasons).toEqual([{ ...aReason('c1'), deadline: utcAt(5) }]);
  });

  it('ends when the journal says, where the first to adopt knew only the mark at the target', async () => {
    const { command } = aReason('c1');
    const policy = { ...command.policy, id: 'unknown' };
    const mark = { ...aReason('c1'), deadline: null, command: { ...command, ttl_ms: null, policy } };
    scene.room.putEffect(anEffect({ reasons: [mark] }));
    scene.record('succeeded', 4);
    await scene.adopt();
    expect(scene.room.effect()?.reasons).toEqual([{ ...aReason('c1'), next_n: 5 }]);
  });

  it('is written over what is there by then, where somebody else was faster', async () => {
    scene.room.putEffect(anEffect());
    const store = scene.storeWhere(EFFECT, 1, () => void scene.room.putEffect(anEffect({ gen: 20 })));
    expect((await scene.adopt({ stores: { store } })).effects).toBe(1);
    expect(scene.room.effect()).toMatchObject({ state: 'unknown', gen: 21 });
  });
});

describe('the undo journal of who adopts', () => {
  const reconcile = (): Promise<void> => {
    const { room, memory } = scene;
    const ports = { ...room, store: room.port.store, evidence: fakeEvidenceLog(room.evidence) };
    return room.run(reconcileJournal(ports, memory.get(GENERATION)));
  };

  it.each<[note: string, generation: string | undefined]>([
    ['the state before', LOST],
    ['no state, as earlier versions put it', undefined],
  ])('loses an entry of %s once another agent ended its effect, before this one joins', async (_note, generation) => {
    const { generation: _none, ...bare } = anEntry();
    await scene.room.journal.put([{ ...bare, ...(generation === undefined ? {} : { generation }) }]);
    await scene.adopt();
    expect(scene.room.journal.open()).toHaveLength(1);
    scene.room.putEffect(anEffect({ session: 'session-other', state: 'absent', reasons: [] }));
    await reconcile();
    expect(scene.room.journal.open()).toEqual([]);
  });

  it('is put before the adoption is remembered: a disk that takes nothing keeps it from being done', async () => {
    await scene.room.journal.put([anEntry({ generation: LOST })]);
    jest.spyOn(scene.room.journal, 'put').mockRejectedValueOnce(new DiskFailed('no room'));
    await expect(scene.adopt()).rejects.toThrow('no room');
    expect(scene.memory.get(GENERATION)).toBe(LOST);
    await scene.adopt();
    expect(scene.memory.get(GENERATION)).toBe(scene.gate()?.generation);
    expect(scene.room.journal.open()).toMatchObject([{ generation: scene.gate()?.generation }]);
  });

  it('keeps what was undone alone as it is: that is over whichever state is there', async () => {
    const gone = anEntry({ generation: LOST, undone_offline: true, gone: true });
    await scene.room.journal.put([gone]);
    await scene.adopt();
    expect(scene.room.journal.open()).toEqual([gone]);
  });
});
