import { aGate } from '../../../../test/builders/undo_room';
import { withoutStops, withStop, type Gate, type StopOrder } from './gate';

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
