import type { ReceivedEvent } from '../../../common/flow/event';
import { GENERATION, IDENTITY } from './adopt';
import { pinState, PUT_BACK } from './pin_state';
import { StopCourier } from './stop_courier';
import { liveReports } from '../session/live_reports';
import { peersWithoutPolicies } from '../session/without_policies';
import { rolesMissing } from '../session/roles_missing';
import { ClockWatch } from '../session/clock_watch';
import { AskedBook } from '../executing/asked_book';
import { LedgerSights } from '../executing/ledger_sights';
import { ConnectorSights } from '../facts/connector_sights';
import { LookupDesk } from '../facts/look_ups';
import { AbsenceBook } from '../facts/absences';
import { WordBook } from '../facts/words';
import { followHistory } from '../facts/follow_history';
import { GuardBook } from '../trust/guard_book';
import type { Admission, Need } from '../door/admission';
import { IntakeDoor } from '../door/door';
import { FolderHolding } from './hold_folder';
import { JournalWatch, type KnownHere } from './journal_watch';
import { ReminderBook } from './reminder_book';
import { RolloutKeeper } from './rollout_keeper';
import { Shift } from './shift';
import { NEVER_MOVED, type AgentOptions } from './agent_options';
import type { AgentParts } from './parts';
import { isOfOthers, joinRefusal, troublesOf, type AgentTrouble, type JoinRefusal } from './troubles';
import { UndoSuspensions } from '../undoing/undo_suspensions';
import { FailingBook } from '../facts/failing_detections';
import { SwitchBook } from '../facts/switches';
import { inBackground } from '../keeping/in_background';
import { breakerOrders } from '../keeping/kinds/gate_breakers';
import { Quiet } from '../keeping/quiet';
import { SparingStore } from '../keeping/sparing_store';
import { WatchedJournal } from '../keeping/watched_journal';
import { StoreUnavailable } from '../ports';
import { Alone } from '../session/alone';
import type { HostStop } from '../session/host_stop';
import type { StopWatch } from '../session/stop_watch';
import { nap } from '../keeping/nap';

const IDENTITY_CHECK_MS = 60_000;
/** A shift that is over is followed by the next one after so long at the most. */
const LOOK_AT_SHIFT_MS = 250;
/** Between two tries to join, ms. */
const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 5_000;
/** The same while others look after what its journal owes: once OpenSearch is away it has to undo that itself. */
const OWING_PAUSE_MS = 2_000;

/** One running Reflex: joins, works, and joins again whenever its session is lost. */
export class Agent {
  readonly door: IntakeDoor;
  readonly parts: AgentParts;
  private readonly options: AgentOptions;
  private readonly alone: Alone;
  private readonly clockWatch: ClockWatch;
  private readonly journal: WatchedJournal;
  private readonly rollouts: RolloutKeeper;
  private current: Shift | undefined;
  private stopping = false;
  private refusal: JoinRefusal | undefined;
  /** OpenSearch answered the last try to join, be it that others work with the state and this agent may not. */
  private isAnswered = true;
  private readonly journalWatch: JournalWatch;
  private readonly courier: StopCourier;
  private readonly holding: FolderHolding;
  private nextIdentityCheck = 0;
  /** A session found that the state was put back; until a person adopts it this agent joins no more. */
  private isPutBack = false;
  private running: Promise<void> | undefined;

  constructor(options: AgentOptions) {
    this.options = options;
    this.clockWatch = new ClockWatch(options.parts);
    const { guardCompiler: _compiler, guardTrials: _trials, ...given } = options.parts;
    this.alone = new Alone(given.clock);
    const isAlone = (): boolean => this.isAlone;
    const quiet = new Quiet({ ...given, isAlone });
    const { evidence } = quiet;
    const parts = { ...given, quiet, evidence, store: new SparingStore({ ...given, isAlone }) };
    this.journal = new WatchedJournal(parts.journal, parts);
    const basics = {
      ...parts,
      journal: this.journal,
      diskTrouble: () => this.journal.trouble,
      clockTrusted: () => this.clockWatch.trusted(),
      guardBook: new GuardBook(options.parts),
      suspensions: new UndoSuspensions({ ...parts, clockTrusted: () => this.clockWatch.trusted() }),
      connectorSights: new ConnectorSights(parts.clock),
      ledgerSights: new LedgerSights(),
      asked: new AskedBook(parts.clock),
      reminders: new ReminderBook(),
      words: new WordBook(),
      absences: new AbsenceBook(parts),
      lookUps: new LookupDesk(parts),
      failing: new FailingBook(parts),
      switches: new SwitchBook({ ...parts, memory: options.memory }),
    };
    this.rollouts = new RolloutKeeper(basics, () => this.shift);
    this.parts = { ...basics, rollouts: this.rollouts };
    const { agent, host, place = NEVER_MOVED } = options;
    this.holding = new FolderHolding({ ...this.parts, memory: options.memory, place, name: { agent, host } });
    this.journalWatch = new JournalWatch({
      ...this.parts,
      mayUndoAlone: () => this.holding.mayUndoAlone,
      memory: options.memory,
      shift: () => this.shift,
      othersWork: () => this.isAnswered && this.isLeftToOthers,
      isReplaced: () => this.refusal?.code === 'state_replaced' || this.refusal?.code === 'state_unfit',
    });
    this.courier = new StopCourier({ ...options, ...this.parts, basics: this.parts, shift: () => this.shift });
    this.door = new IntakeDoor({
      ...this.parts,
      basics: this.parts,
      spool: options.spool,
      isOff: (source) => this.parts.switches.off(source) !== undefined,
      process: () => {
        const shift = this.shift;
        return shift && shift.session.silentForMs < 10_000 ? (received) => shift.process(received) : undefined;
      },
    });
  }

  /** Orders to stop that are not in the gate yet. */
  get hostStop(): HostStop {
    return this.options.hostStop;
  }

  /** The session that is up, if one is. */
  get shift(): Shift | undefined {
    return this.current !== undefined && !this.current.isOver && this.current.session.isJoined
      ? this.current
      : undefined;
  }

  /** No other agent has lived for a minute: what others may have done need not be asked for so often. */
  get isAlone(): boolean {
    return this.alone.is(this.shift?.session);
  }

  /** Whether this agent has a role. */
  has(role: string): boolean {
    return this.options.roles.includes(role);
  }

  /** What keeps it from joining until a person does something, though OpenSearch answers. */
  get cannotJoin(): JoinRefusal | undefined {
    return this.refusal;
  }

  /** The machine, and what only its journal tells of containments. */
  get knownHere(): KnownHere & { readonly host: string } {
    return { host: this.options.host, ...this.journalWatch.knownHere };
  }

  /** The same once the state turns out not to answer: everything that is in the journal. */
  get allHere(): KnownHere & { readonly host: string } {
    return { host: this.options.host, state: 'away', effects: this.journalWatch.inJournal };
  }

  get troubles(): readonly AgentTrouble[] {
    const { parts, door, refusal, rollouts, shift, journalWatch } = this;
    const ofOthers = {
      clockDoubt: this.clockWatch.doubt,
      nobodyCanUndo: shift?.effects.nobodyCanUndo ?? [],
      rolesMissing: shift ? rolesMissing(shift.session, { bundle_version: parts.bundles.status?.version ?? 0 }) : [],
      peersWithoutPolicies: shift ? peersWithoutPolicies(shift.session) : [],
      live: shift ? liveReports(shift.session) : [],
      unrecovered: shift?.recovery.unrecovered,
    };
    const { hostStop } = this;
    const stopFile = hostStop.fault;
    const watch: Pick<StopWatch, 'stateOf'> = shift?.stopWatch ?? hostStop;
    const stops = (shift?.session.stops ?? hostStop.orders)
      .filter((order) => !hostStop.stays(order))
      .map((order) => ({ scope: order.scope, state: watch.stateOf(order) }));
    const breakers = breakerOrders(shift?.session.gate ?? { stops: [] });
    const sources = { ...parts, ...ofOthers, rollouts, door, refusal, stops, breakers, stopFile, journalWatch };
    const folderUnconfirmed = !this.holding.mayUndoAlone;
    const isJoined = shift !== undefined && !journalWatch.isAway;
    return [...troublesOf({ ...sources, folderUnconfirmed, isJoined }), ...door.conflicts.troubles];
  }

  /** Starts everything; resolves at once, whether OpenSearch is there or not. */
  start(): void {
    const over = (): boolean => this.stopping;
    this.running = this.keepJoined();
    inBackground(this.parts, 'joining', this.running);
    inBackground(this.parts, 'handing on orders to stop', this.courier.run(over));
    inBackground(this.parts, 'draining the spool', this.door.drain(over));
    inBackground(this.parts, 'watching the local disk', this.journal.run(over));
    inBackground(this.parts, 'watching the clock', this.clockWatch.run(over));
    inBackground(this.parts, 'watching rollouts', this.rollouts.run(over));
    inBackground(this.parts, 'watching the journal', this.journalWatch.run(over));
    // While no session is up nobody knows who else decides.
    const hasPeers = (): boolean => this.shift === undefined || this.shift.session.livePeers.length > 0;
    inBackground(this.parts, 'finding what belongs to this machine', this.parts.own.follow(over));
    inBackground(this.parts, 'following which detections fail', this.parts.failing.follow(over));
    inBackground(this.parts, 'following which sources are off', this.parts.switches.follow(over));
    inBackground(this.parts, "following people's words", this.parts.words.follow(this.parts, over));
    const isAlone = (): boolean => this.isAlone;
    inBackground(this.parts, 'following who is away', this.parts.absences.follow(over, isAlone));
    const history = followHistory({ ...this.parts, book: this.parts.history, hasPeers }, over);
    inBackground(this.parts, 'following the history', history);
  }

  /** Stops in order. Effects stay at their targets and are undone at the next start. */
  async stop(): Promise<void> {
    this.stopping = true;
    await this.current?.leave();
  }

  admit(received: ReceivedEvent, need?: Need): Promise<Admission> {
    return this.door.admit(received, need);
  }

  /** It may not join: others look after its effects, for as long as OpenSearch answers. */
  private get isLeftToOthers(): boolean {
    return this.refusal !== undefined && isOfOthers(this.refusal);
  }

  private async keepJoined(): Promise<void> {
    const { clock, log } = this.parts;
    let pause = FIRST_PAUSE_MS;
    while (!this.stopping) {
      let shift: Shift | undefined;
      try {
        this.holding.mustBeInPlace();
        await this.options.prepare?.();
        await this.pinState();
        // Before anything is decided: a source that is off must not count as on for a moment.
        await this.parts.switches.load();
        shift = this.current = this.newShift();
        await this.holding.hold(shift.session.id);
        await shift.begin();
        await this.remember(shift);
        pause = FIRST_PAUSE_MS;
        this.refusal = undefined;
        this.isAnswered = true;
        while (!this.stopping && !shift.isOver) {
          await nap(clock, 100, LOOK_AT_SHIFT_MS);
          await this.checkIdentity(shift);
        }
      } catch (cause) {
        this.isAnswered = !(cause instanceof StoreUnavailable);
        if (this.isAnswered) {
          this.refusal = joinRefusal(cause);
          log.error('this agent cannot join', { why: this.refusal.text });
        }
        const owes = this.isLeftToOthers && this.journal.open().length > 0;
        pause = Math.min(owes ? OWING_PAUSE_MS : LONGEST_PAUSE_MS, pause * 2);
      }
      // A shift that is given up must not go on beating: others would wait for ever for what it never does.
      await shift?.leave();
      this.isPutBack ||= shift?.session.foundPutBack === true;
      this.current = undefined;
      if (!this.stopping) await clock.sleep(pause);
    }
  }

  private newShift(): Shift {
    const { memory, hostStop, agent, host, roles, tasks, storedSecrets, schema } = this.options;
    const shift = new Shift({
      parts: this.parts,
      hostStop,
      name: { agent, host, roles },
      tasks,
      storedSecrets,
      generation: memory.read(GENERATION),
      schema,
      counters: () => ({ ...this.door.counters }),
      backlog: () => this.door.backlog,
    });
    let isFirst = true;
    this.alone.begin();
    shift.session.whenGateChanges((gate) => {
      this.alone.note(shift.session.livePeers);
      // It has joined this very moment, and has no permit to claim anything yet.
      if (isFirst) this.journalWatch.sessionJoined();
      isFirst = false;
      this.clockWatch.noteGate(gate.utc);
      this.parts.suspensions.note(gate);
    });
    return shift;
  }

  private async remember({ session }: Shift): Promise<void> {
    const { memory } = this.options;
    const generation = session.gate?.generation;
    if (generation !== undefined && memory.read(GENERATION) !== generation) await memory.write(GENERATION, generation);
    if (memory.read(IDENTITY) === undefined) await memory.write(IDENTITY, await this.parts.store.identity());
  }

  private async pinState(): Promise<void> {
    const { memory } = this.options;
    // Where a disk was put back the index is the same by its names: the next start has to know it too.
    if (this.isPutBack && memory.read(IDENTITY) !== PUT_BACK) await memory.write(IDENTITY, PUT_BACK);
    await pinState({ ...this.parts, memory });
  }

  private async checkIdentity(shift: Shift): Promise<void> {
    const now = this.parts.clock.monotonic();
    if (now < this.nextIdentityCheck) return;
    this.nextIdentityCheck = now + IDENTITY_CHECK_MS;
    try {
      await this.pinState();
    } catch (cause) {
      if (cause instanceof StoreUnavailable) return;
      await shift.leave();
      throw cause;
    }
  }
}
