import type { HandOverDocument } from '../../../common/api/hand_over_document';
import type { ClusterTransport, HandedOver } from '../../runner/ports';
import { jsonOf, reasonOf, stringOf } from './plugin_call';

/*
 * A message through a channel of OpenSearch Notifications. That plugin has no request that sends one; Alerting sends
 * those of its monitors, and runs one that it is given without keeping it (`POST monitors/_execute`), as the "Send test
 * message" of its own page does. The run answers what became of its action. The monitor has no id, so Alerting
 * stores no
 * alert and no monitor.
 */

interface NotificationOptions {
  /** The id of the channel in OpenSearch Notifications. */
  readonly channel: string;
  readonly format: 'text' | 'json';
  /** Makes a text of a report harmless for whoever reads the channel. */
  readonly escape: (text: string) => string;
  /** An index that the user of Reflex reads: a monitor has to search something. */
  readonly index: string;
}

/** A channel whose receiver hangs takes 50 s (`opensearch.notifications.core.http.socket_timeout`). */
const SEND_MS = 70_000;
const TRIGGER = 'reflex-hand-over';
const ACTION = 'reflex-hand-over-send';

/** The texts come in as parameters of the templates: none of them is read as a template. */
const textTemplate = (text: string) => ({ source: '{{{text}}}', lang: 'mustache', params: { text } });

/** A monitor that finds nothing and fires all the same. */
const monitorOf = ({ channel, index }: NotificationOptions, subject: string, message: string) => ({
  type: 'monitor',
  name: 'Reflex hands over what waits for a person',
  monitor_type: 'query_level_monitor',
  enabled: false,
  schedule: { period: { interval: 1, unit: 'MINUTES' } },
  inputs: [{ search: { indices: [index], query: { size: 0, query: { match_none: {} } } } }],
  triggers: [
    {
      query_level_trigger: {
        id: TRIGGER,
        name: 'waiting',
        severity: '1',
        condition: { script: { source: 'return true', lang: 'painless' } },
        actions: [
          {
            id: ACTION,
            name: 'hand over',
            destination_id: channel,
            throttle_enabled: false,
            subject_template: textTemplate(subject),
            message_template: textTemplate(message),
          },
        ],
      },
    },
  ],
});

/** What the receiver of the channel answered stands as JSON inside the error of the action. */
const deliveryOf = (error: string): { readonly status: number; readonly text: string } => {
  try {
    const [first] = jsonOf(JSON.parse(error)).event_status_list as readonly unknown[];
    const { status_code, status_text } = jsonOf(jsonOf(first).delivery_status);
    return { status: Number(status_code), text: stringOf(status_text) };
  } catch {
    return { status: NaN, text: error };
  }
};

/** Answers about this one message. Notifications says 400 also of a host that its settings deny: that is mended. */
const REFUSES: ReadonlySet<number> = new Set([406, 411, 413, 415, 422, 431, 451]);

const whatBecame = (body: unknown): HandedOver => {
  const { error, trigger_results } = jsonOf(body);
  const trigger = jsonOf(jsonOf(trigger_results)[TRIGGER]);
  const action = jsonOf(jsonOf(trigger.action_results)[ACTION]);
  const why = [error, trigger.error, action.error].find((each) => typeof each === 'string' && each !== '');
  if (typeof why === 'string') {
    const { status, text } = deliveryOf(why);
    return { kind: REFUSES.has(status) ? 'refused' : 'failed', why: `OpenSearch did not send it: ${text}` };
  }
  // A run whose trigger did not fire, or that kept its action back, sent nothing and says no error.
  if (action.id !== ACTION || action.throttled === true || stringOf(jsonOf(action.output).message) === '')
    return { kind: 'failed', why: 'OpenSearch ran the monitor and sent nothing' };
  return { kind: 'told' };
};

/** Sends messages through one channel. It never rejects: a cluster that is away is a failure of the try. */
export const notificationSender =
  (transport: Pick<ClusterTransport, 'request'>, options: NotificationOptions) =>
  async (document: HandOverDocument): Promise<HandedOver> => {
    const { format, escape } = options;
    const message = format === 'json' ? JSON.stringify(document) : escape(document.text);
    const body = monitorOf(options, escape(document.title), message);
    const path = '/_plugins/_alerting/monitors/_execute';
    try {
      const answer = await transport.request(
        { method: 'POST', path, querystring: { dryrun: 'false' }, body },
        { timeoutMs: SEND_MS, anyAnswer: true },
      );
      if (answer.status === 200) return whatBecame(answer.body);
      return { kind: 'failed', why: `OpenSearch answered ${answer.status}: ${reasonOf(answer.body)}` };
    } catch (cause) {
      return {
        kind: 'failed',
        why: `OpenSearch does not answer: ${cause instanceof Error ? cause.message : 'no reason'}`,
      };
    }
  };
