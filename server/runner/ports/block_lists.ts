import type { Version, WriteOutcome } from './state';

/*
 * Block lists that Reflex itself serves (docs/decisions/077). A list is kept in parts, so that orders on different
 * entries seldom meet in one document.
 */

/** One command's hold on one entry. An entry is in the list as long as one hold is. */
export interface ListHold {
  readonly value: string;
  readonly command_id: string;
  /** UTC, ms. */
  readonly at: number;
  /**
   * From each revision of the part on: when the hold ends by itself (UTC, ms), or null where only a person ends it. The
   * newest comes last.
   */
  readonly ends: ReadonlyArray<readonly [revision: number, until: number | null]>;
  /** Older ends than those were forgotten. */
  readonly trimmed?: true;
  /** It was taken away, by which revision and when (UTC, ms). */
  readonly gone?: readonly [revision: number, at: number];
}

/** The holds on those entries of a list whose digests begin alike. */
export interface ListPart {
  /** Grows by one with each change. */
  readonly revision: number;
  /** UTC, ms. */
  readonly changed_at: number;
  readonly holds: readonly ListHold[];
  /** Holds that are forgotten were in no version from this revision on, or as of this time (UTC, ms) on. */
  readonly forgotten: { readonly revision: number; readonly until: number };
}

/** Which version of a list a device fetched last. */
export interface ListFetch {
  /** UTC, ms. */
  readonly at: number;
  /** Revision of each part that the version was made of. */
  readonly revisions: readonly number[];
  /** Holds that had ended by then were left out. UTC, ms. */
  readonly cut: number;
  readonly entries: number;
}

/** A document as it was read. */
export interface ListDocument<Content> {
  readonly content: Content;
  readonly version: Version;
}

/** Where lists are kept. Every call throws `StoreUnavailable` where nobody knows what became of it. */
export interface ListDocuments {
  readonly parts: (ids: readonly string[]) => Promise<ReadonlyMap<string, ListDocument<ListPart>>>;
  readonly fetches: (ids: readonly string[]) => Promise<ReadonlyMap<string, ListDocument<ListFetch>>>;
  readonly putPart: (id: string, part: ListPart, expect: 'absent' | Version) => Promise<WriteOutcome>;
  readonly putFetch: (id: string, fetch: ListFetch, expect: 'absent' | Version) => Promise<WriteOutcome>;
}

/** What a device shows of itself when it asks for a list. */
export interface AskedList {
  /** Token at the end of the address. */
  readonly pathToken?: string;
  /** Header `Authorization`. */
  readonly authorization?: string;
}

/** What a device gets. */
export type ServedList =
  /** Nobody of this list. */
  | { readonly kind: 'refused' }
  /** It asks too often. */
  | { readonly kind: 'busy'; readonly retryAfterS: number }
  /** What is in the list is not known well enough: an empty one would open everything. */
  | { readonly kind: 'away'; readonly why: string; readonly retryAfterS: number }
  | {
      readonly kind: 'list';
      readonly etag: string;
      readonly contentType: string;
      readonly body: string;
      /** To be called once the device has all of it, or said that it had it. */
      readonly fetched: () => void;
    };

/** A list that devices may ask for. */
export interface OfferedList {
  readonly serve: (asked: AskedList) => Promise<ServedList>;
}

/** What a connector that serves a list gets. */
export interface BlockLists {
  readonly documents: ListDocuments;
  /** Serves a list under this name from now on. */
  readonly offer: (name: string, list: OfferedList) => void;
}
