import type { Log } from '../runner/ports';
import { EngineLife } from './engine_life';
import type { Life } from './life';

/* Lives made of fake parts. Everything that happens is written down in one list, in the order in which it happens. */

const PARTS = ['target', 'journal', 'spool', 'agent'] as const;

interface Gate {
  readonly reached: Promise<void>;
  readonly open: () => void;
  /** What the work does there once it goes on; throws if it was told to fail. */
  readonly pass: () => Promise<void>;
}

const gate = (failure?: Error): Gate => {
  let open = (): void => undefined;
  let arrive = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  const reached = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  return {
    reached,
    open,
    pass: async () => {
      arrive();
      await opened;
      if (failure) throw failure;
    },
  };
};

const sceneOf = () => {
  const happened: string[] = [];
  const errors: string[] = [];
  const gates = new Map<string, Gate>();
  const quiet = (): void => undefined;
  const log: Log = { debug: quiet, info: quiet, warn: quiet, error: (message) => errors.push(message) };
  const lives: Life[] = [];
  const renewals: Array<() => void> = [];

  /** Stops there if the test holds it there. */
  const at = async (what: string): Promise<void> => gates.get(what)?.pass();
  const open = async (life: Life, name: string): Promise<void> => {
    life.goOn();
    await at(`open ${name}`);
    happened.push(`open ${name}`);
    life.opened(name, async () => {
      await at(`close ${name}`);
      happened.push(`close ${name}`);
    });
  };
  const engine = new EngineLife<string>(log, {
    begin: async (life, { stands, renew }) => {
      const number = lives.push(life);
      renewals.push(renew);
      for (const part of PARTS) await open(life, `${part} ${number}`);
      life.goOn();
      stands(`life ${number}`);
      await at(`join ${number}`);
      life.goOn();
    },
    clearDemo: async (life) => {
      life.goOn();
      await at('clear');
      life.goOn();
      happened.push('clear');
      await at('cleared');
      return 7;
    },
  });
  const hold = (what: string, failure?: Error): Gate => {
    const held = gate(failure);
    gates.set(what, held);
    return held;
  };
  const fail = (what: string): Error => {
    const failure = new Error(`${what} does not work`);
    hold(what, failure).open();
    return failure;
  };
  return { engine, happened, errors, lives, renewals, hold, fail };
};

const openings = (number: number, most: number = PARTS.length): string[] =>
  PARTS.slice(0, most).map((part) => `open ${part} ${number}`);
const closings = (number: number, most: number = PARTS.length): string[] =>
  PARTS.slice(0, most)
    .map((part) => `close ${part} ${number}`)
    .reverse();

describe('a life that begins', () => {
  it('is ready once everything is built', async () => {
    const { engine, happened, hold } = sceneOf();
    const last = hold('open agent 1');
    const begun = engine.begin();
    await last.reached;
    expect(engine.ready).toBeUndefined();
    last.open();
    await begun;
    expect(engine.ready).toBe('life 1');
    expect(happened).toEqual(openings(1));
  });

  it('begins once', async () => {
    const { engine } = sceneOf();
    await engine.begin();
    await expect(engine.begin()).rejects.toThrow('cannot begin while it is ready');
    await engine.end();
    await expect(engine.begin()).rejects.toThrow('cannot begin while it is ended');
  });

  it.each(PARTS.map((part, index) => [part, index] as const))(
    'and fails at the %s closes what it had opened, last opened first, and is over',
    async (part, before) => {
      const { engine, happened, fail } = sceneOf();
      const failure = fail(`open ${part} 1`);
      await expect(engine.begin()).rejects.toBe(failure);
      const closed = [...openings(1, before), ...closings(1, before)];
      expect(happened).toEqual(closed);
      await engine.end();
      expect(happened).toEqual(closed);
      expect(engine.ready).toBeUndefined();
      expect(await engine.endDemo()).toBeUndefined();
    },
  );

  it('and fails while it is ended closes once', async () => {
    const { engine, happened, hold } = sceneOf();
    const failure = new Error('the disk is full');
    const held = hold('open spool 1', failure);
    const begun = expect(engine.begin()).rejects.toBe(failure);
    await held.reached;
    const ended = engine.end();
    held.open();
    await Promise.all([begun, ended]);
    expect(happened).toEqual([...openings(1, 2), ...closings(1, 2)]);
  });
});

describe('an end', () => {
  it.each(PARTS.map((part, index) => [part, index + 1] as const))(
    'while the %s is opened waits for it, closes it and all before it once, last opened first',
    async (part, opened) => {
      const { engine, happened, hold } = sceneOf();
      const held = hold(`open ${part} 1`);
      const begun = engine.begin();
      await held.reached;
      const ended = engine.end();
      held.open();
      await Promise.all([begun, ended]);
      expect(happened).toEqual([...openings(1, opened), ...closings(1, opened)]);
      expect(engine.ready).toBeUndefined();
    },
  );

  it('hides the parts at once and closes them in reverse order', async () => {
    const { engine, happened } = sceneOf();
    await engine.begin();
    const ended = engine.end();
    expect(engine.ready).toBeUndefined();
    await ended;
    expect(happened).toEqual([...openings(1), ...closings(1)]);
  });

  it('wakes who works in the life, before anything is closed', async () => {
    const { engine, lives } = sceneOf();
    await engine.begin();
    const [life] = lives;
    expect([life?.isOver(), life?.signal.aborted]).toEqual([false, false]);
    const ended = engine.end();
    expect([life?.isOver(), life?.signal.aborted]).toEqual([true, true]);
    expect(life?.goOn).toThrow('over');
    await ended;
  });

  it('that is ordered twice is one end, and both wait for it', async () => {
    const { engine, happened, hold } = sceneOf();
    const held = hold('close journal 1');
    await engine.begin();
    const both = Promise.all([engine.end(), engine.end()]);
    await held.reached;
    held.open();
    await both;
    await engine.end();
    expect(happened).toEqual([...openings(1), ...closings(1)]);
  });

  it('before anything began leaves nothing to begin', async () => {
    const { engine, happened } = sceneOf();
    await engine.end();
    await expect(engine.begin()).rejects.toThrow('cannot begin');
    expect(happened).toEqual([]);
  });

  it('closes the rest though something does not close, and says so', async () => {
    const { engine, happened, errors, fail } = sceneOf();
    fail('close spool 1');
    await engine.begin();
    await engine.end();
    expect(happened.slice(PARTS.length)).toEqual(['close agent 1', 'close journal 1', 'close target 1']);
    expect(errors).toEqual(['spool 1 did not close in order']);
  });
});

describe('the end of the demo', () => {
  it('closes its life, then clears, then begins the next life', async () => {
    const { engine, happened } = sceneOf();
    await engine.begin();
    const cleared = engine.endDemo();
    expect(engine.ready).toBeUndefined();
    expect(await cleared).toBe(7);
    expect(happened).toEqual([...openings(1), ...closings(1), 'clear', ...openings(2)]);
    expect(engine.ready).toBe('life 2');
    await engine.end();
    expect(happened.slice(-PARTS.length)).toEqual(closings(2));
  });

  it('is the end for its own life only', async () => {
    const { engine, lives, hold } = sceneOf();
    await engine.begin();
    const held = hold('close agent 1');
    const cleared = engine.endDemo();
    await held.reached;
    expect(lives[0]?.isOver()).toBe(true);
    held.open();
    await cleared;
    expect(lives.map((life) => life.isOver())).toEqual([true, false]);
  });

  it('is refused before a life is ready and after the end', async () => {
    const { engine, happened, hold } = sceneOf();
    expect(await engine.endDemo()).toBeUndefined();
    const held = hold('open agent 1');
    const begun = engine.begin();
    await held.reached;
    expect(await engine.endDemo()).toBeUndefined();
    held.open();
    await begun;
    expect(happened).toEqual(openings(1));
    await engine.end();
    expect(await engine.endDemo()).toBeUndefined();
    expect(happened).toEqual([...openings(1), ...closings(1)]);
  });

  it('is refused to the second who orders it', async () => {
    const { engine, happened } = sceneOf();
    await engine.begin();
    expect(await Promise.all([engine.endDemo(), engine.endDemo()])).toEqual([7, undefined]);
    expect(happened.filter((each) => each === 'clear')).toHaveLength(1);
  });

  it.each([
    ['its life is closed', 'close spool 1', []],
    ['it clears', 'clear', []],
    ['it has just cleared', 'cleared', []],
    ['the next life begins', 'open journal 2', [...openings(2, 2), ...closings(2, 2)]],
  ])('gives way to an end while %s: nothing more begins, everything is closed once', async (_note, where, after) => {
    const { engine, happened, lives, hold } = sceneOf();
    await engine.begin();
    const held = hold(where);
    const cleared = engine.endDemo();
    await held.reached;
    const ended = engine.end();
    held.open();
    await Promise.all([cleared, ended]);
    expect(happened.filter((each) => each !== 'clear')).toEqual([...openings(1), ...closings(1), ...after]);
    expect(lives).toHaveLength(after.length === 0 ? 1 : 2);
    expect(engine.ready).toBeUndefined();
  });

  it.each([
    ['clearing', 'clear', []],
    ['beginning the next life', 'open spool 2', [...openings(2, 2), ...closings(2, 2)]],
  ])('that fails at %s is told, and ends the engine', async (_note, where, after) => {
    const { engine, happened, fail } = sceneOf();
    await engine.begin();
    const failure = fail(where);
    await expect(engine.endDemo()).rejects.toBe(failure);
    expect(happened.filter((each) => each !== 'clear')).toEqual([...openings(1), ...closings(1), ...after]);
    expect(engine.ready).toBeUndefined();
    await engine.end();
  });
});

describe('a life that stands', () => {
  it('has its parts before OpenSearch is met, and is ready only after that', async () => {
    const { engine, hold } = sceneOf();
    const opening = hold('open agent 1');
    const joining = hold('join 1');
    const begun = engine.begin();
    await opening.reached;
    expect(engine.standing).toBeUndefined();
    opening.open();
    await joining.reached;
    expect([engine.standing, engine.ready]).toEqual(['life 1', undefined]);
    joining.open();
    await begun;
    expect([engine.standing, engine.ready]).toEqual(['life 1', 'life 1']);
  });

  it('is ended while it waits, and closed in order', async () => {
    const { engine, happened, hold } = sceneOf();
    const joining = hold('join 1');
    const begun = engine.begin();
    await joining.reached;
    const ended = engine.end();
    expect(engine.standing).toBeUndefined();
    joining.open();
    await Promise.all([begun, ended]);
    expect(happened).toEqual([...openings(1), ...closings(1)]);
  });

  it('that fails while it waits closes everything', async () => {
    const { engine, happened, fail } = sceneOf();
    const failure = fail('join 1');
    await expect(engine.begin()).rejects.toBe(failure);
    expect(happened).toEqual([...openings(1), ...closings(1)]);
    expect(engine.standing).toBeUndefined();
  });
});

describe('a renewal', () => {
  it.each([
    ['while the life waits for OpenSearch', true],
    ['while the life is ready', false],
  ])('%s closes it, and begins the next one', async (_note, waits) => {
    const { engine, happened, lives, renewals, hold } = sceneOf();
    const joining = hold('join 1');
    const begun = engine.begin();
    await joining.reached;
    if (!waits) {
      joining.open();
      await begun;
    }
    const last = hold('join 2');
    renewals[0]?.();
    expect(engine.standing).toBeUndefined();
    expect(lives[0]?.isOver()).toBe(true);
    joining.open();
    await last.reached;
    last.open();
    await begun;
    await engine.begin().catch(() => undefined);
    expect(happened).toEqual([...openings(1), ...closings(1), ...openings(2)]);
    expect(lives.map((life) => life.isOver())).toEqual([true, false]);
    await engine.end();
    expect(happened.slice(-PARTS.length)).toEqual(closings(2));
  });

  it('keeps whoever waits for the start waiting until the next life is ready', async () => {
    const { engine, renewals, hold } = sceneOf();
    const joining = hold('join 1');
    const last = hold('join 2');
    let isBegun = false;
    const begun = engine.begin().then(() => {
      isBegun = true;
    });
    await joining.reached;
    renewals[0]?.();
    joining.open();
    await last.reached;
    expect(isBegun).toBe(false);
    last.open();
    await begun;
    expect(engine.ready).toBe('life 2');
  });

  it('takes no failure of the life that it ends for a failure of the host', async () => {
    const { engine, errors, renewals, hold } = sceneOf();
    const joining = hold('join 1', new Error('cut off'));
    const begun = engine.begin();
    await joining.reached;
    renewals[0]?.();
    joining.open();
    await begun;
    expect(engine.ready).toBe('life 2');
    expect(errors).toEqual(['a life failed while it was ended']);
  });

  it('gives way to an end: nothing more begins, everything is closed once', async () => {
    const { engine, happened, renewals, hold } = sceneOf();
    await engine.begin();
    const held = hold('close agent 1');
    renewals[0]?.();
    await held.reached;
    const ended = engine.end();
    held.open();
    await ended;
    expect(happened).toEqual([...openings(1), ...closings(1)]);
  });

  it('of a life that is over does nothing', async () => {
    const { engine, happened, renewals } = sceneOf();
    await engine.begin();
    await engine.end();
    renewals[0]?.();
    await engine.end();
    expect(happened).toEqual([...openings(1), ...closings(1)]);
  });
});
