import type { Guards } from '../../../common/policy/bundle';
import type { PolicyFault } from '../../../common/policy/policy';
import type { Result } from '../../../common/result';

/** The module that was compiled of a bundle's Rego guards. */
export interface GuardModule {
  readonly wasm: Uint8Array;
  /** sha256 of it. */
  readonly digest: string;
}

/**
 * Evaluates Rego guards on this machine, without network, time and randomness, within limits of memory, input and
 * time. Never throws: what cannot be said is an error, which leaves the act to a person.
 */
export interface GuardHost {
  /** Asks; the answer is there at the limit of time at the latest. */
  readonly ask: (
    module: GuardModule,
    guard: string,
    input: object,
  ) => { readonly allowed: boolean; readonly error?: never } | { readonly error: string; readonly allowed?: never };
  /** Makes a module ready to be asked, so that no question errs for that alone; waits a few seconds at most. */
  readonly prepare: (module: GuardModule) => Promise<void>;
}

/** Why there is no module: the compiler is not here, or what it says of the guards, with their places. */
export interface GuardTrouble {
  readonly code: 'no_opa' | 'guard_invalid';
  readonly message: string;
  readonly faults: readonly PolicyFault[];
}

/** Makes one module of Rego guards. */
export interface GuardCompiler {
  /** @param sources texts by name */
  readonly compile: (sources: ReadonlyMap<string, string>) => Promise<Result<Guards, GuardTrouble>>;
}
