import type { MappedSource, TrialView, TriedDocument, TriedEvent } from '../../../common/api/routes';
import type { BadField } from '../../../common/codec/decode';
import type { ReceivedEvent } from '../../../common/flow/event';
import { iso } from '../../../common/iso';
import { present } from '../../../common/present';
import { err, ok, type Result } from '../../../common/result';
import { splitDocument, type NotOurs } from '../../engine/intake/documents/split_document';
import { namesNothing } from '../../engine/intake/named_fields';
import { pastedDocuments, type Pasted } from '../../engine/intake/pasted_documents';
import { isPreset } from '../../engine/intake/presets';
import type { Agent } from '../agent/agent';
import type { Shift } from '../agent/shift';
import type { AgentWith, ShiftWith } from '../agent/views';
import { decideEvent } from '../executing/decide_event';
import { noUpdate } from '../executing/take_update';
import { READ_AGAIN } from '../executing/claiming';
import { contentOf } from '../keeping/state_docs';
import { NOT_JOINED, refusal, type Refusal } from '../record/refusal';
import { untimelyAt } from '../record/untimely';
import {
  isOwn,
  keptCandidate,
  mappedEvent,
  isOutcome,
  OUTCOME_FAULT,
  OWN_FAULT,
  wireEvent,
  type Candidate,
  type Reading,
  type SourceDocument,
} from '../sources/document_events';
import type { Readings } from '../sources/reading_book';
import { brakesTrial } from './brakes_say';
import { getReading, readingView } from './source_preset';

/*
 * What documents of a source would come to, by the same functions as those that come in: events, what counts of them,
 * what is left out, and the verdict. Nothing is kept, nothing is counted as seen, and nothing is sent.
 */

/** Documents and events of one request. */
const MOST_DOCUMENTS = 50;
const MOST_EVENTS = 50;
/** A person waits for the answer, ms. */
const LONGEST_MS = 10_000;
const MOST_FAULTS = 200;

interface TryingAgent extends AgentWith<'clock' | 'grants' | 'store' | 'switches' | 'bundles'> {
  readonly shift: (ShiftWith<'commits'> & Pick<Shift, 'work'>) | undefined;
}

export interface TryWish {
  readonly source: MappedSource;
  readonly text: string;
  /** Undefined: what is in force. */
  readonly preset?: string | undefined;
}

/** One trial at a time on an agent. */
const busy = new WeakSet<object>();

export interface TrialCounts {
  readonly done: number;
  /** Another was under way, the text could not be read, or nothing can be decided. */
  readonly refused: number;
}

const counted = new WeakMap<object, TrialCounts>();
const NO_TRIALS: TrialCounts = { done: 0, refused: 0 };

export const trialCounts = ({ parts: { store } }: AgentWith<'store'>): TrialCounts => counted.get(store) ?? NO_TRIALS;

const count = (agent: AgentWith<'store'>, outcome: keyof TrialCounts): void => {
  const counts = trialCounts(agent);
  counted.set(agent.parts.store, { ...counts, [outcome]: counts[outcome] + 1 });
};

/** A hit of a search names its index and its id; without them it is a document that nobody else knows. */
const documentOf = ({ type }: MappedSource, value: unknown): SourceDocument => {
  const { _index: index, _id: id, _source: inner } = (value ?? {}) as Readonly<Record<string, unknown>>;
  if (type !== 'index' || typeof index !== 'string' || typeof inner !== 'object' || inner === null) return { value };
  return { value: inner, index, ...(typeof id === 'string' ? { id: `${index}/${id}` } : {}) };
};

const grouped = (notOurs: readonly NotOurs[]): TriedDocument['not_ours'] => {
  const groups = new Map<string, TriedDocument['not_ours'][number]>();
  for (const each of notOurs) {
    const key = JSON.stringify(each);
    groups.set(key, { ...each, count: (groups.get(key)?.count ?? 0) + 1 });
  }
  return [...groups.values()];
};

interface Trial {
  readonly agent: TryingAgent;
  readonly shift: NonNullable<TryingAgent['shift']>;
  readonly source: MappedSource;
  readonly reading: Reading;
  readonly started: number;
  /** What was tried before it, by its case. */
  readonly before: Map<string, ReceivedEvent>;
  decided: number;
  notTried: number;
}

/** What the event would be to the case that is there, or to an event that was pasted before it. */
const seenAs = async ({ agent, before }: Trial, received: ReceivedEvent): Promise<NonNullable<TriedEvent['seen']>> => {
  const found = contentOf('case', await agent.parts.store.get(received.case_id));
  const earlier = before.get(received.case_id);
  const known = found?.received ?? earlier;
  if (known === undefined) return 'new';
  if (known.digest === received.digest || received.repetition === 'same') return 'duplicate';
  if (received.repetition === undefined) return 'conflict';
  const content = found ?? { received: known, state: 'accepted' as const, acts: [], claims: 0 };
  const kind = noUpdate(content, received)?.kind ?? 'updated';
  return kind === 'updated' ? 'update' : kind === 'duplicate' ? 'duplicate' : 'conflict';
};

const withoutOriginal = (received: ReceivedEvent): ReceivedEvent => {
  const { raw: _raw, ...event } = received.event;
  return { ...received, event };
};

const verdictOn = async (
  { shift }: Trial,
  received: ReceivedEvent,
): Promise<Pick<TriedEvent, 'decision' | 'brakes'>> => {
  const decision = await decideEvent(shift.work.deciding, received, { effectless: true });
  if (decision === undefined) return {};
  const trial = brakesTrial(shift, received, decision);
  const brakes = await shift.parts.commits.settle<NonNullable<TriedEvent['brakes']>>({
    reads: trial.reads,
    build: (view) => {
      const said = trial.said(view);
      return said === READ_AGAIN ? READ_AGAIN : { docs: [], answer: [...said] };
    },
  });
  return { decision, brakes };
};

const faultViews = (faults: readonly BadField[]): TriedEvent['faults'] =>
  faults.slice(0, MOST_FAULTS).map((fault) => ({ ...fault }));

/** What came of one event; undefined once there are too many, or it took too long. */
const triedEvent = async (trial: Trial, candidate: Candidate): Promise<TriedEvent | undefined> => {
  const { agent, source, reading } = trial;
  const { clock } = agent.parts;
  if (trial.decided >= MOST_EVENTS || clock.monotonic() - trial.started > LONGEST_MS) {
    trial.notTried += 1;
    return undefined;
  }
  trial.decided += 1;
  // Others get a turn: an alert that comes meanwhile waits no longer.
  await clock.sleep(1);
  const { made } = candidate;
  if ('faults' in made) return { faults: faultViews(made.faults) };
  const { received, identity } = keptCandidate({ agent, intake: source, rules: reading }, { ...candidate, made });
  const untimely = untimelyAt(received.event.timestamp, clock.utc());
  const seen = await seenAs(trial, received);
  trial.before.set(received.case_id, received);
  const faults = untimely ? [untimely.field] : seen === 'conflict' ? [CONFLICT] : [];
  return {
    faults,
    event: withoutOriginal(received),
    identity: [...identity],
    seen,
    names_nothing: namesNothing(received.event),
    cut: made.cut,
    ...(faults.length > 0 ? {} : await verdictOn(trial, received)),
  };
};

const CONFLICT: BadField = {
  path: 'event_id',
  message: 'is that of a case with another content; the source says nothing of what that means (`repetition`)',
};

const triedDocument = async (trial: Trial, { value, line }: Pasted): Promise<TriedDocument> => {
  const { source, reading, agent } = trial;
  const document = documentOf(source, value);
  const place = present({ line });
  const own = isOwn(value) ? OWN_FAULT : isOutcome(value) ? OUTCOME_FAULT : undefined;
  if (own !== undefined) return { ...place, not_ours: [], faults: [{ ...own }], events: [] };
  const { map } = reading;
  const split = map === undefined ? undefined : splitDocument(map, document.value);
  const now = agent.parts.clock.utc();
  const candidates: readonly Candidate[] =
    map === undefined || split === undefined
      ? [{ document, made: wireEvent(document.value) }]
      : split.parts.map((part) => ({ document, part, made: mappedEvent({ document, map, now }, part) }));
  const events: TriedEvent[] = [];
  for (const candidate of candidates) {
    const tried = await triedEvent(trial, candidate);
    if (tried !== undefined) events.push(tried);
  }
  const faults = split?.fault === undefined ? [] : [split.fault];
  return { ...place, not_ours: grouped(split?.notOurs ?? []), faults: faultViews(faults), events };
};

/** How it is to be read: by the preset that is tried, or as it is in force. */
const readingOf = async (
  agent: TryingAgent,
  readings: Readings,
  { source, preset }: TryWish,
): Promise<{ readonly reading: Reading; readonly view: TrialView['reading'] }> => {
  const readHere = source.type === 'index';
  if (preset === undefined) {
    const { map, repetition } = readings.of(source);
    return { reading: { map, repetition, readHere }, view: await getReading(agent, readings, source) };
  }
  const inForce = readings.by(source, preset);
  const { map, repetition } = inForce;
  return { reading: { map, repetition, readHere }, view: readingView(readings, source, inForce) };
};

const refusedFor = (wish: TryWish, documents: Result<readonly Pasted[], readonly BadField[]>): Refusal | undefined => {
  const { preset } = wish;
  if (preset !== undefined && !isPreset(preset)) return refusal('invalid', `there is no preset \`${preset}\``);
  if (!documents.ok) return { ...refusal('invalid', 'the text cannot be read'), fields: documents.error };
  return documents.value.length > MOST_DOCUMENTS
    ? refusal('too_large', `the text holds ${documents.value.length} documents, more than ${MOST_DOCUMENTS}`)
    : undefined;
};

const tryAll = async (agent: TryingAgent, readings: Readings, wish: TryWish): Promise<Result<TrialView, Refusal>> => {
  const { shift, parts } = agent;
  const documents = pastedDocuments(wish.text);
  const refused = refusedFor(wish, documents);
  if (refused !== undefined || !documents.ok) return err(refused ?? refusal('invalid', 'the text cannot be read'));
  if (!shift) return err(NOT_JOINED);
  const { active } = parts.bundles;
  if (active === undefined) return err(refusal('unavailable', 'no policy bundle is in force: nothing can be decided'));
  const { source } = wish;
  const { reading, view } = await readingOf(agent, readings, wish);
  if (view.unknown !== undefined) return err(refusal('unavailable', view.unknown));
  const started = parts.clock.monotonic();
  const trial: Trial = { agent, shift, source, reading, started, before: new Map(), decided: 0, notTried: 0 };
  const tried: TriedDocument[] = [];
  for (const document of documents.value) tried.push(await triedDocument(trial, document));
  return ok({
    as_of: iso(parts.clock.utc()),
    source: { ...source },
    reading: view,
    granted: parts.grants.of(source) !== undefined,
    off: parts.switches.off(source) !== undefined,
    version: active.bundle.statement.version,
    documents: tried,
    not_tried: trial.notTried,
  });
};

/** Tries documents as if they came from a source now. */
export const tryDocuments = async (
  agent: TryingAgent & Pick<Agent, 'shift'>,
  readings: Readings,
  wish: TryWish,
): Promise<Result<TrialView, Refusal>> => {
  const { store } = agent.parts;
  if (busy.has(store)) {
    count(agent, 'refused');
    return err(refusal('overloaded', 'other documents are just being tried here; try again'));
  }
  busy.add(store);
  let outcome: keyof TrialCounts = 'refused';
  try {
    const tried = await tryAll(agent, readings, wish);
    if (tried.ok) outcome = 'done';
    return tried;
  } finally {
    count(agent, outcome);
    busy.delete(store);
  }
};
