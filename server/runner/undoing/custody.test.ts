import { present } from '../../../common/present';
import { passTime } from '../../../test/builders/executing';
import { clockOf, quietLog } from '../../../test/builders/store_port';
import { Scheduler } from '../../../test/fakes/scheduler';
import { SessionLost } from '../keeping/session_lost';
import { DiskFailed, StoreUnavailable } from '../ports';
import { Custody, type CustodyRules, type InCare } from './custody';

const TICK_MS = 100;
const SEARCH_EVERY_MS = 1_000;

const connectorsTaking = (...timeouts: number[]) =>
  new Map(timeouts.map((request_timeout_ms, n) => [`c${n}`, { capabilities: { request_timeout_ms } as never }]));

interface Around {
  readonly dueAt?: CustodyRules<InCare>['dueAt'];
  readonly lookAfter?: CustodyRules<InCare>['lookAfter'];
  readonly searchAround?: CustodyRules<InCare>['searchAround'];
  readonly beforeTick?: CustodyRules<InCare>['beforeTick'];
  readonly deadForMs?: Readonly<Record<string, number | undefined>>;
  readonly timeouts?: readonly number[];
  /** Of a clock whose pauses need not be exact. */
  readonly nap?: (ms: number) => Promise<void>;
}

let scheduler: Scheduler;
beforeEach(() => {
  scheduler = new Scheduler();
});
const wait = (ms: number): Promise<void> => new Promise((resolve) => scheduler.after(ms, resolve));

const aCustody = ({ lookAfter, searchAround, beforeTick, dueAt, deadForMs = {}, timeouts = [], nap }: Around = {}) => {
  const logged: string[] = [];
  const looks: Array<readonly [string, number]> = [];
  const searches: number[] = [];
  const state = { isLost: false, isOver: false, hasEnded: false };
  const session = {
    get isLost() {
      return state.isLost;
    },
    deadSessions: Object.keys(deadForMs),
    deadForMs: (id: string) => deadForMs[id],
    saysOfItself: () => undefined,
  };
  const custody = new Custody<InCare>(
    {
      session,
      connectors: connectorsTaking(...timeouts),
      basics: { clock: { ...clockOf(scheduler), ...present({ nap }) }, log: quietLog(logged) },
    },
    {
      what: 'a thing',
      tickMs: TICK_MS,
      searchEveryMs: SEARCH_EVERY_MS,
      lookAfter: async (id, item) => {
        looks.push([id, scheduler.now]);
        item.nextLook = Infinity;
        await lookAfter?.(id, item);
      },
      dueAt,
      beforeTick,
      searchAround: async () => {
        searches.push(scheduler.now);
        await searchAround?.();
      },
    },
  );
  const run = async (): Promise<void> => {
    await custody.run(() => state.isOver);
    state.hasEnded = true;
  };
  const passUntil = async (moment: number): Promise<void> => {
    await new Promise((resolve) => setImmediate(resolve));
    await scheduler.runUntil(moment);
  };
  return { custody, looks, searches, logged, state, run, passUntil };
};
type Scene = ReturnType<typeof aCustody>;
const keep = ({ custody }: Scene, id: string, nextLook = 0): void => {
  custody.items.set(id, { nextLook, busy: false });
};

describe('what is in care', () => {
  it.each([
    ['at once if its time is over', -5, 0],
    ['at once if its time is now', 0, 0],
    ['as soon as its time has come', 300, 300],
    ['never before its time', 301, 400],
  ])('is looked at %s', async (_what, nextLook, at) => {
    const scene = aCustody();
    keep(scene, 'x', nextLook);
    void scene.run();
    await scene.passUntil(2_000);
    expect(scene.looks).toEqual([['x', at]]);
  });

  it('is looked at again when the last look says', async () => {
    const scene = aCustody({
      lookAfter: async (_id, item) => {
        item.nextLook = scheduler.now + 400;
      },
    });
    keep(scene, 'x');
    void scene.run();
    await scene.passUntil(1_000);
    expect(scene.looks.map(([, at]) => at)).toEqual([0, 400, 800]);
  });

  it('is never looked at twice at a time, and holds up nothing else', async () => {
    const scene = aCustody({
      lookAfter: async (id, item) => {
        item.nextLook = 0;
        await wait(id === 'slow' ? 850 : 250);
      },
    });
    keep(scene, 'slow');
    keep(scene, 'quick');
    void scene.run();
    await scene.passUntil(1_000);
    expect(scene.looks.filter(([id]) => id === 'slow').map(([, at]) => at)).toEqual([0, 900]);
    expect(scene.looks.filter(([id]) => id === 'quick').map(([, at]) => at)).toEqual([0, 300, 600, 900]);
  });

  it.each([
    ['that fails is told, and done again', new Error('no'), ['looking after a thing failed']],
    ['that OpenSearch does not answer is done again', new StoreUnavailable('away'), []],
  ])('a look %s', async (_what, cause, told) => {
    let fails = true;
    const scene = aCustody({
      lookAfter: async (_id, item) => {
        if (!fails) return;
        fails = false;
        item.nextLook = scheduler.now;
        throw cause;
      },
    });
    keep(scene, 'x');
    void scene.run();
    await scene.passUntil(1_000);
    expect(scene.looks).toEqual([
      ['x', 0],
      ['x', TICK_MS],
    ]);
    expect(scene.logged).toEqual(told);
  });
});

describe('a search for what came into this session’s hands otherwise', () => {
  it('is made at the beginning, and then as often as the rules say', async () => {
    const scene = aCustody();
    void scene.run();
    await scene.passUntil(2_500);
    expect(scene.searches).toEqual([0, 1_000, 2_000]);
  });

  it('waits for the one before', async () => {
    const scene = aCustody({ searchAround: () => wait(1_250) });
    void scene.run();
    await scene.passUntil(2_700);
    expect(scene.searches).toEqual([0, 1_300, 2_600]);
  });

  it.each([
    ['is told', new Error('no'), true],
    ['is not told where the session is lost', new SessionLost(), false],
  ])('that fails %s, and made again', async (_what, cause, isTold) => {
    const scene = aCustody({ searchAround: () => Promise.reject(cause) });
    void scene.run();
    await scene.passUntil(1_000);
    expect(scene.searches).toEqual([0, 1_000]);
    expect(scene.logged).toEqual(isTold ? Array.from({ length: 2 }, () => 'searching for a thing failed') : []);
  });
});

describe('the care of a session ends', () => {
  it.each([
    ['when it is told to', { isOver: true }],
    ['when the session is lost', { isLost: true }],
  ])('%s', async (_what, change) => {
    const scene = aCustody();
    void scene.run();
    await scene.passUntil(450);
    expect(scene.state.hasEnded).toBe(false);
    Object.assign(scene.state, change);
    keep(scene, 'x');
    await scene.passUntil(2_000);
    expect(scene.state.hasEnded).toBe(true);
    expect([scene.looks, scene.searches]).toEqual([[], [0]]);
  });

  it.each([{ isOver: true }, { isLost: true }])('before it began where that is so already: %j', async (change) => {
    const scene = aCustody();
    Object.assign(scene.state, change);
    keep(scene, 'x');
    await scene.run();
    expect([scene.looks, scene.searches]).toEqual([[], []]);
  });
});

describe('the work of a dead session', () => {
  it.each<[string, Around, readonly string[]]>([
    ['not while a request of it may be on the wire', { deadForMs: { s2: 1_999 }, timeouts: [2_000] }, []],
    ['once no request of it can be on the wire', { deadForMs: { s2: 2_000 }, timeouts: [2_000] }, ['s2']],
    [
      'not while one of the slowest target may be on the wire',
      { deadForMs: { s2: 4_999 }, timeouts: [1, 5_000, 2] },
      [],
    ],
    ['at once where there is no target', { deadForMs: { s2: 0 } }, ['s2']],
    ['not if it lives again', { deadForMs: { s2: undefined }, timeouts: [2_000] }, []],
    ['each by itself', { deadForMs: { s2: 9_000, s3: 1_000, s4: 2_000 }, timeouts: [2_000] }, ['s2', 's4']],
  ])('may be taken over: %s', (_what, around, expected) => {
    expect(aCustody(around).custody.ofTheDead).toEqual(expected);
  });

  it('is waited for by the longest request of any target', () => {
    const { custody } = aCustody({ deadForMs: { a: 6_999, b: 7_000 }, timeouts: [3_000, 7_000, 5_000] });
    expect(custody.ofTheDead).toEqual(['b']);
  });
});

describe('what nobody looks after any more', () => {
  /** Asks at each of these moments, and tells what was found each time. */
  const askAt = async (
    { custody, passUntil }: Scene,
    moments: readonly number[],
    search: () => Promise<readonly string[]> = async () => ['x'],
    isInHand: (id: string) => boolean = () => false,
  ) => {
    const found: Array<readonly string[]> = [];
    for (const moment of moments) {
      await passUntil(moment);
      found.push(await custody.orphans(search, isInHand));
    }
    return found;
  };

  it.each<[string, readonly number[], ReadonlyArray<readonly string[]>]>([
    ['not at first sight', [0], [[]]],
    ['not before 15 s', [0, 14_999], [[], []]],
    ['after 15 s', [0, 15_000], [[], ['x']]],
    ['for as long as nobody picks it up', [0, 15_000, 20_000], [[], ['x'], ['x']]],
  ])('is picked up %s', async (_what, moments, found) => {
    expect(await askAt(aCustody(), moments)).toEqual(found);
  });

  it('is searched for every 5 s, however often it is asked for', async () => {
    const searchedAt: number[] = [];
    const search = async () => {
      searchedAt.push(scheduler.now);
      return [];
    };
    await askAt(aCustody(), [0, 100, 4_999, 5_000, 9_999, 10_500], search);
    expect(searchedAt).toEqual([0, 5_000, 10_500]);
  });

  it('is searched for once at a time', async () => {
    let searches = 0;
    const { custody } = aCustody();
    const search = async () => {
      searches += 1;
      await wait(2_000);
      return ['x'];
    };
    const ask = () => custody.orphans(search, () => false);
    await passTime(scheduler, Promise.all([ask(), ask()]));
    expect(searches).toBe(1);
  });

  it('is not what is in care, or under way otherwise', async () => {
    const scene = aCustody();
    keep(scene, 'kept');
    const search = async () => ['kept', 'sent', 'lost'];
    expect(await askAt(scene, [0, 15_000], search, (id) => id === 'sent')).toEqual([[], ['lost']]);
  });

  it.each([
    ['was in care meanwhile', true],
    ['was closed meanwhile', false],
  ])('counts anew where it %s', async (_what, isKept) => {
    const scene = aCustody();
    const isThere = async () => ['x'];
    await askAt(scene, [0, 5_000], isThere);
    if (isKept) keep(scene, 'x', Infinity);
    await askAt(scene, [10_000], async () => (isKept ? ['x'] : []));
    scene.custody.items.delete('x');
    expect(await askAt(scene, [15_000, 29_999, 35_000], isThere)).toEqual([[], [], ['x']]);
  });

  it('is judged when the search is over, not when it began', async () => {
    const slow = async () => {
      await wait(1_000);
      return ['x'];
    };
    const scene = aCustody();
    expect(await askAt(scene, [0])).toEqual([[]]);
    await scene.passUntil(14_000);
    expect(
      await passTime(
        scheduler,
        scene.custody.orphans(slow, () => false),
      ),
    ).toEqual(['x']);
  });
});

describe('what cannot be looked after', () => {
  const failing = (cause: Error, around: Around = {}) =>
    aCustody({
      ...around,
      lookAfter: async (_id, item) => {
        item.nextLook = 0;
        throw cause;
      },
    });
  const looksWithin = async (scene: Scene, ms: number): Promise<number> => {
    keep(scene, 'a');
    void scene.run();
    for (let moment = 100; moment <= ms; moment += 100) await scene.passUntil(moment);
    scene.state.isOver = true;
    return scene.looks.length;
  };

  it.each<[what: string, cause: Error, within: number, pauses: readonly number[]]>([
    [
      'in pauses that double from 100 ms to 30 s',
      new Error('a bug'),
      112_000,
      [100, 200, 400, 800, 1_600, 3_200, 6_400, 12_800, 25_600, 30_000, 30_000],
    ],
    [
      'each second where it only waits for the store',
      new StoreUnavailable('away'),
      4_000,
      [100, 200, 400, 800, 1_000, 1_000],
    ],
  ])('is looked at again %s', async (_what, cause, within, pauses) => {
    const scene = failing(cause);
    await looksWithin(scene, within);
    const times = scene.looks.map(([, at]) => at);
    expect(times.slice(1).map((at, n) => at - (times[n] ?? NaN))).toEqual(pauses);
  });

  it('is looked at in short pauses again once a look succeeded', async () => {
    let fails = true;
    const scene = aCustody({
      lookAfter: async (_id, item) => {
        item.nextLook = scheduler.now;
        if (fails) throw new Error('a bug');
      },
    });
    await looksWithin(scene, 10_000);
    scene.state.isOver = false;
    fails = false;
    scene.custody.hurry('a');
    void scene.run();
    await scene.passUntil(20_000);
    fails = true;
    const before = scene.looks.length;
    await scene.passUntil(20_450);
    expect(scene.looks.slice(before).map(([, at]) => at % 1_000)).toEqual([100, 200, 400]);
  });

  it('is looked at in short pauses where it left and came again: what failed before is forgotten', async () => {
    let leaves = false;
    const scene = aCustody({
      lookAfter: async (id, item) => {
        item.nextLook = 0;
        if (leaves) scene.custody.items.delete(id);
        throw new Error('a bug');
      },
    });
    await looksWithin(scene, 10_000);
    scene.state.isOver = false;
    leaves = true;
    scene.custody.hurry('a');
    void scene.run();
    await scene.passUntil(20_000);
    leaves = false;
    const before = scene.looks.length;
    keep(scene, 'a');
    await scene.passUntil(20_450);
    expect(scene.looks.slice(before).map(([, at]) => at)).toEqual([20_100, 20_200, 20_400]);
  });

  it('is looked at again each second while it only waits for the store or for room', async () => {
    for (const cause of [new StoreUnavailable('away'), new DiskFailed('full')]) {
      scheduler = new Scheduler();
      const looks = await looksWithin(failing(cause), 20_000);
      expect([looks >= 15, looks <= 30]).toEqual([true, true]);
    }
  });

  it('is looked at when something has to be done about it, whatever pause it is in', async () => {
    const scene = failing(new Error('a bug'), { dueAt: () => 20_000 });
    await looksWithin(scene, 60_000);
    const times = scene.looks.map(([, at]) => at);
    expect(times.some((at) => at >= 20_000 && at < 20_000 + 2 * TICK_MS)).toBe(true);
    // And not at every tick from then on.
    expect(times.length).toBeLessThan(15);
  });

  it('is looked at as soon as somebody says so', async () => {
    const scene = aCustody();
    keep(scene, 'a', 1e9);
    void scene.run();
    await scene.passUntil(500);
    scene.custody.hurry('a');
    await scene.passUntil(800);
    scene.state.isOver = true;
    expect(scene.looks.map(([id]) => id)).toEqual(['a']);
  });
});

describe('what somebody hurries', () => {
  it('while it is being looked at is looked at once more afterwards, and not before', async () => {
    const scene = aCustody({ lookAfter: () => wait(550) });
    keep(scene, 'a');
    void scene.run();
    await scene.passUntil(250);
    scene.custody.hurry('a');
    await scene.passUntil(2_000);
    expect(scene.looks.map(([, at]) => at)).toEqual([0, 600]);
  });

  it('right before a tick is looked at in that tick', async () => {
    const scene = aCustody({ beforeTick: () => void (scheduler.now === 300 && scene.custody.hurry('a')) });
    keep(scene, 'a', Infinity);
    void scene.run();
    await scene.passUntil(2_000);
    expect(scene.looks).toEqual([['a', 300]]);
  });

  it('and is in nobody’s care is let be', () => {
    const scene = aCustody();
    scene.custody.hurry('unknown');
    expect(scene.custody.items.size).toBe(0);
  });
});

describe('the search for orphans', () => {
  it('comes the less often the more there is to look through', async () => {
    const scene = aCustody();
    const many = Array.from({ length: 10_000 }, (_, n) => `x${n}`);
    let searches = 0;
    const search = async (): Promise<readonly string[]> => {
      searches += 1;
      return many;
    };
    for (let moment = 0; moment <= 100_000; moment += 1_000) {
      await scene.passUntil(moment);
      await scene.custody.orphans(search, () => true);
    }
    expect(searches).toBe(3);
  });
});

describe('the pauses of who looks after things', () => {
  it('are longer while there is nothing to look after, and no longer once there is', async () => {
    const naps: Array<readonly [at: number, ms: number]> = [];
    const { custody, run, passUntil, state } = aCustody({
      nap: (ms) => {
        naps.push([scheduler.now, ms]);
        return wait(ms);
      },
    });
    void run();
    await passUntil(1_000);
    custody.items.set('a', { nextLook: Infinity, busy: false });
    await passUntil(2_000);
    state.isOver = true;
    expect(new Set(naps.filter(([at]) => at < 1_000).map(([, ms]) => ms))).toEqual(new Set([250]));
    expect(new Set(naps.filter(([at]) => at >= 1_250).map(([, ms]) => ms))).toEqual(new Set([TICK_MS]));
  });
});
