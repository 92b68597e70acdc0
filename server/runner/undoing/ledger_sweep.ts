import { iso } from '../../../common/iso';
import { leads } from '../session/leads';
import { aged, ended, type Ledger } from '../../engine/brakes/ledger';
import { contentOf } from '../keeping/state_docs';
import { ledgerDraft } from '../keeping/kinds/ledger';
import { StoreUnavailable } from '../ports';
import type { ShiftParts } from '../executing/shift_parts';

const SWEEP_MS = 10_000;
const FIRST_SWEEP_MS = 1_000;

/**
 * Keeps ledgers true: adds the time that passed, and notes which entries belong to effects that are gone. An entry
 * leaves only when its effect is verified absent and the window has passed; reservations have no time-out (INV-5).
 */
export class LedgerSweep {
  private readonly parts: ShiftParts;
  private nextAt = 0;

  constructor(parts: ShiftParts) {
    this.parts = parts;
  }

  /** An effect of this session ended: look soon. */
  hurry(): void {
    this.nextAt = Math.min(this.nextAt, this.parts.clock.monotonic() + FIRST_SWEEP_MS);
  }

  async run(until: () => boolean): Promise<void> {
    const { clock, session, log } = this.parts;
    this.nextAt = clock.monotonic() + FIRST_SWEEP_MS;
    while (!until() && !session.isLost) {
      if (clock.monotonic() >= this.nextAt) {
        this.nextAt = clock.monotonic() + SWEEP_MS;
        await this.sweep().catch((cause: unknown) => {
          if (!(cause instanceof StoreUnavailable) && !session.isLost)
            log.error('sweeping ledgers failed', { why: String(cause) });
        });
      }
      await clock.sleep(500);
    }
  }

  /** One agent adds the time for all; each looks after its own entries. */
  private get leads(): boolean {
    return leads(this.parts);
  }

  private async sweep(): Promise<void> {
    const { store } = this.parts;
    const found = await store.search({ kinds: ['ledger'], states: ['in_use'], limit: 1_000 });
    await Promise.all(found.map((doc) => this.sweepOne(doc.id)));
  }

  private async sweepOne(id: string): Promise<void> {
    const { store, commits, clock } = this.parts;
    // First the ledger, then the effects: what the ledger names was claimed before it was read.
    const ledger = contentOf('ledger', await store.get(id));
    if (!ledger) return;
    const gone = await this.commandsGone(ledger);
    if (gone.size === 0 && !this.leads) return;
    await commits.settle({
      reads: [id],
      build: (view) => {
        const seen = view.get(id);
        const current = contentOf('ledger', seen);
        if (!seen || !current) return { drafts: [], answer: undefined };
        const next = ended(aged(current, view.now - seen.knownSince), gone);
        return { drafts: [ledgerDraft(next, iso(clock.utc()))], answer: undefined };
      },
    });
  }

  /** Commands of mine, or of sessions long dead, that their effect does not name (any more). */
  private async commandsGone(ledger: Ledger): Promise<ReadonlySet<string>> {
    const { store, session } = this.parts;
    const candidates = ledger.entries.filter(
      (entry) =>
        entry.ended !== true &&
        (entry.session === session.id || (session.deadForMs(entry.session) ?? -1) >= this.longestRequest()),
    );
    if (candidates.length === 0) return new Set();
    const effects = await store.getMany([...new Set(candidates.map((entry) => entry.effect_id))]);
    return new Set(
      candidates
        .filter((entry) => {
          const effect = contentOf('effect', effects.get(entry.effect_id));
          const named = [...(effect?.reasons ?? []), ...(effect?.requested ?? [])].some(
            (reason) => reason.command.command_id === entry.command_id,
          );
          return !named;
        })
        .map((entry) => entry.command_id),
    );
  }

  private longestRequest(): number {
    return Math.max(
      0,
      ...[...this.parts.connectors.values()].map(({ capabilities }) => capabilities.request_timeout_ms),
    );
  }
}
