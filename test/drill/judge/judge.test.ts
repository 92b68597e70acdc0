import { ISOLATION } from '../fleet_settings';
import type { RunLog, Sighting, Stop } from '../observer';
import { S, order, effect, event, aRun, decided, stop, crash, undoneAt, isolations } from './a_run';
import { effectsOf } from './effects';
import type { ListedDecision } from './events';
import { judge } from './judge';
import { faultsIn, judgeFaults } from './took_effect';

/* Each promise is shown a target's log in which it is broken, and one beside it in which it is just kept. */

/** Ids of the promises that a run breaks. */
const brokenIn = (run: RunLog, decisions: readonly ListedDecision[] = run.sightings.map(decided)): readonly string[] =>
  judge(run, decisions)
    .filter(({ broken }) => broken.length > 0)
    .map(({ id }) => id);

describe('a run is judged by the log of its target', () => {
  it('and a run in which all is well breaks nothing', () => {
    expect(brokenIn(undoneAt(31 * S))).toEqual([]);
  });

  it.each<[string, string[], RunLog]>([
    ['an effect is undone 4 s early', ['early'], undoneAt(26 * S)],
    ['it is undone 2 s early, which the way to the wire explains', [], undoneAt(28 * S)],
    [
      'a command comes again after it was taken back',
      ['twice'],
      aRun({ target: [...effect(0, 31 * S), order(40 * S, { fate: 'repeated', afterItsEnd: true })] }),
    ],
    [
      'a command comes again while it is in effect',
      [],
      aRun({ target: [...effect(0, 31 * S), order(S, { fate: 'repeated' })] }),
    ],
    [
      'two commands are in effect on one target',
      ['side_by_side'],
      aRun({
        sightings: [event(0), event(20 * S)],
        target: [...effect(0, 31 * S), ...effect(20 * S, 51 * S, { command: 'c2' })],
      }),
    ],
    [
      'one event changes its target twice',
      ['more_than_asked'],
      aRun({ target: [...effect(0, 31 * S), ...effect(40 * S, 71 * S, { command: 'c2' })] }),
    ],
    [
      'an effect ends before its second reason',
      ['cut_short'],
      aRun({ sightings: [event(0), event(20 * S)], target: effect(0, 31 * S) }),
    ],
    [
      'an effect ends before its second reason, which is claimed anew',
      [],
      aRun({
        sightings: [event(0), event(20 * S)],
        target: [...effect(0, 31 * S), ...effect(35 * S, 66 * S, { command: 'c2' })],
      }),
    ],
    [
      'an effect that was taken over ends before a second reason, whose new claim a stop refused',
      [],
      aRun({
        sightings: [event(0), event(20 * S)],
        target: effect(0, 41 * S),
        outages: crash(10 * S, 19 * S),
        stops: [stop({ orderedAt: 25 * S, answeredAt: 26 * S, releasedAt: 30 * S })],
      }),
    ],
    [
      'an effect that was taken over ends before a second reason, which is never claimed anew',
      ['cut_short'],
      aRun({ sightings: [event(0), event(20 * S)], target: effect(0, 41 * S), outages: crash(10 * S, 19 * S) }),
    ],
    [
      'an effect ends before a second reason that a stop refused',
      [],
      aRun({
        sightings: [event(0), event(15 * S)],
        target: effect(0, 31 * S),
        stops: [stop({})],
      }),
    ],
    [
      'an effect ends before a second reason that a host refused which had not heard yet that the stop was released',
      [],
      aRun({
        sightings: [event(0), event(20.5 * S)],
        target: effect(0, 31 * S),
        stops: [stop({ releasedAt: 20 * S, resumedAt: 20.3 * S })],
      }),
    ],
    [
      'an effect ends before a second reason though every host had heard by then that the stop was released',
      ['cut_short'],
      aRun({
        sightings: [event(0), event(22 * S)],
        target: effect(0, 31 * S),
        stops: [stop({ releasedAt: 20 * S, resumedAt: 20.3 * S })],
      }),
    ],
  ])('never wrong: %s', (_, expected, run) => {
    expect(brokenIn(run)).toEqual(expected);
  });

  it.each<[string, string[], RunLog]>([
    ['7 s late', ['late.alive'], undoneAt(37 * S)],
    ['5 s late', [], undoneAt(35 * S)],
    ['7 s late, of which the machine withheld 2 s', [], undoneAt(37 * S, { stallMs: 2 * S })],
    ['never', ['late.alive', 'left'], aRun({ target: effect(0, undefined) })],
    [
      '7 s late after its second reason',
      ['late.joined'],
      aRun({ sightings: [event(0), event(20 * S)], target: effect(0, 57 * S) }),
    ],
    [
      '20 s late while OpenSearch is away',
      ['late.store_away'],
      undoneAt(50 * S, { storeAway: [{ from: 10 * S, to: 49 * S }] }),
    ],
    ['7 s late after a crash', ['late.restarted'], undoneAt(37 * S, { outages: crash(10 * S, 13 * S) })],
    [
      '4 s after its host is back',
      [],
      undoneAt(49 * S, { outages: crash(10 * S, 45 * S), storeAway: [{ from: 9 * S, to: 60 * S }] }),
    ],
    [
      '8 s after its host is back',
      ['late.restarted'],
      undoneAt(53.5 * S, { outages: crash(10 * S, 45 * S), storeAway: [{ from: 9 * S, to: 44 * S }] }),
    ],
    ['15 s late by another host', [], undoneAt(45 * S, { outages: crash(10 * S, 200 * S) })],
    ['20 s late by another host', ['late.taken_over'], undoneAt(50 * S, { outages: crash(10 * S, 20 * S) })],
    [
      'once its host is back, where no other one can',
      [],
      aRun({
        target: effect(0, 84 * S, { connector: 'dns', value: 'a.example.net' }),
        sightings: [event(0, { connector: 'dns', kind: 'domain', value: 'a.example.net' })],
        outages: crash(10 * S, 80 * S),
      }),
    ],
    [
      '10 s late after a crash, where no other one can',
      ['late.restarted'],
      aRun({
        target: effect(0, 40 * S, { connector: 'dns', value: 'a.example.net' }),
        sightings: [event(0, { connector: 'dns', kind: 'domain', value: 'a.example.net' })],
        outages: crash(10 * S, 20 * S),
      }),
    ],
    [
      'never, behind an answer that says nothing',
      ['left.unlisted_answer'],
      aRun({ target: effect(0, undefined, { fate: 'answers_524_applies_late' }) }),
    ],
  ])('not late: undone %s', (_, expected, run) => {
    expect(brokenIn(run)).toEqual(expected);
  });

  it.each<[string, string[], RunLog]>([
    ['four hosts within the window', [], aRun(isolations(0, S, 2 * S, 3 * S))],
    ['five hosts within the window', ['limit.exceeded'], aRun(isolations(0, S, 2 * S, 3 * S, 50 * S))],
    [
      'a fifth one as soon as the first may be forgotten',
      [],
      aRun(isolations(0, S, 2 * S, 3 * S, ISOLATION.withinMs + 200)),
    ],
    [
      'a fifth one long after it was offered',
      ['limit.free_again'],
      aRun({
        ...isolations(0, S, 2 * S, 3 * S, ISOLATION.withinMs + 30 * S),
      }),
    ],
  ])('limits: %s', (_, expected, run) => {
    expect(brokenIn(run)).toEqual(expected);
  });

  it.each<[string, string[], Partial<Stop>, number]>([
    ['an order after the acknowledgement', ['stop.honoured'], {}, 12 * S],
    ['an order before it', [], {}, 10.5 * S],
    ['an order after the release', [], {}, 21 * S],
    ['a stop that is never acknowledged', ['stop.acknowledged'], { acknowledged: false }, 30 * S],
    ['an order of that host in an outage', ['stop.in_outage'], { how: 'outage', acknowledged: false }, 11.5 * S],
    ['a stop that no host took in an outage', ['stop.in_outage'], { how: 'outage', taken: false }, 30 * S],
    ['an order of the host with a stop file', ['stop.file'], { how: 'file', answeredAt: 10 * S }, 12 * S],
    ['an order before the stop file was read', [], { how: 'file', answeredAt: 10 * S }, 11 * S],
  ])('stops: %s', (_, expected, changes, at) => {
    const run = aRun({ sightings: [event(at)], target: effect(at, at + 31 * S), stops: [stop(changes)] });
    expect(brokenIn(run)).toEqual(expected);
  });

  it('stops: another host goes on although OpenSearch is back and a stop was ordered in the outage', () => {
    const at = 35 * S;
    const run = aRun({
      sightings: [event(at)],
      target: effect(at, at + 31 * S, { host: 'host-2' }),
      storeAway: [{ from: 5 * S, to: 30 * S }],
      stops: [stop({ how: 'outage', acknowledged: false, releasedAt: 40 * S })],
    });
    expect(brokenIn(run)).toEqual(['stop.in_outage']);
  });

  it.each<[string, string[], Partial<Sighting>, readonly ListedDecision[]]>([
    ['one case and one decision', [], {}, [decided(event(0))]],
    ['no decision', ['events.decided_once'], {}, []],
    [
      'two decisions that do not know each other',
      ['events.decided_once'],
      {},
      [decided(event(0)), { ...decided(event(0)), decision_id: 'another' }],
    ],
    [
      'two decisions, the second instead of the first',
      [],
      {},
      [decided(event(0)), { ...decided(event(0)), decision_id: 'another', predecessor: decided(event(0)).decision_id }],
    ],
    [
      'two cases',
      ['events.decided_once'],
      {},
      [
        decided(event(0)),
        {
          ...decided(event(0)),
          case_id: 'another',
          decision_id: 'another',
          predecessor: decided(event(0)).decision_id,
        },
      ],
    ],
    ['nobody acknowledged it', ['events.acknowledged'], { acknowledgedAt: undefined, knownAt: undefined }, []],
    [
      'it was called poison',
      ['events.blamed'],
      { acknowledgedAt: undefined, knownAt: undefined, quarantinedAt: S },
      [],
    ],
  ])('events: %s', (_, expected, changes, decisions) => {
    expect(brokenIn(aRun({ sightings: [event(0, changes)] }), decisions)).toEqual(expected);
  });

  it('hosts: one does not decide at the end', () => {
    expect(brokenIn(aRun({ readyAtEnd: ['host-1', 'host-3'] }))).toEqual(['hosts.back']);
  });
});

describe('a fault that never took effect', () => {
  it('breaks the run', () => {
    const { broken } = judgeFaults([
      { fault: 'kill -9 of a host', tried: 2, effective: 0 },
      { fault: 'stop order', tried: 1, effective: 1 },
    ]);
    expect(broken).toEqual(['kill -9 of a host: tried 2 times, without effect']);
  });

  it('is seen by what the target and the clock say', () => {
    const run = aRun({
      target: effect(0, 31 * S, { fate: 'answers_500_applies_late' }),
      outages: crash(10 * S, 13 * S),
      storeAway: [{ from: 29 * S, to: 40 * S }],
    });
    const seen = faultsIn(run, effectsOf(run)).filter(({ effective }) => effective > 0);
    expect(seen.map(({ fault }) => fault)).toEqual([
      'order answered 500, applied later',
      'effect in place when its host was killed',
      'ttl that ended while OpenSearch was away',
    ]);
  });
});
