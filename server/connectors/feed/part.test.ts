import type { ListFetch, ListPart } from '../connector';
import {
  CHANGE_STEP_MS,
  EMPTY_PART,
  entriesAt,
  FORGET_MS,
  holdingOf,
  lastChangeOf,
  partOf,
  PARTS,
  withHold,
  withoutHolds,
} from './part';

const VALUE = '203.0.113.7';
const T = 1_800_000_000_000;

const at = (now: number, last = 0) => ({ now, last });
const held = (part: ListPart, commandId: string, until: number | null, { now = T, longer = false } = {}): ListPart => {
  const next = withHold(part, { value: VALUE, commandId, until, longer }, at(now));
  if (next === undefined) throw new Error('it was there already');
  return next;
};
const taken = (part: ListPart, commandIds: readonly string[], now = T): ListPart => {
  const next = withoutHolds(part, { value: VALUE, commandIds }, at(now));
  if (next === undefined) throw new Error('there was nothing');
  return next;
};
/** What a device has that was served this part as of `cut`. */
const fetched = ({ revision }: ListPart, cut: number): ListFetch => ({
  at: cut,
  cut,
  revisions: [revision],
  entries: 0,
});
const holding = (part: ListPart, commandIds: readonly string[], now = T) =>
  holdingOf(part, { value: VALUE, commandIds, at: 0 }, now);
const sight = (part: ListPart, id: string, fetch: ListFetch, now = T): string => {
  const found = holding(part, [id], now);
  return found.isIn(fetch) ? 'in' : found.isOut(fetch) ? 'out' : 'neither';
};

describe('the entries of a list', () => {
  it('stay until the last hold is gone', () => {
    const both = held(held(EMPTY_PART, 'c1', T + 60_000), 'c2', T + 600_000);
    expect(entriesAt([both], T)).toEqual([{ value: VALUE, since: T, until: T + 600_000 }]);
    const one = taken(both, ['c2']);
    expect(entriesAt([one], T)).toEqual([{ value: VALUE, since: T, until: T + 60_000 }]);
    expect(holding(one, ['c2'])).toMatchObject({ now: false, others: 1 });
    expect(entriesAt([taken(one, ['c1'])], T)).toEqual([]);
  });

  it('end by themselves, to the millisecond, and those of a person do not', () => {
    const timed = held(EMPTY_PART, 'c1', T + 1_000);
    expect(entriesAt([timed], T + 999)).toHaveLength(1);
    expect(entriesAt([timed], T + 1_000)).toEqual([]);
    const untimed = held(timed, 'c2', null);
    expect(entriesAt([untimed], T + 1e11)).toEqual([{ value: VALUE, since: T, until: null }]);
  });

  it('come in the same order at every host', () => {
    const parts = ['b.example', 'a.example', 'c.example'].map((value, index) => {
      const next = withHold(EMPTY_PART, { value, commandId: `c${index}`, until: null, longer: false }, at(T + index));
      return next ?? EMPTY_PART;
    });
    const values = entriesAt(parts, T).map(({ value }) => value);
    expect(values).toEqual(['a.example', 'b.example', 'c.example']);
    expect(entriesAt([...parts].reverse(), T).map(({ value }) => value)).toEqual(values);
  });

  it('lie in parts of much the same size', () => {
    const counts = new Map<number, number>();
    for (let index = 0; index < 10_000; index += 1) {
      const part = partOf(`10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`);
      counts.set(part, (counts.get(part) ?? 0) + 1);
    }
    expect(counts.size).toBe(PARTS);
    expect(Math.max(...counts.values())).toBeLessThan(2 * (10_000 / PARTS));
  });

  it('are not written again where nothing changes', () => {
    const part = held(EMPTY_PART, 'c1', T + 60_000);
    const again = { value: VALUE, commandId: 'c1', until: T + 90_000, longer: false };
    expect(withHold(part, again, at(T))).toBeUndefined();
    // A request takes a while, and an end is never moved forward.
    for (const until of [T + 64_000, T + 1_000])
      expect(withHold(part, { ...again, until, longer: true }, at(T))).toBeUndefined();
    expect(withoutHolds(part, { value: VALUE, commandIds: ['c2'] }, at(T))).toBeUndefined();
    expect(withoutHolds(part, { value: '203.0.113.8', commandIds: ['c1'] }, at(T))).toBeUndefined();
    expect(withoutHolds(part, { value: VALUE, commandIds: ['c1'] }, at(T + 60_000))).toBeUndefined();
    const untimed = held(EMPTY_PART, 'c1', null);
    expect(withHold(untimed, { ...again, longer: true }, at(T))).toBeUndefined();
    expect(withHold(untimed, { ...again, until: null, longer: true }, at(T))).toBeUndefined();
  });

  it('change later each time, whatever the clock of a host says', () => {
    const first = held(EMPTY_PART, 'c1', null);
    const behind = withHold(
      EMPTY_PART,
      { value: VALUE, commandId: 'c2', until: T + 10_000, longer: false },
      { now: T - 5_000, last: first.changed_at },
    );
    expect(behind?.changed_at).toBe(first.changed_at + CHANGE_STEP_MS);
    // An end by itself is a change, too.
    const ended = held(EMPTY_PART, 'c3', T + 10_000);
    expect(lastChangeOf([ended, first], T + 9_999)).toBe(T);
    expect(lastChangeOf([ended, first], T + 10_000)).toBe(T + 10_000);
  });
});

describe('what a device has', () => {
  it('is what the version held that it fetched', () => {
    const part = held(EMPTY_PART, 'c1', T + 60_000);
    expect(sight(part, 'c1', fetched(EMPTY_PART, T))).toBe('out');
    expect(sight(part, 'c1', fetched(part, T))).toBe('in');
    // Served by a host whose clock was ahead: it had left the hold out.
    expect(sight(part, 'c1', fetched(part, T + 60_000))).toBe('out');
    const gone = taken(part, ['c1']);
    expect(sight(gone, 'c1', fetched(part, T))).toBe('neither');
    expect(holding(gone, ['c1']).isOut(fetched(part, T))).toBe(false);
    expect(sight(gone, 'c1', fetched(gone, T))).toBe('out');
    expect(sight(gone, 'c1', fetched(EMPTY_PART, T))).toBe('out');
  });

  it('goes by the end that a hold had then', () => {
    const part = held(EMPTY_PART, 'c1', T + 60_000);
    const longer = held(part, 'c1', T + 600_000, { longer: true });
    // The older version had left it out by then; the newer one would not have.
    expect(sight(longer, 'c1', fetched(part, T + 60_000))).toBe('out');
    expect(sight(longer, 'c1', fetched(longer, T + 60_000))).toBe('in');
    expect(sight(longer, 'c1', fetched(part, T + 59_000))).toBe('in');
  });

  it('is neither in nor out where the end of then is not remembered any more', () => {
    let part = held(EMPTY_PART, 'c1', T + 60_000);
    const first = part;
    for (let times = 1; times <= 8; times += 1) part = held(part, 'c1', T + 60_000 + times * 10_000, { longer: true });
    expect(sight(part, 'c1', fetched(first, T))).toBe('neither');
    expect(sight(part, 'c1', fetched(part, T))).toBe('in');
  });

  it('is still known of a hold that was taken away and came again', () => {
    const part = held(EMPTY_PART, 'c1', null);
    const gone = taken(part, ['c1']);
    const again = held(gone, 'c1', null);
    expect(sight(again, 'c1', fetched(part, T))).toBe('neither');
    expect(sight(again, 'c1', fetched(gone, T))).toBe('out');
    expect(sight(again, 'c1', fetched(again, T))).toBe('in');
  });

  it('is only said of a forgotten hold by versions that came after it', () => {
    const part = held(EMPTY_PART, 'c1', T + 60_000);
    const gone = taken(held(part, 'c2', null), ['c2']);
    const later = T + FORGET_MS + 120_000;
    const forgotten = held(gone, 'c3', null, { now: later });
    expect(forgotten.holds.map(({ command_id }) => command_id)).toEqual(['c3']);
    expect(forgotten.forgotten).toEqual({ revision: gone.revision, until: T + 60_000 });
    expect(sight(forgotten, 'c2', fetched(part, later), later)).toBe('neither');
    expect(sight(forgotten, 'c1', fetched(gone, T), later)).toBe('neither');
    expect(sight(forgotten, 'c1', fetched(gone, later), later)).toBe('out');
    // What holds is remembered for as long as it holds.
    expect(sight(forgotten, 'c3', fetched(forgotten, later), later)).toBe('in');
  });

  it('is out where nobody ever held anything', () => {
    expect(sight(EMPTY_PART, 'c1', fetched(EMPTY_PART, T))).toBe('out');
  });

  it('keeps no more than so much of what is over', () => {
    let part = EMPTY_PART;
    for (let index = 0; index < 600; index += 1)
      part = taken(held(part, `c${index}`, null, { now: T + index }), [`c${index}`], T + index);
    expect(part.holds.length).toBe(512);
    expect(part.holds.some(({ command_id }) => command_id === 'c599')).toBe(true);
    expect(part.forgotten.revision).toBeGreaterThan(0);
  });
});
