import type { Ledger } from '../../engine/brakes/ledger';
import { aged, sightingsOf, type Sightings } from '../../engine/brakes/ledger_age';
import type { View } from '../keeping/plan';
import { contentOf } from '../keeping/state_docs';

const NOTHING: Sightings = new Map();

/**
 * What this agent has seen of the ledgers, for as long as its process runs. Nothing takes it away: not a ledger that
 * others wrote, not a refusal that had it read again, not a lost session.
 */
export class LedgerSights {
  private readonly seen = new Map<string, Sightings>();

  /** A ledger of a view as old as this agent knows it to be by now; undefined if there is none. */
  readonly ledgerIn = (view: Pick<View, 'get' | 'now'>, id: string): Ledger | undefined => {
    const doc = view.get(id);
    const stored = contentOf('ledger', doc);
    if (stored === undefined || doc === undefined) {
      this.seen.delete(id);
      return undefined;
    }
    const known = sightingsOf(stored, this.seen.get(id) ?? NOTHING, doc.knownSince);
    this.seen.set(id, known);
    return aged(stored, known, view.now);
  };

  /**
   * The same for a ledger that somebody only looks at. It teaches this agent nothing: what is looked at may be older
   * than what it has seen.
   *
   * @param now monotonic ms
   */
  asKnown(id: string, stored: Ledger, now: number): Ledger {
    return aged(stored, this.seen.get(id) ?? NOTHING, now);
  }
}
