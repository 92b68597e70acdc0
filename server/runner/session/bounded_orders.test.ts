import { chanceOf, clockOf, quietLog } from '../../../test/builders/store_port';
import { aGate } from '../../../test/builders/undo_room';
import { FakeEvidence, fakeEvidenceLog } from '../../../test/fakes/fake_evidence';
import { Scheduler } from '../../../test/fakes/scheduler';
import { withStop, withSuspension, type Gate } from '../keeping/kinds/gate';
import { StoreUnavailable } from '../ports';
import { BoundedOrders } from './bounded_orders';

/* Orders that end by themselves, in virtual time. */

const MINUTE_MS = 60_000;
const PAUSE = { scope: 'policy:block-ioc', who: 'ann', why: 'looking', at: 'Monday', epoch: 0, lasts_ms: MINUTE_MS };
const SUSPENSION = { scope: 'all', who: 'ann', why: 'incident', at: 'Monday', lasts_ms: MINUTE_MS };

const scene = ({ livePeers = [] as readonly string[] } = {}) => {
  const scheduler = new Scheduler();
  const clock = clockOf(scheduler);
  const records = new FakeEvidence();
  const is = { trusted: true, away: false, lost: false };
  let gate: Gate = aGate();
  const session = {
    id: 's5',
    livePeers,
    saysOfItself: () => undefined,
    get isLost() {
      return is.lost;
    },
    get gate() {
      return gate;
    },
    changeGate: async (change: (current: Gate) => Gate) => {
      if (is.away) throw new StoreUnavailable('away');
      gate = change(gate);
      return gate;
    },
  };
  const orders = new BoundedOrders({
    clock,
    chance: chanceOf(),
    log: quietLog(),
    session,
    evidence: fakeEvidenceLog(records),
    clockTrusted: () => is.trusted,
  });
  void orders.run(() => false);
  return {
    is,
    put: (change: (current: Gate) => Gate) => {
      gate = change(gate);
    },
    wait: (ms: number) => {
      // What runs already gets to its pause first.
      scheduler.after(0, () => undefined);
      return scheduler.runUntil(scheduler.now + ms);
    },
    stops: () => gate.stops.map(({ until }) => until !== undefined),
    suspensions: () => gate.undo_suspensions ?? [],
    past: () => gate.past_stops ?? [],
    audit: () => records.find({ family: 'audit' }).map(({ body }) => body as object),
    end: () => {
      is.lost = true;
    },
  };
};

let at: ReturnType<typeof scene>;
const begin = (...so: Parameters<typeof scene>): void => {
  at = scene(...so);
};
afterEach(() => at.end());

describe('a pause in the gate', () => {
  it('gets an end, holds until 10 s after it, and is over then, on record', async () => {
    begin();
    at.put((gate) => withStop(gate, PAUSE));
    await at.wait(300);
    expect(at.stops()).toEqual([true]);
    await at.wait(MINUTE_MS + 9_000);
    expect(at.stops()).toEqual([true]);
    await at.wait(1_500);
    expect(at.stops()).toEqual([]);
    expect(at.past()).toMatchObject([{ scope: PAUSE.scope, at: PAUSE.at }]);
    expect(at.audit()).toMatchObject([{ verb: 'resume', by: 'reflex', scope: PAUSE.scope, outcome: 'done' }]);
  });

  it('is kept while this agent does not know the time', async () => {
    begin();
    at.put((gate) => withStop(gate, PAUSE));
    await at.wait(300);
    at.is.trusted = false;
    await at.wait(10 * MINUTE_MS);
    expect(at.stops()).toEqual([true]);
    at.is.trusted = true;
    await at.wait(300);
    expect(at.stops()).toEqual([]);
  });

  it('gets no end from an agent that does not know the time', async () => {
    begin();
    at.is.trusted = false;
    at.put((gate) => withStop(gate, PAUSE));
    await at.wait(10 * MINUTE_MS);
    expect(at.stops()).toEqual([false]);
  });

  it('is ended by another agent where the one that leads does not', async () => {
    begin({ livePeers: ['s1'] });
    at.put((gate) => withStop(gate, PAUSE));
    await at.wait(MINUTE_MS + 12_000);
    expect(at.stops()).toEqual([true]);
    await at.wait(2_000);
    expect(at.stops()).toEqual([]);
  });

  it('leaves orders without an end alone', async () => {
    begin();
    const { lasts_ms: _lasts, ...stop } = PAUSE;
    at.put((gate) => withStop(gate, stop));
    await at.wait(60 * MINUTE_MS);
    expect(at.stops()).toEqual([false]);
    expect(at.audit()).toEqual([]);
  });

  it('is over later where the store is away at its end', async () => {
    begin();
    at.put((gate) => withStop(gate, PAUSE));
    await at.wait(300);
    at.is.away = true;
    await at.wait(2 * MINUTE_MS);
    expect(at.stops()).toEqual([true]);
    at.is.away = false;
    await at.wait(300);
    expect(at.stops()).toEqual([]);
  });
});

describe('suspended undoing in the gate', () => {
  it('gets an end and is over then, on record', async () => {
    begin();
    at.put((gate) => withSuspension(gate, SUSPENSION));
    await at.wait(300);
    expect(at.suspensions()).toMatchObject([{ until: expect.any(String) as string }]);
    await at.wait(MINUTE_MS + 11_000);
    expect(at.suspensions()).toEqual([]);
    expect(at.audit()).toMatchObject([{ verb: 'resume_undo', by: 'reflex', scope: 'all', outcome: 'done' }]);
  });
});
