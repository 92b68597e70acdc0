import { iso } from '../../../common/iso';
import { GATE_ID, type Gate } from '../keeping/kinds/gate';
import { docOf, loneBody, type StateDocOf } from '../keeping/state_docs';
import { landForSure } from '../keeping/write_for_sure';
import type { Basics, StateStore, Version } from '../ports';

/** Pauses between two tries of a change that others were faster at, or that the store refuses, ms. */
const FIRST_PAUSE_MS = 5;
const LONGEST_PAUSE_MS = 1_000;

/** Waits a little longer each time, and not as long as others do. */
export const pausesOf = ({ clock, chance }: Pick<Basics, 'clock' | 'chance'>) => {
  let pause = FIRST_PAUSE_MS;
  return {
    next: async (): Promise<void> => {
      const now = pause * (0.5 + chance.random() / 2);
      pause = Math.min(LONGEST_PAUSE_MS, pause * 2);
      await clock.sleep(now);
    },
  };
};

/** The gate with the version that it was read or written as. */
export interface GateSeen {
  readonly gate: Gate;
  readonly version: Version;
}

/** Whether one version of a document was there before another. */
export const isBefore = (one: Version, other: Version): boolean =>
  one.primaryTerm === other.primaryTerm ? one.seqNo < other.seqNo : one.primaryTerm < other.primaryTerm;

/** The one document that every agent watches, read and changed by compare-and-set. */
export class GateDocument {
  /** @param session that writes it */
  constructor(
    private readonly ports: { readonly store: StateStore; readonly basics: Basics },
    private readonly session: string,
  ) {}

  async read(): Promise<StateDocOf<'gate'> | undefined> {
    return docOf('gate', await this.ports.store.get(GATE_ID));
  }

  /** @returns as which version it landed; undefined if another version is there by now, or the store refuses it */
  write(gate: Gate, before: StateDocOf<'gate'> | undefined): Promise<Version | undefined> {
    const { store, basics } = this.ports;
    const facets = { state: gate.stops.length > 0 ? 'stopped' : 'open', at: iso(basics.clock.utc()) };
    const body = loneBody('gate', gate, { write_id: basics.chance.uuid(), facets, session: this.session });
    return landForSure({ store, chance: basics.chance }, { id: GATE_ID, expect: before?.version ?? 'absent', body });
  }

  /**
   * Changes it until that is done; what `change` returns as it was is not written.
   *
   * @throws StoreUnavailable; Error if it is missing
   */
  async change(change: (gate: Gate) => Gate): Promise<GateSeen> {
    const pauses = pausesOf(this.ports.basics);
    for (;;) {
      const before = await this.read();
      if (before === undefined) throw new Error('the gate is missing');
      const changed = change(before.content);
      if (changed === before.content) return { gate: changed, version: before.version };
      const version = await this.write(changed, before);
      if (version) return { gate: changed, version };
      await pauses.next();
    }
  }
}
