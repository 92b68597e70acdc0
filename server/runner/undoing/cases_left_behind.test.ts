import { undoRoom, type Room } from '../../../test/builders/undo_room';
import { aCase, ME, utcAt } from '../../../test/builders/undoing';
import { RELEASED } from '../keeping/kinds/session';
import { releaseCase, takeOverCase } from './cases_left_behind';

const ID = 'case:c1';
const DEAD: ReadonlySet<string> = new Set(['gone']);

let room: Room;
beforeEach(() => {
  room = undoRoom();
});
const ownerNow = (): string | undefined => room.fake.get(ID)?.owner;
const takeOver = () => room.run(takeOverCase({ commits: room.commits, clock: room.basics.clock }, ID, DEAD));

describe('taking over a case', () => {
  it('takes what a dead session left', async () => {
    room.putCase(aCase(ID, { state: 'held', due: utcAt(0) }), 'gone');
    expect([(await takeOver())?.state, ownerNow()]).toEqual(['held', ME]);
  });

  it.each(['alive', ME])('leaves a case of %s as it is, though it was found as one of the dead', async (owner) => {
    const before = room.putCase(aCase(ID, { state: 'held', due: utcAt(0) }), owner);
    expect([await takeOver(), ownerNow(), room.fake.get(ID)?.version]).toEqual([undefined, owner, before.version]);
  });

  it.each([
    ['goes on with a review that is late by a quarter of an hour', 900_000, utcAt(0)],
    ['drops a review that is later than that: it would be about what is over', 900_001, undefined],
  ])('%s', async (_note, lateMs, due) => {
    room.putCase(aCase(ID, { state: 'decided', due: utcAt(0) }), 'gone');
    const clock = { utc: () => Date.parse(utcAt(lateMs)) };
    const taken = await room.run(takeOverCase({ commits: room.commits, clock }, ID, DEAD));
    expect([taken?.due, ownerNow()]).toEqual([due, ME]);
  });

  it('finds nothing where the case is gone', async () => {
    expect([await takeOver(), ownerNow()]).toEqual([undefined, undefined]);
  });
});

describe('giving a case back', () => {
  const release = () => room.run(releaseCase(room.commits, room.basics.clock, ID));

  it.each([
    ['held', ME, RELEASED],
    ['accepted', ME, RELEASED],
    ['waiting', ME, ME],
    ['decided', ME, ME],
    ['held', 'another', 'another'],
  ] as const)('of a case that is %s and of %s leaves `%s` as its owner', async (state, owner, then) => {
    room.putCase(aCase(ID, { state }), owner);
    await release();
    expect(ownerNow()).toBe(then);
  });
});
