import * as t from 'io-ts';
import { described, instant, list, number, oneOf, record, text } from '../../codec/codecs';
import { Decision } from '../../flow/decision';
import { ReceivedEvent, REPETITION_RULES } from '../../flow/event';
import { anything, BASE, nothing, reasonText, route } from '../contract';
import { BrakesSay } from './intake';

/* How the documents of a source are read: which presets there are, which is in force, what it makes of a document. */

const count = number({ min: 0, integer: true });
const id = text({ min: 1, max: 256 });
const sentence = text({ max: 4096 });

/** Kinds of sources whose documents are read by a map. */
export const MAPPED_TYPES = ['webhook', 'kafka', 'rabbitmq', 'index'] as const;
export type MappedType = (typeof MAPPED_TYPES)[number];

const params = record({ type: oneOf(MAPPED_TYPES), id });
export const MappedSource = params;
export type MappedSource = t.TypeOf<typeof MappedSource>;

const repetition = described(oneOf(REPETITION_RULES), 'What another content under a known id is; missing: a conflict');

export const PresetView = record(
  {
    name: id,
    title: described(sentence, 'The product, and by which way its documents come'),
    documents: described(sentence, 'By what its documents are known, and of which version they are'),
  },
  { repetition },
);
export type PresetView = t.TypeOf<typeof PresetView>;

/** How the documents of a source are read. */
export const ReadingView = record(
  {
    version: described(count, '0 while nobody chose anything on the page'),
    configured: described(t.boolean, 'The settings of this host name the source'),
    in_force: described(
      oneOf(['preset', 'map', 'wire']),
      '`map`: a map of the settings without a preset; `wire`: documents are in the form of Reflex itself',
    ),
    own_fields: described(list(id, 64), 'Fields of the map that the settings say themselves; they win over any preset'),
  },
  {
    preset: described(id, 'The preset in force'),
    chosen: described(id, 'The preset that was chosen on the page'),
    in_settings: described(id, 'The preset of the settings'),
    repetition,
    unknown: described(sentence, 'Why this agent cannot read its documents; they are not taken, and come again'),
    by: id,
    at: instant,
    reason: sentence,
  },
);
export type ReadingView = t.TypeOf<typeof ReadingView>;

export const listPresets = route({
  method: 'get',
  path: `${BASE}/sources/presets`,
  summary: 'Which presets are shipped, and which sources of the settings of this host are read by a map',
  access: 'read',
  params: nothing,
  query: nothing,
  body: anything,
  answer: record({ presets: list(PresetView, 256), sources: list(MappedSource, 1000) }),
});

export const getReading = route({
  method: 'get',
  path: `${BASE}/sources/{type}/{id}/preset`,
  summary: 'By which preset the documents of a source are read, and who chose it',
  access: 'read',
  params,
  query: nothing,
  body: anything,
  answer: ReadingView,
});

export const putPreset = route({
  method: 'put',
  path: `${BASE}/sources/{type}/{id}/preset`,
  summary:
    'Choose the preset by which the documents of a source are read, if the version is still the one given; `preset: null` goes back to the settings',
  access: 'admin',
  params,
  query: nothing,
  body: record({ version: count, preset: t.union([id, t.null]), reason: reasonText }),
  answer: ReadingView,
});

const Fault = record({ path: t.string, message: t.string });

/**
 * What an event would be to the cases that there are: a new one, known already, newer data of one, or another content
 * under the same id, which goes to quarantine.
 */
export const SEEN_AS = ['new', 'duplicate', 'update', 'conflict'] as const;

/** One event of a tried document, as it would count; or why it would be in quarantine. */
export const TriedEvent = record(
  {
    faults: described(list(Fault, 200), 'Why it could not be accepted; empty where it could'),
  },
  {
    event: described(ReceivedEvent, 'As it would be kept, without the original'),
    identity: described(list(text({ max: 512 }), 8), 'What tells it from other events of its source'),
    seen: oneOf(SEEN_AS),
    names_nothing: described(t.boolean, 'It names no host, address, account, program or file'),
    cut: described(t.boolean, 'The original is too large to be kept whole'),
    decision: described(Decision, 'What the policies in force would say, as if it came alone and now'),
    brakes: described(list(BrakesSay, 64), 'What would become of each act that the policies permit'),
  },
);
export type TriedEvent = t.TypeOf<typeof TriedEvent>;

export const TriedDocument = record(
  {
    not_ours: list(
      record(
        { path: text({ max: 256 }), why: oneOf(['other', 'missing', 'empty']), count },
        { text: text({ max: 256 }) },
      ),
      500,
    ),
    faults: described(list(Fault, 200), 'What is wrong with the document, or with what was left of it'),
    events: list(TriedEvent, 500),
  },
  { line: described(count, 'Where it stands in the text, from 1') },
);
export type TriedDocument = t.TypeOf<typeof TriedDocument>;

export const TrialView = record(
  {
    as_of: instant,
    source: MappedSource,
    reading: ReadingView,
    granted: described(t.boolean, 'An admin or the settings say what the source may say'),
    off: described(t.boolean, 'The source is switched off: nothing of it would be taken'),
    version: described(count, 'Version of the policies that decided'),
    documents: list(TriedDocument, 500),
    not_tried: described(count, 'Events that were not decided, for there are too many or it took too long'),
  },
  {},
);
export type TrialView = t.TypeOf<typeof TrialView>;

export const tryDocuments = route({
  method: 'post',
  path: `${BASE}/sources/try`,
  summary:
    'What documents of a source would come to: their events, what counts of them, what is left out and why, and the verdict. Nothing is kept and nothing is sent',
  access: 'admin',
  params: nothing,
  query: nothing,
  body: record(
    {
      source: described(MappedSource, 'As whose documents they are read: its map, its grant, its name'),
      text: described(text({ min: 1, max: 512 * 1024 }), 'JSON: a document, an array of them, or one a line'),
    },
    { preset: described(id, 'The preset to try; missing: what is in force for the source') },
  ),
  answer: TrialView,
});

/** A document of a source that is on record. */
export const PastDocument = record({
  kind: oneOf(['decision', 'quarantine']),
  id,
  at: instant,
  summary: sentence,
  text: described(text({ max: 262_144 }), 'As it can be tried; secrets masked where it is from the quarantine'),
  whole: described(t.boolean, 'False where only its beginning is kept: it cannot be tried'),
});
export type PastDocument = t.TypeOf<typeof PastDocument>;

export const listPastDocuments = route({
  method: 'get',
  path: `${BASE}/sources/{type}/{id}/documents`,
  summary: 'The newest documents of a source of which the original is on record, to try them again',
  access: 'read',
  params,
  query: nothing,
  body: anything,
  answer: record({ as_of: instant, documents: list(PastDocument, 50) }),
});

export const SOURCE_READING_ROUTES = { listPresets, getReading, putPreset, tryDocuments, listPastDocuments } as const;
