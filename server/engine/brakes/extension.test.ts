import type { Act } from '../../../common/flow/decision';
import type { Order } from '../../../common/flow/order';
import { endingInTime, forGood, nothingToExtend } from './extension';
import { stop } from './stop';

const NOW = Date.parse('2026-11-22T10:00:00.000Z');
const HOUR = 3_600_000;
const ID = 'effect:1';

const orderUntil = (until: number): Order => ({
  action: 'block_ip',
  target: { type: 'ip', value: '203.0.113.7' },
  reason: 'because',
  ttl_ms: 2 * HOUR,
  extends: { effect_id: ID, connector: 'edge', gen: 3, until: new Date(until).toISOString() },
});
const { extends: _extends, ...PLAIN } = orderUntil(NOW);
const act = { act_id: 'a0', ttl_ms: 2 * HOUR } as Act;

describe('an order that something ends later', () => {
  it('ends when it says, however long it waited', () => {
    const order = orderUntil(NOW + HOUR);
    expect(endingInTime(act, order, NOW)).toMatchObject({ ok: true, value: { ttl_ms: HOUR } });
    expect(endingInTime(act, order, NOW + HOUR - 1)).toMatchObject({ ok: true, value: { ttl_ms: 1 } });
    expect(endingInTime(act, order, NOW + HOUR)).toMatchObject({
      ok: false,
      error: { reason: 'nothing_to_extend', then: 'deny' },
    });
  });

  it('never lasts longer than the policy gave', () => {
    expect(endingInTime(act, orderUntil(NOW + 9 * HOUR), NOW)).toMatchObject({ ok: true, value: { ttl_ms: 2 * HOUR } });
  });

  it('changes no other act', () => {
    for (const order of [undefined, PLAIN]) expect(endingInTime(act, order, NOW)).toEqual({ ok: true, value: act });
  });

  it.each([
    ['as it was seen', ID, { state: 'present', gen: 3 }, undefined],
    ['being undone', ID, { state: 'undoing', gen: 3 }, undefined],
    ['over', ID, { state: 'absent', gen: 3 }, /not contained any more/],
    ['never there', ID, undefined, /not contained any more/],
    ['begun again since', ID, { state: 'present', gen: 4 }, /not contained any more/],
    ['another one', 'effect:2', { state: 'present', gen: 3 }, /not what was to be extended/],
  ])('of what is %s', (_, id, effect, text) => {
    const stopped = nothingToExtend(orderUntil(NOW + HOUR), id, effect);
    if (text === undefined) expect(stopped).toBeUndefined();
    else expect(stopped?.text).toMatch(text);
    expect(nothingToExtend(PLAIN, id, effect)).toBeUndefined();
  });

  it('is told at once what waiting would not change', () => {
    const busy = stop('target_busy', 'hold', 'busy');
    expect([forGood(orderUntil(NOW), busy).then, forGood(PLAIN, busy).then]).toEqual(['deny', 'hold']);
  });
});
