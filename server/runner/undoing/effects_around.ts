import { RELEASED } from '../keeping/kinds/session';
import { findIds } from '../keeping/state_docs';
import { ClockDoubt } from './clock_doubt';
import type { Custody } from './custody';
import type { EffectKeeperPorts } from './effect_keeper_ports';
import { EffectsLeftBehind, type LeftEffect } from './effects_left_behind';
import type { KeptEffect } from './kept_effect';

/** Of those that somebody asks something of so many are looked at a second. */
const MOST_ASKED = 500;

/** What is done with what is found. */
interface Finding {
  readonly custody: () => Pick<Custody<KeptEffect>, 'items' | 'ofTheDead' | 'orphans'>;
  /** A command of the effect is being executed. */
  readonly isExecuting: (id: string) => boolean;
  readonly nudge: (id: string) => void;
  /** Takes an effect into care if it belongs to one of these. */
  readonly take: (id: string, owners: ReadonlySet<string>) => Promise<void>;
}

/** Finds effects that a session has to look after besides those that it executed. */
export class EffectsAround {
  private readonly leftBehind: EffectsLeftBehind;
  private readonly doubt: ClockDoubt;
  /** Place of the first that the next search looks at. */
  private askedFrom = 0;

  constructor(
    private readonly ports: EffectKeeperPorts,
    private readonly finding: Finding,
  ) {
    this.leftBehind = new EffectsLeftBehind(ports);
    this.doubt = new ClockDoubt(ports);
  }

  /** Effects of the dead that no agent who lives can undo, as of the last search. */
  get nobodyCanUndo(): readonly LeftEffect[] {
    return this.leftBehind.nobodyCanUndo;
  }

  /** Effects of mine that others wrote into, and effects of dead sessions. */
  async search(): Promise<void> {
    const { nudge, take, custody } = this.finding;
    await this.doubt.handOver(custody().items);
    for (const id of await this.asked()) nudge(id);
    await this.pickUpOrphans();
    const dead = custody().ofTheDead;
    const found = await this.leftBehind.search(dead);
    await Promise.all(found.map((id) => take(id, new Set([RELEASED, ...dead]))));
  }

  /** Each search goes on where the one before ended: what cannot be answered now hides nothing behind it. */
  private async asked(): Promise<readonly string[]> {
    const { store, session } = this.ports;
    const all = await findIds(store, { kinds: ['effect'], owners: [session.id], requested: true });
    const from = this.askedFrom < all.length ? this.askedFrom : 0;
    this.askedFrom = from + MOST_ASKED;
    return all.slice(from, from + MOST_ASKED);
  }

  /** Effects of this session that nobody here looks after: executing them ended in a failure of the store. */
  private async pickUpOrphans(): Promise<void> {
    const { store, session } = this.ports;
    const { custody, isExecuting, take } = this.finding;
    const open = { kinds: ['effect'], owners: [session.id], notStates: ['absent'] } as const;
    const orphans = await custody().orphans(() => findIds(store, open), isExecuting);
    for (const id of orphans) await take(id, new Set([session.id]));
  }
}
