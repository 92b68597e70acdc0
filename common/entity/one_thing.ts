import { isEntityKind, type EntityKey, type EntityKind } from './entity';
import { keyOf } from './read';
import { targetKind } from './target';

/* Whether two texts name one thing, by themselves: who else a thing is only the inventory says. */

/** Something that is named by a kind and a text: a target, facts of an asset, an item of the inventory. */
export interface Named {
  readonly type: string;
  readonly value: string;
  /** Of files and processes: the host that they are on. */
  readonly host?: string;
}

/** The kind that a text is read as; undefined for what is no entity, such as a group. */
const kindOf = ({ type, value }: Named): EntityKind | undefined => {
  if (type === 'subnet') return 'network';
  return isEntityKind(type) ? targetKind(type, value) : undefined;
};

/** The key of what is named, without the host that it is on; undefined where it names nothing that can be read. */
export const namedKey = (named: Named): EntityKey | undefined => {
  const kind = kindOf(named);
  return kind && keyOf(kind, named.value);
};

const hasOneValue = (one: Named, other: Named): boolean => {
  if (one.type === other.type && one.value === other.value) return true;
  const key = namedKey(one);
  return key !== undefined && key === namedKey(other);
};

/** True if both texts name one host. */
export const isOneHost = (one: string, other: string): boolean =>
  hasOneValue({ type: 'host', value: one }, { type: 'host', value: other });

const onOneHost = ({ host: one }: Named, { host: other }: Named): boolean =>
  one === undefined || other === undefined ? one === other : isOneHost(one, other);

/**
 * True if both name one thing: `CORP\ana` and `ana@corp`, `::ffff:10.0.0.7` and `10.0.0.7`. A file or a process is one
 * thing on one host. Texts that cannot be read are one only letter by letter.
 */
export const isOneThing = (one: Named, other: Named): boolean => hasOneValue(one, other) && onOneHost(one, other);

/** True if both are written alike: for choosing among several names of one thing, and for saying it once. */
export const isWrittenAlike = (one: Named, other: Named): boolean =>
  one.type === other.type && one.value === other.value && one.host === other.host;
