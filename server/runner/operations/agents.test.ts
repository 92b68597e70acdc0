import type { Gate } from '../keeping/kinds/gate';
import type { SessionContent } from '../keeping/kinds/session';
import { agentsOf } from './agents';

const AT = '2026-11-22T10:00:00.000Z';

const aSession = (id: string, change: Partial<SessionContent> = {}): SessionContent => ({
  id,
  agent: `agent-${id}`,
  host: `host-${id}`,
  roles: ['ui', 'intake', 'decide', 'act', 'undo'],
  started_at: AT,
  n: 1,
  dead: false,
  order_epoch: 0,
  seen_epoch: 0,
  bundle_version: 3,
  engine_digest: 'e',
  copied_through: 0,
  counters: {},
  undoes: { edge: ['block_ip'] },
  holds: { pending: 1, spooled: 2, journal: 3 },
  ...change,
});

interface Seen {
  readonly sessions: readonly SessionContent[];
  /** In the gate, and not looked at yet. */
  readonly unseen?: readonly string[];
  readonly dead?: readonly string[];
  readonly version?: number;
}

/** The fleet as session `a` sees it. */
const fleet = ({ sessions, unseen = [], dead = [], version = 3 }: Seen) => {
  const named = [...sessions.map(({ id }) => id), ...unseen];
  const gate = {
    sessions: Object.fromEntries(
      named.map((id) => [id, { joined_at: AT, agent: `agent-${id}`, ...(id === 'old' ? {} : { schema: 7 }) }]),
    ),
  };
  const told = agentsOf({
    parts: { bundles: { status: { version } } },
    shift: {
      session: {
        id: 'a',
        gate: gate as unknown as Gate,
        saysOfItself: (id: string) => sessions.find((each) => each.id === id),
        deadForMs: (id: string) => (dead.includes(id) ? 1_000 : undefined),
        stillForMs: (id: string) => (unseen.includes(id) ? undefined : 250),
      },
    },
  } as unknown as Parameters<typeof agentsOf>[0]);
  if (!told.ok) throw new Error(told.error.message);
  return told.value;
};

describe('the agents', () => {
  it('that lack nothing say so', () =>
    expect(fleet({ sessions: [aSession('a')] })).toEqual([
      {
        session: 'a',
        agent: 'agent-a',
        this_one: true,
        since: AT,
        alive: true,
        schema: 7,
        lacks: [],
        cannot_undo_at: [],
        host: 'host-a',
        roles: ['ui', 'intake', 'decide', 'act', 'undo'],
        bundle_version: 3,
        heartbeat_ms: 250,
        pending: 1,
        spooled: 2,
        journal: 3,
      },
    ]));

  it.each([
    ['a role', { roles: ['ui', 'intake', 'decide', 'undo'] }, ['act']],
    ['policies', { bundle_version: 0 }, ['policies']],
    ['the newest policies', { bundle_version: 2 }, ['newest_policies']],
    ['a right clock', { clock_off: true }, ['clock']],
  ] as const)('say that they lack %s', (_what, change, lacks) => {
    const [first] = fleet({ sessions: [aSession('a'), aSession('b', change)] });
    expect([first?.session, first?.lacks]).toEqual(['b', lacks]);
  });

  it('say at which connectors of the others they cannot undo, unless they do not say what they can', () => {
    const two = aSession('b', { undoes: { edge: ['block_ip'], edr: ['isolate_host'] } });
    const silent = aSession('c', { undoes: undefined });
    const found = fleet({ sessions: [aSession('a'), two, silent] });
    expect(found.map(({ session, cannot_undo_at: at }) => [session, at])).toEqual([
      ['a', ['edr']],
      ['b', []],
      ['c', []],
    ]);
  });

  it('that are dead come first, then those that lack something, then by name', () => {
    const sessions = [aSession('a'), aSession('b', { roles: ['ui'] }), aSession('c')];
    expect(fleet({ sessions, dead: ['c'] }).map(({ session, alive }) => [session, alive])).toEqual([
      ['c', false],
      ['b', true],
      ['a', true],
    ]);
  });

  it('of earlier versions, and those that were not looked at yet, are listed with what is known', () => {
    const old = aSession('old', { holds: undefined });
    const found = fleet({ sessions: [aSession('a'), old], unseen: ['new'] });
    expect(found.find(({ session }) => session === 'old')).toMatchObject({ schema: 1 });
    expect(found.find(({ session }) => session === 'old')).not.toHaveProperty('journal');
    expect(found.find(({ session }) => session === 'new')).toEqual({
      session: 'new',
      agent: 'agent-new',
      this_one: false,
      since: AT,
      alive: true,
      schema: 7,
      lacks: [],
      cannot_undo_at: [],
    });
  });

  it('know of themselves what their next heartbeat will tell', () => {
    const [own] = fleet({ sessions: [aSession('a', { bundle_version: 0 })], version: 4 });
    expect([own?.bundle_version, own?.lacks]).toEqual([4, []]);
  });

  it('are not known before this one joined', () =>
    expect(
      agentsOf({ parts: { bundles: {} }, shift: undefined } as unknown as Parameters<typeof agentsOf>[0]),
    ).toMatchObject({ ok: false, error: { code: 'unavailable' } }));
});
