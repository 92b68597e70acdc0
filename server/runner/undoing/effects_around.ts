import { RELEASED } from '../keeping/kinds/session';
import { find, findIds } from '../keeping/state_docs';
import type { Custody } from './custody';
import type { EffectKeeperPorts } from './effect_keeper_ports';
import { EffectsLeftBehind, type LeftEffect } from './effects_left_behind';
import type { KeptEffect } from './kept_effect';

/** What is done with what is found. */
interface Finding {
  readonly custody: () => Pick<Custody<KeptEffect>, 'ofTheDead' | 'orphans'>;
  /** A command of the effect is being executed. */
  readonly isExecuting: (id: string) => boolean;
  readonly nudge: (id: string) => void;
  /** Takes an effect into care if it belongs to one of these. */
  readonly take: (id: string, owners: ReadonlySet<string>) => Promise<void>;
}

/** Finds effects that a session has to look after besides those that it executed. */
export class EffectsAround {
  private readonly leftBehind: EffectsLeftBehind;

  constructor(
    private readonly ports: EffectKeeperPorts,
    private readonly finding: Finding,
  ) {
    this.leftBehind = new EffectsLeftBehind(ports);
  }

  /** Effects of the dead that no agent who lives can undo, as of the last search. */
  get nobodyCanUndo(): readonly LeftEffect[] {
    return this.leftBehind.nobodyCanUndo;
  }

  /** Effects of mine that others wrote into, and effects of dead sessions. */
  async search(): Promise<void> {
    const { store, session } = this.ports;
    const { nudge, take, custody } = this.finding;
    const asked = await find(store, 'effect', { owners: [session.id], requested: true, limit: 500 });
    for (const { id } of asked) nudge(id);
    await this.pickUpOrphans();
    const dead = custody().ofTheDead;
    const found = await this.leftBehind.search(dead);
    await Promise.all(found.map((id) => take(id, new Set([RELEASED, ...dead]))));
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
