import type { BadField } from '../../../common/codec/decode';
import type { DecisionRecord } from '../../../common/flow/decision';
import type { Intake } from '../../../common/flow/event';
import type { Feedback } from '../../../common/flow/feedback';
import type { ActionRecord } from '../../../common/flow/outcome';
import type { EvidenceEntry, EvidenceFamily } from '../ports';
import type { AuditEntry } from './audit';
import type { QuarantineReason } from './quarantine_entry';

/** What a record of the evidence holds, by its family. */
export interface Records {
  readonly decisions: DecisionRecord;
  readonly actions: ActionRecord;
  /** A label, with the event that it is about. */
  readonly feedback: { readonly event: DecisionRecord['event']; readonly feedback: Feedback };
  readonly quarantine: {
    readonly reason: QuarantineReason;
    readonly intake: Intake;
    readonly fields: readonly BadField[];
    /** As much of it as is kept, without its secrets. */
    readonly original?: string;
    /** Who may have asked for it besides its source: nobody of them approves what it leads to. */
    readonly owners?: readonly string[];
  };
  readonly audit: AuditEntry & { readonly at: string };
}

/** A record as one of its family: the evidence knows no contents, and only Reflex appends to it. */
export const recordOf = <F extends EvidenceFamily>(_family: F, body: EvidenceEntry['body']): Records[F] =>
  body as unknown as Records[F];
