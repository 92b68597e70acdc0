import { sha256 } from '../engine/policy/digest';
import { isValid, ROTATE_AFTER_MS } from './channel_tokens';
import { leads } from './leads';
import { audit } from './operations/audit';
import { dropEnded, readChannel, renewToken } from './operations/sources/channel';
import type { SourceDesk } from './operations/sources/desk';
import { StoreUnavailable } from './ports';
import { isOpen, type ChannelContent } from './source_documents';

/* Looks after the channel's token: one agent renews it in time, and gives up tokens that are over. */

const LOOK_EVERY_MS = 5_000;
/** A renewal that did not work is tried again after so long, ms. */
const RETRY_MS = 60_000;
/** A new token that was not seen for so long is looked for in the channel, ms. */
const UNSEEN_MS = 2 * 60_000;

const bearerIn = (headers: Readonly<Record<string, string>>): string =>
  Object.entries(headers)
    .find(([name]) => name.toLowerCase() === 'authorization')?.[1]
    ?.replace(/^bearer /i, '') ?? '';

/** Why the token is to be renewed now, if it is. */
const dueWhy = async (desk: SourceDesk, content: ChannelContent): Promise<string | undefined> => {
  const now = desk.agent.parts.clock.utc();
  if (content.url !== desk.webhookUrl) return 'the address that channels post to is another one now';
  if (now - Date.parse(content.rotated_at) >= ROTATE_AFTER_MS) return 'its time is over';
  const unseen = content.tokens.filter(
    ({ state, made_at }) => state === 'pending' && now - Date.parse(made_at) >= UNSEEN_MS,
  );
  if (unseen.length === 0) return undefined;
  const there = await desk.api.channel(content.channel_id);
  if (there === undefined) return undefined;
  const digest = sha256(bearerIn(there.headers));
  return content.tokens.some((token) => token.sha256 === digest && isValid(token, now))
    ? undefined
    : 'the channel has a token that Reflex did not put there';
};

/** Looks after the channel until told otherwise. */
export const keepChannel = async (desk: SourceDesk, until: () => boolean): Promise<void> => {
  const { clock, log } = desk.agent.parts;
  let triedAt = -Infinity;
  while (!until()) {
    const { shift } = desk.agent;
    try {
      const content = shift && leads(shift) ? await readChannel(desk) : undefined;
      if (shift && isOpen(content)) {
        const why = clock.monotonic() - triedAt < RETRY_MS ? undefined : await dueWhy(desk, content);
        if (why !== undefined) {
          triedAt = clock.monotonic();
          await audit(desk.agent, {
            verb: 'rotate_channel_token',
            by: 'reflex',
            object: { type: 'channel', id: content.channel_id },
            text: why,
          });
          const renewed = await renewToken(desk);
          if (!renewed.ok) log.warn('the token of the channel could not be renewed', { why: renewed.error.message });
        }
        await dropEnded(desk, shift);
      }
    } catch (cause) {
      if (!(cause instanceof StoreUnavailable) && !desk.agent.shift?.isOver)
        log.error('the channel could not be looked after', { why: String(cause) });
    }
    await clock.sleep(LOOK_EVERY_MS);
  }
};
