/* What is looked at when Reflex is set up. Everything here only looks. */

/** One request that tells whether our account may do something, and what was answered. */
export interface RightProbe {
  /** Such as `read its records`. */
  readonly what: string;
  readonly request: string;
  /** `failed`: neither allowed nor refused, OpenSearch could not do it now. */
  readonly answer: 'allowed' | 'refused' | 'failed';
  readonly said: string;
}

/** Whom OpenSearch takes us for. */
export interface OwnAccount {
  /** `missing`: OpenSearch has no security plugin, and tells nobody apart. */
  readonly security: 'there' | 'missing';
  readonly user?: string;
  readonly roles?: readonly string[];
}

/** One index, or the template of a family of them. */
export interface IndexLook {
  readonly name: string;
  /** Version of its mapping that this Reflex wants. */
  readonly wanted: number;
  /** The one that it has; undefined: it is not there. */
  readonly found?: number;
  /** The block that keeps it from being written. */
  readonly blocked?: string;
}

export interface IndicesLook {
  readonly indices: readonly IndexLook[];
  /** Indices of ours with a shard that is nowhere. */
  readonly down: readonly string[];
}

/** Every call throws `StoreUnavailable` if there was no answer. */
export interface ClusterLook {
  readonly account: () => Promise<OwnAccount>;
  readonly rights: () => Promise<readonly RightProbe[]>;
  readonly indices: () => Promise<IndicesLook>;
}

/** A data folder as its file system tells of it. */
export interface FolderLook {
  readonly path: string;
  /** Kind of its file system, such as `ext4`; undefined where this machine does not tell. */
  readonly kind?: string;
  /** Where that is mounted. */
  readonly mount?: string;
  readonly free_bytes?: number;
  readonly total_bytes?: number;
  /** A file was written, made durable and taken away again within this, ms. */
  readonly sync_ms?: number;
  /** Why that failed. */
  readonly fault?: string;
}
