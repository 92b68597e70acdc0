import * as t from 'io-ts';
import { described, list, number, oneOf, record, text } from '../../codec/codecs';
import { StopReason } from '../../flow/clearance';
import { Decision, VERDICTS } from '../../flow/decision';
import { DetectionEvent } from '../../flow/event';
import { anything, BASE, idText, MIB, nothing, route } from '../contract';
import { ActProgress } from '../progress';

const id = idText;

/** What became of one event that was handed in. */
export const AdmissionView = record(
  {
    status: oneOf([
      'accepted',
      'duplicate',
      'updated',
      'spooled',
      'not_ours',
      'quarantined',
      'overloaded',
      'unavailable',
      'switched_off',
    ]),
  },
  {
    case_id: id,
    decision_id: id,
    verdict: oneOf(VERDICTS),
    summary: text({ max: 8192 }),
    note: text({ max: 2048 }),
    reason: id,
    fields: list(record({ path: t.string, message: t.string }), 200),
    retry_after_s: number(),
  },
);
export type AdmissionView = t.TypeOf<typeof AdmissionView>;

export const postEvents = route({
  method: 'post',
  path: `${BASE}/events`,
  summary: 'Hand in one event or an array of events. 202 once all are durable, 200 if all are duplicates',
  access: 'intake',
  params: nothing,
  query: nothing,
  body: anything,
  answer: record({ results: list(AdmissionView, 1000) }),
  maxBytes: 4 * MIB,
  raw: true,
  whileStarting: 'disk',
});

export const postAlertingWebhook = route({
  method: 'post',
  path: `${BASE}/webhooks/alerting`,
  summary: 'What channels of OpenSearch Alerting send: query, bucket, document and composite monitors',
  access: 'alerting',
  params: nothing,
  query: nothing,
  body: anything,
  answer: record({ results: list(AdmissionView, 1000) }, { note: text() }),
  maxBytes: 4 * MIB,
  raw: true,
  whileStarting: 'disk',
});

const sourceName = text({ min: 1, max: 128 });
/** What both addresses of a webhook have in common. */
const webhookParts = {
  method: 'post',
  access: 'open',
  query: nothing,
  body: anything,
  answer: record({ results: list(AdmissionView, 1000) }, { note: text() }),
  maxBytes: 4 * MIB,
  raw: true,
  ownAuthentication: true,
  whileStarting: 'disk',
} as const;

export const postWebhook = route({
  ...webhookParts,
  path: `${BASE}/webhooks/{name}`,
  summary:
    'Hand in detections of a source that the settings name: a document, an array, lines of JSON, or protobuf (`reflex.v1.EventBatch`). By the token of the source, as a bearer or as the password of Basic, or signed: an HMAC over the timestamp, a dot and the body, or over the body alone',
  params: record({ name: sourceName }),
});

export const postWebhookWithToken = route({
  ...webhookParts,
  path: `${BASE}/webhooks/{name}/{token}`,
  summary:
    'The same for senders that can set no header: the token is the end of the address. Only for sources whose settings say `in_path`',
  params: record({ name: sourceName, token: text({ min: 1, max: 512 }) }),
});

export const WantedAct = record({ action: id }, { target: text({ min: 1, max: 4096 }) });

/** What the brakes would do with one act. */
export const BrakesSay = record(
  { act_id: id, would: oneOf(['permit', 'hold', 'escalate', 'deny']) },
  {
    stop_reason: StopReason,
    limit: described(id, 'The limit that is reached, or would be'),
    text: text({ max: 4096 }),
  },
);

export type BrakesSay = t.TypeOf<typeof BrakesSay>;

export const postEvaluate = route({
  method: 'post',
  path: `${BASE}/evaluate`,
  summary:
    'Ask before acting: an event and a wanted act in, the decision with its reasons and token out. Durable, without effect unless `act` is true, which takes a token that may `act`',
  access: 'ask',
  strict: true,
  params: nothing,
  query: nothing,
  body: record({ event: DetectionEvent }, { wanted: WantedAct, act: t.boolean }),
  answer: record(
    {
      answer: described(
        oneOf(['permit', 'escalate', 'deny', 'hold', 'learn']),
        'What holds for the wanted act, or for the event, with what the brakes say. With `act`: what has become of it by now',
      ),
      decision: Decision,
    },
    {
      progress: list(ActProgress, 64),
      brakes: described(
        list(BrakesSay, 64),
        'What would become of each act that the policies permit if it were begun now; nothing is reserved. `answer` is the strictest of them and of the verdict',
      ),
    },
  ),
});

export const INTAKE_ROUTES = {
  postEvents,
  postAlertingWebhook,
  postWebhook,
  postWebhookWithToken,
  postEvaluate,
} as const;
