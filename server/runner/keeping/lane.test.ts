import { Lane, Waiting } from './lane';

const waiting = (reads: readonly string[], urgent = false): Waiting =>
  new Waiting(
    { reads, urgent, build: () => ({ docs: [], answer: reads.join() }) },
    () => undefined,
    () => undefined,
  );
const laneOf = (...plans: readonly Waiting[]): Lane => {
  const lane = new Lane();
  for (const each of plans) lane.add(each);
  return lane;
};
const touched = (batch: readonly Waiting[]): readonly string[] => batch.map(({ touches }) => touches.join());

describe('a batch', () => {
  it('leaves out what touches a document that is taken, and what waits behind that', () => {
    const lane = laneOf(waiting(['a', 'b']), waiting(['b', 'c']), waiting(['c']), waiting(['d']));
    expect(touched(lane.next((id) => id === 'a'))).toEqual(['d']);
    expect(touched(lane.next(() => false))).toEqual(['a,b', 'b,c', 'c']);
  });

  it('begins with what is urgent', () => {
    expect(touched(laneOf(waiting(['a']), waiting(['b'], true)).next(() => false))).toEqual(['b', 'a']);
  });

  it('is what the lane writes until it is over; the rest is what it wants', () => {
    const lane = laneOf(waiting(['a']), waiting(['b']));
    lane.next((id) => id === 'b');
    expect([lane.isWriting('a'), lane.isWriting('b'), [...lane.wanted]]).toEqual([true, false, ['b']]);
    lane.end();
    expect(lane.isWriting('a')).toBe(false);
  });
});
