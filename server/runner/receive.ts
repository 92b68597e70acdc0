import { decode, type BadField } from '../../common/codec/decode';
import { DetectionEvent, type Intake, type ReceivedEvent } from '../../common/flow/event';
import { err, ok, type Result } from '../../common/result';
import { readAlertingWebhook } from '../engine/intake/alerting_webhook';
import type { AlertNotice } from '../engine/intake/alert_notice';
import { mapAlert, type MappedEvent } from '../engine/intake/map_alert';
import { normaliseEvent } from '../engine/intake/normalise_event';
import { digestOf } from '../engine/policy/digest';
import type { Agent } from './agent';
import type { Admission } from './intake';
import { StoreUnavailable, type AlertReader } from './ports';
import { isoOf } from './shift_parts';

/* From what a source sends to events that are admitted: check, one spelling, identity. */

export interface ReceiveOptions {
  readonly demo?: boolean;
}

/** What the digest covers: everything that decides. The original alert is evidence and differs by the way it came. */
const digestOfEvent = ({ raw: _raw, ...event }: DetectionEvent): string => digestOf(event);

interface Named {
  readonly intake: Intake;
  readonly identity: readonly string[];
  readonly receivedAt: string;
  readonly uncalibrated?: boolean;
  readonly demo?: boolean;
}

/** An event as Reflex keeps it, with the identity that makes repeated ones duplicates. */
export const keptEvent = (
  event: DetectionEvent,
  { intake, identity, receivedAt, uncalibrated, demo }: Named,
): ReceivedEvent => {
  const normal = normaliseEvent(event);
  return {
    case_id: `case:${digestOf([intake.type, intake.id, ...identity])}`,
    intake,
    digest: digestOfEvent(normal),
    received_at: receivedAt,
    event: normal,
    ...(uncalibrated === true ? { uncalibrated } : {}),
    ...(demo === true ? { demo } : {}),
  };
};

/** Takes events in the wire form, each by itself: one bad event never stalls the rest. */
export const receiveEvents = (
  agent: Agent,
  intake: Intake,
  values: readonly unknown[],
  { demo }: ReceiveOptions = {},
): Promise<readonly Admission[]> =>
  Promise.all(
    values.map((value) => {
      const checked = decode(DetectionEvent, value);
      if (!checked.ok) return agent.door.refuse('invalid', intake, value, checked.error);
      const receivedAt = isoOf(agent.parts.clock);
      return agent.admit(
        keptEvent(checked.value, {
          intake,
          identity: [checked.value.event_id],
          receivedAt,
          ...(demo === undefined ? {} : { demo }),
        }),
      );
    }),
  );

/** Events made of alerts keep within the wire's limits: an original that is too large is cut down, not refused. */
const withinLimits = (event: DetectionEvent): Result<DetectionEvent, readonly BadField[]> => {
  const whole = decode(DetectionEvent, event);
  if (whole.ok || !whole.error.every(({ path }) => path === 'raw')) return whole;
  const { raw: _raw, ...rest } = event;
  return decode(DetectionEvent, { ...rest, raw: { note: 'the original alert was too large to keep' } });
};

const admitMapped = (
  agent: Agent,
  notice: AlertNotice,
  mapped: MappedEvent,
  options: ReceiveOptions,
): Promise<Admission> => {
  const intake: Intake = { type: 'alerting', id: notice.monitorId === '' ? 'unknown' : notice.monitorId };
  const checked = withinLimits(mapped.event);
  if (!checked.ok) return agent.door.refuse('invalid', intake, mapped.event, checked.error);
  return agent.admit(
    keptEvent(checked.value, {
      intake,
      identity: mapped.identity,
      receivedAt: isoOf(agent.parts.clock),
      uncalibrated: mapped.uncalibrated,
      ...(options.demo === undefined ? {} : { demo: options.demo }),
    }),
  );
};

const referenceOf = (related: string): { readonly index: string; readonly id: string } => {
  const bar = related.lastIndexOf('|');
  return { id: related.slice(0, bar), index: related.slice(bar + 1) };
};

/** Admits the events that alerts stand for. Documents are read from their indices, never trusted from a message. */
export const receiveAlerts = async (
  agent: Agent,
  reader: AlertReader,
  alerts: readonly AlertNotice[],
  options: ReceiveOptions = {},
): Promise<readonly Admission[]> => {
  const wanted = alerts
    .flatMap((alert) => alert.relatedDocuments.map(referenceOf))
    .filter(({ index, id }) => index !== '' && id !== '');
  const documents = wanted.length === 0 ? [] : await reader.documents(wanted);
  const at = isoOf(agent.parts.clock);
  const mapped = alerts.flatMap((notice) => mapAlert(notice, documents, at).map((event) => ({ notice, event })));
  return Promise.all(mapped.map(({ notice, event }) => admitMapped(agent, notice, event, options)));
};

/** What a channel's message came to. */
export type WebhookOutcome =
  | { readonly kind: 'test_message' }
  | { readonly kind: 'unreadable'; readonly admission: Admission }
  | { readonly kind: 'admitted'; readonly admissions: readonly Admission[] }
  /** OpenSearch is away, so that the alert's documents cannot be read; the cursor finds the alert when it is back. */
  | { readonly kind: 'unavailable' };

/** Takes what a channel of OpenSearch Alerting sent. */
export const receiveWebhook = async (
  agent: Agent,
  reader: AlertReader,
  text: string,
  options: ReceiveOptions = {},
): Promise<WebhookOutcome> => {
  const message = readAlertingWebhook(text);
  if (!message.ok) {
    const fields = [{ path: '', message: message.error }];
    return {
      kind: 'unreadable',
      admission: await agent.door.refuse('unreadable', { type: 'alerting', id: 'webhook' }, text, fields),
    };
  }
  if (message.value.kind === 'test_message') return { kind: 'test_message' };
  try {
    return { kind: 'admitted', admissions: await receiveAlerts(agent, reader, message.value.alerts, options) };
  } catch (cause) {
    if (cause instanceof StoreUnavailable) return { kind: 'unavailable' };
    throw cause;
  }
};

/** The JSON of a body that holds one event or an array of events. */
export const eventsIn = (text: string): Result<readonly unknown[], string> => {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return err('is not JSON');
  }
  return ok(Array.isArray(body) ? body : [body]);
};
