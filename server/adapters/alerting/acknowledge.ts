import { whyOf } from '../../../common/why';
import type { AcknowledgeAlert, AlertToAcknowledge, ClusterTransport, Told } from '../../runner/ports';
import { listDetectors } from './detectors';
import { callPlugin, jsonOf, objectsOf, stringOf } from './plugin_call';

/*
 * Acknowledging by the plugin that made the alert. Each answers 200 also where nothing was acknowledged: what counts
 * stands in the body. Alerting names `success` and `failed`, Security Analytics `acknowledged`, `failed`, `missing`.
 */

const ALERTING = '/_plugins/_alerting';
const SECURITY_ANALYTICS = '/_plugins/_security_analytics';
/** Which monitors are a detector's is remembered for so long, ms. */
const FRESH_MS = 30_000;

type Body = Readonly<Record<string, unknown>>;

const namesIt = (value: unknown, alertId: string): boolean =>
  Array.isArray(value) && value.some((each) => each === alertId || stringOf(jsonOf(each).id) === alertId);

const ACKNOWLEDGED_BEFORE = 'Alert has already been acknowledged.';

/** Why one alert was not: Alerting gives a reason by its id, Security Analytics the alert as it is. */
const failureOf = ({ failed }: Body, alertId: string): string => {
  for (const each of objectsOf(failed)) {
    const reason = stringOf(jsonOf(each[alertId]).failed_reason);
    if (reason !== '') return reason;
    if (stringOf(each.id) !== alertId) continue;
    return each.state === 'ACKNOWLEDGED' ? ACKNOWLEDGED_BEFORE : `its state is ${stringOf(each.state)}`;
  }
  return 'it was not acknowledged; no reason given';
};

/** What the answer says of one alert. One that somebody acknowledged before is as it was to be. */
const toldBy = (body: Body, alertId: string): Told => {
  if (namesIt(body.success, alertId) || namesIt(body.acknowledged, alertId)) return { kind: 'told' };
  const why = namesIt(body.missing, alertId) ? 'there is no such alert any more' : failureOf(body, alertId);
  return why === ACKNOWLEDGED_BEFORE ? { kind: 'not_due' } : { kind: 'refused', why };
};

/** @param monotonic ms, for what is remembered */
export const alertAcknowledger = (transport: ClusterTransport, monotonic: () => number): AcknowledgeAlert => {
  let known: { readonly until: number; readonly detectors: ReadonlyMap<string, string> } | undefined;
  const detectorOf = async (monitorId: string): Promise<string | undefined> => {
    if (known === undefined || known.until <= monotonic()) {
      const { sources } = await listDetectors(transport);
      const own = sources.filter(({ kind }) => kind === 'detector');
      const detectors = new Map(own.flatMap(({ id, monitorIds }) => monitorIds.map((each) => [each, id] as const)));
      known = { until: monotonic() + FRESH_MS, detectors };
    }
    return known.detectors.get(monitorId);
  };
  const pathOf = async ({ kind, monitorId }: AlertToAcknowledge): Promise<string> => {
    if (kind === 'workflow') return `${ALERTING}/workflows/${encodeURIComponent(monitorId)}/_acknowledge/alerts`;
    const detector = await detectorOf(monitorId);
    return detector === undefined
      ? `${ALERTING}/monitors/${encodeURIComponent(monitorId)}/_acknowledge/alerts`
      : `${SECURITY_ANALYTICS}/detectors/${encodeURIComponent(detector)}/_acknowledge/alerts`;
  };

  return async (alert) => {
    const { alertId } = alert;
    try {
      const answer = await callPlugin(transport, {
        method: 'POST',
        path: await pathOf(alert),
        body: { alerts: [alertId] },
      });
      switch (answer.kind) {
        case 'ok':
          return toldBy(answer.body, alertId);
        case 'missing':
          return { kind: 'refused', why: 'its monitor is not there any more' };
        case 'refused':
          return { kind: 'refused', why: answer.message };
        case 'conflict':
          return { kind: 'failed', why: 'the alert is being changed right now' };
        case 'not_installed':
          return { kind: 'failed', why: 'the plugin is not installed' };
        case 'not_permitted':
          return { kind: 'failed', why: `Reflex' user may not acknowledge alerts: ${answer.message}` };
      }
    } catch (cause) {
      return { kind: 'failed', why: whyOf(cause) };
    }
  };
};
