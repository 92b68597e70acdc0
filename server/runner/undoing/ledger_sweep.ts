import { iso } from '../../../common/iso';
import { ended, started, type Ledger } from '../../engine/brakes/ledger';
import { withPopulation, type PopulationFact } from '../../engine/brakes/population';
import type { Effect } from '../../engine/execution/effect';
import type { ClaimsUnderWay } from '../executing/claims_under_way';
import type { LedgerSights } from '../executing/ledger_sights';
import type { CommitQueue } from '../keeping/commit_queue';
import { plannedLedger } from '../keeping/kinds/ledger';
import type { Planned } from '../keeping/planned';
import { findIds, read, readMany } from '../keeping/state_docs';
import type { Basics, Connector, StateStore } from '../ports';
import { leads } from '../session/leads';
import type { Session } from '../session/session';
import { mayBeTakenOver } from './who_can_undo';
import { sayFailed } from '../keeping/in_background';
import { nap } from '../keeping/nap';

export interface LedgerSweepPorts {
  readonly store: StateStore;
  readonly commits: Pick<CommitQueue, 'settle'>;
  readonly session: Session;
  readonly connectors: ReadonlyMap<string, Connector>;
  readonly basics: Basics;
  readonly ledgerSights: Pick<LedgerSights, 'ledgerIn'>;
  readonly underWay: Pick<ClaimsUnderWay, 'has'>;
  /** How many there are of what a limit counts in; undefined if it counts starts, or nobody knows. */
  readonly populationOf: (limit: string, scope: string) => PopulationFact | undefined;
}

const SWEEP_MS = 10_000;
const FIRST_SWEEP_MS = 1_000;
const TICK_MS = 500;

type Entries = Ledger['entries'];

const isNamedBy = (effect: Effect | undefined, { command_id }: Entries[number]): boolean =>
  [...(effect?.reasons ?? []), ...(effect?.requested ?? [])].some(({ command }) => command.command_id === command_id);

const commandsOf = (entries: Entries): ReadonlySet<string> => new Set(entries.map(({ command_id }) => command_id));

/** Commands among these that their effect does not name (any more). */
export const goneCommands = (entries: Entries, effects: ReadonlyMap<string, Effect>): ReadonlySet<string> =>
  commandsOf(entries.filter((entry) => !isNamedBy(effects.get(entry.effect_id), entry)));

/** Commands among these that are reserved only, though their effect says that they are over or taken over. */
const startedCommands = (entries: Entries, effects: ReadonlyMap<string, Effect>): ReadonlySet<string> =>
  commandsOf(
    entries.filter((entry) => {
      const effect = effects.get(entry.effect_id);
      return entry.pending === true && effect?.state !== 'applying' && isNamedBy(effect, entry);
    }),
  );

/** What the effects say of the commands in a ledger. */
interface Found {
  readonly gone: ReadonlySet<string>;
  /** Nobody said when: they count as sent just now. */
  readonly started: ReadonlySet<string>;
}

const NOTHING: Found = { gone: new Set(), started: new Set() };

/**
 * Keeps ledgers true: adds the time that passed, and notes which entries belong to effects that are gone. An entry
 * leaves only when its effect is verified absent and the window has passed; reservations have no time-out (INV-5).
 */
export class LedgerSweep {
  private nextAt = -Infinity;

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
          if (!session.isLost) sayFailed(log, 'sweeping ledgers failed', cause);
        });
      }
      await nap(clock, TICK_MS);
    }
  }

  private async sweep(): Promise<void> {
    const found = await findIds(this.ports.store, { kinds: ['ledger'], states: ['in_use'] });
    await Promise.all(found.map((id) => this.sweepOne(id)));
  }

  /** One agent adds the time for all; each looks after its own entries. */
  private async sweepOne(id: string): Promise<void> {
    const { store, commits, session, ledgerSights } = this.ports;
    // First the ledger, then the effects: what the ledger names was claimed before it was read.
    const ledger = await read(store, 'ledger', id);
    if (!ledger) return;
    const found = await this.ask(ledger);
    if (found.gone.size + found.started.size === 0 && !leads(session)) return;
    await commits.settle<void>({
      reads: [id],
      build: (view) => {
        const current = ledgerSights.ledgerIn(view, id);
        return { docs: current ? [this.swept(current, found)] : [], answer: undefined };
      },
    });
  }

  private swept(ledger: Ledger, found: Found): Planned<'ledger', Ledger> {
    const at = iso(this.ports.basics.clock.utc());
    const counted = ended(
      [...found.started].reduce((next, id) => started(next, id, 0), ledger),
      found.gone,
    );
    const population = this.ports.populationOf(ledger.limit, ledger.scope);
    return plannedLedger(population ? withPopulation(counted, population, at) : counted, at);
  }

  /**
   * What became of the commands of mine, or of sessions long dead. What is reserved for a claim that is under way here
   * is left to whoever claims: what of it was written may not be known yet.
   */
  private async ask(ledger: Ledger): Promise<Found> {
    const { store, session, underWay } = this.ports;
    const isToAsk = (owner: string): boolean => owner === session.id || mayBeTakenOver(this.ports, owner);
    const isOpen = ({ pending, command_id }: Entries[number]): boolean => pending === true && underWay.has(command_id);
    const candidates = ledger.entries.filter(
      (entry) => entry.ended !== true && isToAsk(entry.session) && !isOpen(entry),
    );
    if (candidates.length === 0) return NOTHING;
    const effects = await readMany(store, 'effect', [...new Set(candidates.map((entry) => entry.effect_id))]);
    return { gone: goneCommands(candidates, effects), started: startedCommands(candidates, effects) };
  }
}
