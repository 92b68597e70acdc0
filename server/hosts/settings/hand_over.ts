import * as t from 'io-ts';
import { HAND_OVER_EVENTS, type HandOverEvent } from '../../../common/api/hand_over_document';
import { json, list, number, oneOf, record, text } from '../../../common/codec/codecs';
import type { BadField } from '../../../common/codec/decode';
import { present } from '../../../common/present';
import { err, ok, type Result } from '../../../common/result';
import { ESCAPES, pathFault, templateFault, type Escape } from '../../connectors/rest/message_template';
import { HAND_OVER_KINDS, type HandOverKind } from '../../runner/ports';
import { webhookFaults } from './outcomes';
import { secret, Tls } from './reach';
import type { IntakeToken } from './tokens';

/*
 * Where acts that wait for a person are handed over (`docs/guides/hand_over.md`). Nowhere, unless it stands
 * here. Secrets
 * are named, never written here.
 */

const header = text({ min: 1, max: 128, pattern: /^[A-Za-z0-9-]+$/, patternName: 'the name of a header' });
const headerValue = text({ min: 1, max: 512, pattern: /^[\x20-\x7e]+$/, patternName: 'plain ASCII' });
const pointer = text({ min: 2, max: 256, pattern: /^\//, patternName: 'a JSON pointer such as `/result/number`' });
const path = text({ min: 1, max: 512 });

/** One kind of message: what is missing is as for all. */
const MessageFile = record({}, { method: oneOf(['POST', 'PUT', 'PATCH']), path, body: json(65_536) });
export type MessageSettings = t.TypeOf<typeof MessageFile>;

const ToDesk = record(
  { url: text({ min: 8, max: 2048 }) },
  {
    path_secret: secret,
    auth: record({ secret }, { header, prefix: text({ max: 32 }) }),
    headers: t.record(t.string, headerValue),
    sign: record({ secret }, { as: oneOf(['reflex', 'standard_webhooks']) }),
    allow_plain_http: t.boolean,
    allow_addresses: list(text({ max: 64 }), 64),
    tls: Tls,
    body: json(65_536),
    escape: oneOf(ESCAPES),
    opened: MessageFile,
    reminded: MessageFile,
    closed: MessageFile,
    ticket: record({}, { id: pointer, url: pointer }),
  },
);

const ToNotifications = record(
  { channel: text({ min: 1, max: 256 }) },
  { format: oneOf(['text', 'json']), escape: oneOf(ESCAPES) },
);

const pageAddress = text({
  min: 8,
  max: 1024,
  pattern: /^https?:\/\/[^\s?#@]+$/,
  patternName: 'the address of the page, such as `https://dashboards.example/app/reflex`',
});

const ChannelFile = record(
  {
    name: text({
      min: 1,
      max: 64,
      pattern: /^[a-z0-9][a-z0-9_-]*$/,
      patternName: 'small letters, digits, `_` and `-`',
    }),
  },
  {
    tell: list(oneOf(HAND_OVER_EVENTS), HAND_OVER_EVENTS.length),
    most_an_hour: number({ min: 1, max: 1_000, integer: true }),
    keep_hours: number({ min: 1, max: 168, integer: true }),
    verdicts_by: text({ min: 1, max: 128 }),
    webhook: ToDesk,
    opensearch_notifications: ToNotifications,
  },
);
type ChannelGiven = t.TypeOf<typeof ChannelFile>;

export const HandOverFile = record({}, { page: pageAddress, channels: list(ChannelFile, 16) });
type HandOverGiven = t.TypeOf<typeof HandOverFile>;

export interface WaysToHandOver {
  readonly webhook: Omit<t.TypeOf<typeof ToDesk>, 'escape'> & { readonly escape: Escape };
  readonly opensearch_notifications: Required<t.TypeOf<typeof ToNotifications>>;
}

/** One channel. */
export type ChannelSettings = {
  readonly [Kind in HandOverKind]: {
    readonly name: string;
    readonly tell: readonly HandOverEvent[];
    readonly mostAnHour: number;
    readonly keepHours: number;
    /** The token with which closing verdicts come back; missing: none do. */
    readonly verdictsBy?: string;
    readonly kind: Kind;
    readonly to: WaysToHandOver[Kind];
  };
}[HandOverKind];

export interface HandOverSettings {
  /** For links to what waits. */
  readonly page?: string;
  readonly channels: readonly ChannelSettings[];
}

const DEFAULT_AN_HOUR = 60;
const DEFAULT_KEEP_HOURS = 24;
/** Set by Reflex itself: another value would say something else than the message. */
const OWN_HEADERS: readonly string[] = [
  ...['content-type', 'content-length', 'transfer-encoding', 'host', 'connection', 'idempotency-key'],
  ...['x-reflex-hand-over', 'x-reflex-timestamp', 'x-reflex-signature'],
  ...['webhook-id', 'webhook-timestamp', 'webhook-signature'],
];
/** What proves who posts is a secret: `auth` takes it out of the store. */
const SECRET_HEADER = /^(proxy-)?authorization$|^cookie$|token|secret|api-?key|password/i;

const headerFaults = (headers: Readonly<Record<string, string>>, place: string): readonly BadField[] =>
  Object.keys(headers).flatMap((name) => {
    const at = `${place}.headers.${name}`;
    if (!/^[A-Za-z0-9-]{1,128}$/.test(name)) return [{ path: at, message: 'is no name of a header' }];
    if (OWN_HEADERS.includes(name.toLowerCase())) return [{ path: at, message: 'is set by Reflex' }];
    return SECRET_HEADER.test(name) ? [{ path: at, message: 'looks like a secret: name it in `auth`' }] : [];
  });

const messageFaults = (
  { path: way, body }: MessageSettings,
  place: string,
  hasPathSecret: boolean,
): readonly BadField[] => {
  const wrongPath = way === undefined ? undefined : pathFault(way);
  const wrongBody = body === undefined ? undefined : templateFault(body);
  return [
    ...(wrongPath === undefined ? [] : [{ path: `${place}.path`, message: wrongPath }]),
    ...(way !== undefined && hasPathSecret
      ? [{ path: `${place}.path`, message: 'cannot stand beside `path_secret`, which is the path of every message' }]
      : []),
    ...(wrongBody === undefined
      ? []
      : [
          {
            path: [`${place}.body`, wrongBody.path].filter((part) => part !== '').join('.'),
            message: wrongBody.message,
          },
        ]),
  ];
};

const deskFaults = (to: t.TypeOf<typeof ToDesk>, place: string): readonly BadField[] => [
  ...webhookFaults(to, place),
  ...headerFaults(to.headers ?? {}, place),
  ...messageFaults(present({ body: to.body }), place, false),
  ...HAND_OVER_EVENTS.flatMap((event) =>
    messageFaults(to[event] ?? {}, `${place}.${event}`, to.path_secret !== undefined),
  ),
];

/** Whoever holds the token says what events turned out to be: it has to be there, with that right. */
const verdictFaults = (
  { verdicts_by: by }: ChannelGiven,
  tokens: readonly IntakeToken[],
  place: string,
): BadField[] => {
  if (by === undefined) return [];
  const token = tokens.find(({ name }) => name === by);
  const message = `needs a token \`${by}\` among \`intake.tokens\` with \`may: [verdict]\``;
  return token?.may?.includes('verdict') === true ? [] : [{ path: `${place}.verdicts_by`, message }];
};

const channelOf = (
  given: ChannelGiven,
  tokens: readonly IntakeToken[],
  place: string,
): Result<ChannelSettings, readonly BadField[]> => {
  const {
    name,
    tell = HAND_OVER_EVENTS,
    most_an_hour,
    keep_hours,
    verdicts_by,
    webhook,
    opensearch_notifications,
  } = given;
  const kinds = HAND_OVER_KINDS.filter((kind) => given[kind] !== undefined);
  if (kinds.length !== 1) return err([{ path: place, message: `names exactly one of ${HAND_OVER_KINDS.join(', ')}` }]);
  const faults = [
    ...(tell.includes('opened') ? [] : [{ path: `${place}.tell`, message: 'has `opened` in it' }]),
    ...verdictFaults(given, tokens, place),
    ...(webhook === undefined ? [] : deskFaults(webhook, `${place}.webhook`)),
  ];
  if (faults.length > 0) return err(faults);
  const base = {
    name,
    tell: [...new Set(tell)],
    mostAnHour: most_an_hour ?? DEFAULT_AN_HOUR,
    keepHours: keep_hours ?? DEFAULT_KEEP_HOURS,
    ...present({ verdictsBy: verdicts_by }),
  };
  if (webhook !== undefined)
    return ok({ ...base, kind: 'webhook', to: { ...webhook, escape: webhook.escape ?? 'none' } });
  const { channel = '', format = 'text', escape = 'none' } = opensearch_notifications ?? {};
  return ok({ ...base, kind: 'opensearch_notifications', to: { channel, format, escape } });
};

/** Reads where acts are handed over; what is wrong is told with its place in the settings. */
export const handOverSettings = (
  { page, channels = [] }: HandOverGiven = {},
  tokens: readonly IntakeToken[] = [],
): Result<HandOverSettings, readonly BadField[]> => {
  const read = channels.map((each, index) => channelOf(each, tokens, `hand_over.channels.${index}`));
  const faults = [
    ...read.flatMap((each) => (each.ok ? [] : each.error)),
    ...channels.flatMap(({ name }, index) =>
      channels.findIndex((each) => each.name === name) < index
        ? [{ path: `hand_over.channels.${index}.name`, message: `\`${name}\` is there twice` }]
        : [],
    ),
  ];
  if (faults.length > 0) return err(faults);
  return ok({ channels: read.flatMap((each) => (each.ok ? [each.value] : [])), ...present({ page }) });
};

/** Names of the secrets without which a channel cannot be told. */
export const handOverSecrets = (channel: ChannelSettings): readonly string[] =>
  channel.kind === 'webhook'
    ? [channel.to.path_secret, channel.to.auth?.secret, channel.to.sign?.secret, channel.to.tls?.key_secret].filter(
        (name) => name !== undefined,
      )
    : [];
