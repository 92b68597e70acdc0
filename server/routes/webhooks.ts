import { postWebhook, postWebhookWithToken } from '../../common/api/routes';
import { present } from '../../common/present';
import { err, ok } from '../../common/result';
import { NO_INTAKE, SOURCE_OFF, refusal, type Refusal } from '../runner/record/refusal';
import type { GuardFault } from '../runner/ports';
import { allKept, itemsOf, MOST_DOCUMENTS, receiveItems } from '../runner/sources/receive_webhook_body';
import { answeredFor } from './admission_answer';
import { serve } from './bind';
import type { HostRequest } from './http';
import type { Serving } from './route_parts';

const headerOf =
  ({ headers }: HostRequest) =>
  (name: string): string | undefined => {
    const value = headers[name];
    return typeof value === 'string' ? value : value?.[0];
  };

const bytesOf = (body: unknown): Uint8Array =>
  Buffer.isBuffer(body) ? body : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body ?? ''));

/** What the sender is told. Nobody learns from it which names there are, or how near a signature was. */
const refusalOf = (fault: GuardFault): Refusal => {
  switch (fault) {
    case 'missing':
    case 'wrong':
      return refusal('unauthenticated', 'send the token or the signature of this source');
    case 'certificate':
      return refusal('certificate_missing', 'connect with the client certificate that this source is bound to');
    case 'old':
      return refusal('stale_signature', 'the signed time is too far from now; sign each request anew');
    case 'replayed':
      return refusal('replayed', 'this request came before; sign each request anew');
    case 'busy':
      return refusal('overloaded', 'too many signed requests within the window');
  }
};

/** One request of a source: who sent it, what it holds, and what became of each event. */
const takeRequest = async (
  parts: Serving<'agent' | 'sourceHealth' | 'webhook'>,
  { name, token: pathToken }: { readonly name: string; readonly token?: string },
  { raw, request }: { readonly raw: unknown; readonly request: HostRequest },
) => {
  const { agent, sourceHealth, webhook: webhookOf } = parts.standing();
  if (!agent.has('intake')) return err(NO_INTAKE);
  const webhook = webhookOf(name);
  const header = headerOf(request);
  const body = bytesOf(raw);
  if (webhook === undefined) return err(refusalOf('wrong'));
  const { certificate } = request;
  const now = agent.parts.clock.utc();
  const passed = webhook.guard.check({ header, body, now, ...present({ pathToken, certificate }) });
  if (!passed.ok) return err(refusalOf(passed.error));
  const { letGo } = passed.value;
  const encoding = header('content-encoding')?.trim().toLowerCase() ?? 'identity';
  if (encoding !== 'identity') {
    letGo();
    return err(refusal('invalid', `the body is packed as \`${encoding}\`; send it as it is`));
  }
  const contentType = header('content-type');
  const items = itemsOf(webhook, { body, ...{ contentType } });
  const source = { type: 'webhook', id: name } as const;
  if (agent.parts.switches.off(source) !== undefined) {
    // Signed as it is, the request may come again once the source is on.
    letGo();
    sourceHealth.noteOff(source, items.ok ? items.value.length : 1);
    return err(SOURCE_OFF);
  }
  if (!items.ok) {
    const fields = [{ path: '', message: items.error }];
    const kept = await agent.door.refuse('unreadable', source, Buffer.from(body).toString(), fields);
    if (!allKept([kept])) {
      letGo();
      return err(refusal('unavailable', 'what cannot be read could not be kept either; send it again'));
    }
    return err({ ...refusal('invalid', `the body ${items.error}`), fields });
  }
  const admissions = await receiveItems(agent, webhook, items.value);
  if (!admissions.ok) {
    letGo();
    return err(refusal('too_large', `at most ${MOST_DOCUMENTS} events fit into one request`));
  }
  if (!allKept(admissions.value)) letGo();
  return ok(answeredFor(admissions.value));
};

/** Where any SIEM sends its detections, each source with a name, a guard and a map of its own. */
export const webhookRoutes = (parts: Serving<'agent' | 'sourceHealth' | 'webhook'>): void => {
  serve(parts, postWebhook, ({ params, body: raw, request }) => takeRequest(parts, params, { raw, request }));
  serve(parts, postWebhookWithToken, ({ params, body: raw, request }) => takeRequest(parts, params, { raw, request }));
};
