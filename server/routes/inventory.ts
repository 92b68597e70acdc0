import { discoverInventory, getInventory, putInventory } from '../../common/api/routes';
import { err, ok } from '../../common/result';
import { isVouched } from '../runner/facts/merge_inventory';
import { countItems, readInventory, replaceInventory } from '../runner/operations/inventory_files';
import type { InventoryItem } from '../runner/ports';
import { refusal } from '../runner/record/refusal';
import { serve } from './bind';
import type { Serving } from './route_parts';

const MOST_LISTED = 10_000;

type ItemView = Parameters<typeof getInventory.answer.encode>[0]['items'][number];

const viewOf = ({ type, aliases, addresses, tags, subnets, groups, ...item }: InventoryItem): ItemView[] => {
  if (type === 'domain' || type === 'file' || type === 'process') return [];
  const lists = { aliases, addresses, tags, subnets, groups };
  const kept = Object.fromEntries(
    Object.entries(lists).flatMap(([key, values]) => (values ? [[key, [...values]]] : [])),
  );
  return [{ ...item, type, ...kept }];
};

/** What the brakes count in. */
export const inventoryRoutes = (parts: Serving<'agent' | 'inventoryStore'>): void => {
  serve(parts, getInventory, async () => {
    const { current } = parts.ready().agent.parts.inventory;
    const { version, counts } = countItems(current);
    const items = current.items.slice(0, MOST_LISTED).flatMap(viewOf);
    return ok({ version, counts: { ...counts }, items });
  });
  serve(parts, putInventory, async ({ body, caller }) => {
    const items = readInventory(Buffer.isBuffer(body) ? body.toString('utf8') : String(body));
    if (!items.ok)
      return err({ ...refusal('invalid', 'the inventory is not valid; nothing was changed'), fields: items.error });
    const { agent, inventoryStore } = parts.ready();
    const { version, counts } = await replaceInventory(agent, inventoryStore, {
      origin: 'file',
      items: items.value,
      by: caller.name,
    });
    return ok({ version, counts: { ...counts } });
  });
  serve(parts, discoverInventory, async ({ body, caller }) => {
    const { agent, inventoryStore } = parts.ready();
    const items = await inventoryStore.discover(body.indices);
    const { version, counts } = await replaceInventory(agent, inventoryStore, {
      origin: 'cluster',
      items,
      by: caller.name,
    });
    const proposed = agent.parts.inventory.current.items.filter((item) => !isVouched(item)).length;
    return ok({ version, counts: { ...counts }, proposed });
  });
};
