import { bareIdentities } from '../../engine/entity/identity';
import { NOTHING_OWN } from '../../engine/brakes/own_machine';
import { undoRoom, type Room } from '../../../test/builders/undo_room';
import type { Capabilities } from '../ports';
import { SelfTests } from './self_tests';

const NAMED = {
  test_target: { value: 'reflex-test' },
  disruption: { usual: 1 },
  offline: { order: 'refused' },
  needs: [],
} as const;

const sceneOf = (can: Partial<Capabilities> = {}) => {
  const room: Room = undoRoom(can);
  room.target.is = 'absent';
  room.target.takes = async () => {
    room.target.is = 'present';
    return { kind: 'succeeded' };
  };
  const audited: Array<Record<string, unknown>> = [];
  const changed: string[] = [];
  const agent = {
    parts: {
      ...room.basics,
      connectors: room.connectors,
      journal: room.journal,
      inventory: bareIdentities,
      own: NOTHING_OWN,
      bundles: { brakeRules: () => ({ protections: [] }) },
      evidence: {
        append: async (entries: ReadonlyArray<{ readonly body: Record<string, unknown> }>) =>
          void audited.push(...entries.map(({ body }) => body)),
      },
      changed: (topic: string, id: string) => changed.push(`${topic} ${id}`),
    },
    shift: { parts: { session: room.session.port } } as unknown,
  };
  const book = new SelfTests();
  type Agent = Parameters<SelfTests['begin']>[0];
  const begin = (wish: { readonly name?: string; readonly action?: string } = {}) =>
    room.run(book.begin(agent as unknown as Agent, { name: 'edge', by: 'ann', ...wish }));
  /** Begins one and waits for its end. */
  const tested = async (wish: { readonly action?: string } = {}) => {
    const begun = await begin(wish);
    if (!begun.ok) throw new Error(begun.error.message);
    await room.wait(120_000);
    return book.of('edge');
  };
  const steps = async () => (await tested())?.steps.map(({ step, ok }) => `${step} ${ok ? 'ok' : 'FAIL'}`);
  const outcomes = () => audited.map(({ outcome }) => outcome);
  return { room, agent, book, begin, tested, steps, audited, outcomes, changed };
};

describe('a self-test', () => {
  it('acts, sees it, takes it back, sees it gone, and leaves nothing behind', async () => {
    const { room, tested, audited, changed } = sceneOf();
    expect(await tested()).toMatchObject({
      action: 'block_ip',
      target: expect.stringMatching(/^192\.0\.2\.\d+$/),
      by: 'ann',
      state: 'passed',
      steps: ['brakes', 'before', 'act', 'seen', 'undo', 'gone'].map((step) => ({ step, ok: true })),
    });
    expect([room.target.count('execute'), room.target.count('undo')]).toEqual([1, 1]);
    expect(room.target.calls.indexOf('verify')).toBeLessThan(room.target.calls.indexOf('execute block_ip'));
    expect(room.journal.open()).toEqual([]);
    expect(audited).toMatchObject([
      { verb: 'test_connector', by: 'ann', object: { type: 'connector', id: 'edge' }, outcome: 'asked' },
      { outcome: 'passed' },
    ]);
    expect(new Set(changed)).toEqual(new Set(['connector edge']));
  });

  it('is in the undo journal before anything is sent, so that it ends whoever dies', async () => {
    const { room, steps } = sceneOf();
    let open: unknown;
    room.target.takes = async () => {
      open = room.journal.open();
      room.target.is = 'present';
      return { kind: 'succeeded' };
    };
    await steps();
    expect(open).toMatchObject([{ connector: 'edge', action: 'block_ip', deadline: expect.any(String) }]);
  });

  it('sends nothing where a kill switch covers it, and nothing once one is thrown after it began', async () => {
    const stopped = sceneOf();
    stopped.room.session.stands = 'stopped';
    expect(await stopped.steps()).toEqual(['brakes FAIL']);
    expect(stopped.room.target.calls).toEqual([]);
    expect(stopped.outcomes()).toEqual(['asked', 'failed']);

    const late = sceneOf();
    const { put } = late.room.journal;
    late.agent.parts.journal = {
      ...late.room.journal,
      put: async (entries) => {
        await put(entries);
        late.room.session.stands = 'stopped';
      },
    };
    expect(await late.steps()).toEqual(['brakes ok', 'before ok', 'act FAIL']);
    expect(late.room.target.count('execute')).toBe(0);
    expect(late.room.journal.open()).toEqual([]);
  });

  it('sends nothing without a permit, without a session, or where something is there already', async () => {
    const lapsed = sceneOf();
    lapsed.room.session.stands = 'permit_lapsed';
    expect(await lapsed.steps()).toEqual(['brakes FAIL']);
    const there = sceneOf();
    there.room.target.is = 'present';
    expect(await there.steps()).toEqual(['brakes ok', 'before FAIL']);
    const unclear = sceneOf();
    unclear.room.target.is = 'unknown';
    expect(await unclear.steps()).toEqual(['brakes ok', 'before FAIL']);
    for (const { room } of [lapsed, there, unclear]) expect(room.target.count('execute')).toBe(0);
    const apart = sceneOf();
    apart.agent.shift = undefined;
    expect(await apart.begin()).toMatchObject({ ok: false, error: { code: 'unavailable' } });
  });

  it('fails where the target says that it did it and does not show it, and takes it back all the same', async () => {
    const { room, tested } = sceneOf();
    room.target.takes = async () => ({ kind: 'succeeded' });
    const test = await tested();
    expect(test).toMatchObject({ state: 'failed' });
    expect(test?.steps.map(({ step, ok }) => `${step} ${ok}`)).toEqual([
      'brakes true',
      'before true',
      'act true',
      'seen false',
      'undo true',
      'gone true',
    ]);
    expect(room.target.count('undo')).toBe(1);
    // It may still come: the journal takes it back at its deadline.
    expect(room.journal.open()).toHaveLength(1);
  });

  it('fails where the effect does not go, and leaves it to the journal', async () => {
    const { room, tested } = sceneOf();
    room.target.stubborn = true;
    expect(await tested()).toMatchObject({
      state: 'failed',
      steps: expect.arrayContaining([expect.objectContaining({ step: 'gone', ok: false })]),
    });
    expect(room.journal.open()).toHaveLength(1);
  });

  it('fails where the order fails, with the words of the target', async () => {
    const { room, tested, audited } = sceneOf();
    room.target.takes = async () => ({
      kind: 'failed',
      error: { code: 'http_status', message: 'who are you', retryable: false },
    });
    expect((await tested())?.steps.find(({ step }) => step === 'act')).toEqual({
      step: 'act',
      ok: false,
      text: 'who are you',
    });
    expect(audited.at(-1)).toMatchObject({ outcome: 'failed', text: 'act: who are you' });
  });

  it('takes what the configuration names, and refuses where there is nothing harmless', async () => {
    const named = sceneOf({ actions: ['disable_user'], promises: { disable_user: NAMED } });
    expect(await named.tested()).toMatchObject({ action: 'disable_user', target: 'reflex-test', state: 'passed' });
    const bare = sceneOf({ actions: ['disable_user'] });
    expect(await bare.begin()).toMatchObject({ ok: false, error: { code: 'invalid' } });
    expect(bare.outcomes()).toEqual([]);
  });

  it.each<[string, Partial<Capabilities>, { readonly name?: string; readonly action?: string }, string]>([
    ['a connector that there is not', {}, { name: 'nowhere' }, 'not_found'],
    ['an action that it does not do', {}, { action: 'isolate_host' }, 'invalid'],
    ['one whose effects carry no mark', { tagged: false }, {}, 'invalid'],
  ])('is refused of %s', async (_what, can, wish, code) => {
    expect(await sceneOf(can).begin(wish)).toMatchObject({ ok: false, error: { code } });
  });

  it('is one at a time at a connector', async () => {
    const { room, begin, book } = sceneOf();
    room.target.takes = () => new Promise(() => undefined);
    expect(await begin()).toMatchObject({ ok: true });
    expect(await begin()).toMatchObject({ ok: false, error: { code: 'changed' } });
    await room.wait(120_000);
    expect(book.of('edge')?.state).toBe('failed');
    expect(await begin()).toMatchObject({ ok: true });
  });
});
