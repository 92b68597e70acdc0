import { withoutPort } from '../../../common/entity/names';
import type { EntityKind, Oddity } from '../../../common/entity/entity';
import { tagMeant } from './techniques';
import { isPlaceholder } from '../../../common/entity/placeholder';
import { readEntity } from '../../../common/entity/read';
import { NAMING_FIELDS, type AsSaid, type DetectionEvent, type NamingField } from '../../../common/flow/event';
import type { JsonObject } from '../../../common/codec/json_object';

/*
 * What the fields of an event name. A placeholder is no entity and is left out, so that nobody downstream takes it for
 * a user or a host; an address is read without what stands around it. What came stays on record (`as_said`).
 */

/** What a field names; undefined where a placeholder is all that is told from a value. */
const KINDS: Readonly<Record<NamingField, EntityKind | undefined>> = {
  src_host: 'host',
  dst_host: 'host',
  'source.ip': 'ip',
  'destination.ip': 'ip',
  'destination.domain': 'domain',
  'user.name': 'user',
  'process.name': 'process',
  'process.executable': 'process',
  'process.hash': undefined,
  'file.name': undefined,
  'file.path': 'file',
  'file.hash': undefined,
  'rule.id': undefined,
};

const AROUND: ReadonlySet<Oddity> = new Set<Oddity>(['had_port', 'had_zone', 'had_brackets']);

/**
 * The text that names something of this kind, without port, brackets and zone; undefined for a placeholder. What cannot
 * be read stays as it is: a person may see what it should be.
 */
export const meantBy = (kind: EntityKind | undefined, text: string): string | undefined => {
  if (kind === undefined) return isPlaceholder(text) ? undefined : text;
  const read = readEntity(kind, text);
  if (!read.ok) return read.why === 'missing' ? undefined : text;
  const { odd, parts, text: canonical } = read.entity;
  if (!odd.some((each) => AROUND.has(each))) return text;
  if ('address' in parts) return canonical;
  // The letters stay: what is unusual about them is looked at by whoever acts.
  const bare = withoutPort(text);
  return isPlaceholder(bare) ? undefined : bare;
};

/** True if a text in a field names nothing. */
export const isNothing = (field: string, text: string): boolean =>
  isNamingField(field) && meantBy(KINDS[field], text) === undefined;

const isNamingField = (field: string): field is NamingField => NAMING_FIELDS.some((each) => each === field);

const PLACES = NAMING_FIELDS.map((field) => {
  const [outer = '', inner] = field.split('.');
  return { field, outer, inner };
});
type Place = (typeof PLACES)[number];

const textAt = (event: DetectionEvent, { outer, inner }: Place): string | undefined => {
  const whole = (event as JsonObject)[outer];
  const found = inner === undefined ? whole : (whole as JsonObject | undefined)?.[inner];
  return typeof found === 'string' ? found : undefined;
};

/** The same object with another value in it, or without it; undefined where nothing is left. */
const withValue = (whole: JsonObject, key: string, value: unknown): JsonObject | undefined => {
  const { [key]: _before, ...rest } = whole;
  const next = value === undefined ? rest : { ...rest, [key]: value };
  return Object.keys(next).length === 0 ? undefined : next;
};

const withText = (event: DetectionEvent, { outer, inner }: Place, text: string | undefined): DetectionEvent => {
  const whole = event as JsonObject;
  const value = inner === undefined ? text : withValue((whole[outer] ?? {}) as JsonObject, inner, text);
  return (withValue(whole, outer, value) ?? {}) as DetectionEvent;
};

interface ReadEvent {
  readonly event: DetectionEvent;
  /** What came in fields that are left out or read otherwise. */
  readonly asSaid: AsSaid[];
}

const MOST_SAID = 4_096;

/** Reads what the fields of an event name, and its tags as policies know them. */
export const readNames = (event: DetectionEvent): ReadEvent => {
  let read = event;
  const asSaid: AsSaid[] = [];
  for (const place of PLACES) {
    const said = textAt(event, place);
    if (said === undefined) continue;
    const meant = meantBy(KINDS[place.field], said);
    if (meant === said) continue;
    read = withText(read, place, meant);
    asSaid.push({ field: place.field, text: said });
  }
  const { tags = [] } = event;
  const odd = tags.filter((tag) => tagMeant(tag) !== tag);
  if (odd.length === 0) return { event: read, asSaid };
  asSaid.push({ field: 'tags', text: odd.join(', ').slice(0, MOST_SAID) });
  return { event: { ...read, tags: tags.map(tagMeant) }, asSaid };
};

/** True for an event that names no host, address, account, program or file: nothing can be done about it. */
export const namesNothing = (event: DetectionEvent): boolean =>
  PLACES.every((place) => place.field === 'rule.id' || textAt(event, place) === undefined);
