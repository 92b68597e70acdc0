import { LONGEST_ORDER_MS, SHORTEST_ORDER_MS } from '../../../common/api/routes';
import { present } from '../../../common/present';
import { err, ok, type Result } from '../../../common/result';
import type { Address } from './address';
import { isReason, lengthIn, NO_REASON } from './brake_arguments';

/* `reflex contain`, `reflex extend` and `reflex close`: what they take. */

/** What is sent to order an act. */
export interface ContainBody {
  readonly action: string;
  readonly target: string;
  readonly reason: string;
  readonly host?: string;
  readonly ttl_ms?: number;
  readonly about?: string;
}

export type OrderCommand =
  | { readonly name: 'contain'; readonly address: Address; readonly body: ContainBody }
  | {
      readonly name: 'extend';
      readonly address: Address;
      readonly effectId: string;
      /** So much later than it ends now. */
      readonly byMs: number;
      readonly reason: string;
    }
  | {
      readonly name: 'close';
      readonly address: Address;
      readonly effectId: string;
      readonly as: 'happened' | 'not_happened';
      readonly reason: string;
    };

interface Given {
  readonly reason?: string | undefined;
  /** As written with `--for`. */
  readonly lasts?: string | undefined;
  readonly host?: string | undefined;
  readonly decision?: string | undefined;
}

type OrderWord = OrderCommand['name'];

/** Whether a word begins one of these commands. */
export const isOrderWord = (word: string): word is OrderWord => ['contain', 'extend', 'close'].includes(word);

const LENGTH = { least: SHORTEST_ORDER_MS, most: LONGEST_ORDER_MS, words: 'from `1m` to `30d`' };

const containCommand = (
  [action, ...target]: readonly string[],
  address: Address,
  { reason, lasts, host, decision }: Given,
): Result<OrderCommand, string> => {
  if (action === undefined || target.length === 0)
    return err('`reflex contain` takes an action and a target: `reflex contain isolate_host ws-1`');
  if (!isReason(reason)) return err(NO_REASON);
  const ttl = lasts === undefined ? ok(undefined) : lengthIn(lasts, LENGTH);
  if (!ttl.ok) return ttl;
  const optional = present({ host, ttl_ms: ttl.value, about: decision });
  return ok({ name: 'contain', address, body: { action, target: target.join(' '), reason, ...optional } });
};

const extendCommand = (
  [effectId, ...more]: readonly string[],
  address: Address,
  { reason, lasts }: Given,
): Result<OrderCommand, string> => {
  if (effectId === undefined || more.length > 0)
    return err('`reflex extend` takes the id of one containment; `reflex ask` and the page show it');
  if (lasts === undefined) return err('say by how much with `--for 2h`: it ends so much later than it does now');
  if (!isReason(reason)) return err(NO_REASON);
  const byMs = lengthIn(lasts, LENGTH);
  return byMs.ok ? ok({ name: 'extend', address, effectId, byMs: byMs.value, reason }) : byMs;
};

const closeCommand = (
  [effectId, as, ...more]: readonly string[],
  address: Address,
  { reason }: Given,
): Result<OrderCommand, string> => {
  if (effectId === undefined || (as !== 'happened' && as !== 'not_happened') || more.length > 0)
    return err('`reflex close` takes the id of one containment, and `happened` or `not_happened`');
  return isReason(reason) ? ok({ name: 'close', address, effectId, as, reason }) : err(NO_REASON);
};

/** @returns the command, or what is wrong in a sentence */
export const orderCommand = (
  word: OrderWord,
  rest: readonly string[],
  address: Address,
  given: Given,
): Result<OrderCommand, string> =>
  word === 'contain'
    ? containCommand(rest, address, given)
    : word === 'close'
      ? closeCommand(rest, address, given)
      : extendCommand(rest, address, given);
