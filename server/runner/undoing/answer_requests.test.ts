import type { EffectState } from '../../engine/execution/effect';
import type { EffectReason } from '../../engine/execution/reasons';
import { aReason, anEffect, EFFECT, ME, TTL_MS, utcAt } from '../../../test/builders/undoing';
import { answerRequests, type Answer } from './answer_requests';

const MOMENT = { at: utcAt(5_000), session: ME, effectId: EFFECT };
const ANSWERING = {
  moment: MOMENT,
  stampOf: () => ({ generation: 'g1', boot: { id: 'run', now: 7_000 } }),
  answerTo: (): Answer => 'confirm',
  isUndoneOffline: false,
};
const asked = [aReason('c2', { ttl_ms: 2 * TTL_MS }), aReason('c3', { ttl_ms: null })];

describe('agents that ask for an effect to be kept for their reasons too', () => {
  it.each<[state: EffectState]>([['absent'], ['applying'], ['unknown'], ['undoing']])(
    'get no answer while it is %s',
    (state) => expect(answerRequests(anEffect({ state, requested: asked }), ANSWERING)).toBeUndefined(),
  );

  it.each<[note: string, change: Parameters<typeof anEffect>[0]]>([
    ['in place', {}],
    ['that runs to its deadline', { taken_over: true }],
  ])('are answered only if there are any, of an effect %s', (_note, change) =>
    expect(answerRequests(anEffect(change), ANSWERING)).toBeUndefined(),
  );

  it('are answered also where only one asks', () => {
    const answered = answerRequests(anEffect({ requested: [aReason('c2')] }), ANSWERING);
    expect(answered?.journal?.map(({ command_id }) => command_id)).toEqual(['c2']);
  });

  it('are confirmed, all of them, with one record for each', () => {
    const answered = answerRequests(anEffect({ requested: asked }), ANSWERING);
    expect(answered?.effect.requested).toEqual([]);
    expect(answered?.effect.reasons.map(({ command, next_n }) => [command.command_id, next_n])).toEqual([
      ['c1', 1],
      ['c2', 2],
      ['c3', 2],
    ]);
    expect(answered?.effect.outbox).toMatchObject([
      { state: 'reason_added', command: { command_id: 'c2' }, at: MOMENT.at, session: ME, effect_id: EFFECT },
      { state: 'reason_added', command: { command_id: 'c3' }, at: MOMENT.at },
    ]);
  });

  it('are confirmed together with an entry in the journal for each', () => {
    const entry = {
      effect_id: EFFECT,
      connector: 'edge',
      action: 'block_ip',
      target: { type: 'ip', value: '203.0.113.7' },
      at: MOMENT.at,
      fence: 3,
      generation: 'g1',
    };
    expect(answerRequests(anEffect({ requested: asked }), ANSWERING)?.journal).toEqual([
      { ...entry, command_id: 'c2', deadline: utcAt(2 * TTL_MS), boot: { id: 'run', due: 7_000 + 2 * TTL_MS } },
      { ...entry, command_id: 'c3', deadline: null },
    ]);
  });

  it('of one policy are folded, with one entry in the journal that ends with the last', () => {
    const requested = [aReason('c2'), aReason('c3')];
    const answered = answerRequests(anEffect({ requested }), ANSWERING);
    expect(answered?.effect.reasons).toMatchObject([
      { command: { command_id: 'c1' } },
      { command: { command_id: 'c3' }, times: 2, joined_at: MOMENT.at },
    ]);
    expect(answered?.journal?.map(({ command_id }) => command_id)).toEqual(['c3']);
  });

  it('are refused where another session executed it: it runs to its deadline', () => {
    const effect = anEffect({ taken_over: true, requested: asked });
    expect(answerRequests(effect, ANSWERING)).toEqual({ effect: { ...effect, requested: [] } });
  });

  it('are refused where this agent began to undo it alone', () => {
    const effect = anEffect({ requested: asked });
    expect(answerRequests(effect, { ...ANSWERING, isUndoneOffline: true })).toEqual({
      effect: { ...effect, requested: [] },
    });
  });

  const some =
    (answer: Answer) =>
    ({ command }: EffectReason): Answer =>
      command.command_id === 'c2' ? answer : 'confirm';

  it.each<[answer: Answer, left: string[]]>([
    ['refuse', []],
    ['wait', ['c2']],
  ])('count one by one: where the answer to one is to %s, the others are confirmed', (answer, left) => {
    const answered = answerRequests(anEffect({ requested: asked }), { ...ANSWERING, answerTo: some(answer) });
    expect(answered?.effect.requested.map(({ command }) => command.command_id)).toEqual(left);
    expect(answered?.effect.reasons.map(({ command }) => command.command_id)).toEqual(['c1', 'c3']);
    expect(answered?.journal?.map(({ command_id }) => command_id)).toEqual(['c3']);
  });

  it('get no answer while the target has to be told of all of them first', () =>
    expect(answerRequests(anEffect({ requested: asked }), { ...ANSWERING, answerTo: () => 'wait' })).toBeUndefined());
});
