import type { Gate, StopOrder, Tripped } from './gate';
import {
  breakerOrders,
  LONGEST_WAIT_MS,
  withNextRound,
  withoutProbe,
  withoutStopsAt,
  withProbe,
  withTrip,
  type BreakerOrder,
} from './gate_breakers';

const AT = '2026-11-30T08:00:00.000Z';
const breaker: Tripped = { wrong: 5, of: 5, since: AT, round: 1, wait_ms: 30_000, probe_at: AT };
const order = (change: Partial<BreakerOrder> = {}): BreakerOrder => ({
  ...{ scope: 'connector:edge', who: 'reflex breaker', why: '5 of 5 failed', at: AT, epoch: 0, breaker },
  ...change,
});
const person = (change: Partial<StopOrder> = {}): StopOrder => ({
  ...{ scope: 'connector:edge', who: 'ann', why: 'odd', at: '2026-11-30T07:00:00.000Z', epoch: 3 },
  ...change,
});
const gate = (stops: readonly StopOrder[] = []): Gate => ({
  ...{ generation: 'g', epoch: 7, stops, sessions: {}, bundle_floor: 1 },
});
const mine = { session: 'me', at: AT };
const nobodyIsDead = (): boolean => false;
const tripped = (probe?: Tripped['probe']): { readonly held: Gate; readonly now: BreakerOrder } => {
  const now = order({ epoch: 8, breaker: { ...breaker, ...(probe && { probe }) } });
  return { held: gate([now]), now };
};

describe('a breaker that trips', () => {
  it('is an order of the gate', () => {
    expect(withTrip(gate(), order())).toMatchObject({ epoch: 8, stops: [{ ...order(), epoch: 8 }] });
  });

  it('leaves a stop of the same scope as it is, whoever gave it', () => {
    for (const stop of [person(), order({ at: '2026-11-30T07:59:00.000Z' })]) {
      const before = gate([stop]);
      expect(withTrip(before, order())).toBe(before);
    }
  });

  it('takes the place of a pause, which would end by itself, and stands beside other scopes', () => {
    const others = [person({ lasts_ms: 60_000 }), person({ scope: 'all' })];
    expect(withTrip(gate(others), order()).stops.map(({ scope, who }) => `${scope} ${who}`)).toEqual([
      'all ann',
      'connector:edge reflex breaker',
    ]);
  });
});

describe('the session that may try it', () => {
  it('is one, and another one only once that is dead', () => {
    const { held, now } = tripped();
    const first = withProbe(held, now, mine, nobodyIsDead);
    expect(breakerOrders(first)[0]?.breaker.probe).toEqual(mine);
    const other = { session: 'other', at: AT };
    expect(withProbe(first, now, other, nobodyIsDead)).toBe(first);
    const taken = withProbe(first, now, other, (session) => session === 'me');
    expect(breakerOrders(taken)[0]?.breaker.probe).toEqual(other);
  });

  it('is none where the order is over, or another round is on', () => {
    const { held, now } = tripped();
    const later = { ...now, breaker: { ...breaker, round: 2 } };
    expect(withProbe(held, later, mine, nobodyIsDead)).toBe(held);
    expect(withProbe(gate(), now, mine, nobodyIsDead).stops).toEqual([]);
  });

  it('leaves that to others, and takes it from nobody else', () => {
    const { held, now } = tripped(mine);
    expect(breakerOrders(withoutProbe(held, now))[0]?.breaker.probe).toBeUndefined();
    const theirs = tripped({ session: 'other', at: AT }).held;
    expect(breakerOrders(withoutProbe(theirs, now))[0]?.breaker.probe?.session).toBe('other');
  });
});

describe('a trial that failed', () => {
  const next = (wait_ms: number): Tripped | undefined => {
    const now = order({ breaker: { ...breaker, wait_ms, probe: mine } });
    return breakerOrders(withNextRound(gate([now]), now, (waitMs) => `in ${waitMs}`))[0]?.breaker;
  };

  it('makes everybody wait twice as long, and says until when', () => {
    const { probe: _over, ...rest } = { ...breaker, probe: mine };
    expect(next(30_000)).toEqual({ ...rest, round: 2, wait_ms: 60_000, probe_at: 'in 60000' });
  });

  it('never longer than half an hour', () => {
    expect(next(LONGEST_WAIT_MS - 1)?.wait_ms).toBe(LONGEST_WAIT_MS);
  });

  it('counts once, though two agents say so', () => {
    const { held, now } = tripped();
    const first = withNextRound(held, now, String);
    expect(withNextRound(first, now, String)).toBe(first);
  });
});

describe('a breaker that is over', () => {
  it('is gone, with the moment from which it counts anew', () => {
    const { held, now } = tripped();
    const over = withoutStopsAt(held, [now], AT);
    expect([over.stops, over.breaker_resets]).toEqual([[], { 'connector:edge': AT }]);
  });

  it('notes no moment for what people ordered, and keeps those of others for as long as anything looks back', () => {
    const before: Gate = {
      ...gate([person({ scope: 'all' }), order()]),
      breaker_resets: { 'policy:a': '2026-11-22T08:00:00.001Z', 'policy:b': '2026-11-22T08:00:00.000Z' },
    };
    expect(withoutStopsAt(before, [person({ scope: 'all' })], AT).breaker_resets).toEqual(before.breaker_resets);
    expect(Object.keys(withoutStopsAt(before, [order()], AT).breaker_resets ?? {})).toEqual([
      'policy:a',
      'connector:edge',
    ]);
  });
});
