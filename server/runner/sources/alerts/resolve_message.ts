import { present } from '../../../../common/present';
import { iso } from '../../../../common/iso';
import { noticeFromIndex, type AlertNotice } from '../../../engine/intake/alert_notice';
import { nearby } from '../../../engine/intake/episode';
import { isFinding, monitorOfFinding, noticesOfFinding } from '../../../engine/intake/finding_notice';
import type { MonitorDefinition, TriggerDefinition } from '../../../engine/intake/monitor_definition';
import type { AlertDocument, AlertReader } from '../../ports';
import type { AlertSource } from './alert_source';
import { LookupFailed } from './monitors';

/*
 * A channel's message is a doorbell: it says that something fired, and is believed in nothing else. What fired is read
 * from findings, alerts and the monitor itself (`protocol.md` section 6).
 */

/** What one alert of a message came to. */
export type Resolved =
  | { readonly kind: 'found'; readonly notices: readonly AlertNotice[] }
  /** Not there yet: Alerting writes some alerts after it told of them. `made` is what to go by if it never comes. */
  | { readonly kind: 'missing'; readonly notice: AlertNotice; readonly made: AlertNotice | undefined }
  | { readonly kind: 'refused'; readonly notice: AlertNotice; readonly why: string }
  /** Alerting cannot say what its monitor is. */
  | { readonly kind: 'failed'; readonly notice: AlertNotice; readonly why: string };

/**
 * A message that names no alert is of a run that found none: its alert began with that run, and both go by one clock.
 */
const BEFORE_PERIOD_END_MS = 1_000;

const fromIndex = ({ id, source }: AlertDocument): AlertNotice => noticeFromIndex(id, source);

const found = (notices: readonly AlertNotice[]): Resolved => ({ kind: 'found', notices });

/** An alert of a message, with its monitor. */
interface Ring {
  readonly notice: AlertNotice;
  /** Undefined where nobody can be asked: then only what Alerting stored tells whether anything happened. */
  readonly monitor: MonitorDefinition | undefined;
  readonly trigger: TriggerDefinition | undefined;
}

const DEFAULT_EVERY_MS = 60_000;

/** What the ids of one message lead to, looked up together: a message may tell of a thousand alerts. */
interface Looked {
  readonly findings: ReadonlyMap<string, AlertDocument>;
  readonly alerts: ReadonlyMap<string, AlertDocument>;
}

const byId = (documents: readonly AlertDocument[]): ReadonlyMap<string, AlertDocument> =>
  new Map(documents.map((document) => [document.id, document]));

const inMap = (ids: readonly string[], known: ReadonlyMap<string, AlertDocument>): readonly AlertDocument[] =>
  [...new Set(ids)].flatMap((id) => known.get(id) ?? []);

/** Findings come before the message, document-level alerts after it. */
const ofFindings = ({ notice, monitor }: Ring, findings: Looked['findings']): readonly AlertNotice[] =>
  notice.level !== 'document' || monitor === undefined
    ? []
    : inMap(notice.findingIds, findings)
        .filter(({ source }) => isFinding(source) && monitorOfFinding(source) === monitor.id)
        .flatMap(({ source }) => noticesOfFinding(source, monitor))
        .filter(({ triggerId }) => triggerId === notice.triggerId);

const lookUpIds = async (reader: AlertReader, rings: readonly Ring[]): Promise<Looked> => {
  const wanted = new Set(
    rings.flatMap(({ notice, monitor }) =>
      notice.level === 'document' && monitor !== undefined ? notice.findingIds : [],
    ),
  );
  const findings = byId(wanted.size === 0 ? [] : await reader.findings([...wanted]));
  const others = rings.filter((ring) => ring.notice.alertId !== '' && ofFindings(ring, findings).length === 0);
  const ids = [...new Set(others.map(({ notice }) => notice.alertId))];
  return { findings, alerts: byId(ids.length === 0 ? [] : await reader.alerts({ ids })) };
};

/** A message without an alert's id may be answered late, when the trigger is on for another time already. */
const ofTrigger = async (reader: AlertReader, { notice, monitor }: Ring): Promise<readonly AlertNotice[]> => {
  const { monitorId, triggerId, periodEnd } = notice;
  const wish = { monitorId, ...present({ triggerId: triggerId === '' ? undefined : triggerId }) };
  const end = Date.parse(periodEnd);
  if (Number.isNaN(end)) return (await reader.alerts({ ...wish, open: true })).map(fromIndex);
  return (await reader.alerts({ ...wish, startedFrom: end - BEFORE_PERIOD_END_MS }))
    .map(fromIndex)
    .filter(({ startTime }) => nearby(startTime, end, monitor?.everyMs ?? DEFAULT_EVERY_MS));
};

const lookUp = async (reader: AlertReader, ring: Ring, looked: Looked): Promise<readonly AlertNotice[]> => {
  const { notice } = ring;
  const findings = ofFindings(ring, looked.findings);
  const known =
    findings.length > 0
      ? findings
      : notice.alertId !== ''
        ? inMap([notice.alertId], looked.alerts).map(fromIndex)
        : notice.level === 'bucket' || notice.level === 'document'
          ? []
          : await ofTrigger(reader, ring);
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
    periodEnd: iso(end),
    documents: [],
  };
};

/**
 * What is left of a message that nobody can check: that one came. It names no entity and no document, and somebody is
 * asked. Also one that says that something is over: that is not believed either.
 */
const unverified = (notice: AlertNotice, now: number): AlertNotice => ({
  ...unbelieved(notice, now),
  relatedDocuments: [],
  findingIds: [],
  queries: [],
  unverified: true,
});

/**
 * An alert that could not be stored, by the monitor's own words. It names no entity, so that its acts are for a person;
 * that something is over, and documents that no finding names, are not taken from a message at all.
 */
const madeOf = ({ notice, monitor, trigger }: Ring, now: number): AlertNotice | undefined =>
  monitor === undefined
    ? unverified(notice, now)
    : notice.level === 'document' || notice.level !== monitor.level || notice.state !== 'ACTIVE'
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

const triggerIn = ({ triggers }: MonitorDefinition, { triggerId }: AlertNotice): TriggerDefinition | undefined =>
  triggers.find(({ id }) => id === triggerId);

/** The monitor and trigger that a message names; a message that names others is refused. */
const verify = async ({ monitors }: Pick<AlertSource, 'monitors'>, notice: AlertNotice): Promise<Resolved | Ring> => {
  const { monitorId, triggerId } = notice;
  let monitor = await monitors.get(monitorId);
  const uncheckable: Ring = { notice, monitor: undefined, trigger: undefined };
  if (monitor === 'unsupported') return uncheckable;
  if (monitor === 'unknown' || (triggerId !== '' && !triggerIn(monitor, notice)))
    monitor = await monitors.get(monitorId, { fresh: true });
  if (monitor === 'unsupported') return uncheckable;
  if (monitor === 'unknown')
    return { kind: 'refused', notice, why: `there is no monitor \`${monitorId.slice(0, 100)}\`` };
  const trigger = triggerIn(monitor, notice);
  if (triggerId !== '' && trigger === undefined)
    return { kind: 'refused', notice, why: `its monitor has no trigger \`${triggerId.slice(0, 100)}\`` };
  return { notice, monitor, trigger };
};

/** The same; a look-up that fails is the fault of this alert alone. */
const verifyAlone = (source: Pick<AlertSource, 'monitors'>, notice: AlertNotice): Promise<Resolved | Ring> =>
  verify(source, notice).catch((cause: unknown): Resolved => {
    if (!(cause instanceof LookupFailed)) throw cause;
    return { kind: 'failed', notice, why: cause.message };
  });

const isResolved = (each: Resolved | Ring): each is Resolved => 'kind' in each;

/**
 * Looks up what the alerts of a message are: one answer for each, in their order.
 *
 * @throws StoreUnavailable
 */
export const resolveMessage = async (
  source: AlertSource,
  notices: readonly AlertNotice[],
): Promise<readonly Resolved[]> => {
  const { reader, agent } = source;
  const verified = await Promise.all(notices.map((notice) => verifyAlone(source, notice)));
  const rings = verified.flatMap((each) => (isResolved(each) ? [] : [each]));
  const looked = await lookUpIds(reader, rings);
  return Promise.all(
    verified.map(async (each): Promise<Resolved> => {
      if (isResolved(each)) return each;
      const known = await lookUp(reader, each, looked);
      if (known.length > 0) return found(known);
      return { kind: 'missing', notice: each.notice, made: madeOf(each, agent.parts.clock.utc()) };
    }),
  );
};
