/** What a text can name. */
export const ENTITY_KINDS = [
  'ip',
  'network',
  'host',
  'user',
  'domain',
  'process',
  'file',
  'hash',
  'url',
  'mail',
  'mac',
  'cloud',
] as const;
export type EntityKind = (typeof ENTITY_KINDS)[number];

export const isEntityKind = (kind: unknown): kind is EntityKind => ENTITY_KINDS.some((each) => each === kind);

declare const key: unique symbol;

/** `kind:canonical text`, such as `host:ws-1`: the only text of an entity that may be compared, hashed or counted. */
export type EntityKey = string & { readonly [key]: true };

/** What was unusual about a text that could be read all the same. */
export type Oddity = 'mixed_script' | 'non_ascii' | 'disguised' | 'had_port' | 'had_zone' | 'had_brackets';

/** The parts of what was read, by kind. */
export type EntityParts =
  | { readonly kind: 'ip'; readonly address: string; readonly zone?: string }
  | { readonly kind: 'network'; readonly network: string }
  | { readonly kind: 'host'; readonly name: string; readonly address?: string }
  | { readonly kind: 'domain'; readonly name: string }
  | {
      readonly kind: 'user';
      readonly form: 'plain' | 'down_level' | 'upn' | 'sid' | 'object_id';
      readonly name: string;
      /** As it was said, short or as a DNS name; `.` is the host itself. */
      readonly realm?: string;
    }
  | {
      readonly kind: 'process' | 'file';
      readonly style: 'name' | 'posix' | 'windows';
      /** Last part of the path. */
      readonly base: string;
    }
  | { readonly kind: 'hash'; readonly algorithm: 'md5' | 'sha1' | 'sha256' | 'sha512' }
  | { readonly kind: 'url'; readonly host: string }
  | { readonly kind: 'mail'; readonly local: string; readonly domain: string }
  | { readonly kind: 'mac' }
  | { readonly kind: 'cloud'; readonly provider: 'aws' | 'azure' | 'gcp' };

/** One thing that a text names. */
export interface Entity {
  readonly kind: EntityKind;
  readonly key: EntityKey;
  /** Canonical spelling: what a connector gets. Paths keep their case, keys of Windows paths do not. */
  readonly text: string;
  readonly parts: EntityParts;
  readonly odd: readonly Oddity[];
}

/** What a reader of one kind found: the canonical text behind the key where it differs from the spelling. */
export interface Found {
  readonly text: string;
  readonly canonical?: string;
  readonly parts: EntityParts;
  readonly odd?: readonly Oddity[];
}

/** Why a text names nothing of its kind, for people. */
export interface NotFound {
  readonly why: string;
}

/** Reads one kind of entity. The text is no placeholder and is not empty. */
export type Reader = (text: string) => Found | NotFound;

export type Read =
  | { readonly ok: true; readonly entity: Entity }
  /** `text` is for people: why it names nothing. */
  | { readonly ok: false; readonly why: 'missing' | 'unreadable'; readonly text: string };

/** The key of a canonical text. Only readers of this room call it. */
export const keyFor = (kind: EntityKind, canonical: string): EntityKey => `${kind}:${canonical}` as EntityKey;

/** The kind that a key is of. */
export const keyKind = (of: EntityKey): EntityKind => of.slice(0, of.indexOf(':')) as EntityKind;

/** A key without its kind. */
export const keyText = (of: EntityKey): string => of.slice(of.indexOf(':') + 1);
