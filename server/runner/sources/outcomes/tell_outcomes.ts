import type { OutcomeDocument } from '../../../../common/api/outcome_document';
import { whyOf } from '../../../../common/why';
import { iso } from '../../../../common/iso';
import { present } from '../../../../common/present';
import type { AgentWith, JoinedWith, ShiftWith } from '../../agent/views';
import { isAway } from '../../keeping/session_lost';
import { tellingId, type TellingContent } from '../../keeping/kinds/telling';
import { contentOf, read, readMany } from '../../keeping/state_docs';
import { leads, type Task } from '../../session/leads';
import type { FedRecord, OutcomeChannel, OutcomeFeed } from '../../ports';
import { decisionOfCase, dueOutcome, wantedFor, type DueOutcome, type Known, type Wishes } from './due_outcome';
import { outcomeDocument } from './outcome_document';
import type { TellingWatch } from './telling_watch';

/*
 * One agent tells for all. It reads the evidence from where its cursor stands, tells one outcome after the other, and
 * moves the cursor on behind what arrived: whoever goes on after it tells at least once, with the same keys, in order.
 * Nothing of deciding, acting or undoing waits for it.
 */

export interface Telling extends Wishes {
  readonly name: string;
  readonly channel: OutcomeChannel;
  /** What is older is given up, ms. */
  readonly giveUpMs: number;
}

interface TellOptions {
  readonly agent: AgentWith<'clock' | 'log'> & JoinedWith<TellParts>;
  readonly feed: OutcomeFeed;
  readonly telling: Telling;
  readonly watch: TellingWatch;
}

type TellParts = 'clock' | 'commits' | 'session' | 'store';
type TellShift = ShiftWith<TellParts>;

const POLL_MS = 1_000;
const PAGE = 100;
/** A cursor is written at least so often, ms: what was told since then is told again after a crash. */
const SAVE_MS = 2_000;
const LONGEST_PAUSE_MS = 60_000;
/** Whoever takes over from a dead agent appends what is missing well within this time; later, it is gone. */
const DECISION_WITHIN_MS = 60_000;
const MOST_WORDS = 500;
const TOO_OLD = 'it is older than outcomes are kept for this receiver';

export const tellTask = ({ name }: Pick<Telling, 'name'>): Task => `tell:${name}`;

/**
 * Moves the cursor, if it still stands where this agent found it.
 *
 * @returns false if another agent moved it: then that one tells
 */
const save = ({ parts }: TellShift, name: string, from: TellingContent | undefined, to: TellingContent) => {
  const id = tellingId(name);
  parts.commits.forget(id);
  return parts.commits.settle<boolean>({
    reads: [id],
    build: (view) => {
      const stored = contentOf('telling', view.get(id));
      if (JSON.stringify(stored) !== JSON.stringify(from)) return { docs: [], answer: false };
      const facets = { at: iso(parts.clock.utc()) };
      return { docs: [{ id, kind: 'telling', facets, content: to }], answer: true };
    },
  });
};

const textsOf = (values: ReadonlyArray<string | undefined>): readonly string[] => [
  ...new Set(values.filter((value) => value !== undefined)),
];

/** Looks up what the records of a page are about. */
const lookUp = async ({ parts }: TellShift, feed: OutcomeFeed, records: readonly FedRecord[]): Promise<Known> => {
  const wanted = records.map(wantedFor);
  const [caseIds, effectIds] = [
    textsOf(wanted.map(({ caseId }) => caseId)),
    textsOf(wanted.map(({ effectId }) => effectId)),
  ];
  const cases = caseIds.length === 0 ? new Map() : await readMany(parts.store, 'case', caseIds);
  const effects = effectIds.length === 0 ? new Map() : await readMany(parts.store, 'effect', effectIds);
  const decisionIds = textsOf([
    ...wanted.map(({ decisionId }) => decisionId),
    ...records.map((record) => decisionOfCase({ cases }, record)),
  ]);
  return { cases, effects, decisions: decisionIds.length === 0 ? new Map() : await feed.decisions(decisionIds) };
};

/** A document that will not arrive. */
interface Lost {
  readonly document: OutcomeDocument;
  readonly result: 'refused' | 'given_up';
  readonly why: string;
}

const passed = (
  { failing: _failing, ...rest }: TellingContent,
  { after }: FedRecord,
  { sequence }: OutcomeDocument,
) => ({
  ...rest,
  position: after,
  sequence,
});

const withTold = (content: TellingContent, record: FedRecord, document: OutcomeDocument): TellingContent => ({
  ...passed(content, record, document),
  told: content.told + 1,
  last_told: { at: document.told_at, key: document.key, event_id: document.event_id },
});

/** What is given up for its age does not say that the receiver answers again. */
const withLost = (content: TellingContent, record: FedRecord, { document, result, why }: Lost): TellingContent => ({
  ...passed(content, record, document),
  [result]: content[result] + 1,
  last_lost: { at: document.told_at, key: document.key, result, why: why.slice(0, MOST_WORDS) },
  ...present({ failing: result === 'given_up' ? content.failing : undefined }),
});

const withFailing = (content: TellingContent, { told_at, at }: OutcomeDocument, why: string): TellingContent => ({
  ...content,
  failing: { since: content.failing?.since ?? told_at, waits_since: at, why: why.slice(0, MOST_WORDS) },
});

/** One agent telling one receiver. */
class Teller {
  private readonly options: TellOptions;
  private tries = 0;
  private missing: { readonly id: string; readonly since: number } | undefined;

  constructor(options: TellOptions) {
    this.options = options;
  }

  /** @returns when to look again, ms */
  async tellOnce(shift: TellShift): Promise<number> {
    const { feed, telling, watch } = this.options;
    const found = await read(shift.parts.store, 'telling', tellingId(telling.name));
    if (found === undefined) {
      // What was before is not told: nobody asked for it then.
      const position = await feed.end();
      await save(shift, telling.name, undefined, { position, sequence: 0, told: 0, refused: 0, given_up: 0 });
      return 0;
    }
    watch.note(found);
    const page = await feed.since(found.position, PAGE);
    const known = await lookUp(shift, feed, page.records);
    const round = { shift, stored: found, content: found, savedAt: shift.parts.clock.monotonic() };
    for (const record of page.records) {
      const due = dueOutcome(record, known, telling);
      if (due === 'early' || (due === 'missing' && this.mayStillCome(record))) return this.stop(round, POLL_MS);
      if (typeof due === 'string') round.content = { ...round.content, position: record.after };
      else {
        const pause = await this.tell(round, record, due);
        if (pause !== undefined) return this.stop(round, pause);
      }
      if (shift.parts.clock.monotonic() - round.savedAt >= SAVE_MS && !(await this.saveRound(round))) return POLL_MS;
    }
    round.content = { ...round.content, position: page.position };
    return this.stop(round, page.more ? 0 : POLL_MS);
  }

  /** Without its decision nobody knows whose report it was. It is waited for, and then left out. */
  private mayStillCome({ id }: FedRecord): boolean {
    const { agent, telling } = this.options;
    const now = agent.parts.clock.monotonic();
    if (this.missing?.id !== id) this.missing = { id, since: now };
    if (now - this.missing.since < DECISION_WITHIN_MS) return true;
    agent.parts.log.warn('an outcome is left out: its decision is not on record', { receiver: telling.name, id });
    return false;
  }

  private age({ at }: Pick<FedRecord, 'at'>): number {
    return this.options.agent.parts.clock.utc() - Date.parse(at);
  }

  private async stop(round: Round, pause: number): Promise<number> {
    await this.saveRound(round);
    return pause;
  }

  /** @returns false if another agent tells */
  private async saveRound(round: Round): Promise<boolean> {
    const { shift, stored, content } = round;
    if (JSON.stringify(stored) === JSON.stringify(content)) return true;
    const isSaved = await save(shift, this.options.telling.name, stored, content);
    round.stored = content;
    round.savedAt = shift.parts.clock.monotonic();
    if (isSaved) this.options.watch.note(content);
    return isSaved;
  }

  /** @returns the pause after which it is tried again, ms; undefined if it is through */
  private async tell(round: Round, record: FedRecord, due: DueOutcome): Promise<number | undefined> {
    const { telling, watch, agent } = this.options;
    const document = outcomeDocument(due, { sequence: round.content.sequence + 1, at: iso(agent.parts.clock.utc()) });
    if (this.age(record) > telling.giveUpMs)
      return this.lose(round, record, { document, result: 'given_up', why: TOO_OLD });
    const answer = await telling.channel.tell(document, due.decided.event);
    switch (answer.kind) {
      case 'told':
        this.tries = 0;
        watch.count('told');
        round.content = withTold(round.content, record, document);
        return undefined;
      case 'not_due':
        round.content = { ...round.content, position: record.after };
        return undefined;
      case 'refused':
        this.tries = 0;
        return this.lose(round, record, { document, result: 'refused', why: answer.why });
      case 'failed':
        watch.count('failed');
        round.content = withFailing(round.content, document, answer.why);
        this.tries += 1;
        return Math.min(
          LONGEST_PAUSE_MS,
          Math.max(answer.retryAfterMs ?? 0, POLL_MS * 2 ** Math.min(this.tries - 1, 6)),
        );
    }
  }

  /** The receiver will never hear of it: that is counted, said, and leaves a gap in the numbers. */
  private lose(round: Round, record: FedRecord, lost: Lost): undefined {
    const { telling, watch, agent } = this.options;
    const { document, result, why } = lost;
    watch.count(result);
    agent.parts.log.warn('an outcome was not told', { receiver: telling.name, key: document.key, result, why });
    round.content = withLost(round.content, record, lost);
    return undefined;
  }
}

interface Round {
  readonly shift: TellShift;
  /** As it stands in the state. */
  stored: TellingContent;
  /** As it is to stand there. */
  content: TellingContent;
  savedAt: number;
}

/** Tells one receiver until the signal is aborted; where another agent tells, only looks how that one fares. */
export const tellOutcomes = async (options: TellOptions, signal: AbortSignal): Promise<void> => {
  const { agent, telling, watch } = options;
  const { clock, log } = agent.parts;
  const teller = new Teller(options);
  while (!signal.aborted) {
    const { shift } = agent;
    let pause = POLL_MS;
    try {
      if (shift && leads(shift.parts.session, tellTask(telling))) pause = await teller.tellOnce(shift);
      else if (shift) watch.note(await read(shift.parts.store, 'telling', tellingId(telling.name)));
      watch.trouble(undefined);
    } catch (cause) {
      watch.trouble(whyOf(cause));
      if (!isAway(cause)) log.error('outcomes cannot be told', { receiver: telling.name, why: whyOf(cause) });
    }
    if (pause > 0) await clock.sleep(pause, signal);
  }
};
