import { Alone } from './alone';

const world = () => {
  let now = 0;
  const alone = new Alone({ monotonic: () => now });
  const session = { silentForMs: 0 };
  return { alone, session, pass: (ms: number) => void (now += ms) };
};

describe('an agent is alone', () => {
  it('once it has seen nobody else for a minute', () => {
    const { alone, session, pass } = world();
    expect(alone.is(session)).toBe(false);
    alone.note([]);
    pass(59_999);
    expect(alone.is(session)).toBe(false);
    pass(1);
    expect(alone.is(session)).toBe(true);
  });

  it('no more from the moment that another one comes, and not before a minute after that one went', () => {
    const { alone, session, pass } = world();
    alone.note([]);
    pass(60_000);
    alone.note(['other']);
    expect(alone.is(session)).toBe(false);
    pass(30_000);
    alone.note(['other']);
    alone.note([]);
    pass(59_999);
    expect(alone.is(session)).toBe(false);
    pass(1);
    expect(alone.is(session)).toBe(true);
  });

  it('never while it has not read the gate just now', () => {
    const { alone, session, pass } = world();
    alone.note([]);
    pass(60_000);
    expect(alone.is(undefined)).toBe(false);
    expect(alone.is({ silentForMs: 1_201 })).toBe(false);
    alone.begin();
    alone.note([]);
    expect(alone.is(session)).toBe(false);
  });
});
