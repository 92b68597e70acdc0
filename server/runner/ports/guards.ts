/** The module that was compiled of a bundle's Rego guards. */
export interface GuardModule {
  readonly wasm: Uint8Array;
  /** sha256 of it. */
  readonly digest: string;
}

/**
 * Evaluates Rego guards in this process, without network, time and randomness, within limits of memory, input and
 * time. Never throws: what cannot be said is an error, which leaves the act to a person.
 */
export interface GuardHost {
  readonly ask: (
    module: GuardModule,
    guard: string,
    input: object,
  ) => { readonly allowed: boolean; readonly error?: never } | { readonly error: string; readonly allowed?: never };
}
