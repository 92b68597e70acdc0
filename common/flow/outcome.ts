import * as t from 'io-ts';
import { instant, json, number, oneOf, record, text } from '../codec/codecs';
import { Command } from './command';

const id = text({ min: 1, max: 256 });

/** Why something at a target failed, and whether trying again can help. Unknown means no. */
export const TargetError = record(
  { code: id, message: text({ max: 4096 }), retryable: t.boolean },
  { status: number({ integer: true }) },
);
export type TargetError = t.TypeOf<typeof TargetError>;

/** What a call to a target came to. `unknown`: it may or may not have been applied. */
export type CallOutcome =
  | { readonly kind: 'succeeded'; readonly before?: unknown; readonly after?: unknown; readonly text?: string }
  | { readonly kind: 'failed'; readonly error: TargetError; readonly retry_after_ms?: number }
  | {
      readonly kind: 'unknown';
      readonly error: TargetError;
      readonly retry_after_ms?: number;
      /** What the target already said, such as the number under which it works on the order. */
      readonly after?: unknown;
    }
  /** Not sent: the brakes, or the lapsed permit, stopped it at the last moment. */
  | { readonly kind: 'not_started'; readonly why: string };

/** The states that a command goes through, in the order of a good life. */
export const COMMAND_STATES = [
  'claimed',
  'sent',
  'succeeded',
  'failed',
  'unknown',
  'verified_present',
  'verified_absent',
  'gone',
  'seen_again',
  'reason_added',
  'reason_folded',
  'undo_started',
  'undone',
  'undo_failed',
  'undo_refused',
  'taken_over',
  'late_effect_removed',
  'taken_back',
  'closed_by_person',
] as const;

/** Why an effect is undone. */
export const UNDO_CAUSES = ['ttl', 'lifted', 'lapsed', 'late', 'override'] as const;
export type UndoCause = (typeof UNDO_CAUSES)[number];

/** One state of one command, as `reflex-actions-*` holds it; `_id` is `command_id#n`. */
export const ActionRecord = record(
  {
    command: Command,
    n: number({ min: 0, integer: true }),
    state: oneOf(COMMAND_STATES),
    at: instant,
    session: id,
    effect_id: id,
  },
  {
    /** When it ends, in the first record of a command with a ttl; missing in what earlier versions wrote. */
    deadline: instant,
    error: TargetError,
    text: text({ max: 4096 }),
    before: json(65_536),
    after: json(65_536),
    by: id,
    /** Why it was undone; missing in what earlier versions wrote. */
    why: oneOf(UNDO_CAUSES),
    attempt: number({ integer: true }),
    duration_ms: number({ min: 0 }),
  },
);
export type ActionRecord = t.TypeOf<typeof ActionRecord>;
