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

  it('is half as large after an answer that was lost, and grows again by small steps, within bounds', () => {
    const lane = laneOf();
    const most = (): number => {
      for (let n = 0; n < 300; n += 1) lane.add(waiting([]));
      const { length } = lane.next(() => false);
      lane.clear();
      return length;
    };
    const sizes = [most()];
    for (const note of ['lost', 'lost', 'answered', 'lost'] as const) {
      if (note === 'lost') lane.noteLost();
      else lane.noteAnswered();
      sizes.push(most());
    }
    expect(sizes).toEqual([256, 128, 64, 80, 40]);
    for (let n = 0; n < 20; n += 1) lane.noteLost();
    expect(most()).toBe(1);
    for (let n = 0; n < 40; n += 1) lane.noteAnswered();
    expect(most()).toBe(256);
  });

  it('is what the lane writes until it is over; the rest is what it wants', () => {
    const lane = laneOf(waiting(['a']), waiting(['b']));
    lane.next((id) => id === 'b');
    expect([lane.isWriting('a'), lane.isWriting('b'), [...lane.wanted]]).toEqual([true, false, ['b']]);
    lane.end();
    expect(lane.isWriting('a')).toBe(false);
  });
});

describe('a plan that waits', () => {
  it('is taken out with all others, the urgent ones first', () => {
    const lane = laneOf(waiting(['a']), waiting(['b'], true), waiting(['c']), waiting(['d'], true));
    expect(touched(lane.clear())).toEqual(['b', 'd', 'a', 'c']);
    expect([lane.length, lane.clear()]).toEqual([0, []]);
  });

  it('is over once somebody was told what became of it, good or bad', () => {
    const [answered, failed, left] = [waiting(['a']), waiting(['b']), waiting(['c'])];
    answered.answer({ kind: 'committed', answer: 'a' } as never);
    failed.fail(new Error('lost'));
    expect([answered.isOver, failed.isOver, left.isOver]).toEqual([true, true, false]);
  });
});
