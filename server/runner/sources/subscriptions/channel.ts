import { present } from '../../../../common/present';
import type { ShiftWith } from '../../agent/views';
import { iso } from '../../../../common/iso';
import type { ChannelView } from '../../../../common/api/routes';
import { err, ok, type Result } from '../../../../common/result';
import { digestOf, sha256 } from '../../../engine/digest/digest';
import { headersWith, isValid, makeToken, TOKEN_LIFE_MS } from '../channel_tokens';
import type { Channel, Saved } from '../../ports';
import { CHANNEL_ID, plannedChannel, isOpen } from '../source_documents';
import { contentOf } from '../../keeping/state_docs';
import type { ChannelContent, ChannelToken } from '../../keeping/kinds/sources';
import { askedAndDone, auditRefusal } from '../../record/audit';
import { NOT_JOINED, refusal, type Refusal } from '../../record/refusal';
import type { SourceDesk } from './desk';

/*
 * The one channel of this installation. A token is stored before it goes into the channel, so that whatever the
 * channel comes with is known; the old one is given up once the new one was seen.
 */

/** Changes the channel's document by compare-and-set until it is done; `change` must be pure. */
export const changeChannel = async (
  { tokens }: SourceDesk,
  shift: ShiftWith<'clock' | 'commits'>,
  change: (content: ChannelContent | undefined) => ChannelContent | undefined,
): Promise<ChannelContent | undefined> => {
  const at = iso(shift.parts.clock.utc());
  const content = await shift.parts.commits.settle<ChannelContent | undefined>({
    reads: [CHANNEL_ID],
    build: (view) => {
      const before = contentOf('channel', view.get(CHANNEL_ID));
      const after = change(before);
      if (after === undefined || after === before)
        return view.isFresh(CHANNEL_ID) ? { docs: [], answer: before } : 'read_again';
      return { docs: [plannedChannel(after, at)], answer: after };
    },
  });
  tokens.forget();
  return content;
};

export const readChannel = async ({ agent }: SourceDesk): Promise<ChannelContent | undefined> =>
  contentOf('channel', await agent.parts.store.get(CHANNEL_ID));

/** Every agent of one installation names its channel the same, so that two of them never make two. */
export const channelIdOf = async ({ agent }: SourceDesk): Promise<string> =>
  (await readChannelId(agent)) ?? `reflex-${digestOf(await agent.parts.store.identity()).slice(0, 12)}`;

const readChannelId = async (agent: SourceDesk['agent']): Promise<string | undefined> =>
  contentOf('channel', await agent.parts.store.get(CHANNEL_ID))?.channel_id;

const withoutProblem = ({ problem: _problem, disabled: _disabled, ...content }: ChannelContent): ChannelContent =>
  content;

export const DISABLED =
  'somebody disabled the channel in OpenSearch, so nothing comes through it, and Reflex leaves it so; alerts are read from their indices all the same';

/** Shown with the channel until something works again. */
export const noteProblem = (
  desk: SourceDesk,
  shift: ShiftWith<'clock' | 'commits'>,
  problem: string,
): Promise<ChannelContent | undefined> => changeChannel(desk, shift, (content) => content && { ...content, problem });

/** Shows that somebody disabled it, or enabled it again. */
export const noteDisabled = (
  desk: SourceDesk,
  shift: ShiftWith<'clock' | 'commits'>,
  isDisabled: boolean,
): Promise<ChannelContent | undefined> =>
  changeChannel(
    desk,
    shift,
    (content) => content && (isDisabled ? { ...content, disabled: true, problem: DISABLED } : withoutProblem(content)),
  );

const channelOf = (id: string, url: string, token: string): Channel => ({
  id,
  name: 'Reflex',
  url,
  headers: headersWith(token),
  enabled: true,
});

const problemOf = (saved: Exclude<Saved, { kind: 'saved' }>): string => {
  switch (saved.kind) {
    case 'conflict':
      return 'somebody changed the channel at the same moment';
    case 'missing':
      return 'the channel is not there any more; subscribing to a source again makes it anew';
    case 'refused':
      return `OpenSearch refuses the channel: ${saved.message}`;
  }
};

interface Renewal {
  readonly channelId: string;
  readonly create: boolean;
}

/**
 * Puts a new token into the channel. It is durable as `pending` before the channel has it; tokens that were never
 * seen are dropped by it.
 */
const putToken = async (
  desk: SourceDesk,
  shift: ShiftWith<'clock' | 'commits'>,
  { channelId, create }: Renewal,
): Promise<Result<ChannelContent, Refusal>> => {
  const { api, agent, webhookUrl: url } = desk;
  const { chance, clock } = agent.parts;
  const token = makeToken(chance);
  const at = iso(clock.utc());
  const fresh: ChannelToken = {
    sha256: sha256(token),
    state: 'pending',
    made_at: at,
    ends_at: iso(clock.utc() + TOKEN_LIFE_MS),
  };
  await changeChannel(desk, shift, (content) => ({
    ...(content ?? { rotated_at: at }),
    channel_id: channelId,
    open: content?.open ?? false,
    url,
    rotated_at: content?.rotated_at ?? at,
    tokens: [...(content?.tokens ?? []).slice(-8), fresh],
  }));
  const channel = channelOf(channelId, url, token);
  const saved = create ? await api.createChannel(channel) : await api.updateChannel(channel);
  if (saved.kind !== 'saved') {
    const problem = problemOf(saved);
    const isNew = ({ sha256: digest }: ChannelToken): boolean => digest === fresh.sha256;
    await changeChannel(
      desk,
      shift,
      (content) => content && { ...content, problem, tokens: content.tokens.filter((each) => !isNew(each)) },
    );
    return err(refusal('invalid', problem));
  }
  const content = await changeChannel(
    desk,
    shift,
    (before) =>
      before && {
        ...withoutProblem(before),
        open: true,
        rotated_at: at,
        // Nothing else can come through a channel that was made just now.
        tokens: create ? [{ ...fresh, state: 'current' }] : before.tokens,
      },
  );
  return content ? ok(content) : err(refusal('changed', 'the channel was given up meanwhile'));
};

/** Makes the channel, or puts it right where it was deleted or points elsewhere; else leaves it, a disabled one too. */
export const ensureChannel = async (
  desk: SourceDesk,
  shift: ShiftWith<'clock' | 'commits'>,
): Promise<Result<ChannelContent, Refusal>> => {
  const channelId = await channelIdOf(desk);
  const [content, there] = await Promise.all([readChannel(desk), desk.api.channel(channelId)]);
  if (there === undefined) return putToken(desk, shift, { channelId, create: true });
  // Subscribing is no order to enable what somebody disabled.
  if (!there.enabled && isOpen(content)) return ok(content);
  const now = desk.agent.parts.clock.utc();
  const usable =
    isOpen(content) &&
    content.url === desk.webhookUrl &&
    there.url === desk.webhookUrl &&
    content.tokens.some((token) => isValid(token, now));
  return usable ? ok(content) : putToken(desk, shift, { channelId, create: false });
};

/** Deletes the channel and refuses all its tokens from now on. */
export const removeChannel = async (desk: SourceDesk, shift: ShiftWith<'clock' | 'commits'>): Promise<void> => {
  const content = await readChannel(desk);
  if (!content) return;
  await changeChannel(desk, shift, (before) => before && { ...withoutProblem(before), open: false, tokens: [] });
  const deleted = await desk.api.deleteChannel(content.channel_id);
  if (deleted.kind !== 'saved' && deleted.kind !== 'missing')
    await noteProblem(desk, shift, `the channel could not be deleted: ${problemOf(deleted)}`);
};

/** Tokens that are over are forgotten. */
export const dropEnded = async (desk: SourceDesk, shift: ShiftWith<'clock' | 'commits'>): Promise<void> => {
  const now = desk.agent.parts.clock.utc();
  await changeChannel(desk, shift, (content) => {
    const kept = content?.tokens.filter((token) => isValid(token, now));
    return content && kept && kept.length < content.tokens.length ? { ...content, tokens: kept } : undefined;
  });
};

const NO_CHANNEL = refusal('not_found', 'there is no channel yet; it is made with the first subscription');

const deniedHint = (url: string): string =>
  `OpenSearch may not call \`${new URL(url).hostname}\`: its setting \`opensearch.notifications.core.http.host_deny_list\` denies it. Take it off that list, or name another address in \`intake.public_url\``;

/** Has OpenSearch send its test message; whether it arrived is noted when it does. */
export const sendTest = async (desk: SourceDesk): Promise<Result<ChannelContent, Refusal>> => {
  const { agent, api } = desk;
  const { shift, parts } = agent;
  if (!shift) return err(NOT_JOINED);
  const content = await readChannel(desk);
  if (!isOpen(content)) return err(NO_CHANNEL);
  const sent_at = iso(parts.clock.utc());
  await changeChannel(desk, shift, (before) => before && { ...before, test: { sent_at } });
  const sent = await api.sendTest(content.channel_id);
  const why = content.disabled
    ? DISABLED
    : sent.kind === 'sent'
      ? undefined
      : sent.kind === 'denied'
        ? deniedHint(content.url)
        : sent.kind === 'missing'
          ? 'the channel is not there any more; subscribing to a source again makes it anew'
          : `the test message was not delivered: ${sent.message}`;
  const after = await changeChannel(desk, shift, (before) => {
    if (!before) return undefined;
    if (why === undefined) return before.problem === undefined ? undefined : withoutProblem(before);
    return { ...before, problem: why, test: { sent_at, failed: why } };
  });
  return after ? ok(after) : err(NO_CHANNEL);
};

/** Puts a new token into the channel and has a test message sent, so that it is seen at once. */
const renewToken = async (desk: SourceDesk): Promise<Result<ChannelContent, Refusal>> => {
  const { shift } = desk.agent;
  if (!shift) return err(NOT_JOINED);
  const content = await readChannel(desk);
  if (!isOpen(content)) return err(NO_CHANNEL);
  const there = await desk.api.channel(content.channel_id);
  if (there?.enabled === false) return err(refusal('invalid', `${DISABLED}; enable it first`));
  const renewed = await putToken(desk, shift, { channelId: content.channel_id, create: false });
  return renewed.ok ? sendTest(desk) : renewed;
};

/** Renews the token, on record: because a person says so, or because it is time. */
export const rotateNow = async (
  desk: SourceDesk,
  { by, reason }: { readonly by: string; readonly reason: string },
): Promise<Result<ChannelContent, Refusal>> => {
  const content = await readChannel(desk);
  if (!isOpen(content)) return err(NO_CHANNEL);
  const object = { type: 'channel', id: content.channel_id };
  const entry = { verb: 'rotate_channel_token', by, object, text: reason };
  return auditRefusal(desk.agent, entry, await askedAndDone(desk.agent, entry, () => renewToken(desk)));
};

/** Enables it again, because a person says so: with a new token, for the old one may be over. */
export const enableNow = async (
  desk: SourceDesk,
  { by, reason }: { readonly by: string; readonly reason: string },
): Promise<Result<ChannelContent, Refusal>> => {
  const { agent } = desk;
  const { shift } = agent;
  const content = await readChannel(desk);
  if (!isOpen(content)) return err(NO_CHANNEL);
  const enable = async (): Promise<Result<ChannelContent, Refusal>> => {
    if (!shift) return err(NOT_JOINED);
    const enabled = await putToken(desk, shift, { channelId: content.channel_id, create: false });
    return enabled.ok ? sendTest(desk) : enabled;
  };
  const entry = { verb: 'enable_channel', by, object: { type: 'channel', id: content.channel_id }, text: reason };
  return auditRefusal(agent, entry, await askedAndDone(agent, entry, enable));
};

/** The channel for the page: everything but the digests. */
export const channelView = (content: ChannelContent, now: number): ChannelView => {
  const valid = content.tokens.filter((token) => isValid(token, now));
  const ends = valid.map(({ ends_at }) => ends_at).sort();
  const last = ends[ends.length - 1];
  return {
    id: content.channel_id,
    url: content.url,
    rotated_at: content.rotated_at,
    valid_tokens: valid.length,
    rotating: valid.some(({ state }) => state === 'pending'),
    ...present({
      expires_at: last,
      problem: content.problem,
      disabled: content.disabled,
      test: content.test && { ...content.test },
    }),
  };
};
