import { present } from '../../../common/present';
import { iso } from '../../../common/iso';
import { OUTCOME_MARK } from '../../../common/api/outcome_document';
import { decode, type BadField } from '../../../common/codec/decode';
import {
  DetectionEvent,
  type DetectionState,
  type Intake,
  type Mended,
  type Repetition,
} from '../../../common/flow/event';
import { mapPart } from '../../engine/intake/documents/map_fields';
import { splitDocument, type Part } from '../../engine/intake/documents/split_document';
import type { FieldMap } from '../../engine/intake/field_map';
import { saidByDocument, saidOnWire, saidWithTexts, speaksForSource, type Said } from '../../engine/intake/voice';
import { digestOf } from '../../engine/digest/digest';
import type { Admission } from '../door/admission';
import { keptOriginal } from './kept_original';
import { keptEvent, type ReceiveOptions, type EventTaker } from './receive';
import type { SourceHealth } from './source_health';

/* What brokers, webhooks and indices hand in: in the wire form, or in the source's own with a map. */

/** One document of a source. */
export interface SourceDocument {
  readonly value: unknown;
  /** What the source itself calls it; without one the document's own content tells it from others. */
  readonly id?: string;
  /** Index that it was read from. */
  readonly index?: string;
}

export interface DocumentRules extends ReceiveOptions {
  /** Without one, documents are in the wire form already. */
  readonly map?: FieldMap | undefined;
  /** What another content under a known id is; without a word a conflict, and the same where it is read here. */
  readonly repetition?: Repetition | undefined;
  /** Documents are read anew from the cluster; only their ids tell them apart. */
  readonly readHere?: boolean;
  readonly health?: SourceHealth | undefined;
}

/** Documents of Reflex' own indices are never events: it would answer to itself. */
export const OWN_PREFIX = 'reflex-';
const MOST_ID = 512;

/** True for what Reflex wrote itself. */
export const isOwn = (value: unknown): boolean => {
  const index = (value as { readonly _index?: unknown } | null | undefined)?._index;
  return typeof index === 'string' && index.startsWith(OWN_PREFIX);
};

/**
 * True for an outcome that Reflex told: answering it would go round for ever. Only the top counts. Deeper in, a mark
 * that somebody writes into a log must hide nothing.
 */
export const isOutcome = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.prototype.hasOwnProperty.call(value, OUTCOME_MARK);

const OWN_INDEX = { path: '_index', message: 'is an index of Reflex itself; Reflex does not answer to itself' };
const OWN_OUTCOME = {
  path: OUTCOME_MARK,
  message: 'marks an outcome that Reflex told; Reflex does not answer to itself',
};

/** What an event is called that says no `event_id`; deep nesting is no reason to stumble. */
const nameOf = ({ id }: SourceDocument, part: Part): string | undefined => {
  if (id === undefined) {
    const content = part.content();
    return content && `sha256:${content.digest}`;
  }
  const own = part.element?.content();
  const name = part.element === undefined ? id : own && `${id}|${own.digest.slice(0, 32)}`;
  return name === undefined || name.length <= MOST_ID ? name : `sha256:${digestOf(name)}`;
};

interface Made {
  readonly event: DetectionEvent;
  readonly uncalibrated: boolean;
  readonly mended: readonly Mended[];
  readonly said: Said;
  readonly state?: DetectionState | undefined;
}

type Making = Made | { readonly faults: readonly BadField[] };

/** A document in the wire form, ready to be admitted; or what is wrong with it. */
const eventOf = (value: unknown): Making => {
  const checked = decode(DetectionEvent, value);
  return checked.ok
    ? { event: checked.value, uncalibrated: false, mended: [], said: saidOnWire }
    : { faults: checked.error };
};

interface Mapping {
  readonly document: SourceDocument;
  readonly map: FieldMap;
  /** UTC of receipt, ms. */
  readonly now: number;
}

/** The event of a part of a document; or what is wrong with it. */
const mappedEvent = ({ document, map, now }: Mapping, part: Part): Making => {
  const { candidate, uncalibrated, faults, mended, inTexts, state } = mapPart(map, part, now);
  if (faults.length > 0) return { faults };
  const named = candidate.event_id === undefined ? { ...candidate, event_id: nameOf(document, part) } : candidate;
  const checked = decode(DetectionEvent, { ...named, raw: keptOriginal(part) });
  if (!checked.ok) return { faults: [...checked.error, ...part.unread] };
  const said = inTexts.length > 0 ? saidWithTexts(inTexts) : saidOnWire;
  return { event: checked.value, uncalibrated, mended, said, state };
};

/** Tells the registry what came of documents. What was not taken, or is not ours, does not count as received. */
export const noteAdmissions = (
  health: SourceHealth | undefined,
  source: Intake,
  admissions: readonly Admission[],
): void => {
  for (const { kind } of admissions) {
    if (kind === 'overloaded' || kind === 'unavailable') continue;
    if (kind === 'not_ours' || kind === 'switched_off') {
      health?.note(source, kind);
      continue;
    }
    health?.note(source, 'received');
    if (kind === 'duplicate' || kind === 'updated') health?.note(source, kind);
    if (kind === 'quarantined') health?.note(source, 'quarantined');
  }
};

export interface Taking {
  readonly agent: EventTaker;
  readonly intake: Intake;
  readonly rules: DocumentRules;
}

const refuse = ({ agent, intake }: Taking, value: unknown, faults: readonly BadField[]): Promise<Admission> =>
  agent.door.refuse('invalid', intake, value, faults);

const refuseOutcome = ({ agent, intake }: Taking, value: unknown): Promise<Admission> =>
  agent.door.refuse('own_records', intake, value, [OWN_OUTCOME]);

interface Candidate {
  readonly document: SourceDocument;
  readonly made: Making;
  /** Where the document is more than the event. */
  readonly part?: Part;
}

/** How an event is told from others: where documents are read anew, by theirs. */
const identityOf = (event: DetectionEvent, { readHere }: DocumentRules, { document: { id }, part }: Candidate) => {
  if (readHere !== true || id === undefined) return [event.event_id];
  return part?.element === undefined ? [id] : [id, event.event_id];
};

const admitOne = (taking: Taking, candidate: Candidate): Promise<Admission> => {
  const { agent, intake, rules } = taking;
  const { document, made, part } = candidate;
  if (isOutcome(part?.element?.value)) return refuseOutcome(taking, part?.whole());
  if ('faults' in made) return refuse(taking, part === undefined ? document.value : part.whole(), made.faults);
  const { event, uncalibrated, mended, said, state } = made;
  const readHere = rules.readHere === true;
  const granted = agent.parts.grants.of(intake);
  return agent.admit(
    keptEvent(event, {
      intake,
      identity: identityOf(event, rules, candidate),
      receivedAt: iso(agent.parts.clock.utc()),
      uncalibrated,
      repetition: rules.repetition,
      // Whoever can write a log must not close the alert about themselves.
      state: readHere && !speaksForSource(granted, document.index) ? undefined : state,
      mended,
      said: readHere ? saidByDocument(document.index) : said,
      granted,
      ...present({ readHere: readHere || undefined, demo: rules.demo }),
    }),
  );
};

/** Something to hand in, and whether it counts as one of the events of its message. */
export interface Task {
  readonly counts: boolean;
  readonly run: () => Promise<Admission>;
}

/**
 * What there is to hand in of a document: each of its events by itself, in their order, and what it holds that is not
 * for Reflex, of which nothing is kept.
 */
export function* tasksOf(taking: Taking, document: SourceDocument): Generator<Task> {
  const { agent, rules } = taking;
  const one = (run: () => Promise<Admission>): Task => ({ counts: true, run });
  if (isOwn(document.value)) return yield one(() => refuse(taking, document.value, [OWN_INDEX]));
  if (isOutcome(document.value)) return yield one(() => refuseOutcome(taking, document.value));
  const { map } = rules;
  if (map === undefined) return yield one(() => admitOne(taking, { document, made: eventOf(document.value) }));
  const { parts, notOurs, fault } = splitDocument(map, document.value);
  const now = agent.parts.clock.utc();
  for (const part of parts)
    yield one(() => admitOne(taking, { document, made: mappedEvent({ document, map, now }, part), part }));
  for (let count = 0; count < notOurs; count += 1) yield one(() => Promise.resolve({ kind: 'not_ours' }));
  if (fault !== undefined) yield { counts: false, run: () => refuse(taking, document.value, [fault]) };
}

/** Handed in at the same time. */
const MOST_AT_ONCE = 500;

/** Hands in one after the other, some of them at the same time. @returns what came of each, in their order */
export const handIn = async (tasks: Iterable<Task>): Promise<readonly Admission[]> => {
  const done: Admission[] = [];
  let running: Array<Promise<Admission>> = [];
  for (const { run } of tasks) {
    running.push(run());
    if (running.length < MOST_AT_ONCE) continue;
    done.push(...(await Promise.all(running)));
    running = [];
  }
  return [...done, ...(await Promise.all(running))];
};

function* tasksOfAll(taking: Taking, documents: readonly SourceDocument[]): Generator<Task> {
  for (const document of documents) yield* tasksOf(taking, document);
}

/** Takes documents of one source in their order, each event by itself: one that is bad never stalls the rest. */
export const receiveDocuments = async (
  agent: EventTaker,
  intake: Intake,
  documents: readonly SourceDocument[],
  rules: DocumentRules = {},
): Promise<readonly Admission[]> => {
  const admissions = await handIn(tasksOfAll({ agent, intake, rules }, documents));
  noteAdmissions(rules.health, intake, admissions);
  return admissions;
};
