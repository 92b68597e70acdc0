import { whyOf } from '../../common/why';
import { HAND_OVER_HEADER, type HandOverDocument } from '../../common/api/hand_over_document';
import { present } from '../../common/present';
import { notificationSender } from '../adapters/alerting/send_notification';
import { realClock } from '../adapters/system/real_clock';
import { escaped, filled, filledPath, ticketIn } from '../connectors/rest/message_template';
import { secretPath } from '../connectors/http/secret_path';
import type { HostParts } from '../hosts/host_parts';
import type { ChannelSettings, WaysToHandOver } from '../hosts/settings/hand_over';
import type { Agent } from '../runner/agent/agent';
import { inBackground } from '../runner/keeping/in_background';
import type { HandedOver, HandOverChannel } from '../runner/ports';
import { OWN_PREFIX } from '../runner/sources/document_events';
import { handOverEscalations } from '../runner/sources/hand_over/hand_over_keeper';
import { HandOverBook, HandOverWatch } from '../runner/sources/hand_over/hand_over_watch';
import type { Life } from './life';
import { hidingHandOver } from './hiding';
import { live, needed, type Secret } from './reach';
import type { SecretBook } from './secrets';
import { webhookPoster } from './webhook_poster';

/* Where acts that wait for a person are handed over. A channel that cannot be made says why, and holds up no other. */

interface HandOverParts {
  readonly agent: Agent;
  readonly secrets: Pick<SecretBook, 'for' | 'shown'>;
}

/** Every channel of the settings. */
export interface HandingOverAll {
  readonly book: HandOverBook;
  /** Hands over until the life is over. */
  readonly start: (life: Pick<Life, 'signal'>) => void;
  /** Resolves when nothing is handed over any more, once the life is over. */
  readonly ended: () => Promise<void>;
}

type Host = Pick<HostParts, 'demo' | 'log' | 'settings' | 'transport'>;

const HOUR_MS = 3_600_000;

const headersOf = (
  { headers = {} }: WaysToHandOver['webhook'],
  document: HandOverDocument,
): Record<string, string> => ({
  ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
  [HAND_OVER_HEADER]: document.reflex_hand_over,
  'idempotency-key': document.key,
});

/** Posts messages as the settings shape them. @throws Error that names what is missing or wrong */
export const deskOf = (to: WaysToHandOver['webhook'], host: Host, secret: Secret): HandOverChannel => {
  const post = webhookPoster(to, host, secret);
  const { path_secret: pathSecret } = to;
  const way = pathSecret === undefined ? undefined : live(() => secretPath(secret(pathSecret), pathSecret));
  return {
    tell: async (document): Promise<HandedOver> => {
      const { method, path = undefined, body = to.body ?? '{document}' } = to[document.event] ?? {};
      const placed = path === undefined ? undefined : filledPath(path, document);
      if (placed?.ok === false) return { kind: 'refused', why: `no path for this message: ${placed.error}` };
      const posted = await post({
        id: document.key,
        body: JSON.stringify(filled(body, document, to.escape)),
        headers: headersOf(to, document),
        ...present({ method, path: placed?.value ?? way?.() }),
      });
      if (posted.kind !== 'told') return posted;
      const { json } = posted.answer.body;
      return { kind: 'told', ...present({ ticket: to.ticket && ticketIn(json, present(to.ticket)) }) };
    },
  };
};

const channelOf = (channel: ChannelSettings, host: Host, parts: HandOverParts): HandOverChannel => {
  switch (channel.kind) {
    case 'webhook':
      return deskOf(channel.to, host, needed(parts.secrets.for(`hand over ${channel.name}`)));
    case 'opensearch_notifications': {
      const { channel: id, format, escape } = channel.to;
      const options = {
        channel: id,
        format,
        escape: (text: string) => escaped(text, escape),
        index: `${OWN_PREFIX}state`,
      };
      return { tell: notificationSender(host.transport, options) };
    }
  }
};

/** Where it leads, without anything secret. */
const placeOf = (channel: ChannelSettings): string =>
  channel.kind === 'webhook' ? channel.to.url : `channel ${channel.to.channel} of OpenSearch Notifications`;

const watchOf = (channel: ChannelSettings): HandOverWatch =>
  new HandOverWatch({
    name: channel.name,
    kind: channel.kind,
    place: placeOf(channel),
    verdictsBy: channel.verdictsBy,
  });

/** Makes every channel, where this agent takes events in. Nothing is connected yet. */
export const handOverOf = (host: Host, parts: HandOverParts): HandingOverAll => {
  const { agent: agentSettings, handOver } = host.settings;
  const channels = agentSettings.roles.includes('intake') ? handOver.channels : [];
  const made = channels.map((channel) => ({ channel, watch: watchOf(channel) }));
  const running: Array<Promise<void>> = [];

  const handOverTo = async ({ channel, watch }: (typeof made)[number], signal: AbortSignal): Promise<void> => {
    let way: HandOverChannel;
    try {
      way = hidingHandOver(channelOf(channel, host, parts), parts.secrets.shown);
    } catch (cause) {
      watch.trouble(whyOf(cause));
      host.log.error('escalations cannot be handed over', { channel: channel.name, why: whyOf(cause) });
      return;
    }
    const { name, tell, mostAnHour, keepHours } = channel;
    const handing = { name, channel: way, page: handOver.page, tell, mostAnHour, giveUpMs: keepHours * HOUR_MS };
    await handOverEscalations({ agent: parts.agent, handing, watch }, signal);
  };

  return {
    book: new HandOverBook(
      made.map(({ watch }) => watch),
      realClock,
    ),
    start: ({ signal }) => {
      running.push(...made.map((each) => handOverTo(each, signal)));
      inBackground(host, 'handing over', Promise.all(running));
    },
    ended: async () => {
      await Promise.allSettled(running);
    },
  };
};
