import * as t from 'io-ts';
import { described, list, oneOf, record, text } from '../../codec/codecs';
import { anything, BASE, idText, MIB, nothing, route } from '../contract';

const id = idText;

const Asset = record(
  { type: oneOf(['host', 'ip', 'subnet', 'user', 'group']), value: text({ min: 1, max: 256 }) },
  {
    name: id,
    aliases: described(list(id, 16), 'What else it is called: other names, a SID, an object id'),
    addresses: list(text({ max: 64 }), 64),
    criticality: oneOf(['low', 'medium', 'high', 'critical']),
    tags: list(id, 64),
    subnets: list(text({ max: 64 }), 16),
    groups: list(id, 256),
    owner: id,
    origin: described(
      oneOf(['file', 'demo', 'cluster']),
      'Who says so; `cluster` is a proposal that nobody reviewed, and counts in no population',
    ),
  },
);

export const getInventory = route({
  method: 'get',
  path: `${BASE}/inventory`,
  summary: 'Hosts, subnets, users and groups as the brakes count them',
  access: 'read',
  params: nothing,
  query: nothing,
  body: anything,
  answer: record({ version: t.string, counts: t.record(t.string, t.number), items: list(Asset, 10_000) }),
});

export const putInventory = route({
  method: 'put',
  path: `${BASE}/inventory`,
  summary:
    'Replace the inventory from a file: JSON array, or CSV with a header line (type,value,name,aliases,addresses,criticality,tags,subnets,groups,owner; lists separated by spaces)',
  access: 'admin',
  params: nothing,
  query: nothing,
  body: anything,
  answer: record({ version: t.string, counts: t.record(t.string, t.number) }),
  maxBytes: 16 * MIB,
  raw: true,
});

export const discoverInventory = route({
  method: 'post',
  path: `${BASE}/inventory/discover`,
  summary:
    'Propose the hosts and users that the documents of these indices name (`host.*`, `user.*`). What nobody listed in a file takes nothing from what somebody did, and no population grows by it',
  access: 'admin',
  params: nothing,
  query: nothing,
  body: record({ indices: list(text({ min: 1, max: 256 }), 64) }),
  answer: record({
    version: t.string,
    counts: t.record(t.string, t.number),
    proposed: described(t.number, 'How many of them nobody listed'),
  }),
});

export const INVENTORY_ROUTES = { getInventory, putInventory, discoverInventory } as const;
