import type { Stopped } from '../../../common/flow/clearance';
import type { Verdict } from '../../../common/flow/decision';
import type { SecurityDomain } from '../../../common/flow/voice';
import { present } from '../../../common/present';

/*
 * What the demo plays is what OpenSearch Alerting would do: monitors look at log documents, and what they find becomes
 * findings, messages of a channel and alert documents.
 */

/** A document as a sensor writes it, in ECS and without its time. */
export type LogDocument = Readonly<Record<string, unknown>>;

/** A monitor of the demo. */
export interface Monitor {
  readonly id: string;
  readonly name: string;
  /** `document`: an alert for each document; `bucket`: one for each group of counted documents. */
  readonly level: 'document' | 'bucket';
  /** Index that it looks at. */
  readonly index: string;
  readonly query: { readonly id: string; readonly name: string; readonly tags: readonly string[] };
  /** The domain of security that it speaks for; none: it corroborates nothing. */
  readonly domain?: SecurityDomain;
  /** False: nobody gave it a channel, so that only the cursor finds its alerts. */
  readonly hasChannel: boolean;
}

/** Alerting's severities count down: 1 is critical. Each monitor of the demo has one trigger for each that it uses. */
export type TriggerSeverity = '1' | '2' | '3' | '4';

/** One document that a monitor finds. */
export interface Sighting {
  readonly monitor: Monitor;
  readonly severity: TriggerSeverity;
  readonly document: LogDocument;
  /** Since the scene began, ms. */
  readonly afterMs: number;
  /** What the policies say of it. */
  readonly promise: Verdict;
  /** What the brakes say of what the policies permit, where they stop it. */
  readonly stoppedBy?: Stopped['reason'];
}

/** One scene of the story. */
export interface Scene {
  /** Name of the scenario. */
  readonly scenario: string;
  /** What happens, for the log. */
  readonly title: string;
  readonly sightings: readonly Sighting[];
}

/** What the names of the demo's logs begin with. */
export const DEMO_LOGS = 'demo-logs-';

const DOMAINS: Readonly<Record<string, SecurityDomain>> = {
  endpoint: 'endpoint',
  identity: 'identity',
  mail: 'email',
  network: 'network',
};

/** A document-level monitor over one of the demo's logs. */
export const documentMonitor = (
  id: string,
  log: string,
  { name, tags }: { readonly name: string; readonly tags: readonly string[] },
): Monitor => ({
  id: `demo-${id}`,
  name: `Demo: ${name}`,
  level: 'document',
  index: `${DEMO_LOGS}${log}`,
  query: { id: `demo-${id}-query`, name, tags },
  hasChannel: true,
  ...present({ domain: DOMAINS[log] }),
});

/**
 * A document that a detection of the monitor wrote: rule and tags are the monitor's own, so that the alert index tells
 * the same as the channel's message does.
 *
 * @param confidence how sure the sensor is, 0 to 1
 * @param rest fields of the document
 */
export const detection = ({ id, query }: Monitor, confidence: number, rest: LogDocument): LogDocument => ({
  ...rest,
  event: { kind: 'alert' },
  rule: { id, name: query.name, ...(rest.rule as object | undefined) },
  tags: query.tags,
  reflex: { confidence },
  labels: { demo: 'true' },
});
