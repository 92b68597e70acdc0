import { canonicalNetwork, spokenAddress } from '../../../common/entity/address';
import { foldName } from '../../../common/entity/characters';
import { keyOf } from '../../../common/entity/read';
import { present } from '../../../common/present';
import { withoutTwins } from '../../engine/entity/identity';
import type { InventoryItem } from '../ports';

/*
 * One item for each thing, of all that is said about it. A file beats the demo. What the cluster's own documents say is
 * a proposal: whoever writes logs writes it, so it adds a thing that nobody listed, and takes nothing from one that
 * somebody did.
 */

/** Strongest first. */
const STRENGTH: ReadonlyArray<InventoryItem['origin']> = ['file', 'demo', 'cluster'];
const CRITICALITY = ['low', 'medium', 'high', 'critical'] as const;

/** A person listed it. */
export const isVouched = ({ origin }: Pick<InventoryItem, 'origin'>): boolean => origin !== 'cluster';

/** An address in its one spelling, however it is written: with a port, brackets or a zone too. */
export const addressIn = (text: string): string | undefined => spokenAddress(text)?.address;

/** What an item is about, in its one spelling. */
export const itemKey = (type: InventoryItem['type'], value: string): string => {
  switch (type) {
    case 'host':
    case 'user':
      return keyOf(type, value) ?? `${type}:${foldName(value)}`;
    case 'ip':
      return `ip:${addressIn(value) ?? foldName(value)}`;
    case 'subnet':
      return `subnet:${canonicalNetwork(value) ?? foldName(value)}`;
    case 'group':
    case 'domain':
    case 'file':
    case 'process':
      return `${type}:${foldName(value)}`;
  }
};

const gravest = (one: InventoryItem, other: InventoryItem): InventoryItem['criticality'] =>
  [one.criticality, other.criticality].reduce((most, each) =>
    CRITICALITY.indexOf(each ?? 'low') > CRITICALITY.indexOf(most ?? 'low') ? each : (most ?? each),
  );

const bothOf = (one: readonly string[] | undefined, other: readonly string[] | undefined) =>
  one && other ? [...new Set([...one, ...other])] : (one ?? other);

/** Two rows about one thing that a person listed twice: neither takes anything from the other. */
export const joined = (first: InventoryItem, second: InventoryItem): InventoryItem => ({
  ...second,
  ...first,
  ...present({
    criticality: gravest(first, second),
    aliases: bothOf(first.aliases, second.aliases),
    addresses: bothOf(first.addresses, second.addresses),
    tags: bothOf(first.tags, second.tags),
    subnets: bothOf(first.subnets, second.subnets),
    groups: bothOf(first.groups, second.groups),
  }),
});

/** What the stronger one leaves open, the weaker one fills, if a person listed it. */
const filled = (stronger: InventoryItem, weaker: InventoryItem): InventoryItem =>
  isVouched(weaker) ? { ...weaker, ...stronger } : stronger;

const strengthOf = ({ origin }: InventoryItem): number => STRENGTH.indexOf(origin);

/** One item for each thing, strongest origins first. What is left is of the strongest origin that names it. */
export const mergeInventory = (items: readonly InventoryItem[]): readonly InventoryItem[] => {
  const merged = new Map<string, InventoryItem>();
  for (const item of [...items].sort((one, other) => strengthOf(one) - strengthOf(other))) {
    const key = itemKey(item.type, item.value);
    const known = merged.get(key);
    if (known === undefined) merged.set(key, item);
    else merged.set(key, known.origin === item.origin ? joined(known, item) : filled(known, item));
  }
  const [listed, heard] = [
    [...merged.values()].filter(isVouched),
    [...merged.values()].filter((each) => !isVouched(each)),
  ];
  return [
    ...withoutTwins(listed, (full, short) => ({
      ...joined(full, short),
      value: full.value,
      // Both rows are listed, so the one name is as known as the other.
      aliases: [...new Set([...(full.aliases ?? []), ...(short.aliases ?? []), short.value])],
    })),
    ...heard,
  ];
};
