/** What a field has to hold for a document to count. */
export interface LogFilter {
  readonly field: string;
  /**
   * `names`: texts in any case. `addresses`: IP addresses. `exact`: to the letter.
   */
  readonly holds: 'names' | 'addresses' | 'exact';
  /** Any of them; at least one. */
  readonly anyOf: ReadonlyArray<string | number | boolean>;
}

/** One bounded search in indices of others. Nothing of a document is read but the values that are counted. */
export interface LogQuery {
  /** Names, or starts of names with a `*` at the end. */
  readonly indices: readonly string[];
  /** Field with the time of a document. */
  readonly time: string;
  /** UTC, RFC 3339; both ends count. */
  readonly from: string;
  readonly to: string;
  /** A document has to fit all of them. */
  readonly filters: readonly LogFilter[];
  /** `values` of a field in the documents that fit. */
  readonly answer: 'count' | 'exists' | { readonly values: string };
  readonly mostDocuments: number;
  readonly mostValues: number;
  /** Given up after it, ms. */
  readonly timeoutMs: number;
}

/** What was counted as a whole, or why nobody can say. */
export type LogFound =
  | { readonly documents: number }
  | { readonly exists: boolean }
  | { readonly values: ReadonlyArray<string | number | boolean> }
  | { readonly why: string };

export interface LogSearch {
  /**
   * Looks into every document that there is, or says why not: an index or field that is missing, a field that cannot be
   * compared so, more than the bound, no time. Throws `StoreUnavailable`.
   */
  readonly search: (query: LogQuery) => Promise<LogFound>;
}
