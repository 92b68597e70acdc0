import { aGate } from '../../../../test/builders/undo_room';
import { datedEnds, overBy, withoutStops, withoutSuspensions, withStop, withSuspension } from './gate';
import type { Gate, StopOrder } from './gate';

const order = (scope: string, who: string, at = 'Monday'): StopOrder => ({ scope, who, at, why: 'too much', epoch: 0 });
const ANN = order('all', 'ann');
const BOB = order('all', 'bob');
const EDGE = order('connector:edge', 'ann');
const inForce = ({ stops }: Gate): readonly string[] => stops.map(({ scope, who, at }) => `${scope} ${who} ${at}`);

describe('the gate with orders to stop', () => {
  it('takes an order once, under an epoch of its own', () => {
    const once = withStop(aGate(), ANN);
    expect(once.stops).toEqual([{ ...ANN, epoch: aGate().epoch + 1 }]);
    expect(withStop(once, ANN)).toBe(once);
  });

  it('keeps orders of several scopes side by side', () => {
    expect(inForce(withStop(withStop(aGate(), ANN), EDGE))).toEqual(['all ann Monday', 'connector:edge ann Monday']);
  });

  it('lets one scope go on and no other', () => {
    const gate = withStop(withStop(aGate(), ANN), EDGE);
    const released = withoutStops(gate, [ANN]);
    expect([inForce(released), released.epoch]).toEqual([['connector:edge ann Monday'], gate.epoch + 1]);
    expect(withoutStops(released, [ANN])).toBe(released);
  });

  it.each<[note: string, gate: Gate, again: StopOrder, stops: boolean]>([
    ['released', withoutStops(withStop(aGate(), ANN), [ANN]), ANN, false],
    ['released before it came', withoutStops(aGate(), [ANN]), ANN, false],
    [
      'replaced, and what replaced it was released',
      withoutStops([ANN, BOB].reduce(withStop, aGate()), [BOB]),
      ANN,
      false,
    ],
    ['given anew after a release', withoutStops(withStop(aGate(), ANN), [ANN]), order('all', 'ann', 'Tuesday'), true],
    ['of somebody else than the released one', withoutStops(withStop(aGate(), ANN), [ANN]), BOB, true],
    ['of another scope than the released one', withoutStops(withStop(aGate(), ANN), [ANN]), EDGE, true],
  ])('stops again by an order that was %s: %s', (_note, gate, again, stops) => {
    expect(withStop(gate, again).stops.length > 0).toBe(stops);
  });

  it('ends no order that came after the one that was let go', () => {
    const both = [ANN, BOB].reduce(withStop, aGate());
    expect(inForce(withoutStops(both, [ANN]))).toEqual(['all bob Monday']);
    expect(inForce(withStop(withoutStops(aGate(), [ANN]), BOB))).toEqual(['all bob Monday']);
  });

  it('does not let an order that was replaced take the place of the one in force', () => {
    const both = [ANN, BOB].reduce(withStop, aGate());
    expect(inForce(withStop(both, ANN))).toEqual(['all bob Monday']);
  });

  it('remembers the last fifty that are over', () => {
    const days = Array.from({ length: 60 }, (_each, day) => order('all', 'ann', `day ${day}`));
    const { past_stops = [] } = days.reduce((gate, each) => withoutStops(withStop(gate, each), [each]), aGate());
    expect([past_stops.length, past_stops[0]?.at, past_stops[49]?.at]).toEqual([50, 'day 10', 'day 59']);
  });
});

describe('the gate with a pause', () => {
  const NOON = Date.parse('2026-11-30T12:00:00.000Z');
  const MINUTE = 60_000;
  const pause = (at: string, minutes: number): StopOrder => ({
    ...order('policy:block-ioc', 'ann', at),
    lasts_ms: minutes * MINUTE,
  });
  const timeOf = (gate: Gate): string | undefined => gate.stops[0]?.until?.slice(11, 16);

  it('has no end before somebody who knows the time has reckoned it', () => {
    const gate = withStop(aGate(), pause('Monday', 30));
    expect(overBy(gate, NOON + 1_000 * MINUTE).pauses).toEqual([]);
    const dated = datedEnds(gate, NOON);
    expect(timeOf(dated)).toBe('12:30');
    expect(datedEnds(dated, NOON + MINUTE)).toBe(dated);
  });

  it('is over at its end, and not before', () => {
    const gate = datedEnds(withStop(aGate(), pause('Monday', 30)), NOON);
    expect(overBy(gate, NOON + 30 * MINUTE - 1).pauses).toEqual([]);
    expect(overBy(gate, NOON + 30 * MINUTE).pauses).toEqual(gate.stops);
  });

  it.each([
    ['a longer one', 30, 20, '12:50'],
    ['a shorter one, which does not end it earlier', 30, 5, '12:30'],
  ])('is renewed by %s', (_note, first, second, until) => {
    const gate = datedEnds(withStop(aGate(), pause('Monday', first)), NOON);
    const renewed = withStop(gate, pause('Tuesday', second));
    expect(timeOf(datedEnds(renewed, NOON + (first === 30 && second === 20 ? 30 : 0) * MINUTE))).toBe(until);
    expect(inForce(renewed)).toEqual(['policy:block-ioc ann Tuesday']);
  });

  it('that has no end yet is not cut short by another one', () => {
    const gate = [pause('Monday', 30), pause('Tuesday', 5)].reduce(withStop, aGate());
    expect(timeOf(datedEnds(gate, NOON))).toBe('12:30');
  });

  it('takes the place of no order without an end, and is not given again', () => {
    const stopped = withStop(aGate(), order('policy:block-ioc', 'bob'));
    const gate = withStop(stopped, pause('Monday', 30));
    expect(inForce(gate)).toEqual(['policy:block-ioc bob Monday']);
    expect(datedEnds(gate, NOON)).toBe(gate);
    expect(withStop(withoutStops(gate, [order('policy:block-ioc', 'bob')]), pause('Monday', 30)).stops).toEqual([]);
  });

  it('makes way for an order without an end', () => {
    const gate = withStop(datedEnds(withStop(aGate(), pause('Monday', 30)), NOON), order('policy:block-ioc', 'bob'));
    expect(gate.stops).toEqual([expect.not.objectContaining({ until: expect.anything() as unknown })]);
  });
});

describe('the gate with undoing suspended', () => {
  const suspension = (scope: string, at: string) => ({ scope, who: 'ann', why: 'audit', at, lasts_ms: 3_600_000 });
  const EDGE_ONLY = suspension('connector:edge', 'Monday');

  it('has one suspension of each scope, and ends those that somebody saw', () => {
    const gate = [suspension('all', 'Monday'), EDGE_ONLY, suspension('all', 'Tuesday')].reduce(withSuspension, aGate());
    expect(gate.undo_suspensions?.map(({ scope, at }) => `${scope} ${at}`)).toEqual([
      'connector:edge Monday',
      'all Tuesday',
    ]);
    expect(withoutSuspensions(gate, [suspension('all', 'Monday')])).toBe(gate);
    expect(withoutSuspensions(gate, [suspension('all', 'Tuesday')]).undo_suspensions).toEqual([EDGE_ONLY]);
    expect(withoutSuspensions(withSuspension(aGate(), EDGE_ONLY), [EDGE_ONLY])).toEqual(aGate());
  });

  it('gives each an end once', () => {
    const gate = datedEnds(withSuspension(aGate(), EDGE_ONLY), 0);
    expect(gate.undo_suspensions?.[0]?.until).toBe('1970-01-01T01:00:00.000Z');
    expect([overBy(gate, 3_599_999).suspensions, overBy(gate, 3_600_000).suspensions.length]).toEqual([[], 1]);
  });
});
