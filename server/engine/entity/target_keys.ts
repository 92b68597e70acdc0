import { keyKind, keyText, type Entity, type EntityKind, type Read } from '../../../common/entity/entity';
import { namedKey } from '../../../common/entity/one_thing';
import { readEntity } from '../../../common/entity/read';
import { targetKind } from '../../../common/entity/target';
import type { AssetFacts, Target } from '../../../common/flow/decision';
import { present } from '../../../common/present';
import { bareIdentities, shortHost, type Identities, type Identity } from './identity';

/** What a target names, and the host that it is on where it is a file or a process. */
export const readTarget = (target: Target): readonly Read[] => [
  readEntity(targetKind(target.type, target.value), target.value),
  ...(target.type === 'file' || target.type === 'process' ? [readEntity('host', target.host)] : []),
];

/** Kinds of which a name is also a text for a target of a type. What other types name is one text only. */
const NAMED_AS: Readonly<Partial<Record<Target['type'], readonly EntityKind[]>>> = {
  host: ['host', 'ip'],
  user: ['user'],
};

/** So many texts of one thing are looked for. */
const MOST_TEXTS = 16;

/** A first label that only this host has. */
const labelOf = ({ key }: Identity, who: Identities): readonly string[] => {
  const short = shortHost(key);
  return short !== undefined && who.identify(short).key === key ? [short.text] : [];
};

/**
 * Every text that names the same thing for a connector, by the inventory: the one that it is filed under first. What is
 * not listed is filed under its key, whoever spells it how.
 */
const textsOf = (type: Target['type'], text: string, who: Identities): readonly string[] => {
  const read = readEntity(targetKind(type, text), text);
  if (!read.ok) return [text];
  const kinds = NAMED_AS[type];
  const identity = kinds && who.identify(read.entity);
  if (identity?.known !== true) return [...new Set([keyText(read.entity.key), text])];
  const names = identity.names.filter((name) => kinds?.includes(keyKind(name))).map(keyText);
  return [...new Set([keyText(identity.key), text, ...labelOf(identity, who), ...names])].slice(0, MOST_TEXTS);
};

/**
 * A target as it may be written elsewhere: the same account or host by its other names. The first is the one that the
 * thing is filed under, whoever names it how. What the inventory does not list has its own spelling and that of its
 * key.
 */
export const spellingsOf = (target: Target, who: Identities): readonly Target[] => {
  const values = textsOf(target.type, target.value, who);
  const hosts = target.host === undefined ? [undefined] : textsOf('host', target.host, who);
  return hosts.flatMap((host) => values.map((value) => ({ ...target, value, ...present({ host }) })));
};

export const entitiesOf = (target: Target): readonly Entity[] =>
  readTarget(target).flatMap((read) => (read.ok ? [read.entity] : []));

/**
 * What a target is counted and grouped by: the same for every spelling of it, with the host that it is on. What cannot
 * be read is one only with the same letters.
 *
 * @param who joins the names of a thing; without an inventory a thing is what it is called
 */
export const countedAs = (target: Target, who: Identities = bareIdentities): string => {
  const keys = readTarget(target).map((read) => (read.ok ? who.identify(read.entity).key : undefined));
  const letters = `${target.type} as ${target.value} on ${target.host ?? ''}`;
  return keys.includes(undefined) ? letters : keys.join(' on ');
};

/**
 * True if facts are of what a target names, by whichever spelling, or of the host that it is on. Facts that cannot be
 * read are those of the same text.
 */
export const isFactOf = (facts: Pick<AssetFacts, 'type' | 'value'>, target: Target): boolean => {
  const key = namedKey(facts);
  return key === undefined
    ? facts.value === target.value || facts.value === target.host
    : entitiesOf(target).some((entity) => bareIdentities.identify(entity).names.includes(key));
};
