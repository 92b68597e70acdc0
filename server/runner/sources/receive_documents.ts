import { present } from '../../../common/present';
import { iso } from '../../../common/iso';
import { decode, type BadField } from '../../../common/codec/decode';
import { DetectionEvent, type Intake } from '../../../common/flow/event';
import { mapFields, type FieldMap } from '../../engine/intake/field_map';
import { saidByDocument, saidOnWire } from '../../engine/intake/voice';
import { digestOf } from '../../engine/digest/digest';
import type { Admission } from '../door/admission';
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

const fileable = (value: unknown): boolean => {
  try {
    return JSON.stringify(value).length <= 60_000;
  } catch {
    return false;
  }
};

/** What a document is called that says no `event_id`; deep nesting is no reason to stumble. */
const nameOf = ({ id, value }: SourceDocument): string | undefined => {
  if (id !== undefined) return id.length <= MOST_ID ? id : `sha256:${digestOf(id)}`;
  try {
    return `sha256:${digestOf(value)}`;
  } catch {
    return undefined;
  }
};

/** Ready to be admitted, or what is wrong with it. */
const eventOf = (
  document: SourceDocument,
  map: FieldMap | undefined,
): { readonly event: DetectionEvent; readonly uncalibrated: boolean } | { readonly faults: readonly BadField[] } => {
  if (map === undefined) {
    const checked = decode(DetectionEvent, document.value);
    return checked.ok ? { event: checked.value, uncalibrated: false } : { faults: checked.error };
  }
  const { candidate, uncalibrated, faults } = mapFields(map, document.value);
  if (faults.length > 0) return { faults };
  const named = candidate.event_id === undefined ? { ...candidate, event_id: nameOf(document) } : candidate;
  const raw = fileable(document.value) ? document.value : { note: 'the original was too large to keep' };
  const checked = decode(DetectionEvent, { ...named, raw });
  return checked.ok ? { event: checked.value, uncalibrated } : { faults: checked.error };
};

/** Tells the registry what came of documents. What was not taken is not counted: it comes again. */
export const noteAdmissions = (
  health: SourceHealth | undefined,
  source: Intake,
  admissions: readonly Admission[],
): void => {
  for (const { kind } of admissions) {
    if (kind === 'overloaded' || kind === 'unavailable') continue;
    if (kind === 'switched_off') {
      health?.note(source, kind);
      continue;
    }
    health?.note(source, 'received');
    if (kind === 'duplicate') health?.note(source, 'duplicate');
    if (kind === 'quarantined') health?.note(source, 'quarantined');
  }
};

const admitOne = (
  agent: EventTaker,
  intake: Intake,
  { document, rules }: { readonly document: SourceDocument; readonly rules: DocumentRules },
): Promise<Admission> => {
  if (isOwn(document.value)) {
    const fields = [{ path: '_index', message: 'is an index of Reflex itself; Reflex does not answer to itself' }];
    return agent.door.refuse('invalid', intake, document.value, fields);
  }
  const made = eventOf(document, rules.map);
  if ('faults' in made) return agent.door.refuse('invalid', intake, document.value, made.faults);
  const { event, uncalibrated } = made;
  const readHere = rules.readHere === true;
  return agent.admit(
    keptEvent(event, {
      intake,
      identity: [readHere ? (document.id ?? event.event_id) : event.event_id],
      receivedAt: iso(agent.parts.clock.utc()),
      uncalibrated,
      said: readHere ? saidByDocument(document.index) : saidOnWire,
      granted: agent.parts.grants.of(intake),
      ...present({ readHere: readHere || undefined, demo: rules.demo }),
    }),
  );
};

/** Takes documents of one source in their order, each by itself: one bad document never stalls the rest. */
export const receiveDocuments = async (
  agent: EventTaker,
  intake: Intake,
  documents: readonly SourceDocument[],
  rules: DocumentRules = {},
): Promise<readonly Admission[]> => {
  const admissions = await Promise.all(documents.map((document) => admitOne(agent, intake, { document, rules })));
  noteAdmissions(rules.health, intake, admissions);
  return admissions;
};
