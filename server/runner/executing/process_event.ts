import { iso } from '../../../common/iso';
import type { Decision } from '../../../common/flow/decision';
import type { ReceivedEvent } from '../../../common/flow/event';
import { glimpseOf } from '../facts/glimpse';
import type { HistoryBook, Note } from '../facts/history';
import type { CommitQueue } from '../keeping/commit_queue';
import { inBackground } from '../keeping/in_background';
import { plannedCase, type CaseContent, type Resolution } from '../keeping/kinds/case';
import { RELEASED } from '../keeping/kinds/session';
import { TryLater } from '../keeping/session_lost';
import { contentOf } from '../keeping/state_docs';
import type { Basics } from '../ports';
import { newQuestions, type AskedBook } from './asked_book';
import { planClaim, type ClaimAnswer } from './claim';
import type { ClaimRequest, Start } from './claiming';
import type { ClaimWorld } from './claim_world';
import type { ClaimsUnderWay, ClaimTry } from './claims_under_way';
import type { DecideOptions } from './decide_event';
import type { Executed } from './execute_command';
import type { EndsWithSource } from './source_is_over';
import { takeUpdate } from './take_update';
import { holdLanded, takeBackLanded, type Recovering } from './recover_claim';

/*
 * The whole story of one event in reading order: look up and decide, brake and claim in one bulk, execute, write what
 * it came to. Verifying and undoing is the effect keeper's work, looking again is the case keeper's.
 */

/** With what an event is processed. */
export interface Processing {
  /** Later where a condition reads a look-up, else at once. */
  readonly decide: (
    received: ReceivedEvent,
    options?: DecideOptions,
  ) => Decision | undefined | Promise<Decision | undefined>;
  /** Why an event that `decide` left undecided was left so. */
  readonly undecided: () => string;
  readonly worldNow: () => ClaimWorld;
  readonly execute: (
    start: Start,
    claimed: { readonly claims: number; readonly clearedAt: number },
  ) => Promise<Executed>;
  readonly commits: CommitQueue;
  readonly recovering: Recovering;
  readonly underWay: ClaimsUnderWay;
  readonly history: Pick<HistoryBook, 'noteEvent' | 'noteAct' | 'note'>;
  readonly asked: Pick<AskedBook, 'note'>;
  readonly endsWithSource: EndsWithSource;
  readonly basics: Basics;
}

export interface ProcessHooks {
  /** A command is being executed. */
  readonly executes: (effectId: string, execution: Promise<unknown>) => void;
  /** An effect now needs looking after. */
  readonly executed: (executed: Executed) => void;
  /** An effect that was there already got a further reason. */
  readonly joined: (effectId: string) => void;
  /** A case is not closed: it is held, waits, is under way, or will be reviewed. */
  readonly open: (content: CaseContent) => void;
  /** An event was handed in again whose case is not closed. */
  readonly met: (content: CaseContent) => void;
}

/** What became of an event that was handed in. */
export type Receipt =
  | { readonly kind: 'decided'; readonly content: CaseContent }
  | { readonly kind: 'duplicate'; readonly content: CaseContent }
  /** Newer data of a case that is there. */
  | { readonly kind: 'updated'; readonly content: CaseContent }
  /**
   * The same identity with another content: a client must not overwrite what another one reported. With the field in
   * which an update names something else than its case.
   */
  | { readonly kind: 'conflicting'; readonly content: CaseContent; readonly other?: string };

/** A case that was there and is gone when it is looked at, or the other way round: somebody else is at it. */
const MOST_MOVES = 6;
const MOST_CLAIM_TRIES = 6;

/**
 * Takes an event from durable to decided to acted upon.
 *
 * @returns once the event is durable; executing goes on in the background
 * @throws StoreUnavailable when nothing is known to be written; SessionLost; TryLater where others were faster each
 *   time; WriteRefused if the store will never take the case
 */
export const processEvent = async (
  processing: Processing,
  received: ReceivedEvent,
  hooks: ProcessHooks,
): Promise<Receipt> => {
  // Noted before it is decided, and both in one turn: reports that arrive together count in the order of arrival.
  const note = processing.history.noteEvent(received);
  try {
    const receipt = await processNoted(processing, received, hooks);
    if (receipt.kind === 'decided') note.keep();
    else met(processing, note, receipt.content);
    return receipt;
  } catch (cause) {
    note.takeBack();
    throw cause;
  }
};

/** Its case was there already: the event that is kept counts. One that has shrunk does not tell what it was about. */
const met = ({ history }: Processing, note: Note, { received, closed }: CaseContent): void => {
  note.takeBack();
  if (closed === undefined) history.note(glimpseOf(received));
};

const processNoted = async (processing: Processing, received: ReceivedEvent, hooks: ProcessHooks): Promise<Receipt> => {
  for (let move = 0; move < MOST_MOVES; move += 1) {
    const deciding = processing.decide(received);
    // In the same turn wherever nothing has to be asked.
    const decision = deciding instanceof Promise ? await deciding : deciding;
    const found = await (decision === undefined
      ? accept(processing, received)
      : claimed(processing, { received, decision }, hooks));
    if (found === undefined || 'kind' in found) {
      if (found !== undefined) return found;
      continue;
    }
    const receipt = await existing(processing, { content: found, received }, hooks);
    if (receipt !== undefined) return receipt;
  }
  throw new TryLater('a case came and went too often to be decided');
};

/** @returns the case that was there already; undefined if it went again */
const claimed = async (
  processing: Processing,
  request: ClaimRequest,
  hooks: ProcessHooks,
): Promise<Receipt | CaseContent | undefined> => {
  const answer = await claimAndStart(processing, request, hooks);
  if (answer.kind === 'planned') return { kind: 'decided', content: answer.content };
  // It may be mine: created empty to fence off a write of which the answer was lost. Its owner goes on with it.
  if (answer.content !== undefined && answer.content.state !== 'decided') hooks.met(answer.content);
  return answer.content;
};

/**
 * Writes the claim of a decided case and starts its commands. Tries again, each time with new command ids, when other
 * agents were faster at one of the documents.
 *
 * @returns the case as written, or as somebody else left it (`moved`)
 */
const claimAndStart = async (
  processing: Processing,
  request: ClaimRequest,
  hooks: ProcessHooks,
): Promise<ClaimAnswer> => {
  const { underWay, basics } = processing;
  let current = request;
  let refused: Error | undefined;
  for (let attempt = 0; attempt < MOST_CLAIM_TRIES; attempt += 1) {
    const trying = underWay.begin();
    try {
      const tried = await tryClaim(processing, { claim: current, isFirst: attempt === 0, trying }, hooks);
      if ('kind' in tried) return tried;
      ({ claim: current, refused } = tried);
    } finally {
      trying.end();
    }
    await basics.clock.sleep(Math.floor(basics.chance.random() * 20 * (attempt + 1)));
  }
  if (!current.previous) throw refused ?? new TryLater('a claim met other agents too often');
  hooks.open(current.previous);
  return { kind: 'planned', content: current.previous, start: [], made: [], folded: [] };
};

/** What other agents were faster at: the claim as it is tried next. */
interface Overtaken {
  readonly claim: ClaimRequest;
  readonly refused: Error | undefined;
}

/** Writes a claim once. What landed of one that did not land whole is taken back before this answers. */
const tryClaim = async (
  processing: Processing,
  { claim, isFirst, trying }: { readonly claim: ClaimRequest; readonly isFirst: boolean; readonly trying: ClaimTry },
  hooks: ProcessHooks,
): Promise<ClaimAnswer | Overtaken> => {
  const { commits, worldNow, recovering, asked, basics } = processing;
  const urgent = claim.received.event.severity === 'critical';
  const plan = planClaim(trying.noting(worldNow), claim, !isFirst);
  const committed = await commits.submit<ClaimAnswer>({ ...plan, urgent });
  const { answer } = committed;
  if (answer.kind === 'moved') return answer;
  if (committed.kind === 'committed') {
    asked.note(newQuestions(answer.content, claim.previous));
    inBackground(basics, 'closing folded reasons', recovering.journal.close(answer.folded));
    trying.lastsFor(startCommands(processing, answer, hooks));
    if (answer.content.state !== 'decided' || answer.content.due !== undefined) hooks.open(answer.content);
    return answer;
  }
  await takeBackLanded(recovering, answer.made, committed.landed);
  const { refused } = committed;
  if (!committed.landed.has(claim.received.case_id)) return { claim, refused };
  return { claim: { ...claim, recorded: true, previous: await holdLanded(recovering.writing, claim) }, refused };
};

/** @returns what is being executed */
const startCommands = (
  { execute, history, basics }: Processing,
  { content, start }: ClaimAnswer & { kind: 'planned' },
  hooks: ProcessHooks,
): ReadonlyArray<Promise<void>> => {
  const clearedAt = basics.clock.monotonic();
  const started = new Set(start.map(({ effectId }) => effectId));
  for (const { effect_id: id } of content.acts) if (id !== undefined && !started.has(id)) hooks.joined(id);
  return start.map((each) => {
    const execution = execute(each, { claims: content.claims, clearedAt }).then((executed) => {
      history.noteAct(content.received, basics.clock.utc());
      hooks.executed(executed);
    });
    hooks.executes(each.effectId, execution);
    inBackground(basics, 'executing a command', execution);
    return execution;
  });
};

/**
 * An event that this agent cannot decide is kept, and belongs to whoever can (INV-13).
 *
 * @returns the case that was there already
 */
const accept = async (
  { commits, basics, undecided }: Processing,
  received: ReceivedEvent,
): Promise<Receipt | CaseContent> => {
  const content: CaseContent = {
    received,
    state: 'accepted',
    acts: [],
    claims: 0,
    due: iso(basics.clock.utc()),
    note: `kept for an agent that can decide it: ${undecided()}`,
  };
  const stored = await commits.settle<CaseContent | undefined>({
    reads: [received.case_id],
    build: (view) => {
      const found = contentOf('case', view.get(received.case_id));
      return found
        ? { docs: [], answer: found }
        : { docs: [{ ...plannedCase(content, iso(basics.clock.utc())), owner: RELEASED }], answer: undefined };
    },
  });
  return stored ?? { kind: 'decided', content };
};

/**
 * An event whose case is there already.
 *
 * @returns undefined if the case went meanwhile
 */
const existing = async (
  { commits, basics, endsWithSource }: Processing,
  { content, received }: { readonly content: CaseContent; readonly received: ReceivedEvent },
  hooks: ProcessHooks,
): Promise<Receipt | undefined> => {
  const { repetition } = received;
  if (content.received.digest === received.digest || repetition === 'same') return { kind: 'duplicate', content };
  if (repetition === undefined) return { kind: 'conflicting', content };
  const updated = await takeUpdate({ commits, clock: basics.clock, endsWithSource }, received);
  if (updated?.kind === 'updated' && updated.owner === commits.session) hooks.open(updated.content);
  return updated;
};

export interface Again {
  readonly previous: CaseContent;
  /** A permitted effect is looked at before its ttl ends: age does not count. */
  readonly review?: boolean;
  /** What only the kill switch held is judged anew. */
  readonly freed?: boolean;
}

/** Decides a case again: a hold that is over, an effect under review, a bundle that changed, a take-over. */
export const processAgain = async (
  processing: Processing,
  { previous, review, freed }: Again,
  hooks: ProcessHooks,
): Promise<ClaimAnswer | undefined> => {
  const { received, decision: before } = previous;
  // It may have been taken in by an agent that could not decide it, or have come from one that died.
  processing.history.note(glimpseOf(received));
  const decision = await processing.decide(received, { predecessor: before?.decision_id, review });
  return decision && claimAndStart(processing, { received, decision, previous, freed: freed === true }, hooks);
};

/** A person permitted an act: the brakes judge it again, then it is claimed like any other. */
export const processApproval = (
  processing: Processing,
  previous: CaseContent,
  approval: { readonly actId: string; readonly resolution: Resolution },
  hooks: ProcessHooks,
): Promise<ClaimAnswer> => {
  const { received, decision } = previous;
  if (decision === undefined) throw new Error('a case without a decision cannot be approved');
  return claimAndStart(processing, { received, decision, previous, approval, recorded: true }, hooks);
};
