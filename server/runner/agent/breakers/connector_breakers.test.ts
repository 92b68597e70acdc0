import { breakerScene, type BreakerScene } from '../../../../test/builders/breaker_scene';
import { undoRoom, type Room } from '../../../../test/builders/undo_room';
import { utcAt } from '../../../../test/builders/undoing';
import { fakeEvidenceLog } from '../../../../test/fakes/fake_evidence';
import type { Connector, ConnectorHealth } from '../../ports';
import { ProbeTickets } from '../../session/probe_tickets';
import { ConnectorSights } from '../../facts/connector_sights';
import { ConnectorBreakers } from './connector_breakers';

/* When the breaker of a connector trips, is tried, and closes, at one agent. */

const SCOPE = 'connector:edge';
const WAIT_MS = 30_000;

let room: Room;
let scene: BreakerScene;
let sights: ConnectorSights;
let probes: ProbeTickets;
let breakers: ConnectorBreakers;
let health: ConnectorHealth['state'];
let roles: readonly string[];
let made: number;

beforeEach(() => {
  room = undoRoom();
  const ports = { ...room.basics, evidence: fakeEvidenceLog(room.evidence) };
  scene = breakerScene(ports);
  sights = new ConnectorSights(room.basics.clock);
  probes = new ProbeTickets('me');
  [health, roles, made] = ['ok', ['act'], 0];
  const connector = {
    name: 'edge',
    capabilities: { request_timeout_ms: 1_000 },
    status: async () => ({ state: health, text: 'it says so' }),
  } as unknown as Connector;
  Object.assign(scene.session, { probes, has: (role: string) => roles.includes(role) });
  breakers = new ConnectorBreakers({
    ...ports,
    ...scene,
    connectors: new Map([['edge', connector]]),
    connectorSights: sights,
  });
});

const see = (words: string): void => {
  for (const word of words) {
    made += 1;
    const fails = word === 'f';
    sights.note('edge', {
      ...{ command: `c${made}`, fails, began: room.basics.clock.monotonic() },
      ...(fails && { why: 'no answer' }),
    });
  }
};
const round = (): Promise<void> => room.run(breakers.round());
const later = async (ms: number): Promise<void> => {
  await room.wait(ms);
  await round();
};
const tripped = () => scene.orderOf(SCOPE)?.breaker;
const trip = async (): Promise<void> => {
  see('fffff');
  await round();
  await round();
};
const events = (): readonly string[] => scene.notices.map(({ event }) => event);

describe('the breaker of a connector', () => {
  it.each([
    ['its own, where it has one', 'edge', WAIT_MS * 2],
    ['that of all, where another one has its own', 'edr', WAIT_MS],
  ])('goes by the rule that is %s', async (_, named, wait_ms) => {
    const own = { error_percent: 30, at_least: 5, window_ms: 600_000, wait_ms: WAIT_MS * 2 };
    Object.assign(scene.breakers, { rules: { ...scene.breakers.rules, connectors: new Map([[named, own]]) } });
    see('fffff');
    await round();
    expect(tripped()).toMatchObject({ wrong: 5, wait_ms });
  });

  it('trips once it is clear, with what it saw and when it is tried', async () => {
    see('ffff');
    await round();
    expect(tripped()).toBeUndefined();
    see('f');
    await round();
    expect(scene.orderOf(SCOPE)).toMatchObject({
      who: 'reflex breaker',
      why: '5 of 5 commands failed, clearly more than 30 %; the last one: no answer',
      breaker: { wrong: 5, of: 5, round: 1, wait_ms: WAIT_MS },
    });
    expect(scene.notices).toMatchObject([{ event: 'tripped', scope: SCOPE, probe_at: tripped()?.probe_at }]);
  });

  it('leaves a stop of a person as it is, and tries nothing of it', async () => {
    const stop = { scope: SCOPE, who: 'ann', why: 'odd', at: utcAt(0), epoch: 2 };
    scene.gate = { ...scene.gate, stops: [stop] };
    await trip();
    await later(2 * WAIT_MS);
    expect([scene.gate.stops, events()]).toEqual([[stop], []]);
  });

  it('is tried after its wait, not before, by who acts and while the connector is not down', async () => {
    await trip();
    await later(WAIT_MS - 1_000);
    expect(tripped()?.probe).toBeUndefined();
    roles = ['decide'];
    await later(2_000);
    expect(tripped()?.probe).toBeUndefined();
    roles = ['act'];
    await round();
    expect(tripped()?.probe).toMatchObject({ session: 'me' });
  });

  it('waits twice as long where the connector says that it is down', async () => {
    await trip();
    health = 'down';
    await later(WAIT_MS);
    expect(tripped()).toMatchObject({ round: 2, wait_ms: 2 * WAIT_MS });
    health = 'ok';
    await round();
    await later(2 * WAIT_MS - 1_000);
    expect(tripped()?.probe).toBeUndefined();
    await later(2_000);
    expect(tripped()?.probe).toBeDefined();
    expect(events()).toEqual(['tripped', 'trial_failed']);
  });

  it.each([
    ['w', ['tripped', 'closed']],
    ['f', ['tripped', 'trial_failed']],
  ])('goes by the act that tries it: %s', async (word, told) => {
    await trip();
    await later(WAIT_MS);
    await later(1_000);
    expect(events()).toEqual(['tripped']);
    see(word);
    await round();
    expect([events(), tripped() === undefined]).toEqual([told, word === 'w']);
  });

  it('goes by nothing that had begun before', async () => {
    await trip();
    const began = room.basics.clock.monotonic();
    await later(WAIT_MS);
    sights.note('edge', { command: 'old', fails: false, began });
    await round();
    expect(events()).toEqual(['tripped']);
  });

  it('closes where something of ours was undone and is gone, but not before its wait', async () => {
    await trip();
    await room.wait(1_000);
    sights.noteRemoved('edge');
    await later(WAIT_MS - 2_000);
    expect(tripped()).toBeDefined();
    await later(2_000);
    expect([tripped(), events()]).toEqual([undefined, ['tripped', 'closed']]);
  });

  it('does not trip again on what was judged before a reset that this agent had not heard of', async () => {
    see('fffff');
    const { changeGate } = scene.session;
    scene.session.changeGate = (change) => {
      scene.gate = { ...scene.gate, breaker_resets: { [SCOPE]: utcAt(1) } };
      return changeGate(change);
    };
    await round();
    await round();
    expect([tripped(), events()]).toEqual([undefined, []]);
  });

  it('counts anew once it is over', async () => {
    await trip();
    scene.gate = { ...scene.gate, stops: [] };
    await round();
    see('ffff');
    await round();
    expect(tripped()).toBeUndefined();
    see('f');
    await round();
    expect(tripped()).toBeDefined();
  });

  it('is left to others where no act comes, unless there are none or one is on its way', async () => {
    await trip();
    await later(WAIT_MS);
    await later(WAIT_MS);
    expect(tripped()?.probe).toBeDefined();
    scene.livePeers = ['other'];
    const order = scene.orderOf(SCOPE);
    if (order) probes.take(order, 'c9');
    await round();
    expect(tripped()?.probe).toBeDefined();
    probes.giveBack('c9');
    await round();
    expect(tripped()).toMatchObject({ round: 1 });
    expect(tripped()?.probe).toBeUndefined();
    await later(WAIT_MS - 1_000);
    expect(tripped()?.probe).toBeUndefined();
    await later(2_000);
    expect(tripped()?.probe).toBeDefined();
  });

  it('is not tried beside another session that tries it', async () => {
    await trip();
    const [order] = scene.gate.stops;
    if (!order?.breaker) throw new Error('it did not trip');
    const probe = { session: 'other', at: utcAt(0) };
    const others = { other: { joined_at: utcAt(0), agent: 'b' } };
    scene.gate = {
      ...scene.gate,
      sessions: { ...scene.gate.sessions, ...others },
      stops: [{ ...order, breaker: { ...order.breaker, probe } }],
    };
    health = 'down';
    await later(WAIT_MS);
    expect(tripped()).toMatchObject({ round: 1, probe });
    // It left the gate: it was found dead.
    scene.gate = { ...scene.gate, sessions: { me: { joined_at: utcAt(0), agent: 'a' } } };
    health = 'ok';
    await round();
    expect(tripped()?.probe?.session).toBe('me');
  });

  it('is on record: what tripped, what failed and what closed it', async () => {
    await trip();
    await later(WAIT_MS);
    see('f');
    await round();
    await round();
    await later(2 * WAIT_MS);
    see('w');
    await round();
    await room.run(scene.orders.file());
    await room.run(scene.orders.file());
    const records = room.evidence.find({ family: 'audit' }).map(({ body }) => body);
    expect(records.map(({ verb, by, scope }) => [verb, by, scope])).toEqual(
      ['breaker_trip', 'breaker_trial_failed', 'breaker_close'].map((verb) => [verb, 'reflex breaker', SCOPE]),
    );
  });
});
