import type { JournalEntry, LocalMemory } from '../ports';
import { PERMIT_MS } from '../session/session_times';
import { byEffect } from '../undoing/journal_due';
import { OfflineUndo } from '../undoing/undo_offline';
import type { AgentParts } from './parts';
import { JournalCompare } from './journal_compare';
import type { Shift } from './shift';
import { sayFailed } from '../keeping/in_background';
import { nap } from '../keeping/nap';

/*
 * Looks after the undo journal for as long as the process lives: what nobody else can undo is undone from it. That is
 * everything while this agent is alone, what others have left for a minute while it is shut out, and otherwise what an
 * earlier process of it left, or what the state does not know.
 */

const ROUND_MS = 250;
const AWAY_AFTER_MS = 5_000;
/**
 * What is still in the journal so long after its end, nobody else has undone: as late as others are at the most (5 s to
 * find an executor dead, a request, 10 s between two clocks, 5 s), doubled.
 */
const OTHERS_LATE_MS = 60_000;

/** What the journal of this machine tells of containments that nobody else can be asked about. */
export interface KnownHere {
  /**
   * - `asked`: the state was asked and has no record of them
   * - `away`: OpenSearch does not answer; what other agents hold is not known
   * - `replaced`: the state is not the one that this agent knows
   */
  readonly state: 'asked' | 'away' | 'replaced';
  /** While it is away: how long it has not answered, ms. */
  readonly silent_for_ms?: number;
  /** Open entries by effect. */
  readonly effects: ReadonlyMap<string, readonly JournalEntry[]>;
}

interface WatchPorts extends Pick<AgentParts, 'store' | 'journal' | 'connectors' | 'clock' | 'log' | 'clockTrusted'> {
  readonly memory: Pick<LocalMemory, 'read'>;
  /** Which effects are not undone by themselves for now. */
  readonly suspensions: Pick<AgentParts['suspensions'], 'holds'>;
  /** False while the journal may be an old copy: its deadlines are not believed then. */
  readonly mayUndoAlone: () => boolean;
  /** The session that is up, if one is. */
  readonly shift: () => Shift | undefined;
  /**
   * This agent may not work with the state, and OpenSearch answers: others look after its effects as well, if there are
   * any (`docs/decisions/045-shut-out-and-alone.md`). While OpenSearch is away they cannot.
   */
  readonly othersWork: () => boolean;
  /** The state is not the one that this agent knows. */
  readonly isReplaced: () => boolean;
}

export class JournalWatch {
  private readonly offline: OfflineUndo;
  /** Commands of earlier processes: nobody but this one will ever finish them, until their session is taken over. */
  private readonly inherited: ReadonlySet<string>;
  private readonly comparison: JournalCompare;
  /** When a heartbeat last succeeded, monotonic ms; at first when this process began. */
  private heardAt: number;

  constructor(private readonly ports: WatchPorts) {
    this.offline = new OfflineUndo({ ...ports, basics: ports });
    this.comparison = new JournalCompare(ports);
    this.inherited = new Set(ports.journal.open().map(({ command_id }) => command_id));
    this.heardAt = ports.clock.monotonic();
  }

  /** A session has joined, and has claimed nothing yet. */
  sessionJoined(): void {
    this.comparison.sessionJoined();
  }

  /** Containments that, as far as anybody can tell now, only this machine knows of. */
  get knownHere(): KnownHere {
    if (this.ports.isReplaced()) return { state: 'replaced', effects: this.inJournal };
    if (this.isAway) return { state: 'away', silent_for_ms: this.silentForMs, effects: this.inJournal };
    const { unknown } = this.comparison;
    return { state: 'asked', effects: new Map([...this.inJournal].filter(([id]) => unknown.has(id))) };
  }

  /** Every containment that the journal of this machine tells of, whoever else knows it. */
  get inJournal(): KnownHere['effects'] {
    return byEffect(this.ports.journal.open().filter((entry) => entry.gone !== true));
  }

  /** OpenSearch has not answered for so long that it is said; other agents that work with it can be asked instead. */
  get isAway(): boolean {
    return !this.ports.othersWork() && this.silentForMs > AWAY_AFTER_MS;
  }

  /** Containments that are due and have to wait for OpenSearch. */
  get waiting(): number {
    return this.isAlone && !this.ports.othersWork() ? this.offline.waiting() : 0;
  }

  /**
   * True once every permit of this agent has lapsed: from then on it starts nothing, confirms nothing, and nothing that
   * others write is a reason to wait, for a reason counts only once it is in this journal.
   */
  get isAlone(): boolean {
    return this.silentForMs > PERMIT_MS;
  }

  private get silentForMs(): number {
    const now = this.ports.clock.monotonic();
    const shift = this.ports.shift();
    if (shift !== undefined) this.heardAt = Math.max(this.heardAt, now - shift.session.silentForMs);
    return now - this.heardAt;
  }

  async run(until: () => boolean): Promise<void> {
    const { clock, log } = this.ports;
    while (!until()) {
      this.undoOnce();
      await this.compare().catch((cause: unknown) => {
        sayFailed(log, 'comparing the journal failed', cause);
      });
      await nap(clock, ROUND_MS);
    }
  }

  private undoOnce(): void {
    if (!this.ports.mayUndoAlone()) return;
    if (this.isAlone) return void this.offline.round(() => true, this.ports.othersWork() ? OTHERS_LATE_MS : 0);
    if (this.inherited.size === 0 && this.comparison.unknown.size === 0) return;
    const shift = this.ports.shift();
    const isLeft = (id: string, entries: readonly JournalEntry[]): boolean =>
      (this.comparison.unknown.has(id) || entries.some(({ command_id }) => this.inherited.has(command_id))) &&
      shift?.effects.isKept(id) !== true;
    if (shift !== undefined) void this.offline.round(isLeft);
  }

  private async compare(): Promise<void> {
    const shift = this.ports.shift();
    if (shift !== undefined) await this.comparison.round((id) => shift.effects.isKept(id));
  }
}
