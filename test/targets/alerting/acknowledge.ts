import { json, type Answer, type Json } from './documents';

/* Acknowledging as a running 3.4 was seen to do it (`alert-acknowledge*.http`): always 200, the rest in the body. */

export interface StoredAlert {
  readonly _id: string;
  readonly _index: string;
  readonly _source: Json;
}

const HISTORY = '.opendistro-alerting-alert-history-2026.11.22-1';

const failureOf = (alert: StoredAlert | undefined, id: string): string | undefined => {
  switch (alert?._source.state) {
    case undefined:
      return `Alert: ${id} does not exist (it may have already completed).`;
    case 'ACKNOWLEDGED':
      return 'Alert has already been acknowledged.';
    case 'ACTIVE':
      return undefined;
    case 'ERROR':
      return 'Alert is in an error state and can not be acknowledged.';
    default:
      return `Alert state: ${String(alert?._source.state)} invalid`;
  }
};

/** Those of documents move to the history. */
const acknowledged = ({ _id, _index, _source }: StoredAlert, now: number): StoredAlert => ({
  _id,
  _index: ((_source.related_doc_ids ?? []) as readonly string[]).length > 0 ? HISTORY : _index,
  _source: { ..._source, state: 'ACKNOWLEDGED', acknowledged_time: now },
});

/**
 * Acknowledges alerts among those that are the monitor's.
 *
 * @param isIts whether an alert is one of the monitor or detector of the route
 */
export const acknowledge = (
  alerts: StoredAlert[],
  { body, isIts, now }: { readonly body: Json; readonly isIts: (source: Json) => boolean; readonly now: number },
): { readonly success: string[]; readonly failed: Json[] } => {
  const success: string[] = [];
  const failed: Json[] = [];
  for (const id of (json(body).alerts ?? []) as readonly string[]) {
    const at = alerts.findIndex(({ _id, _source }) => _id === id && isIts(_source));
    const alert = alerts[at];
    const failed_reason = failureOf(alert, id);
    if (failed_reason !== undefined) failed.push({ [id]: { failed_reason } });
    else if (alert !== undefined) {
      alerts[at] = acknowledged(alert, now);
      success.push(id);
    }
  }
  return { success, failed };
};

/** What the API of Security Analytics answers to the same (read in its source: `AckAlertsResponse`). */
export const asDetectors = (
  alerts: readonly StoredAlert[],
  { success, failed }: ReturnType<typeof acknowledge>,
  detectorId: string,
): Answer['body'] => {
  const known = (id: string): StoredAlert | undefined => alerts.find(({ _id }) => _id === id);
  const view = (id: string) => ({ detector_id: detectorId, id, state: known(id)?._source.state });
  const failedIds = failed.flatMap((each) => Object.keys(each));
  return {
    acknowledged: success.map(view),
    failed: failedIds.filter((id) => known(id) !== undefined).map(view),
    missing: failedIds.filter((id) => known(id) === undefined),
  };
};
