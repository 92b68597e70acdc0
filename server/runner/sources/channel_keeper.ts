import type { ShiftWith } from '../agent/views';
import { sha256 } from '../../engine/digest/digest';
import { isValid, ROTATE_AFTER_MS } from './channel_tokens';
import { leads } from '../session/leads';
import { dropEnded, noteDisabled, noteProblem, readChannel, rotateNow } from './subscriptions/channel';
import type { SourceDesk } from './subscriptions/desk';
import { isOpen } from './source_documents';
import type { ChannelContent } from '../keeping/kinds/sources';
import { sayFailed, UNHURRIED_MS } from '../keeping/in_background';
import { nap } from '../keeping/nap';

/*
 * Looks after the channel's token: one agent renews it in time, puts it right where somebody changed it, and gives up
 * tokens that are over. A channel that somebody deleted or disabled stays so.
 */

const LOOK_EVERY_MS = 60_000;
/** A renewal that did not work is tried again after so long, twice as long each time, ms. */
const MOST_PAUSE_MS = 3_600_000;
/** While there is nothing to do, and no session. */
const IDLE_MS = 5_000;

const bearerIn = (headers: Readonly<Record<string, string>>): string =>
  Object.entries(headers)
    .find(([name]) => name.toLowerCase() === 'authorization')?.[1]
    ?.replace(/^bearer /i, '') ?? '';

type Due = { readonly kind: 'nothing' | 'missing' | 'disabled' } | { readonly kind: 'renew'; readonly why: string };

/** What is to be done with the channel now. */
const dueNow = async ({ api, agent, webhookUrl }: SourceDesk, content: ChannelContent): Promise<Due> => {
  const now = agent.parts.clock.utc();
  const renew = (why: string): Due => ({ kind: 'renew', why });
  const there = await api.channel(content.channel_id);
  // What a person took away or disabled is left alone, whatever else is due.
  if (there === undefined) return { kind: 'missing' };
  if (!there.enabled) return { kind: 'disabled' };
  if (content.url !== webhookUrl) return renew('the address that channels post to is another one now');
  if (now - Date.parse(content.rotated_at) >= ROTATE_AFTER_MS) return renew('its time is over');
  if (there.url !== content.url) return renew('somebody pointed the channel elsewhere');
  const digest = sha256(bearerIn(there.headers));
  const known = content.tokens.some((token) => token.sha256 === digest && isValid(token, now));
  return known ? { kind: 'nothing' } : renew('the channel has a token that is not valid');
};

const MISSING =
  'the channel is not there any more, so nothing comes through it; subscribing to a source again makes it anew';

/** @returns false if it is to be tried again soon */
const lookAfter = async (
  desk: SourceDesk,
  shift: ShiftWith<'clock' | 'commits'>,
  content: ChannelContent,
): Promise<boolean> => {
  await dropEnded(desk, shift);
  const due = await dueNow(desk, content);
  if (content.disabled && due.kind !== 'disabled') await noteDisabled(desk, shift, false);
  switch (due.kind) {
    case 'nothing':
      return true;
    case 'missing':
      if (content.problem !== MISSING) await noteProblem(desk, shift, MISSING);
      return true;
    case 'disabled':
      if (!content.disabled) await noteDisabled(desk, shift, true);
      return true;
    case 'renew': {
      const renewed = await rotateNow(desk, { by: 'reflex', reason: due.why });
      if (!renewed.ok)
        desk.agent.parts.log.warn('the token of the channel could not be renewed', { why: renewed.error.message });
      return renewed.ok;
    }
  }
};

/** Looks after the channel until told otherwise. */
export const keepChannel = async (desk: SourceDesk, until: () => boolean): Promise<void> => {
  const { clock, log } = desk.agent.parts;
  let pause = LOOK_EVERY_MS;
  let nextAt = -Infinity;
  while (!until()) {
    const { shift } = desk.agent;
    try {
      const content =
        shift && leads(shift.parts.session, 'alerts') && clock.monotonic() >= nextAt
          ? await readChannel(desk)
          : undefined;
      // While this agent is alone nobody else opens one.
      if (content === undefined && clock.monotonic() >= nextAt && desk.agent.parts.quiet?.isAlone === true)
        nextAt = clock.monotonic() + UNHURRIED_MS;
      if (shift && isOpen(content)) {
        pause = (await lookAfter(desk, shift, content)) ? LOOK_EVERY_MS : Math.min(MOST_PAUSE_MS, pause * 2);
        nextAt = clock.monotonic() + pause;
      }
    } catch (cause) {
      sayFailed(log, 'the channel could not be looked after', cause);
    }
    await nap(clock, IDLE_MS);
  }
};
