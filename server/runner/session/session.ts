import { covers, type Stoppable } from '../../../common/flow/stop_scope';
import { iso } from '../../../common/iso';
import type { Breaker } from '../../engine/brakes/ordered_stop';
import { isOfBreaker } from '../keeping/kinds/gate_breakers';
import { allStops, datedEnds, withStop, type Gate, type StopOrder } from '../keeping/kinds/gate';
import { Failures } from '../keeping/in_background';
import { RELEASED, type SessionContent } from '../keeping/kinds/session';
import { docOf, type StateDocOf } from '../keeping/state_docs';
import { STATE_SCHEMA, type StateDoc, type Version } from '../ports';
import { GateDocument, isBefore, pausesOf, type GateSeen } from './gate_document';
import { GateTime } from './gate_time';
import { gateToEnter } from './gate_to_enter';
import { Peers, type PeerSeen } from './peers';
import { ProbeTickets } from './probe_tickets';
import { SessionDocument, type Loss } from './session_document';
import type { SessionOptions } from './session_options';
import { HEARTBEAT_MS, PERMIT_MS } from './session_times';
import { floorOf } from './upgrade';

/*
 * A session is one start of one agent. Its heartbeat is its permit: leases without comparing clocks (`protocol.md`
 * section 1), and the way in which a kill switch reaches every agent (section 4).
 */

/** Why an agent may start nothing at all now, whatever its orders are. */
export type NoPermit = 'not_joined' | 'permit_lapsed' | 'lost' | 'clock_off';
/** Why an agent may not start an effect now. */
type Standstill = NoPermit | 'stopped';

export class Session {
  readonly id: string;
  private readonly options: SessionOptions;
  private readonly schema: number;
  private readonly document: SessionDocument;
  private permitUntil = -Infinity;
  private lastSuccess = -Infinity;
  private loss: Loss | undefined;
  private joined = false;
  private readonly failures: Failures;
  private currentGate: Gate | undefined;
  private gateVersion: Version | undefined;
  private readonly peers: Peers;
  /** Acts that may start to try a breaker. */
  readonly probes: ProbeTickets;
  private readonly gateDocument: GateDocument;
  private readonly gateTime: GateTime;
  private readonly onLost: Array<(why: string) => void> = [];
  private readonly onGate: Array<(gate: Gate) => void> = [];
  private readonly onPeers: Array<(peers: readonly PeerSeen[]) => void> = [];

  constructor(options: SessionOptions) {
    const { store, basics } = options;
    this.options = options;
    this.schema = options.schema ?? STATE_SCHEMA;
    this.id = basics.chance.uuid();
    this.probes = new ProbeTickets(this.id);
    this.peers = new Peers({ store, ...basics });
    this.failures = new Failures(basics.log, 'the heartbeat failed');
    this.gateDocument = new GateDocument({ store, basics }, this.id);
    this.gateTime = new GateTime(options, this.gateDocument);
    this.document = new SessionDocument(this.id, options);
  }

  get isLost(): boolean {
    return this.loss !== undefined;
  }

  /** It was lost because the state was put back to an earlier moment. */
  get foundPutBack(): boolean {
    return this.loss?.isPutBack === true;
  }

  get isJoined(): boolean {
    return this.joined;
  }

  get gate(): Gate | undefined {
    return this.currentGate;
  }

  /** For so long at least the state has been the adopted one, ms; undefined if it never was adopted. */
  get adoptedForMs(): number | undefined {
    return this.gateTime.adoptedForMs;
  }

  /** Since the last heartbeat that succeeded, ms. */
  get silentForMs(): number {
    return this.options.basics.clock.monotonic() - this.lastSuccess;
  }

  /** Orders to stop that are in force for this agent: of the gate, and of this host alone. */
  get stops(): readonly StopOrder[] {
    return allStops(this.currentGate, this.options.hostStop.orders);
  }

  whenLost(told: (why: string) => void): void {
    this.onLost.push(told);
  }

  whenGateChanges(told: (gate: Gate) => void): void {
    this.onGate.push(told);
  }

  /** Told once a second of all others that the gate names, after each look at them. */
  whenPeersSeen(told: (peers: readonly PeerSeen[]) => void): void {
    this.onPeers.push(told);
  }

  /**
   * Why nothing may be started now for an act, or undefined. Asked right before the first byte is written.
   *
   * @param what `command`: id of what starts; it may be the one act that tries a breaker. Missing: nothing is tried.
   *   `source`: whose event it comes of; empty: nobody's, missing: nobody knows
   */
  standstill(
    action: string,
    connector: string,
    policy: string,
    { command, source }: { readonly command?: string; readonly source?: string | undefined } = {},
  ): Standstill | undefined {
    const lack = this.noPermit();
    if (lack === 'lost' || lack === 'not_joined') return lack;
    const isTrial = (order: StopOrder): boolean => {
      if (command === undefined) return false;
      return lack === undefined ? this.probes.take(order, command) : this.probes.isFree(order);
    };
    const covering = this.covering({ action, connector, policy, source });
    return covering === undefined || !covering.every(isTrial) ? 'stopped' : lack;
  }

  /** Why nothing at all may be started now, apart from orders to stop; undefined while the permit is valid. */
  noPermit(): NoPermit | undefined {
    if (this.isLost) return 'lost';
    if (!this.joined) return 'not_joined';
    if (!this.options.clockTrusted()) return 'clock_off';
    return this.options.basics.clock.monotonic() < this.permitUntil ? undefined : 'permit_lapsed';
  }

  /** True while a kill switch covers the act, and it may not be the one that tries a breaker. No gate means stopped. */
  isStopped(action: string, connector: string | null, policy: string, source?: string): boolean {
    const covering = this.covering({ action, connector, policy, source });
    return covering === undefined || !covering.every((order) => this.probes.isFree(order));
  }

  /** The breaker that stops an act, where breakers alone do; what a person stopped is a person's to end. */
  breakerAt(action: string, connector: string | null, policy: string, source?: string): Breaker | undefined {
    const covering = (this.covering({ action, connector, policy, source }) ?? []).filter(
      (order) => !this.probes.isFree(order),
    );
    const [order] = covering;
    if (order?.breaker === undefined || !covering.every(isOfBreaker)) return undefined;
    const { scope, at, why, breaker } = order;
    return { scope, at, why, triesItself: breaker.wait_ms !== undefined };
  }

  /** Orders that cover an act; undefined while there is no gate. */
  private covering(act: Stoppable): readonly StopOrder[] | undefined {
    return this.currentGate && this.stops.filter(({ scope }) => covers(scope, act));
  }

  /** Whether this agent has a role. */
  has(role: string): boolean {
    return this.document.content.roles.includes(role);
  }

  /** What a session says of itself, this one or another; undefined before another one was looked at. */
  saysOfItself(id: string): SessionContent | undefined {
    return id === this.id ? this.document.content : this.peers.lastSeen(id);
  }

  /** Milliseconds since a session was seen dead, undefined while it lives or is unknown. What was released, always. */
  readonly deadForMs = (id: string): number | undefined => (id === RELEASED ? Infinity : this.peers.deadForMs(id));

  /** For so long the heartbeat of a session was not seen to move, ms; undefined while nobody knows. */
  stillForMs(id: string): number | undefined {
    return id === this.id ? this.silentForMs : this.peers.stillForMs(id);
  }

  /** Sessions that are known to be dead. */
  get deadSessions(): readonly string[] {
    return this.peers.dead;
  }

  /** A dead session of which nothing is left. */
  readonly forgetDead = (id: string): void => this.peers.forget(id);

  /** Sessions in the gate besides this one that are not known to be dead. */
  get livePeers(): readonly string[] {
    return this.peers.among(this.others);
  }

  private get others(): readonly string[] {
    return Object.keys(this.currentGate?.sessions ?? {}).filter((id) => id !== this.id);
  }

  /**
   * Creates the session and enters it in the gate.
   *
   * @throws StoreUnavailable; EngineTooOld, OlderAgentsRun; Error when the state is not the one that this agent knows
   */
  async join(): Promise<void> {
    const { store, basics, name, generation } = this.options;
    const ports = { store, ...basics };
    const pauses = pausesOf(basics);
    for (let created = false; ; created = true) {
      const before = await this.gateDocument.read();
      const gate = await gateToEnter(ports, before?.content, { generation, schema: this.schema });
      if (!created) await this.document.create();
      const own = { joined_at: iso(basics.clock.utc()), agent: name.agent, schema: this.schema };
      const entered: Gate = { ...this.gateTime.dated(gate), sessions: { ...gate.sessions, [this.id]: own } };
      const version = await this.gateDocument.write(entered, before);
      if (version !== undefined) return this.entered({ gate: entered, version });
      await pauses.next();
    }
  }

  private entered(seen: GateSeen): void {
    this.joined = true;
    this.lastSuccess = this.options.basics.clock.monotonic();
    this.obey(seen);
  }

  /**
   * Somebody is about to read its own document together with others: what is read is of the state that this session is
   * in, or the session is lost.
   *
   * @returns to be told what was found
   */
  readonly readsOwn = (): ((doc: StateDoc | undefined) => void) => {
    const { confirmed } = this.document;
    return (doc) => {
      const loss = this.document.whyLost(doc, confirmed);
      if (loss) this.lose(loss);
    };
  };

  /** Keeps the heartbeat until the session is lost or ended. */
  async keepAlive(until: () => boolean): Promise<void> {
    const { clock } = this.options.basics;
    while (!this.isLost && !until()) {
      const started = clock.monotonic();
      await this.beat(started);
      if (!this.isLost) this.peers.lookBeside(this.others, () => this.tellPeers());
      await clock.sleep(Math.max(10, HEARTBEAT_MS - (clock.monotonic() - started)));
    }
  }

  private tellPeers(): void {
    // The next session of this agent waits for a look of its own.
    if (this.isLost || !this.joined) return;
    const seen = this.peers.seenOf(this.others);
    for (const told of this.onPeers) told(seen);
  }

  /** Leaves in order, so that others need not wait to find this session dead. */
  async leave(): Promise<void> {
    this.joined = false;
    await this.document.close();
  }

  /** Reads the gate and follows it; safe at any time. */
  async readGate(): Promise<Gate | undefined> {
    return this.follow(await this.gateDocument.read());
  }

  /** Obeys the gate as it was read; there is none without one. */
  private follow(found: StateDocOf<'gate'> | undefined): Gate | undefined {
    if (found === undefined) this.lose({ why: 'the gate is gone' });
    else this.obey({ gate: found.content, version: found.version });
    return found?.content;
  }

  /** Changes the gate by compare-and-set until it is done; `change` sees the newest gate each time. */
  async changeGate(change: (gate: Gate) => Gate): Promise<Gate> {
    const changed = await this.gateDocument.change(change);
    this.obey(changed);
    return changed.gate;
  }

  /**
   * Writes the orders of this host to the gate, if it has any that are not there.
   *
   * @returns the gate that holds them
   * @throws StoreUnavailable; then they stay in force here
   */
  async publishOrders(): Promise<Gate> {
    const { hostStop, basics, clockTrusted } = this.options;
    const orders = hostStop.toGive;
    const dated = (gate: Gate): Gate => (clockTrusted() ? datedEnds(gate, basics.clock.utc()) : gate);
    const gate = await this.changeGate((current) => dated(orders.reduce(withStop, current)));
    hostStop.over(orders);
    return gate;
  }

  private obey({ gate, version }: GateSeen): void {
    if (this.currentGate !== undefined && gate.generation !== this.currentGate.generation) {
      this.lose({ why: 'the state was adopted anew' });
      return;
    }
    if (floorOf(gate) > this.schema) {
      this.lose({ why: 'a newer Reflex works with this state now' });
      return;
    }
    // An older gate can be read after a newer one was written by this agent; nothing in it goes backwards.
    if (this.currentGate !== undefined && gate.epoch < this.currentGate.epoch) return;
    if (this.gateVersion !== undefined && isBefore(version, this.gateVersion)) return;
    this.currentGate = gate;
    this.gateVersion = version;
    this.gateTime.note(gate);
    this.document.noteEpoch(gate.epoch);
    for (const told of this.onGate) told(gate);
  }

  private lose(loss: Loss): void {
    if (this.isLost) return;
    const { why } = loss;
    this.loss = loss;
    this.options.basics.log.warn('the session is lost; its work is dropped and a new one joins', {
      session: this.id,
      why,
    });
    for (const told of this.onLost) told(why);
  }

  /** One heartbeat. INVARIANT (INV-6): the permit counts from before sending, and nothing else extends it. */
  private async beat(sentAt: number): Promise<void> {
    const { hostStop } = this.options;
    hostStop.look();
    try {
      const beat = await this.document.beat();
      if (beat.kind === 'lost') this.lose(beat.loss);
      if (beat.kind === 'ordered') await this.readGate();
      if (beat.kind !== 'written') return;
      this.follow(docOf('gate', beat.gate));
      if (this.isLost) return;
      this.lastSuccess = this.options.basics.clock.monotonic();
      if (hostStop.toGive.length > 0) await this.publishOrders();
      this.permitUntil = Math.max(this.permitUntil, sentAt + PERMIT_MS);
      await this.gateTime.refresh(this.currentGate);
      this.failures.over();
    } catch (cause) {
      // Whatever it was, the next heartbeat is tried: a session that gave up here would stand still for ever (INV-13).
      this.failures.note(cause);
    }
  }
}
