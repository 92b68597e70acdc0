import type { ReceivedEvent } from '../../../common/flow/event';
import type { EvidenceEntry } from '../ports';

/** What waits on the local disk. */
export type SpoolItem =
  | {
      readonly type: 'event';
      readonly received: ReceivedEvent;
      /** Start of the process that counted it as received; missing in what 6795c7f put aside. */
      readonly start?: string;
    }
  | { readonly type: 'quarantine'; readonly entry: EvidenceEntry }
  /** What a channel sent, as it came: what it tells of can be looked up only when OpenSearch is back. */
  | { readonly type: 'message'; readonly text: string };
