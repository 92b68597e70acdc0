import { present } from '../../../common/present';
import type { ReceivedEvent } from '../../../common/flow/event';
import { processEvent, type Receipt } from '../executing/process_event';
import { CommitQueue } from '../keeping/commit_queue';
import { EvidenceCopier } from '../keeping/evidence_copier';
import { inBackground } from '../keeping/in_background';
import type { Gate } from '../keeping/kinds/gate';
import type { Holdings, SessionContent } from '../keeping/kinds/session';
import type { HostStop } from '../session/host_stop';
import { BoundedOrders } from '../session/bounded_orders';
import { StopWatch } from '../session/stop_watch';
import { rekind } from '../session/rekind';
import { Session } from '../session/session';
import type { CaseKeeper } from '../undoing/case_keeper';
import type { EffectKeeper } from '../undoing/effect_keeper';
import { runJanitor } from '../undoing/janitor';
import { runUnknownOwners } from '../undoing/unknown_owners';
import { undoAbilities } from '../undoing/who_can_undo';
import { digestInForce } from '../trust/in_force';
import { leads } from '../session/leads';
import { Reminders } from './reminders';
import { BreakerKeeper } from './breakers/breaker_keeper';
import type { AgentParts, ShiftParts } from './parts';
import { reconcileJournal } from './reconcile_journal';
import { EvidenceRecovery } from './recover_evidence';
import { sessionWork, type SessionWork } from './session_work';

/** Who this agent is, for the session and for people. */
interface AgentName {
  readonly agent: string;
  readonly host: string;
  readonly roles: readonly string[];
}

interface ShiftOptions {
  readonly parts: AgentParts;
  readonly hostStop: HostStop;
  readonly name: AgentName;
  /** What it may do for all agents; missing: everything. */
  readonly tasks?: readonly string[] | undefined;
  /** Who uses each stored secret by its settings. */
  readonly storedSecrets?: Readonly<Record<string, readonly string[]>> | undefined;
  /** The generation of the state that this agent knows; undefined at its very first start. */
  readonly generation: string | undefined;
  /** The state schema that it speaks; default this version's. */
  readonly schema?: number | undefined;
  readonly counters: () => Readonly<Record<string, number>>;
  /** Events in its hands and on its disk; missing: nobody is told. */
  readonly backlog?: (() => Pick<Holdings, 'pending' | 'spooled'>) | undefined;
}

const DRAIN_PATIENCE_MS = 3_000;

/** Everything that one session does, from joining to being lost. Nothing of it outlives the session. */
export class Shift {
  readonly session: Session;
  readonly parts: ShiftParts;
  readonly work: SessionWork;
  readonly stopWatch: StopWatch;
  readonly recovery: EvidenceRecovery;
  private readonly generation: string | undefined;
  private ended = false;
  /** Digest of the bundle by which open cases were decided, or looked at again. */
  private decidesBy: string | undefined;

  constructor({ parts, hostStop, name, generation, schema, counters, backlog, ...told }: ShiftOptions) {
    this.generation = generation;
    const copier = new EvidenceCopier(parts);
    let live = (): SessionContent['live'] => undefined;
    this.session = new Session({
      store: parts.store,
      basics: parts,
      name: { ...name, engineDigest: parts.engineDigest },
      generation,
      schema,
      abilities: {
        ...undoAbilities(name.roles, parts.connectors),
        ...present({ tasks: told.tasks, stored_secrets: told.storedSecrets }),
      },
      clockTrusted: parts.clockTrusted,
      hostStop,
      vitals: () => ({
        bundle_version: parts.bundles.status?.version ?? 0,
        copied_through: copier.copiedThrough,
        counters: counters(),
        ...(backlog ? { holds: { ...backlog(), journal: parts.journal.open().length } } : {}),
        clock_off: !parts.clockTrusted(),
        ...present({ live: live(), people: parts.people.published, stands_on: parts.own.published }),
      }),
    });
    const { readsOwn } = this.session;
    const stuck = (): void => inBackground(parts, 'leaving a session that can write nothing', this.leave());
    const commits = new CommitQueue({ ...parts, basics: parts, copier, session: this.session.id, stuck, readsOwn });
    this.parts = { ...parts, session: this.session, commits, copier };
    this.stopWatch = new StopWatch({ ...parts, session: this.session, hostStop });
    this.recovery = new EvidenceRecovery(this.parts);
    this.work = sessionWork(this.parts);
    live = () => this.work.effects.live;
    this.guardOthers();
    this.session.whenLost(() => this.end());
    this.session.whenGateChanges((gate) => inBackground(parts, 'following the gate', this.followGate(gate)));
  }

  get effects(): EffectKeeper {
    return this.work.effects;
  }

  get cases(): CaseKeeper {
    return this.work.cases;
  }

  get isOver(): boolean {
    return this.ended;
  }

  /**
   * Joins: what was undone offline is put right first. Orders of this host alone are published by its first heartbeat,
   * before anything can start. Then keeps everything going until the session is lost or left.
   */
  async begin(): Promise<void> {
    const { parts, session } = this;
    await reconcileJournal({ ...parts, basics: parts }, this.generation);
    await session.join();
    await rekind(parts, session.gate, (change) => session.changeGate(change));
    await parts.bundles.follow(session.gate?.bundle_floor ?? 0);
    this.decidesBy = digestInForce({ parts });
    this.keepGoing();
  }

  /**
   * What other agents stand on is guarded as one's own is, and so is who is logged in to them: nothing starts before
   * they were looked at once.
   */
  private guardOthers(): void {
    const { own, people } = this.parts;
    own.expectOthers();
    this.session.whenPeersSeen((peers) => {
      people.noteOthers(peers.map(({ content }) => ({ session: content.id, people: content.people ?? [] })));
      own.noteOthers(
        peers.map(({ content: { id, agent, stands_on }, isAlive }) => ({
          session: id,
          agent,
          isAlive,
          things: stands_on,
        })),
      );
    });
  }

  private keepGoing(): void {
    const { parts, session, work, recovery } = this;
    const over = (): boolean => this.ended;
    inBackground(parts, 'the heartbeat', session.keepAlive(over));
    inBackground(parts, 'seeing to orders to stop', this.stopWatch.run(over));
    inBackground(parts, 'ending orders that end by themselves', new BoundedOrders({ ...parts, session }).run(over));
    const { breakers } = parts;
    if (breakers !== undefined)
      inBackground(parts, 'watching breakers', new BreakerKeeper({ ...parts, breakers }).run(over));
    const reminders = new Reminders({ ...parts, session, tell: breakers?.remind, isFirst: () => leads(session) });
    inBackground(parts, 'telling again of what waits', reminders.run(over));
    inBackground(parts, 'looking after effects', work.effects.run(over));
    inBackground(parts, 'looking after cases', work.cases.run(over));
    inBackground(parts, 'taking approvals of other hosts', work.handed.run(over));
    inBackground(parts, 'sweeping ledgers', work.ledgers.run(over));
    const { store } = parts;
    inBackground(parts, 'counting what is kept', this.work.kept.run(over));
    inBackground(parts, 'looking for unknown owners', runUnknownOwners({ store, session, basics: parts }, over));
    inBackground(parts, 'recovering evidence', recovery.run(over));
    inBackground(
      parts,
      'tidying the state',
      runJanitor({ ...parts, session, basics: parts, isRecovered: recovery.isRecovered }, over),
    );
  }

  /** Takes one event; resolves once it is durable. */
  process(received: ReceivedEvent): Promise<Receipt> {
    return processEvent(this.work.processing, received, this.work.hooks);
  }

  /** Leaves in order: evidence copied, session closed. Effects stay; their undoing goes on at the next start. */
  async leave(): Promise<void> {
    if (this.ended) return;
    await Promise.race([this.parts.copier.drained(), this.parts.clock.sleep(DRAIN_PATIENCE_MS)]);
    this.ended = true;
    await this.session.leave();
    this.end();
  }

  private end(): void {
    this.ended = true;
    this.parts.commits.abandon();
    this.parts.copier.stop();
  }

  private async followGate({ bundle_floor }: Gate): Promise<void> {
    const { bundles, changed } = this.parts;
    const before = bundles.status?.version;
    await bundles.follow(bundle_floor);
    if (bundles.status?.version !== before) changed('bundle', String(bundle_floor));
    // This host may have put it in force itself, before the gate said so.
    if (digestInForce(this) === this.decidesBy) return;
    this.decidesBy = digestInForce(this);
    this.work.cases.nudgeAll();
  }
}
