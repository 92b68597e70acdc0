import { iso } from '../../../../common/iso';
import { present } from '../../../../common/present';
import { whyOf } from '../../../../common/why';
import type { AgentWith, JoinedWith, ShiftWith } from '../../agent/views';
import { isAway } from '../../keeping/session_lost';
import type { CaseContent } from '../../keeping/kinds/case';
import {
  FRESH_CHANNEL,
  handOverChannelId,
  handOverId,
  openHandOvers,
  plannedHandOver,
  type HandOverChannelContent,
  type HandOverContent,
  type HandOverStep,
} from '../../keeping/kinds/hand_over';
import { contentOf, find, read, readMany } from '../../keeping/state_docs';
import type { HandOverChannel, HandedOver } from '../../ports';
import { leads, type Task } from '../../session/leads';
import { handOverDocument } from './hand_over_document';
import type { HandOverWatch } from './hand_over_watch';
import { followed, messageKey, nextMessage, waitingActsOf, withLost, withTold, type DueMessage } from './next_message';

/*
 * Hands acts that wait for a person over to a ticket system or a chat. One agent does it for all. What is due follows
 * from the state: the acts that wait, and what each channel was told of them. So there is no queue that could
 * grow or be
 * lost, whoever goes on after a dead agent finds the same, and what was answered meanwhile is not told.

 **
 * INVARIANT: a message is claimed by compare-and-set before it is sent, so that no two agents that live send it. After
 * a crash it comes again, with the same key.
 */

export interface HandingOver {
  readonly name: string;
  readonly channel: HandOverChannel;
  /** The address of the page, for links. */
  readonly page: string | undefined;
  /** What it is told. */
  readonly tell: readonly HandOverStep[];
  /** So many hand-overs begin within an hour at the most. */
  readonly mostAnHour: number;
  /** What ended longer ago is not told any more, ms. */
  readonly giveUpMs: number;
}

interface KeeperOptions {
  readonly agent: AgentWith<'clock' | 'log'> & JoinedWith<Parts>;
  readonly handing: HandingOver;
  readonly watch: HandOverWatch;
}

type Parts = 'clock' | 'commits' | 'session' | 'store';
type Shift = ShiftWith<Parts>;

const POLL_MS = 2_000;
const LONGEST_PAUSE_MS = 60_000;
const HOUR_MS = 3_600_000;
/** So many are looked for at once, the first to expire first. */
const MOST_FOUND = 1_000;
const READ_AT_ONCE = 200;
const MOST_OPEN = 5_000;
/** A claim of an agent that lives counts for so long, from when it was first seen: longer than any try, ms. */
const CLAIM_MS = 90_000;
const MOST_WORDS = 500;
const TOO_OLD = 'it ended longer ago than this channel keeps messages';

export const handTask = ({ name }: Pick<HandingOver, 'name'>): Task => `hand_over:${name}`;

/** Cases that wait, and those of which an act may wait while another is under way or held. */
const WAITING = [['waiting'], ['applying', 'held']] as const;

/** An act, as far as it has to be looked at. */
interface Subject {
  readonly id: string;
  readonly caseId: string;
  readonly actId: string;
  readonly content: CaseContent | undefined;
  readonly stored: HandOverContent | undefined;
}

const dueOf = ({ content }: Subject): string => content?.due ?? '~';

/** Ends first, as they are cheap and close tickets; then what expires first. */
const byUrgency = (one: Subject, other: Subject): number =>
  Number(one.stored === undefined) - Number(other.stored === undefined) || (dueOf(one) < dueOf(other) ? -1 : 1);

const begunWithin = ({ begun }: HandOverChannelContent, utc: number): readonly string[] =>
  begun.filter((at) => Date.parse(at) > utc - HOUR_MS);

/** One agent and one channel. */
class Keeper {
  private tries = 0;
  /** Contents of cases by the version in which they were read. */
  private readonly cases = new Map<string, { readonly version: string; readonly content: CaseContent }>();
  /** When claims of others were first seen, monotonic ms. */
  private readonly claims = new Map<string, { readonly claim: string; readonly since: number }>();

  constructor(private readonly options: KeeperOptions) {}

  /** @returns when to look again, ms */
  async round(shift: Shift): Promise<number> {
    const { watch, handing } = this.options;
    const channel =
      (await read(shift.parts.store, 'hand_over_channel', handOverChannelId(handing.name))) ?? FRESH_CHANNEL;
    watch.note(channel);
    const subjects = await this.subjects(shift);
    let room = handing.mostAnHour - begunWithin(channel, shift.parts.clock.utc()).length;
    let [behind, heldBack] = [0, 0];
    for (const subject of [...subjects].sort(byUrgency)) {
      const due = this.due(shift, subject);
      if (due === undefined) continue;
      const isNew = due.message?.step === 'opened';
      if (isNew) behind += 1;
      if (isNew && room <= 0) {
        heldBack += 1;
        continue;
      }
      const pause = await this.handle(shift, subject, due);
      if (pause !== undefined) {
        watch.noteLeft({ behind: Math.max(behind, 1), heldBack });
        return pause;
      }
      if (isNew) [room, behind] = [room - 1, behind - 1];
    }
    watch.noteLeft({ behind, heldBack });
    return POLL_MS;
  }

  /** Every act that waits, and every one of which a message may be due still. */
  private async subjects({ parts }: Shift): Promise<readonly Subject[]> {
    const { name } = this.options.handing;
    const { store } = parts;
    const [open, ...found] = await Promise.all([
      find(store, 'hand_over', { ...openHandOvers, limit: MOST_OPEN }),
      ...WAITING.map((states) => store.search({ kinds: ['case'], states, bare: true, sort: 'due', limit: MOST_FOUND })),
    ]);
    const mine = open.filter(({ content }) => content.channel === name);
    const versions = new Map(
      found.flat().map(({ id, version }) => [id, `${version.primaryTerm}:${version.seqNo}`] as const),
    );
    // A search may not find any more what just stopped waiting: truth is what is read by id.
    const wanted = new Set([...versions.keys(), ...mine.map(({ content }) => content.case_id)]);
    const contents = await this.readCases(store, [...wanted], versions);
    const waiting = [...contents].flatMap(([caseId, content]) =>
      waitingActsOf(content).map(({ act }) => ({ caseId, actId: act.act_id })),
    );
    const known = mine.map(({ content }) => ({ caseId: content.case_id, actId: content.act_id }));
    const byId = new Map([...waiting, ...known].map((each) => [handOverId(name, each.caseId, each.actId), each]));
    const stored = await readMany(store, 'hand_over', [...byId.keys()]);
    return [...byId].map(([id, each]) => ({
      id,
      ...each,
      content: contents.get(each.caseId),
      stored: stored.get(id),
    }));
  }

  private async readCases(
    store: Shift['parts']['store'],
    ids: readonly string[],
    versions: ReadonlyMap<string, string>,
  ): Promise<ReadonlyMap<string, CaseContent>> {
    const here = new Set(ids);
    for (const id of this.cases.keys()) if (!here.has(id)) this.cases.delete(id);
    const stale = ids.filter(
      (id) => versions.get(id) === undefined || this.cases.get(id)?.version !== versions.get(id),
    );
    for (let at = 0; at < stale.length; at += READ_AT_ONCE) {
      const some = stale.slice(at, at + READ_AT_ONCE);
      const docs = await store.getMany(some);
      for (const id of some) {
        const doc = docs.get(id);
        const content = contentOf('case', doc);
        if (doc === undefined || content === undefined) this.cases.delete(id);
        else this.cases.set(id, { version: `${doc.version.primaryTerm}:${doc.version.seqNo}`, content });
      }
    }
    return new Map([...this.cases].map(([id, { content }]) => [id, content]));
  }

  /** What is to be written or sent of an act; undefined if nothing is. */
  private due(
    { parts }: Shift,
    subject: Subject,
  ): { readonly next: HandOverContent; readonly message?: DueMessage } | undefined {
    const { name } = this.options.handing;
    const { content, stored, actId } = subject;
    const next = followed(stored, { channel: name, at: iso(parts.clock.utc()) }, subject);
    if (next === undefined) return undefined;
    const waiting = content && waitingActsOf(content).find(({ act }) => act.act_id === actId);
    const message = nextMessage(next, waiting);
    // An approval that is being executed is an answer: nobody is asked any more.
    if (message?.step === 'opened' && waiting?.progress.handed !== undefined) return undefined;
    if (message === undefined) return next === stored ? undefined : { next };
    return { next, message };
  }

  /** @returns the pause after which it is tried again, ms; undefined if it is through */
  private async handle(
    shift: Shift,
    subject: Subject,
    { next, message }: { readonly next: HandOverContent; readonly message?: DueMessage },
  ): Promise<number | undefined> {
    if (message === undefined) {
      await this.write(shift, subject, next);
      return undefined;
    }
    if (!this.options.handing.tell.includes(message.step)) {
      await this.write(shift, subject, withTold(next, message, { at: iso(shift.parts.clock.utc()) }));
      return undefined;
    }
    if (this.isClaimed(shift, subject) || !(await this.isStillDue(shift, subject, message))) return undefined;
    const { session, clock } = shift.parts;
    const at = iso(clock.utc());
    const claimed = { ...next, sending: { step: message.step, session: session.id, at } };
    // Another agent, or a verdict, was faster: the next round sees it.
    if (!(await this.write(shift, subject, claimed))) return undefined;
    return this.send(shift, { subject, claimed, message });
  }

  /** What was found by a search may have been answered within the last second. */
  private async isStillDue(shift: Shift, subject: Subject, message: DueMessage): Promise<boolean> {
    const content = await read(shift.parts.store, 'case', subject.caseId);
    const now = this.due(shift, { ...subject, content })?.message;
    if (now?.step === message.step) return true;
    this.cases.delete(subject.caseId);
    return false;
  }

  /** Whether another agent that lives is sending. A claim that lasts too long is of one that does not lead any more. */
  private isClaimed({ parts: { session, clock } }: Shift, { id, stored }: Subject): boolean {
    const { sending } = stored ?? {};
    if (sending === undefined || sending.session === session.id || !session.livePeers.includes(sending.session)) {
      this.claims.delete(id);
      return false;
    }
    const claim = JSON.stringify(sending);
    const now = clock.monotonic();
    const known = this.claims.get(id);
    if (known?.claim !== claim) this.claims.set(id, { claim, since: now });
    return known?.claim !== claim || now - known.since < CLAIM_MS;
  }

  private async send(
    shift: Shift,
    {
      subject,
      claimed,
      message,
    }: { readonly subject: Subject; readonly claimed: HandOverContent; readonly message: DueMessage },
  ): Promise<number | undefined> {
    const { handing, watch } = this.options;
    const { id } = subject;
    const utc = shift.parts.clock.utc();
    const at = iso(utc);
    const key = messageKey(id, claimed, message);
    const lose = (result: 'refused' | 'given_up', why: string): Promise<undefined> =>
      this.lose(shift, { subject, claimed, message }, { key, result, why });
    const { ending } = claimed;
    if (ending !== undefined && utc - Date.parse(ending.at) > handing.giveUpMs) return lose('given_up', TOO_OLD);
    const document = handOverDocument({ id, handed: claimed, message, at, page: handing.page });
    const answer: HandedOver = await handing.channel.tell(document);
    switch (answer.kind) {
      case 'told': {
        this.tries = 0;
        watch.count('told');
        const told = withTold(claimed, message, { at, ...present({ ticket: answer.ticket }) });
        await this.write(shift, { ...subject, stored: claimed }, told, (channel) => ({
          ...withoutFailing(channel),
          told: channel.told + 1,
          begun:
            message.step === 'opened' ? [...begunWithin(channel, utc), at].slice(-handing.mostAnHour) : channel.begun,
          last_told: { at, key },
        }));
        return undefined;
      }
      case 'refused':
        this.tries = 0;
        return lose('refused', answer.why);
      case 'failed': {
        watch.count('failed');
        const { sending: _sending, ...unsent } = claimed;
        const why = answer.why.slice(0, MOST_WORDS);
        await this.write(shift, { ...subject, stored: claimed }, unsent, (channel) => ({
          ...channel,
          failing: { since: channel.failing?.since ?? at, why },
        }));
        this.tries += 1;
        const pause = POLL_MS * 2 ** Math.min(this.tries - 1, 5);
        return Math.min(LONGEST_PAUSE_MS, Math.max(answer.retryAfterMs ?? 0, pause));
      }
    }
  }

  /** The channel will never hear of it: that is counted and said. */
  private async lose(
    shift: Shift,
    {
      subject,
      claimed,
      message,
    }: { readonly subject: Subject; readonly claimed: HandOverContent; readonly message: DueMessage },
    { key, result, why }: { readonly key: string; readonly result: 'refused' | 'given_up'; readonly why: string },
  ): Promise<undefined> {
    const { handing, watch, agent } = this.options;
    const at = iso(shift.parts.clock.utc());
    const cut = why.slice(0, MOST_WORDS);
    watch.count(result);
    agent.parts.log.warn('an escalation was not handed over', { channel: handing.name, key, result, why: cut });
    const lost = withLost(claimed, message, { at, result, why: cut });
    await this.write(shift, { ...subject, stored: claimed }, lost, (channel) => ({
      // What is given up for its age does not say that the receiver answers again.
      ...(result === 'refused' ? withoutFailing(channel) : channel),
      [result]: channel[result] + 1,
      last_lost: { at, key, result, why: cut },
    }));
    return undefined;
  }

  /**
   * Writes a hand-over if it still is what was read, and what its channel makes of that.
   *
   * @returns false if it was changed meanwhile
   */
  private async write(
    { parts }: Shift,
    { id, stored }: Pick<Subject, 'id' | 'stored'>,
    content: HandOverContent,
    change?: (channel: HandOverChannelContent) => HandOverChannelContent,
  ): Promise<boolean> {
    const channelId = handOverChannelId(this.options.handing.name);
    parts.commits.forget(id);
    parts.commits.forget(channelId);
    let changed: HandOverChannelContent | undefined;
    const isWritten = await parts.commits.settle<boolean>({
      reads: change === undefined ? [id] : [id, channelId],
      build: (view) => {
        const before = contentOf('hand_over', view.get(id));
        if (JSON.stringify(before) !== JSON.stringify(stored)) return { docs: [], answer: false };
        const planned = plannedHandOver(id, content);
        if (change === undefined) return { docs: [planned], answer: true };
        changed = change(contentOf('hand_over_channel', view.get(channelId)) ?? FRESH_CHANNEL);
        const facets = { at: iso(parts.clock.utc()) };
        return {
          docs: [planned, { id: channelId, kind: 'hand_over_channel', facets, content: changed }],
          answer: true,
        };
      },
    });
    if (isWritten && changed !== undefined) this.options.watch.note(changed);
    return isWritten;
  }
}

const withoutFailing = ({ failing: _failing, ...channel }: HandOverChannelContent): HandOverChannelContent => channel;

/** Hands over to one channel until the signal is aborted; where another agent does, only looks how that one fares. */
export const handOverEscalations = async (options: KeeperOptions, signal: AbortSignal): Promise<void> => {
  const { agent, handing, watch } = options;
  const { clock, log } = agent.parts;
  const keeper = new Keeper(options);
  while (!signal.aborted) {
    const { shift } = agent;
    let pause = POLL_MS;
    try {
      if (shift && leads(shift.parts.session, handTask(handing))) pause = await keeper.round(shift);
      else if (shift) {
        watch.noteLeft({ behind: 0, heldBack: 0 });
        watch.note(await read(shift.parts.store, 'hand_over_channel', handOverChannelId(handing.name)));
      }
      watch.trouble(undefined);
    } catch (cause) {
      watch.trouble(whyOf(cause));
      if (!isAway(cause)) log.error('escalations cannot be handed over', { channel: handing.name, why: whyOf(cause) });
    }
    if (pause > 0) await clock.sleep(pause, signal);
  }
};
