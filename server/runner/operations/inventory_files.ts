import type { AgentWith } from '../agent/views';
import { decode, type BadField } from '../../../common/codec/decode';
import { list, oneOf, record, text } from '../../../common/codec/codecs';
import { err, ok, type Result } from '../../../common/result';
import { canonicalAddress, canonicalNetwork } from '../../../common/entity/address';
import { keyOf } from '../../../common/entity/read';
import { Inventory } from '../facts/inventory';
import { isVouched } from '../facts/merge_inventory';
import type { InventoryItem, InventoryStore } from '../ports';
import { audit } from '../record/audit';
import { again } from '../keeping/in_background';

const word = text({ min: 1, max: 256 });

const Item = record(
  { type: oneOf(['host', 'ip', 'subnet', 'user', 'group']), value: word },
  {
    name: word,
    aliases: list(word, 16),
    addresses: list(text({ min: 2, max: 64 }), 64),
    criticality: oneOf(['low', 'medium', 'high', 'critical']),
    tags: list(word, 64),
    subnets: list(text({ min: 3, max: 64 }), 16),
    groups: list(word, 256),
    owner: word,
  },
);

const LISTS = ['aliases', 'addresses', 'tags', 'subnets', 'groups'];

/** Fields of one CSV line (RFC 4180): quotes keep separators, doubled quotes are quotes. */
const cells = (line: string): string[] => {
  const found: string[] = [];
  const pattern = /("(?:[^"]|"")*"|[^,]*)(,|$)/g;
  for (let match = pattern.exec(line); match; match = pattern.exec(line)) {
    const [, cell = '', end] = match;
    found.push(cell.startsWith('"') ? cell.slice(1, -1).replace(/""/g, '"') : cell.trim());
    if (end === '') break;
  }
  return found;
};

const fromCsv = (source: string): unknown[] => {
  const [header = '', ...lines] = source.split(/\r?\n/).filter((line) => line.trim() !== '');
  const names = cells(header);
  // Any text is CSV of some sort; without this an upload by mistake would empty the inventory.
  if (!names.includes('type') || !names.includes('value')) throw new Error('no header');
  return lines.map((line) =>
    Object.fromEntries(
      cells(line).flatMap((cell, index) => {
        const name = names[index];
        if (name === undefined || cell === '') return [];
        return [[name, LISTS.includes(name) ? cell.split(/[\s;]+/).filter((each) => each !== '') : cell]];
      }),
    ),
  );
};

const MOST_ITEMS = 200_000;
const MOST_FAULTS = 200;

/** Reads an inventory file: a JSON array, or CSV with a header line. All faults at once, by line. */
export const readInventory = (source: string): Result<readonly InventoryItem[], readonly BadField[]> => {
  const trimmed = source.replace(/^\uFEFF/, '').trim();
  let rows: unknown;
  try {
    rows = trimmed.startsWith('[') || trimmed.startsWith('{') ? JSON.parse(trimmed) : fromCsv(trimmed);
  } catch {
    return err([{ path: '', message: 'is neither a JSON array nor CSV with the columns `type` and `value`' }]);
  }
  if (!Array.isArray(rows)) return err([{ path: '', message: 'must be a JSON array or CSV' }]);
  if (rows.length > MOST_ITEMS) return err([{ path: '', message: `has ${rows.length} rows, more than ${MOST_ITEMS}` }]);
  const faults: BadField[] = [];
  const items: InventoryItem[] = [];
  rows.forEach((row: unknown, index) => {
    const checked = decode(Item, row);
    if (!checked.ok) {
      faults.push(
        ...checked.error.map(({ path, message }) => ({
          path: `row ${index + 1}${path === '' ? '' : `: ${path}`}`,
          message,
        })),
      );
      return;
    }
    const bad = checked.value.addresses?.find((address) => canonicalAddress(address) === undefined);
    if (bad !== undefined) faults.push({ path: `row ${index + 1}: addresses`, message: `\`${bad}\` is no address` });
    // A subnet that is none would stall every decision about an address.
    const { type, value, aliases = [] } = checked.value;
    const nobody = aliases.find((alias) => (type !== 'host' && type !== 'user') || keyOf(type, alias) === undefined);
    if (nobody !== undefined)
      faults.push({
        path: `row ${index + 1}: aliases`,
        message: `\`${nobody}\` is no other name of a host or an account`,
      });
    if (type === 'subnet' && canonicalNetwork(value) === undefined)
      faults.push({ path: `row ${index + 1}: value`, message: `\`${value}\` is no network` });
    items.push({ ...checked.value, origin: 'file' });
  });
  return faults.length > 0 ? err(faults.slice(0, MOST_FAULTS)) : ok(items);
};

interface InventoryCount {
  readonly version: string;
  readonly counts: Readonly<Record<string, number>>;
}

export const countItems = ({ version, items }: Inventory): InventoryCount => {
  const counts: Record<string, number> = {};
  for (const { type } of items) counts[type] = (counts[type] ?? 0) + 1;
  return { version, counts };
};

/** Puts the stored inventory in force. `reviewed`: a person has just loaded it, so that growth counts at once. */
const loadInventory = async (
  { parts }: AgentWith<'inventory'>,
  store: InventoryStore,
  reviewed: boolean,
): Promise<InventoryCount> => {
  const { version, items } = await store.load();
  if (version !== parts.inventory.current.version) parts.inventory.replace(new Inventory(version, items), reviewed);
  return countItems(parts.inventory.current);
};

/** Replaces the items of one origin and puts the result in force. */
export const replaceInventory = async (
  agent: AgentWith<'chance' | 'clock' | 'evidence' | 'inventory'>,
  store: InventoryStore,
  {
    origin,
    items,
    by,
  }: { readonly origin: InventoryItem['origin']; readonly items: readonly InventoryItem[]; readonly by: string },
): Promise<InventoryCount> => {
  await store.replace(origin, items);
  await audit(agent, {
    verb: 'load_inventory',
    by,
    object: { type: 'inventory', id: origin },
    text: `${items.length} items`,
  });
  return loadInventory(agent, store, isVouched({ origin }));
};

const FOLLOW_MS = 30_000;

/** Follows what other agents load. */
export const followInventory = async (
  agent: AgentWith<'clock' | 'inventory' | 'log'>,
  store: InventoryStore,
  until: () => boolean,
): Promise<void> =>
  again(agent.parts, { failed: 'the inventory could not be read', everyMs: FOLLOW_MS, until }, () =>
    loadInventory(agent, store, false),
  );
