import { discoverInventory, getInventory, putInventory } from '../../common/api/routes';
import { err, ok } from '../../common/result';
import { countItems, readInventory, replaceInventory } from '../runner/operations/inventory_files';
import type { InventoryItem } from '../runner/ports';
import { refusal } from '../runner/record/refusal';
import { serve } from './bind';
import type { RouteParts } from './route_parts';

const MOST_LISTED = 10_000;

type ItemView = Parameters<typeof getInventory.answer.encode>[0]['items'][number];

const viewOf = ({ origin: _origin, type, addresses, tags, subnets, groups, ...item }: InventoryItem): ItemView[] => {
  if (type === 'domain' || type === 'file' || type === 'process') return [];
  const lists = { addresses, tags, subnets, groups };
  const kept = Object.fromEntries(
    Object.entries(lists).flatMap(([key, values]) => (values ? [[key, [...values]]] : [])),
  );
  return [{ ...item, type, ...kept }];
};

/** What the brakes count in. */
export const inventoryRoutes = (parts: RouteParts): void => {
  serve(parts, getInventory, async () => {
    const { version, counts } = countItems(parts.agent.parts.inventory.current);
    const items = parts.agent.parts.inventory.current.items.slice(0, MOST_LISTED).flatMap(viewOf);
    return ok({ version, counts: { ...counts }, items });
  });
  serve(parts, putInventory, async ({ body, caller }) => {
    const items = readInventory(Buffer.isBuffer(body) ? body.toString('utf8') : String(body));
    if (!items.ok)
      return err({ ...refusal('invalid', 'the inventory is not valid; nothing was changed'), fields: items.error });
    const { version, counts } = await replaceInventory(parts.agent, parts.inventoryStore, {
      origin: 'file',
      items: items.value,
      by: caller.name,
    });
    return ok({ version, counts: { ...counts } });
  });
  serve(parts, discoverInventory, async ({ body, caller }) => {
    const items = await parts.inventoryStore.discover(body.indices);
    const { version, counts } = await replaceInventory(parts.agent, parts.inventoryStore, {
      origin: 'cluster',
      items,
      by: caller.name,
    });
    return ok({ version, counts: { ...counts } });
  });
};
