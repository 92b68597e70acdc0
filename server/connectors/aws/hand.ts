import type { Result } from '../../../common/result';
import type {
  ActionPromise,
  CallOutcome,
  ClearedCommand,
  ConnectorHealth,
  EffectHandle,
  ListedEffect,
  TargetError,
  UndoOutcome,
  Verification,
} from '../connector';
import type { Calling } from './call';

type MayStart = () => boolean;

/** What one service of AWS can do for Reflex. */
export interface Hand {
  readonly action: 'block_ip' | 'disable_user';
  readonly promise: ActionPromise;
  readonly execute: (calling: Calling, command: ClearedCommand, mayStart: MayStart) => Promise<CallOutcome>;
  readonly undo: (calling: Calling, effect: EffectHandle, mayStart: MayStart) => Promise<UndoOutcome>;
  readonly verify: (calling: Calling, effect: EffectHandle) => Promise<Verification>;
  readonly list: (calling: Calling) => Promise<Result<readonly ListedEffect[], TargetError>>;
  readonly status: (calling: Calling) => Promise<ConnectorHealth>;
}

/** An order that was not given: nothing was changed, and giving it again would end the same way. */
export const notMade = (code: string, message: string): Extract<CallOutcome, { kind: 'failed' }> => ({
  kind: 'failed',
  error: { code, message, retryable: false },
});

/** A thing changes faster than we can follow. */
export const busy = (what: string): Extract<CallOutcome, { kind: 'failed' }> => ({
  kind: 'failed',
  error: { code: 'busy', message: `${what} was changed by others each time we looked`, retryable: true },
});

/** Rounds in which somebody else may be faster. */
export const ROUNDS = 5;
