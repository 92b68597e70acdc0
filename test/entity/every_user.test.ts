import { THINGS, type Thing } from './things';
import { USERS, type User } from './users';

/*
 * One function says what thing a text means. Here everybody who asks it is tried on every pair of spellings: those of
 * one thing are one thing to everybody, those of different things to nobody.
 */

const pairs = (texts: readonly string[], others: readonly string[]) =>
  texts.flatMap((one) => others.map((other) => [one, other] as const));

const taken = ({ refuses }: User, { type, spellings }: Thing): readonly string[] =>
  spellings.filter((text) => refuses?.(type, text) !== true);

const saying = ({ name }: User, [one, other]: readonly [string, string]): string =>
  `${name}: ${JSON.stringify(one)} ~ ${JSON.stringify(other)}`;

/** Spellings of one thing that a user takes for two. */
const split = (user: User, thing: Thing): readonly string[] => {
  const sure = taken(user, thing);
  const maybe = user.failsClosed === true ? (thing.maybe ?? []) : [];
  return [...pairs(sure, [...sure, ...maybe]), ...pairs(maybe, sure)]
    .filter(([one, other]) => !user.takesForOne(thing.type, one, other))
    .map((pair) => saying(user, pair));
};

/** Spellings of two things that a user takes for one. */
const merged = (user: User, thing: Thing, other: Thing): readonly string[] =>
  pairs(taken(user, thing), taken(user, other))
    .filter(([one, another]) => user.takesForOne(thing.type, one, another))
    .map((pair) => saying(user, pair));

const cases = USERS.flatMap((user) => user.of.map((type) => ({ user, type, name: user.name })));
const thingsOf = (type: Thing['type']): readonly Thing[] => THINGS.filter((thing) => thing.type === type);

describe('every user of entities', () => {
  it.each(cases)('$name takes all spellings of one $type for one thing', ({ user, type }) => {
    const wrong = thingsOf(type).flatMap((thing) => split(user, thing));
    expect(wrong).toEqual([]);
  });

  it.each(cases.filter(({ user, type }) => user.widens?.includes(type) !== true))(
    '$name takes no two $type things for one',
    ({ user, type }) => {
      const things = thingsOf(type);
      const wrong = things.flatMap((thing) =>
        things.filter((other) => other !== thing).flatMap((other) => merged(user, thing, other)),
      );
      expect(wrong).toEqual([]);
    },
  );

  it.each(cases.filter(({ user }) => user.refuses !== undefined))(
    '$name takes the usual spelling of each $type',
    ({ user, type }) => {
      for (const thing of thingsOf(type)) expect(taken(user, thing)).toContain(thing.spellings[0]);
    },
  );
});
