import { StoreUnavailable, type Channel, type ClusterTransport, type Saved, type TestSent } from '../../runner/ports';
import { callPlugin, jsonOf, objectsOf, reasonOf, savedOf, stringOf } from './plugin_call';
import type { JsonObject } from '../../../common/codec/json_object';

/*
 * Webhook channels by the API of OpenSearch Notifications (3.4). A channel cannot be compared and set; Reflex changes
 * only the one it made itself.
 */

const BASE = '/_plugins/_notifications';
const pathOf = (id: string): string => `${BASE}/configs/${encodeURIComponent(id)}`;

const configOf = ({ name, url, headers, enabled }: Channel): JsonObject => ({
  name,
  description: 'Sends alerts to Reflex. Made by Reflex, which renews its token; do not use it for anything else.',
  config_type: 'webhook',
  is_enabled: enabled,
  webhook: { url, header_params: headers, method: 'POST' },
});

const headersOf = (value: unknown): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(jsonOf(value)).map(([name, each]) => [name, stringOf(each)]));

export const getChannel = async (transport: ClusterTransport, id: string): Promise<Channel | undefined> => {
  const answer = await callPlugin(transport, { method: 'GET', path: pathOf(id) });
  const [entry] = answer.kind === 'ok' ? objectsOf(answer.body.config_list) : [];
  if (entry === undefined) return undefined;
  const { name, is_enabled, webhook } = jsonOf(entry.config);
  const { url, header_params } = jsonOf(webhook);
  return {
    id,
    name: stringOf(name),
    url: stringOf(url),
    headers: headersOf(header_params),
    enabled: is_enabled === true,
  };
};

export const createChannel = async (transport: ClusterTransport, channel: Channel): Promise<Saved> =>
  savedOf(
    await callPlugin(transport, {
      method: 'POST',
      path: `${BASE}/configs`,
      body: { config_id: channel.id, config: configOf(channel) },
    }),
  );

export const updateChannel = async (transport: ClusterTransport, channel: Channel): Promise<Saved> =>
  savedOf(
    await callPlugin(transport, { method: 'PUT', path: pathOf(channel.id), body: { config: configOf(channel) } }),
  );

export const deleteChannel = async (transport: ClusterTransport, id: string): Promise<Saved> =>
  savedOf(await callPlugin(transport, { method: 'DELETE', path: pathOf(id) }));

const TEST_MS = 60_000;

/** What a channel's receiver answered stands as JSON inside the reason of the error. */
const deliveryOf = (reason: string): string => {
  try {
    const [status] = objectsOf(jsonOf(JSON.parse(reason)).event_status_list);
    return stringOf(jsonOf(status?.delivery_status).status_text) || reason;
  } catch {
    return reason;
  }
};

/** Has OpenSearch send its test message. A receiver's failure is an error answer of OpenSearch, not its absence. */
export const sendTest = async (transport: ClusterTransport, id: string): Promise<TestSent> => {
  const request = { method: 'POST', path: `${BASE}/feature/test/${encodeURIComponent(id)}` } as const;
  const { status, body } = await transport.request(request, { timeoutMs: TEST_MS, anyAnswer: true });
  if (status >= 200 && status < 300) return { kind: 'sent' };
  if (status === 404) return { kind: 'missing' };
  const reason = reasonOf(body);
  const message = deliveryOf(reason);
  if (/host of url is denied/i.test(message)) return { kind: 'denied', message };
  if (!reason.includes('event_status_list') && status >= 500)
    throw new StoreUnavailable(`OpenSearch answered ${status} to a test message: ${reason}`);
  return { kind: 'failed', message };
};
