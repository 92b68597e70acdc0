import { iso } from '../../../common/iso';
import { aged, ended, type Ledger } from '../../engine/brakes/ledger';
import type { Effect } from '../../engine/execution/effect';
import type { CommitQueue } from '../keeping/commit_queue';
import { plannedLedger } from '../keeping/kinds/ledger';
import { contentOf, find, read, readMany } from '../keeping/state_docs';
import { StoreUnavailable, type Basics, type Connector, type StateStore } from '../ports';
import { leads } from '../session/leads';
import type { Session } from '../session/session';
import { mayBeTakenOver } from './who_can_undo';

export interface LedgerSweepPorts {
  readonly store: StateStore;
  readonly commits: Pick<CommitQueue, 'settle'>;
  readonly session: Session;
  readonly connectors: ReadonlyMap<string, Connector>;
  readonly basics: Basics;
}

const SWEEP_MS = 10_000;
const FIRST_SWEEP_MS = 1_000;
const TICK_MS = 500;

/** Commands among these that their effect does not name (any more). */
export const goneCommands = (entries: Ledger['entries'], effects: ReadonlyMap<string, Effect>): ReadonlySet<string> => {
  const isNamed = ({ effect_id, command_id }: Ledger['entries'][number]): boolean => {
    const effect = effects.get(effect_id);
    return [...(effect?.reasons ?? []), ...(effect?.requested ?? [])].some(
      ({ command }) => command.command_id === command_id,
    );
  };
  return new Set(entries.filter((entry) => !isNamed(entry)).map((entry) => entry.command_id));
};

/**
 * Keeps ledgers true: adds the time that passed, and notes which entries belong to effects that are gone. An entry
 * leaves only when its effect is verified absent and the window has passed; reservations have no time-out (INV-5).
 */
export class LedgerSweep {
  private nextAt = 0;

  constructor(private readonly ports: LedgerSweepPorts) {}

  /** An effect of this session ended: look soon. */
  hurry(): void {
    this.nextAt = Math.min(this.nextAt, this.ports.basics.clock.monotonic() + FIRST_SWEEP_MS);
  }

  async run(until: () => boolean): Promise<void> {
    const { session, basics } = this.ports;
    const { clock, log } = basics;
    this.nextAt = clock.monotonic() + FIRST_SWEEP_MS;
    while (!until() && !session.isLost) {
      if (clock.monotonic() >= this.nextAt) {
        this.nextAt = clock.monotonic() + SWEEP_MS;
        await this.sweep().catch((cause: unknown) => {
          if (!(cause instanceof StoreUnavailable) && !session.isLost)
            log.error('sweeping ledgers failed', { why: String(cause) });
        });
      }
      await clock.sleep(TICK_MS);
    }
  }

  private async sweep(): Promise<void> {
    const found = await find(this.ports.store, 'ledger', { states: ['in_use'], limit: 1_000 });
    await Promise.all(found.map(({ id }) => this.sweepOne(id)));
  }

  /** One agent adds the time for all; each looks after its own entries. */
  private async sweepOne(id: string): Promise<void> {
    const { store, commits, session, basics } = this.ports;
    // First the ledger, then the effects: what the ledger names was claimed before it was read.
    const ledger = await read(store, 'ledger', id);
    if (!ledger) return;
    const gone = await this.commandsGone(ledger);
    if (gone.size === 0 && !leads(session)) return;
    await commits.settle<void>({
      reads: [id],
      build: (view) => {
        const seen = view.get(id);
        const current = contentOf('ledger', seen);
        if (!seen || !current) return { docs: [], answer: undefined };
        const next = ended(aged(current, view.now - seen.knownSince), gone);
        return { docs: [plannedLedger(next, iso(basics.clock.utc()))], answer: undefined };
      },
    });
  }

  /** Commands of mine, or of sessions long dead, that their effect does not name (any more). */
  private async commandsGone(ledger: Ledger): Promise<ReadonlySet<string>> {
    const { store, session } = this.ports;
    const isToAsk = (owner: string): boolean => owner === session.id || mayBeTakenOver(this.ports, owner);
    const candidates = ledger.entries.filter((entry) => entry.ended !== true && isToAsk(entry.session));
    if (candidates.length === 0) return new Set();
    const ids = new Set(candidates.map((entry) => entry.effect_id));
    return goneCommands(candidates, await readMany(store, 'effect', [...ids]));
  }
}
