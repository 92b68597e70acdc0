import { inNetwork } from '../../../../common/entity/address';
import { accountForms } from '../../../../common/entity/account';
import { networksFrom } from '../../../../common/entity/address_part';
import { keyKind, keyText, type Entity, type EntityKey, type EntityKind } from '../../../../common/entity/entity';
import { readEntity } from '../../../../common/entity/read';
import type { EntityPage } from '../../../../common/api/asked';
import { TARGET_TYPES, type Target } from '../../../../common/flow/decision';
import { err, ok, type Result } from '../../../../common/result';
import type { Identities, Identity } from '../../../engine/entity/identity';
import { entitiesOf, spellingsOf } from '../../../engine/entity/target_keys';
import type { AgentWith } from '../../agent/views';
import type { EvidenceMatch } from '../../ports';
import { refusal, type Refusal } from '../../record/refusal';

/* Which records are about a thing, and which targets it is. */

/** Where records name a thing of a kind, as its source spelt it. Records of earlier versions have no keys. */
const SPELT_IN: Readonly<Record<Exclude<EntityKind, 'network' | 'url' | 'mail' | 'mac' | 'cloud'>, readonly string[]>> =
  {
    ip: [],
    host: ['src_host', 'dst_host'],
    user: ['user.name'],
    domain: ['destination.domain'],
    process: ['process.name', 'process.executable'],
    file: ['file.name', 'file.path'],
    hash: ['related.hash'],
  };

export const ADDRESS_FIELDS = ['source.ip', 'destination.ip'] as const;
export const RULE_FIELDS = ['rule.id', 'rule.name'] as const;
/** A policy proposed, or it was a reason. */
export const POLICY_FIELDS = ['policy.id', 'reason.policy'] as const;
export const ID_FIELDS = ['event.id', 'case_id', 'decision_id'] as const;

/** Every field of text by which things are found, with the kind of what it names. */
export const NAME_FIELDS: ReadonlyArray<readonly [string, EntityPage]> = [
  ...(['host', 'user', 'domain', 'process', 'file', 'hash'] as const).flatMap((kind) =>
    SPELT_IN[kind].map((field) => [field, kind] as const),
  ),
  ...RULE_FIELDS.map((field) => [field, 'rule'] as const),
  ...POLICY_FIELDS.map((field) => [field, 'policy'] as const),
];

/** A thing that has a page, by everything that it is called. */
export interface About {
  readonly kind: EntityPage;
  /** As it is filed. */
  readonly value: string;
  readonly entity?: Entity;
  readonly identity?: Identity;
  /** What decisions about it are found by. */
  readonly decisions: EvidenceMatch;
  /** The same for feedback, which has the fields of the event alone. */
  readonly feedback: EvidenceMatch;
  readonly isIt: (target: Target) => boolean;
}

const isTargetType = (kind: EntityPage): kind is EntityPage & Target['type'] =>
  TARGET_TYPES.some((each) => each === kind);

const ofRecords = (fields: readonly string[], kind: EntityPage, text: string): About => {
  const match = { is: Object.fromEntries(fields.map((field) => [field, [text]])) };
  return { kind, value: text, decisions: match, feedback: kind === 'policy' ? {} : match, isIt: () => false };
};

const ofNetwork = (entity: Entity): About => {
  const network = keyText(entity.key);
  const within = { fields: ADDRESS_FIELDS, networks: [network] };
  return {
    kind: 'network',
    value: entity.text,
    entity,
    decisions: { within, is: { 'target.key': [entity.key], 'target.value': [network] } },
    feedback: { within },
    isIt: (target) =>
      entitiesOf(target).some(
        ({ key }) => key === entity.key || (keyKind(key) === 'ip' && inNetwork(keyText(key), network)),
      ),
  };
};

const ofThing = (
  kind: Exclude<EntityPage, 'network' | 'rule' | 'policy'>,
  entity: Entity,
  text: string,
  who: Identities,
): About => {
  const identity = who.identify(entity);
  const spelt = isTargetType(kind) ? spellingsOf({ type: kind, value: entity.text }, who) : [];
  const keys: EntityKey[] = [
    ...new Set([entity.key, ...identity.names, ...spelt.flatMap(entitiesOf).map(({ key }) => key)]),
  ];
  const texts = [...new Set([text, entity.text, ...spelt.map(({ value }) => value), ...accountForms(entity)])];
  const addresses = keys.filter((key) => keyKind(key) === 'ip').map(keyText);
  const fields = SPELT_IN[kind];
  const hosts: Readonly<Record<string, readonly string[]>> =
    kind === 'ip' ? { src_host: addresses, dst_host: addresses } : {};
  const named: EvidenceMatch = {
    is: {
      ...hosts,
      ...Object.fromEntries(fields.map((field) => [field, texts])),
      ...(addresses.length > 0 ? Object.fromEntries(ADDRESS_FIELDS.map((field) => [field, addresses])) : {}),
    },
    says: { fields, text, whole: true },
  };
  const byKey = new Set<string>(keys);
  return {
    kind,
    value: entity.text,
    entity,
    identity,
    decisions: { ...named, is: { ...named.is, 'entity.key': keys, 'target.key': keys, 'target.value': texts } },
    feedback: named,
    isIt: (target) => entitiesOf(target).some(({ key }) => byKey.has(key)),
  };
};

/**
 * What is about a thing that somebody names by kind and text, in any spelling.
 *
 * @returns or why the text names no such thing
 */
export const aboutThing = (kind: EntityPage, typed: string, who: Identities): Result<About, string> => {
  const text = typed.trim();
  if (kind === 'rule') return ok(ofRecords(RULE_FIELDS, kind, text));
  if (kind === 'policy') return ok(ofRecords(POLICY_FIELDS, kind, text));
  const read = readEntity(kind, text);
  if (!read.ok) return err(`\`${text.slice(0, 64)}\` names no ${kind}: ${read.text}`);
  const { entity } = read;
  if (entity.kind === 'network') return ok(ofNetwork(entity));
  // The network `10.0.0.5/32` is an address.
  return ok(ofThing(kind === 'network' ? 'ip' : kind, entity, text, who));
};

/** What names anything with a text in it, by any part of a name, and addresses that begin so. */
export const aboutText = (typed: string): EvidenceMatch => {
  const text = typed.trim();
  const networks = networksFrom(text);
  return {
    says: { fields: [...NAME_FIELDS.map(([field]) => field), ...ID_FIELDS, 'target.value'], text },
    ...(networks.length > 0 ? { within: { fields: ADDRESS_FIELDS, networks } } : {}),
  };
};

/** What is looked for besides; an error where the text names no thing of its kind. */
export const matchingOf = (
  { parts }: AgentWith<'inventory'>,
  { policy, about, kind }: { readonly policy?: string; readonly about?: string; readonly kind?: EntityPage },
): Result<readonly EvidenceMatch[], Refusal> => {
  const matching: EvidenceMatch[] = [];
  // It proposed, or it was a reason: a judge is what somebody looks for as well.
  if (policy !== undefined) matching.push({ is: Object.fromEntries(POLICY_FIELDS.map((field) => [field, [policy]])) });
  if (about !== undefined && about.trim() !== '') {
    const thing = kind && aboutThing(kind, about, parts.inventory);
    if (thing?.ok === false) return err(refusal('invalid', thing.error));
    matching.push(thing?.ok === true ? thing.value.decisions : aboutText(about));
  }
  return ok(matching);
};
