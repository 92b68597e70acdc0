import {
  asGate,
  asSession,
  GATE_ID,
  sessionId,
  type Gate,
  type SessionContent,
  type StopOrder,
  bodyOf,
} from './documents';
import {
  StoreUnavailable,
  type Chance,
  type Clock,
  type Log,
  type StateDoc,
  type StateStore,
  type StateWrite,
  type Version,
} from './ports';
import { writeForSure } from './write_for_sure';

/*
 * A session is one start of one agent. Its heartbeat is its permit: leases without comparing clocks (`protocol.md`
 * section 1), and the way in which a kill switch reaches every agent (section 4). Times in ms.
 */

export const HEARTBEAT_MS = 300;
/** A heartbeat that succeeded permits starting effects for so long after it was sent. */
export const PERMIT_MS = 1_200;
/** A session whose counter stands still for so long is dead. */
export const DEAD_AFTER_MS = 5_000;
/** When every permit given before an order has surely lapsed, on the killer's clock (1 % drift, and some). */
export const ACKNOWLEDGE_AFTER_MS = 1_260;

export interface SessionOptions {
  readonly store: StateStore;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly log: Log;
  readonly agent: string;
  readonly host: string;
  readonly roles: readonly string[];
  readonly engineDigest: string;
  /** Figures that the heartbeat carries along. */
  readonly vitals: () => Pick<SessionContent, 'bundle_version' | 'copied_through' | 'counters'>;
  /** The generation that this agent knows; another one stops it. Undefined at the very first start. */
  readonly generation: string | undefined;
  /** False while this machine's clock is more than the stated skew off, or jumped back. */
  readonly clockTrusted: () => boolean;
}

interface Peer {
  readonly n: number;
  readonly since: number;
}

/** Why an agent may not start effects now. */
export type Standstill = 'not_joined' | 'permit_lapsed' | 'stopped' | 'lost' | 'clock_off';

export class Session {
  readonly id: string;
  private readonly options: SessionOptions;
  private content: SessionContent;
  private version: Version | undefined;
  private permitUntil = -Infinity;
  private lastSuccess = -Infinity;
  private lostReason: string | undefined;
  private joined = false;
  private currentGate: Gate | undefined;
  private localStops: readonly StopOrder[] = [];
  private readonly attempts = new Set<string>();
  private readonly peers = new Map<string, Peer>();
  private readonly deadSince = new Map<string, number>();
  private readonly onLost: Array<(why: string) => void> = [];
  private readonly onGate: Array<(gate: Gate) => void> = [];

  constructor(options: SessionOptions) {
    this.options = options;
    this.id = options.chance.uuid();
    this.content = {
      id: this.id,
      agent: options.agent,
      host: options.host,
      roles: options.roles,
      started_at: new Date(options.clock.utc()).toISOString(),
      n: 0,
      dead: false,
      order_epoch: 0,
      seen_epoch: 0,
      engine_digest: options.engineDigest,
      ...options.vitals(),
    };
  }

  get isLost(): boolean {
    return this.lostReason !== undefined;
  }

  get isJoined(): boolean {
    return this.joined;
  }

  get gate(): Gate | undefined {
    return this.currentGate;
  }

  /** Milliseconds since the last heartbeat that succeeded. */
  get silentForMs(): number {
    return this.options.clock.monotonic() - this.lastSuccess;
  }

  /** Orders to stop that are in force for this agent: of the gate, and of this host alone. */
  get stops(): readonly StopOrder[] {
    return [...(this.currentGate?.stops ?? []), ...this.localStops];
  }

  whenLost(told: (why: string) => void): void {
    this.onLost.push(told);
  }

  whenGateChanges(told: (gate: Gate) => void): void {
    this.onGate.push(told);
  }

  /** Stops this host at once, before anybody else is told. */
  stopLocally(orders: readonly StopOrder[]): void {
    this.localStops = orders;
  }

  /** Why nothing may be started now for an act, or undefined. Asked right before the first byte is written. */
  standstill(action: string, connector: string): Standstill | undefined {
    if (this.isLost) return 'lost';
    if (!this.joined) return 'not_joined';
    if (this.isStopped(action, connector)) return 'stopped';
    if (!this.options.clockTrusted()) return 'clock_off';
    return this.options.clock.monotonic() < this.permitUntil ? undefined : 'permit_lapsed';
  }

  /** True while a kill switch covers the act. No gate means stopped. */
  isStopped(action: string, connector: string | null): boolean {
    if (this.currentGate === undefined) return true;
    return this.stops.some(
      ({ scope }) => scope === 'all' || scope === `action:${action}` || scope === `connector:${connector ?? ''}`,
    );
  }

  /** Milliseconds since a session was seen dead, undefined while it lives or is unknown. */
  deadForMs(id: string): number | undefined {
    const since = this.deadSince.get(id);
    return since === undefined ? undefined : this.options.clock.monotonic() - since;
  }

  /** Sessions that are known to be dead. */
  get deadSessions(): readonly string[] {
    return [...this.deadSince.keys()];
  }

  /** A dead session of which nothing is left. */
  forgetDead(id: string): void {
    this.deadSince.delete(id);
    this.peers.delete(id);
  }

  /** Sessions in the gate besides this one that are not known to be dead. */
  get livePeers(): readonly string[] {
    return Object.keys(this.currentGate?.sessions ?? {}).filter((id) => id !== this.id && !this.deadSince.has(id));
  }

  /**
   * Creates the session and enters it in the gate; creates the gate at the very first start of a state index.
   *
   * @throws StoreUnavailable; Error when the state is not the one that this agent knows
   */
  async join(): Promise<void> {
    const { store, clock } = this.options;
    const created = await store.bulk([this.writeOf('absent')]);
    if (created[0]?.kind !== 'written') throw new Error('the session could not be created');
    this.version = created[0].version;
    for (;;) {
      const doc = await store.get(GATE_ID);
      const gate = asGate(doc);
      if (gate === undefined && this.options.generation !== undefined) {
        throw new Error(
          'the gate of this state is missing: it was deleted or replaced; nothing is executed until `reflex state adopt` was run',
        );
      }
      if (gate !== undefined && this.options.generation !== undefined && gate.generation !== this.options.generation) {
        throw new Error(
          'the state index is not the one that this agent worked with; nothing is executed until `reflex state adopt` was run',
        );
      }
      const entered: Gate = {
        ...(gate ?? { generation: this.options.chance.uuid(), epoch: 1, stops: [], bundle_floor: 0, sessions: {} }),
        sessions: {
          ...gate?.sessions,
          [this.id]: { joined_at: new Date(clock.utc()).toISOString(), agent: this.options.agent },
        },
      };
      if (await this.writeGate(entered, doc)) {
        this.joined = true;
        this.lastSuccess = clock.monotonic();
        this.obey(entered);
        return;
      }
    }
  }

  /** Keeps the heartbeat until the session is lost or ended. */
  async keepAlive(until: () => boolean): Promise<void> {
    const { clock } = this.options;
    let nextPeers = 0;
    while (!this.isLost && !until()) {
      const started = clock.monotonic();
      await this.beat(started);
      if (!this.isLost && clock.monotonic() >= nextPeers) {
        nextPeers = clock.monotonic() + 1_000;
        await this.watchPeers();
      }
      await clock.sleep(Math.max(10, HEARTBEAT_MS - (clock.monotonic() - started)));
    }
  }

  /** Leaves in order, so that others need not wait to find this session dead. */
  async leave(): Promise<void> {
    this.joined = false;
    this.permitUntil = -Infinity;
    this.content = { ...this.content, ...this.options.vitals(), dead: true };
    if (this.version) await this.options.store.bulk([this.writeOf(this.version)]).catch(() => undefined);
  }

  /** Reads the gate and follows it. Called after each heartbeat; safe at any time. */
  async readGate(): Promise<Gate | undefined> {
    const gate = asGate(await this.options.store.get(GATE_ID));
    if (gate === undefined) this.lose('the gate is gone');
    else this.obey(gate);
    return gate;
  }

  /** Changes the gate by compare-and-set until it is done; `change` sees the newest gate each time. */
  async changeGate(change: (gate: Gate) => Gate): Promise<Gate> {
    for (;;) {
      const doc = await this.options.store.get(GATE_ID);
      const gate = asGate(doc);
      if (gate === undefined) throw new Error('the gate is missing');
      const changed = change(gate);
      if (changed === gate || (await this.writeGate(changed, doc))) {
        this.obey(changed);
        return changed;
      }
    }
  }

  private obey(gate: Gate): void {
    if (this.currentGate !== undefined && gate.generation !== this.currentGate.generation) {
      this.lose('the state was adopted anew');
      return;
    }
    // An older gate can be read after a newer one was written by this agent; orders never go backwards.
    if (this.currentGate !== undefined && gate.epoch < this.currentGate.epoch) return;
    this.currentGate = gate;
    this.content = { ...this.content, seen_epoch: Math.max(this.content.seen_epoch, gate.epoch) };
    for (const told of this.onGate) told(gate);
  }

  private lose(why: string): void {
    if (this.isLost) return;
    this.lostReason = why;
    this.permitUntil = -Infinity;
    this.options.log.warn('the session is lost; its work is dropped and a new one joins', { session: this.id, why });
    for (const told of this.onLost) told(why);
  }

  /** One heartbeat. INVARIANT (INV-6): the permit counts from before sending, and nothing else extends it. */
  private async beat(sentAt: number): Promise<void> {
    const { store } = this.options;
    if (this.version === undefined) return;
    try {
      this.content = { ...this.content, ...this.options.vitals(), n: this.content.n + 1 };
      const write = this.writeOf(this.version);
      const [outcome] = await store.bulk([write]);
      if (outcome?.kind === 'written') {
        this.version = outcome.version;
        this.attempts.clear();
        await this.readGate();
        if (this.isLost) return;
        this.lastSuccess = this.options.clock.monotonic();
        this.permitUntil = Math.max(this.permitUntil, sentAt + PERMIT_MS);
        return;
      }
      if (outcome?.kind === 'conflict') await this.askWhy();
    } catch (cause) {
      if (!(cause instanceof StoreUnavailable)) throw cause;
    }
  }

  /** A refused heartbeat: my own earlier one landed late, or somebody wrote an order or a death notice into it. */
  private async askWhy(): Promise<void> {
    const doc = await this.options.store.get(sessionId(this.id));
    const found = asSession(doc);
    if (!doc || !found || found.dead) {
      this.lose(found?.dead ? 'another agent found it silent and declared it dead' : 'its document is gone');
      return;
    }
    this.version = doc.version;
    if (!this.attempts.has(doc.write_id)) {
      this.content = { ...this.content, order_epoch: found.order_epoch };
      await this.readGate();
    }
  }

  /** Finds sessions whose counter stands still and declares them dead. */
  private async watchPeers(): Promise<void> {
    const { store, clock, chance, log } = this.options;
    const ids = Object.keys(this.currentGate?.sessions ?? {}).filter((id) => id !== this.id && !this.deadSince.has(id));
    if (ids.length === 0) return;
    try {
      const found = await store.getMany(ids.map(sessionId));
      const now = clock.monotonic();
      for (const id of ids) {
        const doc = found.get(sessionId(id));
        const peer = asSession(doc);
        if (!doc || !peer || peer.dead) {
          this.deadSince.set(id, now);
          continue;
        }
        const before = this.peers.get(id);
        if (before?.n !== peer.n) {
          this.peers.set(id, { n: peer.n, since: now });
        } else if (now - before.since >= DEAD_AFTER_MS) {
          const notice: StateWrite = {
            id: doc.id,
            expect: doc.version,
            body: { ...bodyOf(doc), write_id: chance.uuid(), content: { ...peer, dead: true } },
          };
          const [outcome] = await store.bulk([notice]);
          if (outcome?.kind === 'written') {
            log.warn('a session is silent and was declared dead', { session: id, agent: peer.agent });
            this.deadSince.set(id, clock.monotonic());
          }
        }
      }
    } catch (cause) {
      if (!(cause instanceof StoreUnavailable)) throw cause;
    }
  }

  private writeOf(expect: StateWrite['expect']): StateWrite {
    const write_id = this.options.chance.uuid();
    this.attempts.add(write_id);
    return {
      id: sessionId(this.id),
      expect,
      body: {
        kind: 'session',
        write_id,
        session: this.id,
        owner: this.id,
        ordinal: 0,
        facets: { state: this.content.dead ? 'dead' : 'live', at: new Date(this.options.clock.utc()).toISOString() },
        content: this.content,
        outbox: [],
      },
    };
  }

  private async writeGate(gate: Gate, doc: StateDoc | undefined): Promise<boolean> {
    const write_id = this.options.chance.uuid();
    const write: StateWrite = {
      id: GATE_ID,
      expect: doc?.version ?? 'absent',
      body: {
        kind: 'gate',
        write_id,
        session: this.id,
        owner: '',
        ordinal: 0,
        facets: {
          state: gate.stops.length > 0 ? 'stopped' : 'open',
          at: new Date(this.options.clock.utc()).toISOString(),
        },
        content: gate,
        outbox: [],
      },
    };
    return writeForSure(this.options, write);
  }
}
