import { present } from '../../../common/present';
import { claimedCounts, lowerSeverity, originsOf } from '../../../common/flow/claims';
import type { DetectionEvent, Mended, ReceivedEvent } from '../../../common/flow/event';
import type { Intake } from '../../../common/flow/intake';
import { spellingsOf } from './techniques';
import { VOICE_FIELDS, type Grant, type Place, type Voice, type VoiceField } from '../../../common/flow/voice';

/*
 * Settles what of an event counts, when it comes in. Only here is a claim told from what an admin granted: everything
 * later goes by the voice that the event was given.
 */

/** Where the fields of one event were read. A field that is not here was said by nobody. */
export interface Said {
  readonly places: Partial<Record<VoiceField, Place>>;
  /** Tags that only a matched document has. */
  readonly documentTags?: readonly string[];
  /** Index of the matched document, where it is known. */
  readonly index?: string;
}

/** A grant in force. */
export interface Granted {
  readonly grant: Grant;
  /** 0 for one of the settings. */
  readonly version: number;
  readonly digest: string;
}

/** Who may say what, by source. */
export interface Grants {
  readonly of: (intake: Intake) => Granted | undefined;
  /** True if the settings say it, or Reflex itself: nobody changes it on the page. */
  readonly isFixed: (intake: Intake) => boolean;
  /** True if it has a grant of its own, not that of its token. */
  readonly hasOwn: (intake: Intake) => boolean;
}

/** What is settled elsewhere and kept with the voice. */
export interface VoiceNotes {
  readonly handed?: Voice['handed'] | undefined;
  readonly unverified?: boolean | undefined;
  /** Nobody said the confidence: it is a default. */
  readonly uncalibrated?: boolean | undefined;
  /** Fields that came odd and were mended: nobody vouches for them. */
  readonly mended?: readonly Mended[] | undefined;
}

/** Everything may be said: for trying policies out, where the question is what they do with it. */
export const EVERYTHING_GRANTED: Granted = {
  grant: {
    reason: 'what is tried counts',
    confidence: {},
    severity: {},
    tags: { like: [''] },
    rule: {
      id: true,
      name: true,
      origin: ['*'],
      status: ['stable', 'test', 'experimental', 'deprecated', 'unsupported'],
    },
    detections: ['*'],
  },
  version: 0,
  digest: 'everything',
};

const TAGS_LIKE = ['attack.', 'd3fend.', 'mitre.'] as const;

/** Every field was read in the same place. */
const saidIn = (place: Place): Said => ({
  places: Object.fromEntries(VOICE_FIELDS.map((field) => [field, place])),
});

/** An event that came in the wire form: each of its fields was said by the source. */
export const saidOnWire: Said = saidIn('wire');

/** An event of which some fields were read in a text that the source only passes on: whoever wrote that said them. */
export const saidWithTexts = (fields: readonly VoiceField[]): Said => ({
  places: { ...saidOnWire.places, ...Object.fromEntries(fields.map((field) => [field, 'document'])) },
});

/** An event that is a document of an index: each of its fields was said by whoever wrote the document. */
export const saidByDocument = (index: string | undefined): Said => ({ ...saidIn('document'), ...present({ index }) });

/** Where the fields of an event were read, as its voice keeps it; nothing where the source itself sent them. */
const readOf = ({ places, documentTags = [], index }: Said): Voice['read'] =>
  Object.values(places).every((place) => place === 'wire')
    ? undefined
    : {
        places: present(places),
        ...present({ document_tags: documentTags.length > 0 ? [...documentTags] : undefined, index }),
      };

/** Sources whose events are what they themselves sent. */
const SENDING: ReadonlySet<string> = new Set(['webhook', 'kafka', 'rabbitmq', 'asker']);

/** Where the fields of a kept event were read; undefined where a version that did not keep it took the event in. */
export const whereSaid = ({ intake, voice }: Pick<ReceivedEvent, 'intake' | 'voice'>): Said | undefined => {
  const read = voice?.read;
  if (read === undefined) return SENDING.has(intake.type) ? saidOnWire : undefined;
  const { places, document_tags: documentTags, index } = read;
  return { places, ...present({ documentTags, index }) };
};

/** True if a name fits an index pattern; `*` stands for anything, as in OpenSearch. */
export const fitsPattern = (pattern: string, name: string): boolean => {
  const parts = pattern.split('*');
  const [first = '', ...rest] = parts;
  if (rest.length === 0) return pattern === name;
  const last = rest.pop() ?? '';
  if (!name.startsWith(first) || name.length < first.length + last.length || !name.endsWith(last)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = name.indexOf(part, at);
    if (found < 0 || found + part.length > name.length - last.length) return false;
    at = found + part.length;
  }
  return true;
};

/** True if an admin declared that documents like this one may speak. A document of an unknown index fits only `*`. */
const mayDocumentsSpeak = ({ detections = [] }: Grant, index: string | undefined): boolean =>
  detections.some((pattern) => (index === undefined ? pattern === '*' : fitsPattern(pattern, index)));

/** True if a document of this index says what its source itself would say: an admin declared the index. */
export const speaksForSource = (granted: Granted | undefined, index: string | undefined): boolean =>
  granted !== undefined && mayDocumentsSpeak(granted.grant, index);

/** True if a grant covers what an event says in a field. */
const isCovered = (grant: Grant, field: Exclude<VoiceField, 'tags'>, { rule }: DetectionEvent): boolean => {
  switch (field) {
    case 'confidence':
      return grant.confidence !== undefined;
    case 'severity':
      return grant.severity !== undefined;
    case 'rule.id':
      return grant.rule?.id === true;
    case 'rule.name':
      return grant.rule?.name === true;
    case 'rule.origin':
      return (grant.rule?.origin ?? []).some((each) => each === '*' || each === rule?.origin);
    case 'rule.status':
      return (grant.rule?.status ?? []).some((each) => each === rule?.status);
  }
};

/** Tags that do not count. */
const tagsLeft = (event: DetectionEvent, said: Said, grant: Grant | undefined): readonly string[] => {
  const tags = event.tags ?? [];
  if (grant?.tags === undefined || said.places.tags === undefined) return tags;
  const { like = TAGS_LIKE } = grant.tags;
  const speak = mayDocumentsSpeak(grant, said.index);
  const ofDocument = new Set(said.places.tags === 'document' ? tags : (said.documentTags ?? []));
  const isMeant = (tag: string): boolean =>
    like.some((each) => spellingsOf(tag).some((spelling) => spelling.startsWith(each)));
  return tags.filter((tag) => !isMeant(tag) || (ofDocument.has(tag) && !speak));
};

/**
 * What of an event counts.
 *
 * @param said where each of its fields was read
 * @param granted what its source may say; undefined: nothing
 */
export const voiceOf = (
  event: DetectionEvent,
  said: Said,
  granted: Granted | undefined,
  { handed, unverified, uncalibrated, mended = [] }: VoiceNotes = {},
): Voice => {
  // What a person typed, or what nobody could check, is granted to nobody.
  const grant = handed !== undefined || unverified === true ? undefined : granted?.grant;
  const isMended = (field: VoiceField): boolean => mended.some(({ path }) => path === field);
  const left = isMended('tags') ? (event.tags ?? []) : tagsLeft(event, said, grant);
  const isGranted = (field: VoiceField): boolean => {
    const place = said.places[field];
    if (grant === undefined || place === undefined) return false;
    if (isMended(field) || (field === 'confidence' && uncalibrated === true)) return false;
    if (field === 'tags') return left.length < (event.tags ?? []).length;
    return (place !== 'document' || mayDocumentsSpeak(grant, said.index)) && isCovered(grant, field, event);
  };
  const claimed = claimedCounts(event, grant?.floor);
  const counts = {
    confidence: isGranted('confidence') ? Math.min(event.confidence, grant?.confidence?.most ?? 1) : claimed.confidence,
    severity: isGranted('severity')
      ? lowerSeverity(event.severity, grant?.severity?.most ?? 'critical')
      : claimed.severity,
  };
  const differing = {
    ...(counts.confidence === event.confidence ? {} : { confidence: counts.confidence }),
    ...(counts.severity === event.severity ? {} : { severity: counts.severity }),
  };
  return {
    origins: originsOf(event, (field) => (isGranted(field) ? 'granted' : 'claimed')),
    ...present({
      grant: grant && granted ? { version: granted.version, digest: granted.digest } : undefined,
      counts: Object.keys(differing).length > 0 ? differing : undefined,
      tags_left: left.length > 0 ? [...left] : undefined,
      domain: grant?.domain,
      read: readOf(said),
      unverified: unverified === true ? (true as const) : undefined,
      handed,
    }),
  };
};
