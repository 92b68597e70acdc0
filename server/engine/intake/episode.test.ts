import fc from 'fast-check';
import { episodeOf, type Episode, type Sighting } from './episode';

const MINUTE = 60_000;
const NOON = Date.parse('2026-11-22T12:00:00Z');

const seen = (overrides: Partial<Sighting> = {}): Sighting => ({
  monitorId: 'm',
  triggerId: 't',
  bucket: '',
  alertId: 'a1',
  startTime: NOON,
  periodEnd: 0,
  everyMs: MINUTE,
  entities: [],
  ...overrides,
});
const rung = (periodEnd: number, overrides: Partial<Sighting> = {}): Sighting =>
  seen({ alertId: '', startTime: 0, periodEnd, ...overrides });

const openNow = (...alerts: readonly string[]): ReadonlyMap<string, number> =>
  new Map(alerts.map((id) => [id, Infinity]));

/** Goes through sightings as a runner does that always knows which alerts are open. */
const after = (open: readonly string[], ...sightings: readonly Sighting[]): readonly Episode[] => {
  const episodes: Episode[] = [];
  let known: Episode | undefined;
  for (const sighting of sightings) {
    const answer = episodeOf(known, sighting, openNow(...open));
    if (answer.kind === 'ask') throw new Error('it was told what is open');
    known = answer.episode;
    episodes.push(known);
  }
  return episodes;
};
const ids = (episodes: readonly Episode[]): readonly string[] => episodes.map(({ id }) => id);

describe('episodeOf', () => {
  it('begins with the first alert and goes on with every look at it', () => {
    expect(ids(after([], seen(), seen(), seen({ startTime: NOON + 5 })))).toEqual(['a1', 'a1', 'a1']);
  });
  it('begins anew with another alert once the first is over', () => {
    expect(ids(after([], seen(), seen({ alertId: 'a2', startTime: NOON + 5 * MINUTE })))).toEqual(['a1', 'a2']);
  });
  it('goes on when the monitor makes a second alert for what is still open', () => {
    const [, second, third] = after(['a1', 'a2'], seen(), seen({ alertId: 'a2' }), seen({ alertId: 'a2' }));
    expect([second?.id, second?.alert_ids, third?.id]).toEqual(['a1', ['a1', 'a2'], 'a1']);
  });
  it.each([
    ['an alert that began before the first one ended', seen({ alertId: 'a2', startTime: NOON + MINUTE }), 'a1'],
    ['an alert that began when the first one ended', seen({ alertId: 'a2', startTime: NOON + 2 * MINUTE }), 'a2'],
    ['a message of a time before the first one ended', rung(NOON + MINUTE), 'a1'],
    ['a message of a later time', rung(NOON + 3 * MINUTE), `period:${NOON + 3 * MINUTE}`],
    ['an alert that does not say when it began', seen({ alertId: 'a2', startTime: 0 }), 'a2'],
  ])('goes on with %s, though it is read after both are over', (_, sighting, episode) => {
    const [known] = after([], seen());
    expect(episodeOf(known, sighting, new Map([['a1', NOON + 2 * MINUTE]]))).toMatchObject({
      episode: { id: episode },
    });
  });
  it('asks which alerts are open before it takes a second one for the same', () => {
    const [known] = after([], seen());
    expect(episodeOf(known, seen({ alertId: 'a2' }))).toEqual({ kind: 'ask', alertIds: ['a1'] });
  });
  it('binds the alert that comes after messages without one', () => {
    const [first, second, third] = after(
      [],
      rung(NOON),
      rung(NOON + MINUTE),
      seen({ alertId: 'late', startTime: NOON + 2 * MINUTE + 300 }),
    );
    expect([first?.id, second?.id, third?.id]).toEqual([`period:${NOON}`, `period:${NOON}`, `period:${NOON}`]);
    expect(third?.alert_ids).toEqual(['late']);
  });
  it('takes a message long after the last one for another episode', () => {
    expect(ids(after([], rung(NOON), rung(NOON + MINUTE), rung(NOON + 3 * MINUTE)))).toEqual([
      `period:${NOON}`,
      `period:${NOON}`,
      `period:${NOON + 3 * MINUTE}`,
    ]);
    expect(ids(after([], rung(NOON, { everyMs: 0 }), rung(NOON + 20 * MINUTE, { everyMs: 0 })))[1]).toBe(
      `period:${NOON}`,
    );
    expect(ids(after([], rung(NOON), seen({ startTime: NOON + 30 * MINUTE })))).toEqual([`period:${NOON}`, 'a1']);
  });
  it('does not take a message for an alert that is over', () => {
    expect(ids(after([], seen(), rung(NOON + 30 * MINUTE)))).toEqual(['a1', `period:${NOON + 30 * MINUTE}`]);
    expect(ids(after(['a1'], seen(), rung(NOON + 30 * MINUTE)))).toEqual(['a1', 'a1']);
  });
  it('takes what comes late for what it was, and keeps the episode that is on', () => {
    const first = seen();
    const second = seen({ alertId: 'a2', startTime: NOON + 5 * MINUTE });
    // An alert of the first one, read again; a message of a time that nobody knew of; then the second one goes on.
    const sightings = [first, second, first, rung(NOON + 2 * MINUTE), second, rung(NOON + 6 * MINUTE)];
    const [known] = after(['a2'], first);
    const [, followed] = after(['a2'], first, second);
    expect(known?.id).toBe('a1');
    const answers = sightings.slice(2).map((each) => episodeOf(followed, each, openNow('a2')));
    expect(answers.map((each) => each.kind !== 'ask' && [each.kind, each.episode.id])).toEqual([
      ['known', 'a1'],
      ['known', `period:${NOON + 2 * MINUTE}`],
      ['known', 'a2'],
      ['known', 'a2'],
    ]);
  });
  it('is not confused by a sighting without a moment', () => {
    expect(ids(after(['a1', 'a2'], seen(), seen({ alertId: 'a2', startTime: 0 })))).toEqual(['a1', 'a1']);
  });
  it('remembers the entities that were seen, each once, and no more than it can hold', () => {
    const [, second] = after([], seen({ entities: ['x'] }), seen({ entities: ['y', 'x'] }));
    expect(second?.entities).toEqual(['x', 'y']);
    const many = Array.from({ length: 1_500 }, (_, n) => `e${n}`);
    expect(after([], seen(), seen({ entities: many }))[1]?.entities).toHaveLength(1_000);
  });

  // The two ways of one alert meet whatever order they come in, and looking again changes nothing.
  it('names the same episode whichever look comes first', () => {
    const look = fc.record({
      alertId: fc.constantFrom('a1', 'a2', 'a3'),
      startTime: fc.constant(NOON),
      entities: fc.array(fc.constantFrom('x', 'y')),
    });
    fc.assert(
      fc.property(fc.array(look, { minLength: 1, maxLength: 8 }), (looks) => {
        const episodes = after(['a1', 'a2', 'a3'], ...looks.map((each) => seen(each)));
        expect(new Set(ids(episodes)).size).toBe(1);
        const last = episodes[episodes.length - 1];
        for (const each of looks) {
          const answer = episodeOf(last, seen(each), openNow());
          expect(answer.kind).toBe('known');
        }
      }),
    );
  });
});
