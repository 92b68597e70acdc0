import { inNetwork } from '../../../common/entity/address';
import type { Entity, EntityKey } from '../../../common/entity/entity';
import type { SeenThing, Target } from '../../../common/flow/decision';
import { bareIdentities, shortHost, type Identities } from './identity';
import { readTarget } from './target_keys';

/* By which names what an event tells of meets what an act is aimed at. */

/** A thing is known by so many names at most. */
export const MOST_NAMES = 32;

/** A program or a file is one thing on each host. */
const joined = (thing: string, host: string | undefined): string =>
  host === undefined ? thing : `${thing} on ${host}`;

/** A host is also known by its first label, where the inventory says that no other is. */
const named = (thing: Entity, who: Identities): readonly EntityKey[] => {
  const { names, known } = who.identify(thing);
  if (!known) return names;
  const labels = names.flatMap((name) => {
    const short = shortHost(name);
    return short !== undefined && who.identify(short).names.includes(name) ? [short.key] : [];
  });
  return [...new Set([...names, ...labels])];
};

/**
 * The names of a thing, its own first.
 *
 * @param on for programs and files: the host that they are on
 */
export const seenNames = (
  thing: Entity,
  on: Entity | undefined,
  who: Identities = bareIdentities,
): readonly string[] => {
  const hosts = on === undefined ? [undefined] : named(on, who);
  return named(thing, who)
    .flatMap((name) => hosts.map((host) => joined(name, host)))
    .slice(0, MOST_NAMES);
};

/** The name of a thing as it was said, whoever else it may be. */
export const ownSeenName = (thing: Entity, on: Entity | undefined): string => joined(thing.key, on?.key);

const namesOfTarget = (target: Target): readonly string[] => {
  const [thing, on] = readTarget(target);
  if (thing?.ok !== true || on?.ok === false) return [];
  return seenNames(thing.entity, on?.entity);
};

const isWithin = ({ names: [own = ''] }: SeenThing, network: string): boolean =>
  own.startsWith('ip:') && inNetwork(own.slice('ip:'.length), network);

/** What an event names of that at which an act is aimed; of a network each address in it. */
export const aimedAt = (things: readonly SeenThing[], target: Target): readonly SeenThing[] => {
  const names = namesOfTarget(target);
  const found =
    things.find((thing) => thing.names[0] === names[0]) ??
    things.find((thing) => thing.names.some((name) => names.includes(name)));
  if (found) return [found];
  return target.type === 'ip' && target.value.includes('/')
    ? things.filter((thing) => isWithin(thing, target.value))
    : [];
};
