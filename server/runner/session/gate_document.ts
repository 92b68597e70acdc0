import { iso } from '../../../common/iso';
import { GATE_ID, type Gate } from '../keeping/kinds/gate';
import { docOf, loneBody, type StateDocOf } from '../keeping/state_docs';
import { writeForSure } from '../keeping/write_for_sure';
import type { Basics, StateStore } from '../ports';

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

  /** @returns false if another version is there by now */
  write(gate: Gate, before: StateDocOf<'gate'> | undefined): Promise<boolean> {
    const { store, basics } = this.ports;
    const facets = { state: gate.stops.length > 0 ? 'stopped' : 'open', at: iso(basics.clock.utc()) };
    const body = loneBody('gate', gate, { write_id: basics.chance.uuid(), facets, session: this.session });
    return writeForSure({ store, chance: basics.chance }, { id: GATE_ID, expect: before?.version ?? 'absent', body });
  }

  /**
   * Changes it until that is done; what `change` returns as it was is not written.
   *
   * @throws StoreUnavailable; Error if it is missing
   */
  async change(change: (gate: Gate) => Gate): Promise<Gate> {
    for (;;) {
      const before = await this.read();
      if (before === undefined) throw new Error('the gate is missing');
      const changed = change(before.content);
      if (changed === before.content || (await this.write(changed, before))) return changed;
    }
  }
}
