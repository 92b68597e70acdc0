import type { PROTECTED_FROM, ProtectedThing } from '../../../common/api/routes';
import type { Protect } from '../../../common/policy/policy';
import type { AgentWith } from '../agent/views';
import { isVouched } from '../facts/merge_inventory';
import type { InventoryItem } from '../ports';

/* What no act touches, or none on the word of one source alone, and where that was found. */

type From = (typeof PROTECTED_FROM)[number];

interface Line extends ProtectedThing {
  /** By which it is found besides. */
  readonly also: readonly string[];
}

export interface ProtectedFilter {
  readonly text?: string;
  readonly from?: From;
  readonly limit?: number;
  readonly offset?: number;
}

interface FoundProtected {
  readonly settled: boolean;
  readonly total: number;
  readonly counts: Readonly<Record<From, number>>;
  readonly things: readonly ProtectedThing[];
  readonly missing: readonly string[];
  readonly two_sources: boolean;
}

const DEFAULT_LIMIT = 50;

/** How the lists of a policy are called, and what is in them. */
const LISTS = [
  ['ips', 'ip'],
  ['hosts', 'host'],
  ['users', 'user'],
  ['domains', 'domain'],
] as const satisfies ReadonlyArray<readonly [keyof Protect, string]>;

const ofPolicy = ({ name, protect }: { readonly name: string; readonly protect: Protect }): readonly Line[] =>
  LISTS.flatMap(([list, kind]) =>
    (protect[list] ?? []).map((text): Line => ({ text, from: 'policy', where: name, kind, also: [] })),
  );

/** As the brakes take it: what a person listed, and has a name by which something can be aimed at it. */
const ofInventory = ({ type, value, name, aliases = [], addresses = [], origin }: InventoryItem): Line => ({
  text: value,
  from: 'inventory',
  where: origin,
  kind: type,
  also: [...(name === undefined ? [] : [name]), ...aliases, ...addresses],
});

const isCritical = (item: InventoryItem): boolean =>
  item.criticality === 'critical' && isVouched(item) && ['host', 'ip', 'user'].includes(item.type);

const byText = (one: Line, other: Line): number => (one.text < other.text ? -1 : one.text > other.text ? 1 : 0);

const linesOf = ({ parts }: AgentWith<'bundles' | 'clock' | 'inventory' | 'own'>): readonly Line[] => {
  const { protections } = parts.bundles.brakeRules(parts.clock.utc());
  const own = parts.own.list.things.map(({ text, from }): Line => ({ text, from: 'own', where: from, also: [] }));
  const listed = parts.inventory.current.items.filter(isCritical).map(ofInventory);
  return [own, protections.flatMap(ofPolicy), listed].flatMap((lines) => [...lines].sort(byText));
};

const has = ({ text, where, also }: Line, part: string): boolean =>
  [text, where, ...also].some((each) => each.toLowerCase().includes(part));

const shown = ({ also: _also, ...line }: Line): ProtectedThing => line;

/** What Reflex stands on first, then what policies protect, then what the inventory lists as critical; by name. */
export const protectedTargets = (
  agent: AgentWith<'bundles' | 'clock' | 'inventory' | 'own'>,
  { text = '', from, limit = DEFAULT_LIMIT, offset = 0 }: ProtectedFilter,
): FoundProtected => {
  const { own, bundles, clock } = agent.parts;
  const part = text.trim().toLowerCase();
  const lines = linesOf(agent).filter((line) => part === '' || has(line, part));
  const wanted = from === undefined ? lines : lines.filter((line) => line.from === from);
  const countOf = (place: From): number => lines.filter((line) => line.from === place).length;
  return {
    settled: own.settled(),
    total: wanted.length,
    counts: { own: countOf('own'), policy: countOf('policy'), inventory: countOf('inventory') },
    things: wanted.slice(offset, offset + limit).map(shown),
    missing: own.list.missing,
    two_sources: bundles.brakeRules(clock.utc()).loosened?.critical !== true,
  };
};
