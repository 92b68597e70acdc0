import type { HandOverDocument, Ticket } from '../../../common/api/hand_over_document';

/**
 * What became of handing over.
 *
 * - `told`: the receiver has it, and may have said which ticket it is
 * - `refused`: it will never take this message
 * - `failed`: it cannot take it now; the same one is tried again
 */
export type HandedOver =
  | { readonly kind: 'told'; readonly ticket?: Ticket }
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'failed'; readonly why: string; readonly retryAfterMs?: number };

export const HAND_OVER_KINDS = ['webhook', 'opensearch_notifications'] as const;
export type HandOverKind = (typeof HAND_OVER_KINDS)[number];

/**
 * A way to a ticket system or a chat. It bounds the time of each try itself and never rejects for what the
 * world does.
 */
export interface HandOverChannel {
  readonly tell: (document: HandOverDocument) => Promise<HandedOver>;
}
