import type { Facets, OutboxEntry, StateKind } from '../ports';

/** A document that a plan wants to write. The commit queue adds what every state document has. */
export interface Planned<K extends StateKind, Content> {
  readonly id: string;
  readonly kind: K;
  readonly facets: Facets;
  readonly content: Content;
  readonly records?: readonly OutboxEntry[];
  /** Who looks after it; default the session that writes it. */
  readonly owner?: string;
}
