import { HAND_OVER_MARK } from '../../../common/api/hand_over_document';
import { OUTCOME_MARK } from '../../../common/api/outcome_document';
import { present } from '../../../common/present';
import { iso } from '../../../common/iso';
import { decode, type BadField } from '../../../common/codec/decode';
import {
  DetectionEvent,
  type DetectionState,
  type Intake,
  type Mended,
  type ReceivedEvent,
  type Repetition,
} from '../../../common/flow/event';
import { mapPart } from '../../engine/intake/documents/map_fields';
import type { Part } from '../../engine/intake/documents/split_document';
import type { FieldMap } from '../../engine/intake/field_map';
import { saidByDocument, saidOnWire, saidWithTexts, speaksForSource, type Said } from '../../engine/intake/voice';
import { digestOf } from '../../engine/digest/digest';
import type { AgentWith } from '../agent/views';
import { keptOriginal } from './kept_original';
import { keptEvent } from './receive';

/*
 * From a document of a source to the event that Reflex keeps of it. Nothing is taken here: what is handed in and what
 * is only tried go the same way.
 */

/** One document of a source. */
export interface SourceDocument {
  readonly value: unknown;
  /** What the source itself calls it; without one the document's own content tells it from others. */
  readonly id?: string;
  /** Index that it was read from. */
  readonly index?: string;
}

/** How the documents of a source are read. */
export interface Reading {
  /** Without one, documents are in the wire form already. */
  readonly map?: FieldMap | undefined;
  /** What another content under a known id is; without a word a conflict, and the same where it is read here. */
  readonly repetition?: Repetition | undefined;
  /** Documents are read anew from the cluster; only their ids tell them apart. */
  readonly readHere?: boolean;
  /** Why this agent does not know how they are read: nothing is taken then, it comes again. */
  readonly unknown?: string | undefined;
}

/** Documents of Reflex' own indices are never events: it would answer to itself. */
export const OWN_PREFIX = 'reflex-';
const MOST_ID = 512;

/** True for what Reflex wrote itself. */
export const isOwn = (value: unknown): boolean => {
  const index = (value as { readonly _index?: unknown } | null | undefined)?._index;
  return typeof index === 'string' && index.startsWith(OWN_PREFIX);
};

/** What is wrong with a document that Reflex wrote itself. */
export const OWN_FAULT: BadField = {
  path: '_index',
  message: 'is an index of Reflex itself; Reflex does not answer to itself',
};

/**
 * True for an outcome that Reflex told, or an act that it handed over: answering it would go round for ever.
 * Only the top counts. Deeper in, a mark
 * that somebody writes into a log must hide nothing.
 */
export const isOutcome = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  [OUTCOME_MARK, HAND_OVER_MARK].some((mark) => Object.prototype.hasOwnProperty.call(value, mark));

/** What is wrong with such a one. */
export const OUTCOME_FAULT: BadField = {
  path: OUTCOME_MARK,
  message: 'or `reflex_hand_over` marks what Reflex told itself; Reflex does not answer to itself',
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

/** An event that a document makes, ready to be kept. */
export interface Made {
  readonly event: DetectionEvent;
  readonly uncalibrated: boolean;
  readonly mended: readonly Mended[];
  readonly said: Said;
  readonly state?: DetectionState | undefined;
  /** Of the original only a part is kept. */
  readonly cut: boolean;
}

export type Making = Made | { readonly faults: readonly BadField[] };

/** A document in the wire form, ready to be admitted; or what is wrong with it. */
export const wireEvent = (value: unknown): Making => {
  const checked = decode(DetectionEvent, value);
  return checked.ok
    ? { event: checked.value, uncalibrated: false, mended: [], said: saidOnWire, cut: false }
    : { faults: checked.error };
};

interface Mapping {
  readonly document: SourceDocument;
  readonly map: FieldMap;
  /** UTC of receipt, ms. */
  readonly now: number;
}

/** The event of a part of a document; or what is wrong with it. */
export const mappedEvent = ({ document, map, now }: Mapping, part: Part): Making => {
  const { candidate, uncalibrated, faults, mended, inTexts, state } = mapPart(map, part, now);
  if (faults.length > 0) return { faults };
  const named = candidate.event_id === undefined ? { ...candidate, event_id: nameOf(document, part) } : candidate;
  const { raw, cut } = keptOriginal(part);
  const checked = decode(DetectionEvent, { ...named, raw });
  if (!checked.ok) return { faults: [...checked.error, ...part.unread] };
  const said = inTexts.length > 0 ? saidWithTexts(inTexts) : saidOnWire;
  return { event: checked.value, uncalibrated, mended, said, state, cut };
};

/** An event that was made of a document, or why none was. */
export interface Candidate {
  readonly document: SourceDocument;
  readonly made: Making;
  /** Where the document is more than the event. */
  readonly part?: Part;
}

/** How an event is told from others: where documents are read anew, by theirs. */
const identityOf = (event: DetectionEvent, { readHere }: Reading, { document: { id }, part }: Candidate) => {
  if (readHere !== true || id === undefined) return [event.event_id];
  return part?.element === undefined ? [id] : [id, event.event_id];
};

interface Keeping {
  readonly agent: AgentWith<'clock' | 'grants'>;
  readonly intake: Intake;
  readonly rules: Reading & { readonly demo?: boolean };
}

/** What Reflex keeps of a candidate, and what tells it from others of its source. */
export const keptCandidate = (
  { agent: { parts }, intake, rules }: Keeping,
  candidate: Candidate & { readonly made: Made },
): { readonly received: ReceivedEvent; readonly identity: readonly string[] } => {
  const { document, made } = candidate;
  const { event, uncalibrated, mended, said, state } = made;
  const readHere = rules.readHere === true;
  const granted = parts.grants.of(intake);
  const identity = identityOf(event, rules, candidate);
  const received = keptEvent(event, {
    intake,
    identity,
    receivedAt: iso(parts.clock.utc()),
    uncalibrated,
    repetition: rules.repetition,
    // Whoever can write a log must not close the alert about themselves.
    state: readHere && !speaksForSource(granted, document.index) ? undefined : state,
    mended,
    said: readHere ? saidByDocument(document.index) : said,
    granted,
    ...present({ readHere: readHere || undefined, demo: rules.demo }),
  });
  return { received, identity };
};
