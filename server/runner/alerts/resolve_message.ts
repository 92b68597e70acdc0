import { noticeFromIndex, type AlertNotice } from '../../engine/intake/alert_notice';
import { isFinding, monitorOfFinding, noticesOfFinding } from '../../engine/intake/finding_notice';
import type { MonitorDefinition, TriggerDefinition } from '../../engine/intake/monitor_definition';
import type { AlertDocument, AlertReader } from '../ports';
import type { AlertSource } from './alert_source';

/*
 * A channel's message is a doorbell: it says that something fired, and is believed in nothing else. What fired is read
 * from findings, alerts and the monitor itself (`protocol.md` section 6).
 */

/** What one alert of a message came to. */
export type Resolved =
  | { readonly kind: 'found'; readonly notices: readonly AlertNotice[] }
  /** Not there yet: Alerting writes some alerts after it told of them. `made` is what to go by if it never comes. */
  | { readonly kind: 'missing'; readonly notice: AlertNotice; readonly made: AlertNotice | undefined }
  | { readonly kind: 'refused'; readonly notice: AlertNotice; readonly why: string };

/** A message that names no alert is of a run that found none: its alert began with that run, and both go by one clock. */
const BEFORE_PERIOD_END_MS = 1_000;

const fromIndex = ({ id, source }: AlertDocument): AlertNotice => noticeFromIndex(id, source);

const found = (notices: readonly AlertNotice[]): Resolved => ({ kind: 'found', notices });

/** Findings come before the message, document-level alerts after it. */
const ofDocuments = async (
  reader: AlertReader,
  notice: AlertNotice,
  monitor: MonitorDefinition,
): Promise<readonly AlertNotice[]> => {
  const findings = notice.findingIds.length === 0 ? [] : await reader.findings(notice.findingIds);
  const notices = findings
    .filter(({ source }) => isFinding(source) && monitorOfFinding(source) === monitor.id)
    .flatMap(({ source }) => noticesOfFinding(source, monitor))
    .filter(({ triggerId }) => triggerId === notice.triggerId);
  if (notices.length > 0) return notices;
  return notice.alertId === '' ? [] : (await reader.alerts({ ids: [notice.alertId] })).map(fromIndex);
};

const ofTrigger = async (reader: AlertReader, { monitorId, triggerId, periodEnd }: AlertNotice) => {
  const wish = { monitorId, ...(triggerId === '' ? {} : { triggerId }) };
  const end = Date.parse(periodEnd);
  if (Number.isNaN(end)) return (await reader.alerts({ ...wish, open: true })).map(fromIndex);
  return (await reader.alerts({ ...wish, startedFrom: end - BEFORE_PERIOD_END_MS })).map(fromIndex);
};

const lookUp = async (
  { reader }: AlertSource,
  notice: AlertNotice,
  monitor: MonitorDefinition,
): Promise<readonly AlertNotice[]> => {
  const known =
    notice.level === 'document'
      ? await ofDocuments(reader, notice, monitor)
      : notice.alertId !== ''
        ? (await reader.alerts({ ids: [notice.alertId] })).map(fromIndex)
        : notice.level === 'bucket'
          ? []
          : await ofTrigger(reader, notice);
  return known.filter((each) => each.monitorId === notice.monitorId);
};

/** Without what nobody vouches for: entities, states, and moments that would reach beyond now. */
const unbelieved = ({ bucket: _bucket, ...notice }: AlertNotice, now: number): AlertNotice => {
  const end = Math.min(Date.parse(notice.periodEnd) || now, now);
  return {
    ...notice,
    state: 'ACTIVE',
    startTime: 0,
    lastSeen: 0,
    periodStart: '',
    periodEnd: new Date(end).toISOString(),
    documents: [],
  };
};

/**
 * An alert that could not be stored, by the monitor's own words. It names no entity, so that its acts are for a person;
 * that something is over, and documents that no finding names, are not taken from a message at all.
 */
const madeOf = (
  notice: AlertNotice,
  { monitor, trigger, now }: { monitor: MonitorDefinition; trigger: TriggerDefinition | undefined; now: number },
): AlertNotice | undefined =>
  notice.level === 'document' || notice.level !== monitor.level || notice.state !== 'ACTIVE'
    ? undefined
    : {
        ...unbelieved(notice, now),
        monitorName: monitor.name,
        triggerName: trigger?.name ?? '',
        severity: trigger?.severity ?? '',
        alertId: '',
        relatedDocuments: [],
        queries: [],
      };

/**
 * Looks up what one alert of a message is.
 *
 * @throws StoreUnavailable
 */
export const resolveMessage = async (source: AlertSource, notice: AlertNotice): Promise<Resolved> => {
  const now = source.agent.parts.clock.utc();
  let monitor = await source.monitors.get(notice.monitorId);
  if (monitor === 'unsupported') return found([unbelieved(notice, now)]);
  const triggerIn = (definition: MonitorDefinition): TriggerDefinition | undefined =>
    definition.triggers.find(({ id }) => id === notice.triggerId);
  if (monitor === 'unknown' || (notice.triggerId !== '' && !triggerIn(monitor)))
    monitor = await source.monitors.get(notice.monitorId, { fresh: true });
  if (monitor === 'unsupported') return found([unbelieved(notice, now)]);
  if (monitor === 'unknown')
    return { kind: 'refused', notice, why: `there is no monitor \`${notice.monitorId.slice(0, 100)}\`` };
  const trigger = triggerIn(monitor);
  if (notice.triggerId !== '' && trigger === undefined)
    return { kind: 'refused', notice, why: `its monitor has no trigger \`${notice.triggerId.slice(0, 100)}\`` };
  const notices = await lookUp(source, notice, monitor);
  return notices.length > 0
    ? found(notices)
    : { kind: 'missing', notice, made: madeOf(notice, { monitor, trigger, now }) };
};
