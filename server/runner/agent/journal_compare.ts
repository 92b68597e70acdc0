import { GATE_ID } from '../keeping/kinds/gate';
import { read } from '../keeping/state_docs';
import type { Clock, Journal, JournalEntry, LocalMemory, StateStore } from '../ports';
import { byEffect } from '../undoing/journal_due';
import { GENERATION, IDENTITY } from './adopt';
import {
  generationsOf,
  isGivenUp,
  isNamedBy,
  isProvenOver,
  readEffects,
  type Generations,
  type Seen,
} from './journal_proof';

/*
 * Compares the undo journal with the state again and again, a little at a time: which effects only the journal knows,
 * and which entries are over because another agent ended their effects. Entries of the session at hand are its own to
 * close, for its claims may be on their way to the state while this looks; only what was given up for certain, in a
 * failure of the store, is closed here.
 */

/** Effects that are looked at in one round, and the pause between two rounds, ms. */
const AT_ONCE = 250;
const ROUND_MS = 1_000;
/** The journal is gone through this often, if that many rounds leave the time, ms. */
const PASS_MS = 15_000;

interface ComparePorts {
  readonly store: Pick<StateStore, 'get' | 'getMany' | 'identity'>;
  readonly journal: Pick<Journal, 'open' | 'ofEffect' | 'close'>;
  readonly memory: Pick<LocalMemory, 'read'>;
  readonly clock: Pick<Clock, 'monotonic'>;
}

type JournalEffect = readonly [id: string, entries: readonly JournalEntry[]];

export class JournalCompare {
  /** Effects that the state did not know when it was last asked. */
  readonly unknown = new Set<string>();
  /** Entries that were there when the session at hand joined: nothing of them is sent any more. */
  private earlier: ReadonlySet<string> = new Set();
  /** Effects that this pass has still to look at. */
  private left: readonly string[] = [];
  private nextPass = -Infinity;
  private nextRound = -Infinity;

  constructor(private readonly ports: ComparePorts) {}

  /** A session has joined, and has claimed nothing yet. What is open is of earlier ones, whose permits are gone. */
  sessionJoined(): void {
    this.earlier = new Set(this.ports.journal.open().map(({ command_id }) => command_id));
  }

  /**
   * Looks at the next few effects, if it is time.
   *
   * @param isKept effects that the session at hand looks after
   * @throws StoreUnavailable; then these effects are looked at again in the next pass
   */
  async round(isKept: (effectId: string) => boolean): Promise<void> {
    const { clock, journal, store } = this.ports;
    const now = clock.monotonic();
    if (now < this.nextRound) return;
    this.nextRound = now + ROUND_MS;
    const some = this.next(now, isKept).map((id): JournalEffect => [id, journal.ofEffect(id)]);
    if (some.length === 0) return;
    const seen = await readEffects(store, some);
    const over = await this.over(some, seen);
    if (over.size > 0) await journal.close([...over]);
    for (const [id, entries] of some) {
      const isUnknown = seen.get(id)?.doc === undefined && entries.some(({ command_id }) => !over.has(command_id));
      if (isUnknown) this.unknown.add(id);
      else this.unknown.delete(id);
    }
  }

  private next(now: number, isKept: (effectId: string) => boolean): readonly string[] {
    if (this.left.length === 0 && now >= this.nextPass) {
      this.nextPass = now + PASS_MS;
      const open = byEffect(this.ports.journal.open());
      for (const id of this.unknown) if (!open.has(id) || isKept(id)) this.unknown.delete(id);
      this.left = [...open.keys()].filter((id) => !isKept(id));
    }
    const some = this.left.slice(0, AT_ONCE);
    this.left = this.left.slice(AT_ONCE);
    return some;
  }

  private async over(effects: readonly JournalEffect[], seen: ReadonlyMap<string, Seen>): Promise<ReadonlySet<string>> {
    const unnamed = effects.flatMap(([id, entries]) => {
      const of = seen.get(id);
      if (of === undefined) return [];
      return entries.filter((entry) => !isNamedBy(of.doc?.content, entry)).map((entry) => ({ entry, seen: of }));
    });
    const gone = unnamed.filter(({ entry }) => entry.gone === true);
    const asked = unnamed.filter((each) => this.earlier.has(each.entry.command_id) || isGivenUp(each.entry, each.seen));
    const generations = asked.length === 0 ? undefined : await this.generations();
    const proven = generations ? asked.filter((each) => isProvenOver(each.entry, each.seen, generations)) : [];
    return new Set([...gone, ...proven].map(({ entry }) => entry.command_id));
  }

  /**
   * Of which state the documents are that were read before this is asked. INVARIANT (INV-4): an index that was emptied,
   * closed, deleted, replaced or restored proves nothing, and it may have been at any moment until now.
   */
  private async generations(): Promise<Generations | undefined> {
    const { store, memory } = this.ports;
    const [generation, identity] = [memory.read(GENERATION), memory.read(IDENTITY)];
    if (generation === undefined) return undefined;
    const gate = await read(store, 'gate', GATE_ID);
    return (await store.identity()) === identity ? generationsOf(gate, generation) : undefined;
  }
}
