import type { AlertingCore } from './alerting_core';
import { json, type Json } from './documents';

/** A rule of Security Analytics as its detectors look for it. */
export interface DetectorRule {
  /** As a query string of OpenSearch. */
  readonly query: string;
  readonly tags: readonly string[];
}

/**
 * Makes the monitor of a detector, as Security Analytics does when it saves one: with alerts and findings in indices of
 * its log type.
 *
 * @param rules by their ids
 * @returns id of the monitor
 */
export const makeDetectorMonitor = (
  core: AlertingCore,
  detectorId: string,
  rules: Readonly<Record<string, DetectorRule>>,
): string => {
  const detector = core.detectors.read(detectorId)?.body ?? {};
  const type = String(detector.detector_type).toLowerCase();
  const [input] = detector.inputs as readonly Json[];
  const { indices, pre_packaged_rules = [] } = json(json(input).detector_input);
  const own = `.opensearch-sap-${type}`;
  const monitorId = `monitor-of-${detectorId}`;
  core.monitors.put(monitorId, {
    type: 'monitor',
    name: detector.name,
    monitor_type: 'doc_level_monitor',
    owner: 'security_analytics',
    enabled: true,
    schedule: detector.schedule,
    data_sources: {
      alerts_index: `${own}-alerts`,
      alerts_history_index: `${own}-alerts-history-2026.11.22-1`,
      findings_index: `${own}-findings-2026.11.22-1`,
    },
    inputs: [
      {
        doc_level_input: {
          indices,
          queries: (pre_packaged_rules as readonly Json[]).map(({ id }) => ({
            id,
            name: id,
            ...rules[String(id)],
          })),
        },
      },
    ],
    triggers: (detector.triggers as readonly Json[]).map(({ id, name, severity, sev_levels, actions }) => ({
      document_level_trigger: {
        id,
        name,
        severity,
        actions,
        condition: {
          script: {
            source: (sev_levels as readonly string[]).map((level) => `query[tag=${level}]`).join(' || '),
            lang: 'painless',
          },
        },
      },
    })),
  });
  core.detectors.put(detectorId, { ...detector, monitor_id: [monitorId] });
  return monitorId;
};
