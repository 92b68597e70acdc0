import { covers } from '../../../common/flow/stop_scope';
import type { Gate, UndoSuspension } from '../keeping/kinds/gate';
import type { Basics } from '../ports';

/** An effect as a suspension looks at it. */
interface Undone {
  readonly action: string;
  readonly connector: string;
}

interface Seen {
  readonly suspension: UndoSuspension;
  /** When this process first saw it, monotonic ms. */
  readonly at: number;
}

const keyOf = ({ scope, who, at }: UndoSuspension): string => `${scope} ${who} ${at}`;

/**
 * Which effects are not undone by themselves for now, as far as this host knows: also while OpenSearch is away.
 * INVARIANT (INV-4): a suspension ends by itself, whoever forgets it. Its end counts where the clock is trusted, and in
 * any case so long after this process first saw it as it was to last.
 */
export class UndoSuspensions {
  private seen: ReadonlyMap<string, Seen> = new Map();

  constructor(private readonly ports: Pick<Basics, 'clock'> & { readonly clockTrusted: () => boolean }) {}

  /** A gate that was read: what it does not hold is over. */
  note({ undo_suspensions = [] }: Pick<Gate, 'undo_suspensions'>): void {
    const now = this.ports.clock.monotonic();
    this.seen = new Map(
      undo_suspensions.map((suspension) => {
        const key = keyOf(suspension);
        return [key, { suspension, at: this.seen.get(key)?.at ?? now }];
      }),
    );
  }

  /** In force here, by scope. */
  get inForce(): readonly UndoSuspension[] {
    const { clock, clockTrusted } = this.ports;
    const utc = clockTrusted() ? clock.utc() : undefined;
    const now = clock.monotonic();
    return [...this.seen.values()].flatMap(({ suspension, at }) => {
      const { lasts_ms, until } = suspension;
      const isOver = now - at >= lasts_ms || (utc !== undefined && until !== undefined && Date.parse(until) <= utc);
      return isOver ? [] : [suspension];
    });
  }

  /** Whether an effect whose time is over is left in place for now. */
  holds({ action, connector }: Undone): boolean {
    // A policy is no scope of a suspension: an effect may have reasons of several.
    return this.inForce.some(({ scope }) => covers(scope, { action, connector, policy: '' }));
  }
}
