import type { Effect } from '../../engine/execution/effect';
import { changeEffect, type Writing } from '../executing/change_document';
import { RELEASED } from '../keeping/kinds/session';
import { find } from '../keeping/state_docs';
import type { Basics, StateStore } from '../ports';
import type { Session } from '../session/session';
import { canAnybodyUndo, canUndo, type Undoers } from './who_can_undo';

/** An effect of the dead that no agent who lives can undo. */
export interface LeftEffect extends Pick<Effect, 'connector' | 'action'> {
  readonly effect_id: string;
  readonly target: string;
}

const MOST_FOUND = 1_000;
const MOST_AT_ONCE = 200;
/** While nobody is dead, what was handed back is searched for only so often, ms. */
const RELEASED_MS = 5_000;

/**
 * Where the clock of this agent is off it ends nothing by UTC, and what it took over would stay in place until the
 * clock is right: for so long others come first, ms. After that a person can at least have it undone.
 */
const OTHERS_FIRST_MS = 15_000;

interface LeftBehindPorts extends Undoers {
  readonly session: Undoers['session'] & Pick<Session, 'deadForMs'>;
  readonly store: StateStore;
  readonly basics: Pick<Basics, 'clock'>;
  readonly clockTrusted: () => boolean;
}

/** Effects of sessions that are dead, and those that were handed back. */
export class EffectsLeftBehind {
  private left: readonly LeftEffect[] = [];
  private nextAt = 0;

  constructor(private readonly ports: LeftBehindPorts) {}

  /** Those that nobody who lives can undo, as of the last search. */
  get nobodyCanUndo(): readonly LeftEffect[] {
    return this.left;
  }

  /** @returns ids of those that this session can undo, so many as it takes over at once */
  async search(dead: readonly string[]): Promise<readonly string[]> {
    const { store, basics } = this.ports;
    const now = basics.clock.monotonic();
    if (dead.length === 0 && now < this.nextAt) return [];
    this.nextAt = now + RELEASED_MS;
    const owners = [RELEASED, ...dead];
    const found = await find(store, 'effect', { owners, notStates: ['absent'], limit: MOST_FOUND });
    this.left = found
      .filter(({ content }) => !canAnybodyUndo(this.ports, content))
      .map(({ id, content: { connector, action, target } }) => ({
        effect_id: id,
        connector,
        action,
        target: target.value,
      }));
    return found
      .filter(({ content, owner }) => canUndo(this.ports, content) && this.isTurn(owner))
      .slice(0, MOST_AT_ONCE)
      .map(({ id }) => id);
  }

  private isTurn(owner: string): boolean {
    const { session, clockTrusted } = this.ports;
    return clockTrusted() || (session.deadForMs(owner) ?? 0) >= OTHERS_FIRST_MS;
  }
}

/** What this session cannot undo belongs to nobody from now on, so that whoever can takes it over. */
export const handBack = async (writing: Writing, { log }: Pick<Basics, 'log'>, id: string): Promise<void> => {
  const released = await changeEffect(writing, id, (effect) => ({ effect: { ...effect, session: RELEASED } }));
  if (released) log.error('an effect is handed back, for its connector is not here', { effect: id });
};
