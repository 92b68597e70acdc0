import type { ActionPromise, HttpTarget, TargetError } from '../connector';
import type { CompiledAction } from './compile_actions';
import type { CompiledRequest } from './compiled_request';
import type { CompiledHostStatus } from './compile_host_status';
import type { RestParameters } from './rest_parameters';

/** Everything that one REST connector works with. Headers hold secrets, so this never leaves the connector. */
export interface RestParts {
  readonly name: string;
  readonly parameters: RestParameters;
  readonly actions: ReadonlyMap<string, CompiledAction>;
  /** What the configuration states of its actions. */
  readonly promises: Readonly<Record<string, ActionPromise>>;
  /** Of every request, lower-case names; made anew each time, of the secrets as they are then. */
  readonly headers: Readonly<Record<string, string>>;
  readonly target: HttpTarget;
  readonly status: CompiledRequest | undefined;
  readonly hostStatus: CompiledHostStatus | undefined;
  /** Longest time for one call, ms. */
  readonly totalMs: number;
  /** Milliseconds since 1970, UTC. */
  readonly utc: () => number;
}

/** A request that could not be made: nothing was sent, and sending it again would end the same way. */
export const notMade = (message: string): { readonly kind: 'failed'; readonly error: TargetError } => ({
  kind: 'failed',
  error: { code: 'bad_request', message, retryable: false },
});

export const noSuchAction = (action: string): string => `this connector does not do \`${action}\``;
