import type { AcknowledgeAlert, AlertToAcknowledge, OutcomeChannel } from '../../ports';
import type { OutcomeDocument } from '../../../../common/api/outcome_document';
import type { ReceivedEvent } from '../../../../common/flow/event';

/* An alert of OpenSearch is acknowledged once what it reported is contained, and nothing of it waits any more. */

export type AlertLevel = 'document' | 'bucket' | 'query' | 'workflow';

interface AcknowledgingOptions {
  readonly acknowledge: AcknowledgeAlert;
  /** Levels of monitors whose alerts are acknowledged. */
  readonly levels: readonly AlertLevel[];
  /** Notes on a case that it was Reflex who acknowledged its alert. */
  readonly noteOwn: (caseId: string) => Promise<void>;
}

const LEVELS: readonly AlertLevel[] = ['document', 'bucket', 'query', 'workflow'];
/** Acts of which more is to come. What is not known may be one of them. */
const OPEN: ReadonlyArray<string | undefined> = ['held', 'waiting', 'applying', 'unknown', undefined];

/** The level and the alert that an event was made of, as its mapping wrote them. */
const alertOf = ({
  intake,
  event,
}: ReceivedEvent): (AlertToAcknowledge & { readonly level: AlertLevel }) | undefined => {
  const level = LEVELS.find((each) => event.event_id.startsWith(`${each}|`));
  const { alert_id: alertId } = (event.raw ?? {}) as { readonly alert_id?: unknown };
  if (intake.type !== 'alerting' || level === undefined || typeof alertId !== 'string' || alertId === '')
    return undefined;
  return { level, kind: level === 'workflow' ? 'workflow' : 'monitor', monitorId: intake.id, alertId };
};

/** An act of the same decision is not over: whoever looks after the alert must not overlook that. */
const isOpen = ({ acts }: OutcomeDocument): boolean =>
  acts.some(({ shadow, result, status }) => !shadow && result !== 'deny' && OPEN.includes(status));

/** The source itself as the receiver. It is told by its state, not by a document. */
export const acknowledging = ({ acknowledge, levels, noteOwn }: AcknowledgingOptions): OutcomeChannel => ({
  tell: async (document, received) => {
    const alert = alertOf(received);
    if (alert === undefined) return { kind: 'refused', why: 'its event names no alert that can be acknowledged' };
    if (!levels.includes(alert.level) || isOpen(document)) return { kind: 'not_due' };
    const { level: _level, ...wanted } = alert;
    const told = await acknowledge(wanted);
    if (told.kind === 'told') await noteOwn(document.case_id);
    return told;
  },
  close: async () => undefined,
});
