export interface ClusterRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';
  /** Starts with a slash; whatever is put into it must be URL-encoded. */
  readonly path: string;
  readonly querystring?: Readonly<Record<string, string | number | boolean>>;
  readonly body?: Readonly<Record<string, unknown>>;
  /** Newline-delimited JSON, already serialised. */
  readonly bulkBody?: string;
  /** In place of the client's own; names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface ClusterAnswer {
  /** HTTP status. */
  readonly status: number;
  readonly body: unknown;
}

interface ClusterOptions {
  readonly timeoutMs?: number;
  /** Returns every answer as it is, also those that say "not now" or "not you": the caller tells them apart. */
  readonly anyAnswer?: boolean;
  /** Numbers beyond 2^53 are texts of their digits, not rounded. */
  readonly keepDigits?: boolean;
}

/** The one way to OpenSearch that adapters use; both clients that Reflex meets can do this. */
export interface ClusterTransport {
  /**
   * @returns what OpenSearch answered, conflicts and other refusals included
   * @throws StoreUnavailable if there was no answer, or if it says that OpenSearch cannot or may not do this now
   */
  readonly request: (request: ClusterRequest, options?: ClusterOptions) => Promise<ClusterAnswer>;
}
