import type { Effect } from '../../engine/execution/effect';
import { changeEffect, type Writing } from '../executing/change_document';
import { RELEASED } from '../keeping/kinds/session';
import { contentOf, findAll } from '../keeping/state_docs';
import type { Basics, StateStore } from '../ports';
import type { Session } from '../session/session';
import { canAnybodyUndo, canRightPeerUndo, canUndo, type Undoers } from './who_can_undo';

/** An effect of the dead that no agent who lives can undo. */
export interface LeftEffect extends Pick<Effect, 'connector' | 'action'> {
  readonly effect_id: string;
  readonly target: string;
}

/** So many are named; the rest is as little in anybody's hands. */
const MOST_NAMED = 1_000;
const MOST_AT_ONCE = 200;
/** While nobody is dead, what was handed back is searched for only so often, ms. */
const RELEASED_MS = 5_000;
/** One search looks at so many each second: where there are more, it is made that much less often. */
const LOOKED_AT_A_SECOND = 1_000;

/**
 * Where the clock of this agent is off it ends nothing by UTC, and what it took over would stay in place until the
 * clock is right: others come first, and for so long it waits for such as it does not know yet, ms. Where there are
 * none a person can at least have it undone.
 */
export const OTHERS_FIRST_MS = 15_000;

interface LeftBehindPorts extends Undoers {
  readonly session: Undoers['session'] & Pick<Session, 'deadForMs'>;
  readonly store: StateStore;
  readonly basics: Pick<Basics, 'clock'>;
  readonly clockTrusted: () => boolean;
}

const namedOf = (effect_id: string, { connector, action, target }: Effect): LeftEffect => ({
  effect_id,
  connector,
  action,
  target: target.value,
});

/** Effects of sessions that are dead, and those that were handed back. */
export class EffectsLeftBehind {
  private left: readonly LeftEffect[] = [];
  private nextAt = 0;
  /** The last search looked at more than one may each second. */
  private isLarge = false;

  constructor(private readonly ports: LeftBehindPorts) {}

  /** Those that nobody who lives can undo, as of the last search. */
  get nobodyCanUndo(): readonly LeftEffect[] {
    return this.left;
  }

  /**
   * Looks at all of them until there is enough to take over: what nobody here can undo hides nothing behind it.
   *
   * @returns ids of those that this session can undo, so many as it takes over at once
   */
  async search(dead: readonly string[]): Promise<readonly string[]> {
    const { store, basics } = this.ports;
    const now = basics.clock.monotonic();
    if (now < this.nextAt && (dead.length === 0 || this.isLarge)) return [];
    const left: LeftEffect[] = [];
    const mine: string[] = [];
    let looked = 0;
    for await (const doc of findAll(store, { kinds: ['effect'], owners: [RELEASED, ...dead], notStates: ['absent'] })) {
      const content = contentOf('effect', doc);
      if (content === undefined) continue;
      looked += 1;
      if (canUndo(this.ports, content) && this.isTurn(doc.owner, content)) mine.push(doc.id);
      else if (left.length < MOST_NAMED && !canAnybodyUndo(this.ports, content)) left.push(namedOf(doc.id, content));
      if (mine.length >= MOST_AT_ONCE) break;
    }
    const isWhole = mine.length < MOST_AT_ONCE;
    this.isLarge = isWhole && looked > LOOKED_AT_A_SECOND;
    const pause = this.isLarge ? Math.ceil(looked / LOOKED_AT_A_SECOND) * 1_000 : RELEASED_MS;
    // There is more to take over: what was handed back at once waits for no pause.
    this.nextAt = isWhole ? now + pause : now;
    // What was not looked at this time is as it was.
    if (isWhole || left.length > this.left.length) this.left = left;
    return mine;
  }

  private isTurn(owner: string, effect: Effect): boolean {
    const { session, clockTrusted } = this.ports;
    if (clockTrusted()) return true;
    return (session.deadForMs(owner) ?? 0) >= OTHERS_FIRST_MS && !canRightPeerUndo(this.ports, effect);
  }
}

/**
 * What this session cannot undo belongs to nobody from now on, so that whoever can takes it over.
 *
 * @returns false if it is not this session's
 */
export const handBack = async (writing: Writing, id: string): Promise<boolean> =>
  (await changeEffect(writing, id, (effect) => ({ effect: { ...effect, session: RELEASED } }))) !== undefined;
