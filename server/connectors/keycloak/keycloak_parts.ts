import type { HttpTarget, TargetError } from '../connector';
import type { Accounts } from './account_name';

/** Everything that one Keycloak connector works with. */
export interface KeycloakParts {
  readonly name: string;
  /** As the client that may change accounts. */
  readonly target: HttpTarget;
  /** As whoever confirms: another client, or the same one. */
  readonly observer: HttpTarget;
  readonly hasObserver: boolean;
  /** Milliseconds since 1970, UTC. */
  readonly utc: () => number;
  readonly realm: string;
  /** Clients that Reflex itself works with. */
  readonly clientIds: readonly string[];
  readonly accounts: Accounts;
  /** Name of the attribute that holds the mark. */
  readonly attribute: string;
  readonly requireOnReturn: readonly string[];
  readonly settleMs: number;
  readonly timeoutMs: number;
  readonly testAccount: string | undefined;
}

/** An order that was not given: nothing was sent, and giving it again would end the same way. */
export const notMade = (code: string, message: string): { readonly kind: 'failed'; readonly error: TargetError } => ({
  kind: 'failed',
  error: { code, message, retryable: false },
});
