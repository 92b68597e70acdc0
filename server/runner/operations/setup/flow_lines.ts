import { iso } from '../../../../common/iso';
import type { AgentWith } from '../../agent/views';
import { readChannel, sendTest } from '../../sources/subscriptions/channel';
import type { SourceDesk } from '../../sources/subscriptions/desk';
import type { ChannelContent } from '../../keeping/kinds/sources';
import { isOpen } from '../../sources/source_documents';
import type { SourceHealth } from '../../sources/source_health';
import { found, type Found } from './found';

/* What comes in, and whether it is about things that the inventory knows. */

const DAY_MS = 86_400_000;
/** OpenSearch sends at once; longer than this nobody waits for the message, ms. */
const ARRIVES_WITHIN_MS = 15_000;
const LOOK_EVERY_MS = 250;

const channelFound = (content: ChannelContent): Found => {
  const { test, url, problem } = content;
  if (test?.failed !== undefined) return found('red', 'webhook_fails', { url, why: test.failed });
  if (problem !== undefined) return found('red', 'webhook_fails', { url, why: problem });
  if (test === undefined) return found('amber', 'webhook_untested', { url });
  const proof = [`${test.sent_at}: OpenSearch was told to send its test message to ${url}`];
  return test.arrived_at === undefined
    ? found('amber', 'webhook_under_way', { url, sent: test.sent_at }, proof)
    : found('green', 'webhook_arrives', { url, arrived: test.arrived_at }, [
        ...proof,
        `${test.arrived_at}: the message arrived here`,
      ]);
};

const noChannel = ({ webhookUrl: url }: Pick<SourceDesk, 'webhookUrl'>): Found =>
  found('unknown', 'webhook_no_channel', { url });

/** Waits until the message that was sent just now is here, or OpenSearch says that it could not send it. */
const awaited = async (desk: SourceDesk): Promise<Found> => {
  const { clock } = desk.agent.parts;
  const until = clock.monotonic() + ARRIVES_WITHIN_MS;
  for (;;) {
    const content = await readChannel(desk);
    if (!isOpen(content)) return noChannel(desk);
    const { test, url } = content;
    if (test?.arrived_at !== undefined || test?.failed !== undefined) return channelFound(content);
    if (clock.monotonic() >= until)
      return found('red', 'webhook_lost', { url, sent: test?.sent_at ?? '', within_s: ARRIVES_WITHIN_MS / 1_000 });
    await clock.sleep(LOOK_EVERY_MS);
  }
};

/**
 * Whether what the nodes of OpenSearch send arrives here: only they can prove that.
 *
 * @param prove has them send a test message now; false: tells what came of the last one
 */
export const webhookLine = async (desk: SourceDesk, prove: boolean): Promise<Found> => {
  const content = await readChannel(desk);
  if (!isOpen(content)) return noChannel(desk);
  if (!prove) return channelFound(content);
  const sent = await sendTest(desk);
  return sent.ok ? awaited(desk) : found('red', 'webhook_fails', { url: content.url, why: sent.error.message });
};

/** From this share on the rest is what comes and goes in any network. */
const COVERED = 90;
const HALF = 50;
const MOST_NAMED = 16;

/** How many of the hosts that the decisions of the last day name somebody listed. */
export const inventoryLine = async ({
  parts: { clock, evidence, inventory },
}: AgentWith<'clock' | 'evidence' | 'inventory'>): Promise<Found> => {
  const { current } = inventory;
  const listed = current.items.length;
  if (listed === 0) return found('red', 'inventory_empty');
  const from = iso(clock.utc() - DAY_MS);
  const named = await evidence.tally({ family: 'decisions', field: 'related.hosts', from });
  const hosts = [...named.keys()];
  if (hosts.length === 0) return found('unknown', 'inventory_nobody_seen', { listed });
  const unknown = hosts.filter((host) => !current.asset('host', host).known);
  const percent = Math.floor(((hosts.length - unknown.length) / hosts.length) * 100);
  const proof = unknown.slice(0, MOST_NAMED).map((host) => `not listed: ${host}, in ${named.get(host)} decisions`);
  const state = percent >= COVERED ? 'green' : percent >= HALF ? 'amber' : 'red';
  return found(state, 'inventory_covers', { percent, seen: hosts.length, missing: unknown.length, listed }, proof);
};

/** A source that is silent for longer may be silent for good, ms. */
const STANDS_AFTER_MS = 60_000;

interface Brought {
  readonly source: string;
  readonly at: number;
}

const nameOf = ({ type, id }: { readonly type: string; readonly id: string }): string => `${type}:${id}`;

/** The event that came last, by this host's memory, else by the record. */
const lastBrought = async (
  { parts: { evidence } }: AgentWith<'evidence'>,
  health: Pick<SourceHealth, 'list'>,
): Promise<Brought | undefined> => {
  const [newest] = health
    .list()
    .flatMap(({ source, lastEventAt: at }) => (at === undefined ? [] : [{ source: nameOf(source), at }]))
    .sort((one, other) => other.at - one.at);
  if (newest !== undefined) return newest;
  const { entries } = await evidence.find({ family: 'decisions', order: 'newest', limit: 1 });
  const [last] = entries;
  if (last === undefined) return undefined;
  const { intake } = (last.body as { event?: { intake?: { type?: unknown; id?: unknown } } }).event ?? {};
  return { source: `${String(intake?.type ?? '?')}:${String(intake?.id ?? '?')}`, at: Date.parse(last.at) };
};

/** Whether some source brings events. */
export const sourceLine = async (
  agent: AgentWith<'clock' | 'evidence'>,
  health: Pick<SourceHealth, 'list' | 'standing'>,
): Promise<Found> => {
  const standing = health.standing(STANDS_AFTER_MS);
  const proof = standing.map(({ source, error = 'not connected' }) => `${nameOf(source)}: ${error}`);
  const last = await lastBrought(agent, health);
  const now = agent.parts.clock.utc();
  if (last !== undefined && now - last.at < DAY_MS)
    return found('green', 'source_brings', { source: last.source, at: iso(last.at) }, proof);
  const [stands] = standing;
  if (stands !== undefined)
    return found('red', 'source_stands', { source: nameOf(stands.source), why: stands.error ?? '' }, proof);
  return last === undefined
    ? found('red', 'source_none')
    : found('amber', 'source_old', { source: last.source, at: iso(last.at) });
};
