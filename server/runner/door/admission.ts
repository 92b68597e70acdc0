import type { BadField } from '../../../common/codec/decode';
import type { Intake, ReceivedEvent } from '../../../common/flow/event';
import type { CaseContent } from '../keeping/kinds/case';
import type { QuarantineReason } from '../record/quarantine_entry';

/** What the sender is told. */
export type Admission =
  | { readonly kind: 'accepted'; readonly case_id: string; readonly content: CaseContent }
  | { readonly kind: 'duplicate'; readonly case_id: string; readonly content: CaseContent }
  /** Newer data of a case that is there. */
  | { readonly kind: 'updated'; readonly case_id: string; readonly content: CaseContent }
  /** Kept on the local disk; decided as soon as OpenSearch is back. */
  | { readonly kind: 'spooled'; readonly case_id: string }
  | {
      readonly kind: 'quarantined';
      readonly reason: QuarantineReason;
      readonly fields: readonly BadField[];
      /** Set while it is only on the local disk. */
      readonly kept?: true;
    }
  /** Its source says what is for Reflex, and this is not: nothing is kept of it. */
  | { readonly kind: 'not_ours' }
  /** Not kept: send it again after so many seconds. */
  | { readonly kind: 'overloaded'; readonly retry_after_s: number }
  | { readonly kind: 'unavailable'; readonly why: string }
  /** Its source is switched off: nothing is kept, and nothing starts. */
  | { readonly kind: 'switched_off'; readonly case_id?: string };

/**
 * How firmly something must be in hand before its sender is told that it is. `durable`: in OpenSearch, so that the loss
 * of this host loses nothing; for sources that can repeat. `kept`: on the local disk at least; for webhooks, whose
 * senders may not come again.
 */
export type Need = 'durable' | 'kept';

/** It is in OpenSearch, as a case or in the quarantine; or there is nothing to keep. */
export const isDurable = (admission: Admission): boolean =>
  admission.kind === 'accepted' ||
  admission.kind === 'duplicate' ||
  admission.kind === 'updated' ||
  admission.kind === 'not_ours' ||
  (admission.kind === 'quarantined' && admission.kept !== true);

/** Nothing more is to be done with it: it is durable, or its source is off. For what may be passed over then. */
export const isSettled = (admission: Admission): boolean => isDurable(admission) || admission.kind === 'switched_off';

/** It is in OpenSearch or on the local disk. */
export const isKept = (admission: Admission): boolean =>
  isDurable(admission) || admission.kind === 'spooled' || admission.kind === 'quarantined';

/** Nothing more is to be done with it here: it is in OpenSearch or on the local disk, or its source is off. */
export const isInHand = (admission: Admission): boolean => isKept(admission) || admission.kind === 'switched_off';

/** What this process counted since its start. */
export interface IntakeCounters {
  readonly received: number;
  readonly duplicates: number;
  /** Newer data of cases that were there. */
  readonly updates: number;
  readonly quarantined: number;
  readonly accepted: number;
  readonly refused: number;
  /** Of those received: counted before by an earlier start of this agent, which kept them on the disk. */
  readonly resumed: number;
}

/** Where something came from, and who holds the token that it came with. */
export interface Sender extends Intake {
  readonly owners?: readonly string[];
}

/** What sources that can repeat hand in through: what it says is in hand is durable. */
export interface FirmDoor {
  readonly admit: (received: ReceivedEvent) => Promise<Admission>;
  readonly refuse: (
    reason: QuarantineReason,
    source: Sender,
    original: unknown,
    fields: readonly BadField[],
  ) => Promise<Admission>;
}
