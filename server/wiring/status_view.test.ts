import { StatusView } from '../../common/api/routes';
import { decode } from '../../common/codec/decode';
import type { FailingDetection } from '../runner/keeping/kinds/sources';
import type { StandingSource } from '../runner/sources/source_health';
import { StoreUnavailable, type ConnectorFacts } from '../runner/ports';
import { StatusTeller } from './status_view';

type Teller = ConstructorParameters<typeof StatusTeller>;

interface Scene {
  readonly roles?: readonly string[];
  readonly bundle?: object;
  readonly connectors?: number;
  readonly faults?: readonly string[];
  readonly demo?: boolean;
  readonly isReady?: boolean;
  readonly standingSources?: readonly StandingSource[];
  readonly failing?: readonly FailingDetection[];
  readonly untold?: ReadonlyArray<{ readonly code: string; readonly text: string }>;
  /** Ids of sources that are switched off. */
  readonly off?: readonly string[];
  /** How connectors are that do not work, by name. */
  readonly healths?: Readonly<Record<string, ConnectorFacts>>;
  /** ms since 1970. */
  readonly now?: number;
}

const left = { effect_id: 'effect:1', connector: 'edge', action: 'block_ip', target: '203.0.113.3' };

const tellerOf = ({
  roles = ['decide'],
  bundle,
  connectors = 1,
  faults = [],
  demo = false,
  isReady = true,
  standingSources = [],
  failing = [],
  untold = [],
  off = [],
  healths = {},
  now = 0,
}: Scene) => {
  const agent = {
    has: (role: string) => roles.includes(role),
    shift: undefined as unknown,
    troubles: [],
    door: { counters: {}, backlog: { spooled: 0 } },
    hostStop: { orders: [] },
    knownHere: { state: 'asked', effects: new Map() },
    parts: {
      suspensions: { inForce: [] },
      failing: { all: failing },
      switches: { off: ({ id }: { readonly id: string }) => (off.includes(id) ? {} : undefined) },
      bundles: { status: bundle },
      connectors: new Map(
        Array.from({ length: connectors }, (_, n) => [
          `c${n}`,
          { name: `c${n}`, kind: 'k', capabilities: { actions: ['block_ip', 'block_domain'] } },
        ]),
      ),
      clock: { utc: () => now, monotonic: () => 0 },
      store: { count: async () => 0, getMany: async () => new Map() },
      evidence: { find: async () => ({ total: 0, entries: [] as never[] }) },
    },
  };
  const sourceHealth = { standing: () => standingSources };
  const standing = {
    agent,
    health: {
      healthOf: (name: string) => healths[name] ?? { state: 'ok', text: '' },
      cannot: (name: string, action: string) => healths[name]?.cannot?.find((each) => each.action === action)?.why,
    },
    connectorFaults: faults,
    secrets: { troubles: () => [] },
    demo,
    sourceHealth,
    setup: { open: 2, keep: () => undefined },
    outcomes: { troubles: () => untold },
    handOvers: { troubles: () => [] },
    audit: { troubles: () => [] },
  };
  const host = { kind: 'standalone', problems: () => [], users: () => [] };
  const setting = {
    host,
    steps: { all: [] },
    demo: { runs: demo },
    hostStop: { orders: [], look: () => undefined },
    shown: (text: string) => text,
  };
  const life = { ready: isReady ? standing : undefined, standing };
  return { agent, teller: new StatusTeller(setting as unknown as Teller[0], life as unknown as Teller[1]) };
};

const IN_FORCE = { version: 1, digest: 'd', policies: 1 };

const looker = { name: 'ana', may: ['read'], singleUser: false } as const;

describe('the one word that the header says', () => {
  it.each<[word: string, note: string, scene: Scene]>([
    ['live', 'it decides and has a connector', { bundle: IN_FORCE }],
    ['observing', 'it has no connector', { bundle: IN_FORCE, connectors: 0 }],
    ['demo', 'the demo runs', { bundle: IN_FORCE, demo: true }],
    ['cannot_decide', 'it has no policies in force', {}],
    ['cannot_decide', 'it has no policies in force, in the demo too', { demo: true }],
    ['live', 'it is not to decide, and needs no policies', { roles: ['intake', 'undo'] }],
    ['observing', 'it is still starting', { isReady: false }],
  ])('is `%s` where %s', async (word, _note, scene) => {
    const { mode, loading } = await tellerOf(scene).teller.tell(looker);
    expect([mode, loading]).toEqual([word, scene.isReady === false]);
  });
});

describe('more of anything than a page takes', () => {
  const faults = Array.from({ length: 40 }, (_, n) => `connector \`c${n}\` has no address`);

  it('leaves the status readable, with the gravest troubles and how many more there are', async () => {
    const { agent, teller } = tellerOf({ bundle: IN_FORCE, connectors: 100, faults });
    const counters = { received: 0, duplicates: 0, updates: 0, quarantined: 0, accepted: 0, refused: 0, resumed: 0 };
    Object.assign(agent.door, { counters });
    const view = await teller.tell(looker);
    expect(decode(StatusView, JSON.parse(JSON.stringify(view)))).toMatchObject({ ok: true });
    expect([view.connectors.length, view.troubles.length]).toEqual([64, 16]);
    expect(view.troubles.at(-1)).toEqual({ code: 'more_troubles', text: '25 more; mend these first' });
  });

  it('says nothing of more where all have room', async () => {
    const { teller } = tellerOf({ bundle: IN_FORCE, faults: faults.slice(0, 16) });
    expect((await teller.tell(looker)).troubles.map(({ code }) => code)).toEqual(Array(16).fill('connector_fault'));
  });
});

describe('while OpenSearch is away', () => {
  it('tells since when, and when the first effect of the journal ends', async () => {
    const { agent, teller } = tellerOf({ bundle: IN_FORCE });
    agent.parts.clock.utc = () => Date.parse('2026-11-22T11:02:09.000Z');
    const entry = (deadline: string | null) => [{ deadline, at: '2026-11-22T11:00:00.000Z' }];
    const effects = new Map([
      ['a', entry('2026-11-22T11:06:00.000Z')],
      ['b', entry('2026-11-22T11:04:00.000Z')],
      ['c', entry(null)],
    ]);
    Object.assign(agent, { knownHere: { state: 'away', silent_for_ms: 9_000, effects } });
    expect((await teller.tell(looker)).here_only).toEqual({
      state: 'away',
      total: 3,
      since: '2026-11-22T11:02:00.000Z',
      next_undo: '2026-11-22T11:04:00.000Z',
    });
  });
});

describe('what of the set-up is open', () => {
  it('is told to whoever may look', async () => {
    const { teller } = tellerOf({ bundle: IN_FORCE });
    expect((await teller.tell(looker)).setup_open).toBe(2);
  });
});

describe('a receiver of outcomes that is not reached', () => {
  it('is among the troubles', async () => {
    const untold = [{ code: 'outcomes_not_told', text: 'outcomes do not arrive' }];
    const { teller } = tellerOf({ bundle: IN_FORCE, untold });
    expect((await teller.tell(looker)).troubles).toEqual(untold);
  });
});

describe('connectors that do not work', () => {
  const refused = { state: 'degraded', text: 'no', cannot: [{ action: 'block_ip', why: 'our role is gone' }] } as const;

  it('are a trouble that names what they cannot do, before anybody needs it', async () => {
    const view = await tellerOf({ bundle: IN_FORCE, healths: { c0: refused } }).teller.tell(looker);
    expect(view.troubles).toEqual([
      {
        code: 'connector_cannot_act',
        text: 'connector `c0` cannot block_ip, so such acts wait for a person: our role is gone',
      },
    ]);
    expect(view.connectors).toMatchObject([{ state: 'degraded', text: 'no', cannot: ['block_ip'] }]);
    expect((await tellerOf({ bundle: IN_FORCE }).teller.tell(looker)).connectors[0]).not.toHaveProperty('cannot');
  });

  it('are one once their target has not answered for a minute', async () => {
    const codesAt = async (now: number) => {
      const healths = { c0: { state: 'down', text: 'nobody listens', since: 1_000 } } as const;
      const { troubles } = await tellerOf({ bundle: IN_FORCE, healths, now }).teller.tell(looker);
      return troubles.map(({ code }) => code);
    };
    expect(await codesAt(60_999)).toEqual([]);
    expect(await codesAt(61_000)).toEqual(['connector_down']);
  });

  it('are named three at most', async () => {
    const healths = Object.fromEntries([0, 1, 2, 3, 4].map((n) => [`c${n}`, refused]));
    const { troubles } = await tellerOf({ bundle: IN_FORCE, connectors: 5, healths }).teller.tell(looker);
    expect(troubles[0]?.text).toMatch(/`c0`.*`c1`.*`c2`.*; and 2 more$/);
    expect(troubles[0]?.text).not.toContain('`c3`');
  });
});

describe('how live effects are at their connectors', () => {
  it('is told as all sessions that live say it, and is missing where none are', async () => {
    const { agent, teller } = tellerOf({ bundle: IN_FORCE });
    expect(await teller.tell(looker)).not.toHaveProperty('live');
    const said: Readonly<Record<string, object>> = {
      me: { live: { edge: { gone: 1, unsure: 0, seen_since: '2026-11-22T10:00:05.000Z' } } },
      other: {
        live: {
          edge: { gone: 2, unsure: 1, seen_since: '2026-11-22T10:00:01.000Z' },
          edr: { gone: 0, unsure: 0 },
        },
      },
      older: {},
    };
    const session = { id: 'me', livePeers: ['other', 'older'], stops: [], saysOfItself: (id: string) => said[id] };
    agent.shift = { session, parts: { session }, effects: { nobodyCanUndo: [] } };
    expect((await teller.tell(looker)).live).toEqual([
      { connector: 'edge', gone: 3, unsure: 1, seen_since: '2026-11-22T10:00:01.000Z' },
      { connector: 'edr', gone: 0, unsure: 0 },
    ]);
  });
});

describe('what waits in quarantine', () => {
  it('is counted every 15 s, and the last count stays while OpenSearch fails', async () => {
    const { agent, teller } = tellerOf({ bundle: IN_FORCE });
    let now = 0;
    let total = 3;
    agent.parts.clock.monotonic = () => now;
    agent.parts.evidence.find = async () => {
      if (total < 0) throw new StoreUnavailable('OpenSearch is away');
      return { total, entries: [{ at: '2026-11-22T10:00:00.000Z' }] as never[] };
    };
    expect((await teller.tell(looker)).quarantine).toBe(3);
    total = 5;
    now = 14_999;
    expect((await teller.tell(looker)).quarantine).toBe(3);
    now = 15_000;
    expect((await teller.tell(looker)).quarantine).toBe(5);
    total = -1;
    now = 30_000;
    expect((await teller.tell(looker)).quarantine).toBe(5);
  });
});

describe('effects that nobody can undo', () => {
  it('are listed, and the list is missing where there are none', async () => {
    const { agent, teller } = tellerOf({ bundle: IN_FORCE });
    expect(await teller.tell(looker)).not.toHaveProperty('nobody_can_undo');
    const session = { stops: [], livePeers: [], saysOfItself: () => undefined };
    agent.shift = {
      session,
      parts: { session },
      effects: { nobodyCanUndo: [left] },
      stopWatch: { stateOf: () => 'local' },
    };
    expect((await teller.tell(looker)).nobody_can_undo).toEqual([left]);
  });
});

describe('sources that bring nothing', () => {
  const broker = (n: number) =>
    ({ source: { type: 'kafka', id: `alerts-${n}` }, error: 'the broker is away' }) as const;
  it('names monitors that fail, with Alerting’s words, but for those that are switched off', async () => {
    const failing = ['a', 'b', 'c', 'd', 'off'].map((id) => ({
      source: { type: 'alerting' as const, id },
      name: `monitor ${id}`,
      since: '2026-11-22T10:00:00.000Z',
      words: 'no such index',
      alert_ids: ['e1'],
    }));
    const { troubles } = await tellerOf({ bundle: IN_FORCE, failing, off: ['off'] }).teller.tell(looker);
    const trouble = troubles.find(({ code }) => code === 'detection_fails');
    expect(trouble?.text).toContain('monitor a since 2026-11-22T10:00:00.000Z: no such index');
    expect(trouble?.text).toMatch(/and 1 more$/);
    expect(
      (await tellerOf({ bundle: IN_FORCE, failing, off: failing.map(({ source }) => source.id) }).teller.tell(looker))
        .troubles,
    ).toEqual([]);
  });

  const troublesOf = async (standingSources: readonly StandingSource[]) =>
    (await tellerOf({ bundle: IN_FORCE, standingSources }).teller.tell(looker)).troubles;

  it('are one trouble that names them, and none where all work', async () => {
    expect(await troublesOf([])).toEqual([]);
    expect(await troublesOf([broker(1)])).toEqual([
      { code: 'source_stands', text: 'not read for more than a minute: kafka:alerts-1 (the broker is away)' },
    ]);
    const [trouble, ...others] = await troublesOf([1, 2, 3, 4, 5].map(broker));
    expect(others).toEqual([]);
    expect(trouble?.text).toMatch(/alerts-1 .*alerts-3 .* and 2 more$/);
  });
});
