import { inBackground } from '../keeping/in_background';
import type { Basics, Connector, EffectHandle, Journal, JournalEntry } from '../ports';
import { byEffect, leftOfEffect, type MachineClocks } from './journal_due';
import { cancelAll, sendUndo, verifyEffect } from './undo';
import type { UndoSuspensions } from './undo_suspensions';

/*
 * Undoing by the executor alone, from its own journal, while OpenSearch is away or does not know of an effect. Only
 * what carries our command_id at the target; anything else waits: late is allowed, wrong is not.
 */

interface OfflinePorts {
  readonly journal: Journal;
  readonly connectors: ReadonlyMap<string, Connector>;
  readonly basics: Pick<Basics, 'clock' | 'log'>;
  /** False while UTC of this machine cannot be relied on. */
  readonly clockTrusted: () => boolean;
  /** Which effects are not undone by themselves for now, as far as this host knows. */
  readonly suspensions: Pick<UndoSuspensions, 'holds'>;
}

/** How far this process is with one effect. Moments in monotonic ms. */
interface Undertaken {
  /** From then on no request that applies it starts, for its journal entries are marked. */
  readonly markedAt: number;
  nextLook: number;
  pause: number;
  said: string;
}

type IsOurs = (effectId: string, entries: readonly JournalEntry[]) => boolean;

interface DueEffect {
  readonly id: string;
  readonly entries: readonly JournalEntry[];
}

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;
/** Somebody changed it since: a person decides, once OpenSearch is back. */
const REFUSED_PAUSE_MS = 300_000;
/** Orders under way at one connector. */
const AT_ONCE = 4;

export class OfflineUndo {
  private readonly undertaken = new Map<string, Undertaken>();
  private readonly busy = new Set<string>();

  constructor(private readonly ports: OfflinePorts) {}

  /**
   * Undoes what is due and whose pause is over. Connectors work side by side: one that is still at it from an earlier
   * round is left alone, and holds up no other.
   *
   * @param isOurs which effects to undo now
   * @param lateMs only what has been due for so long
   * @returns once everything that this round began is over; there is no need to wait for it
   */
  async round(isOurs: IsOurs, lateMs = 0): Promise<void> {
    const { connectors, basics } = this.ports;
    const lanes = new Map<string, DueEffect[]>();
    for (const due of this.due(isOurs, lateMs)) {
      const name = due.entries[0]?.connector ?? '';
      lanes.set(name, [...(lanes.get(name) ?? []), due]);
    }
    const begun = [...lanes].flatMap(([name, effects]) => {
      const connector = connectors.get(name);
      if (!connector?.capabilities.tagged || this.busy.has(name)) return [];
      this.busy.add(name);
      return [this.lane(connector, effects).finally(() => this.busy.delete(name))];
    });
    for (const each of begun) inBackground(basics, 'undoing from the journal', each);
    await Promise.allSettled(begun);
  }

  /** Effects that are due and that nobody here can undo without OpenSearch: no connector, or nothing marks ours. */
  waiting(): number {
    const { connectors } = this.ports;
    const isStuck = ({ entries }: DueEffect): boolean =>
      connectors.get(entries[0]?.connector ?? '')?.capabilities.tagged !== true;
    return this.overdue().filter(isStuck).length;
  }

  private get clocks(): MachineClocks {
    const { basics, clockTrusted } = this.ports;
    return { utc: basics.clock.utc(), trusted: clockTrusted(), boot: basics.clock.boot?.() };
  }

  private isDue(entries: readonly JournalEntry[], lateMs = 0): boolean {
    const left = leftOfEffect(
      entries.filter((entry) => entry.gone !== true),
      this.clocks,
    );
    return left !== null && left <= -lateMs;
  }

  private overdue(lateMs = 0): readonly DueEffect[] {
    const { journal } = this.ports;
    return [...byEffect(journal.open())]
      .map(([id, entries]) => ({ id, entries }))
      .filter(({ entries }) => this.isDue(entries, lateMs));
  }

  private due(isOurs: IsOurs, lateMs: number): readonly DueEffect[] {
    const now = this.ports.basics.clock.monotonic();
    return this.overdue(lateMs).filter(
      ({ id, entries }) =>
        (this.undertaken.get(id)?.nextLook ?? now) <= now && isOurs(id, entries) && !this.isSuspended(entries),
    );
  }

  /** What was begun is brought to its end. */
  private isSuspended(entries: readonly JournalEntry[]): boolean {
    const isBegun = entries.some(({ undone_offline }) => undone_offline === true);
    return !isBegun && entries.some((entry) => this.ports.suspensions.holds(entry));
  }

  private async lane(connector: Connector, effects: readonly DueEffect[]): Promise<void> {
    const left = [...effects];
    const work = async (): Promise<void> => {
      for (let next = left.shift(); next !== undefined; next = left.shift()) await this.undo(connector, next.id);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  }

  private async undo(connector: Connector, id: string): Promise<void> {
    const entries = await this.mark(id);
    const [first] = entries;
    if (first === undefined) return;
    const { clock } = this.ports.basics;
    const known = this.undertaken.get(id);
    const now = clock.monotonic();
    const undertaken = known ?? { markedAt: now, nextLook: now, pause: FIRST_PAUSE_MS, said: '' };
    this.undertaken.set(id, undertaken);
    const came = await this.attempt(connector, handleOf(first, entries), Math.max(...entries.map(fenceOf)) + 1);
    const isSettled = clock.monotonic() - undertaken.markedAt >= connector.capabilities.settle_time_ms;
    if (came === 'absent' && isSettled) return this.noteGone(id, entries);
    undertaken.nextLook = clock.monotonic() + (came === 'refused' ? REFUSED_PAUSE_MS : undertaken.pause);
    undertaken.pause = Math.min(LONGEST_PAUSE_MS, undertaken.pause * 2);
    this.say(id, came, undertaken);
  }

  /**
   * Marks every entry of an effect before the first order, so that nobody joins or starts it any more, and so that the
   * document is put right before this agent confirms anything again. INVARIANT (INV-4): what was joined before the mark
   * was put is in the journal by the time the mark is, and then the effect is not due.
   *
   * @returns its entries, none if it is not due after all
   */
  private async mark(id: string): Promise<readonly JournalEntry[]> {
    const { journal } = this.ports;
    const before = journal.ofEffect(id);
    const unmarked = before.filter((entry) => entry.undone_offline !== true);
    if (unmarked.length > 0) await journal.put(unmarked.map((entry) => ({ ...entry, undone_offline: true })));
    const entries = journal.ofEffect(id);
    if (this.isDue(entries) && entries.every((entry) => entry.undone_offline === true)) return entries;
    const stillOpen = new Set(entries.map((entry) => entry.command_id));
    await journal.put(unmarked.filter((entry) => stillOpen.has(entry.command_id)));
    return [];
  }

  private async attempt(connector: Connector, handle: EffectHandle, fence: number): Promise<string> {
    const { clock } = this.ports.basics;
    await cancelAll(clock, connector, handle);
    if ((await verifyEffect(clock, connector, handle)).state === 'absent') return 'absent';
    const { kind } = await sendUndo(clock, connector, handle, fence);
    if (kind === 'refused') return kind;
    if ((await verifyEffect(clock, connector, handle)).state === 'absent') return 'absent';
    return kind === 'succeeded' ? 'still there' : kind;
  }

  private async noteGone(id: string, entries: readonly JournalEntry[]): Promise<void> {
    const { journal } = this.ports;
    this.undertaken.delete(id);
    // What was closed since stays closed: put again, it would stay for good.
    const stillOpen = new Set(journal.ofEffect(id).map(({ command_id }) => command_id));
    const left = entries.filter(({ command_id }) => stillOpen.has(command_id));
    await journal.put(left.map((entry) => ({ ...entry, undone_offline: true, gone: true })));
    this.ports.basics.log.info('an effect was undone from the journal', { effect: id });
  }

  private say(effect: string, came: string, undertaken: Undertaken): void {
    if (came === 'absent' || came === undertaken.said) return;
    undertaken.said = came;
    this.ports.basics.log.warn('an effect could not be undone from the journal yet', { effect, outcome: came });
  }
}

const fenceOf = ({ fence = 0 }: JournalEntry): number => fence;

const handleOf = ({ effect_id, action, target }: JournalEntry, entries: readonly JournalEntry[]): EffectHandle => ({
  effect_id,
  action,
  target,
  command_ids: entries.map((entry) => entry.command_id),
});
