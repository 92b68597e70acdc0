import type { InventoryItem } from '../../runner/ports';

/*
 * Who and what the demo is about: a company with 600 hosts and 400 people, none of which exists. Addresses outside are
 * those that are reserved for documentation (RFC 5737), domains likewise (RFC 2606).
 */

const three = (number: number): string => String(number).padStart(3, '0');

interface Floor {
  readonly name: string;
  readonly network: string;
  readonly hosts: number;
  readonly prefix: string;
  readonly tags: readonly string[];
}

/** The first has 40 hosts: 5 % of them are two, so that the third isolation within an hour meets the limit. */
const FLOORS: readonly Floor[] = [
  { name: 'Finance', network: '10.20.10', hosts: 40, prefix: 'ws-fin-', tags: ['workstation'] },
  { name: 'Engineering', network: '10.20.20', hosts: 220, prefix: 'ws-eng-', tags: ['workstation'] },
  { name: 'Sales', network: '10.20.30', hosts: 180, prefix: 'ws-sal-', tags: ['workstation'] },
  { name: 'Operations', network: '10.20.40', hosts: 100, prefix: 'ws-ops-', tags: ['workstation'] },
  { name: 'Servers', network: '10.20.50', hosts: 60, prefix: 'srv-', tags: ['server'] },
];

type FloorName = 'fin' | 'eng' | 'sal' | 'ops';

const SIZES: Readonly<Record<FloorName, number>> = { fin: 40, eng: 220, sal: 180, ops: 100 };

/** The workstation of a floor with a running number; after the last comes the first again. */
export const workstation = (floor: FloorName, number: number): string =>
  `ws-${floor}-${three((number % SIZES[floor]) + 1)}`;

const PEOPLE = 400;

/** A member of staff with a running number; after the last comes the first again. */
export const employee = (number: number): string => `user${three((number % PEOPLE) + 1)}`;

/** An address outside with a running number; each of the demo's attackers has its own. */
export const attacker = (number: number): string => `198.51.100.${(number % 250) + 2}`;

/** Addresses of other companies that the demo's workstations talk to. */
export const partner = (number: number): string => `203.0.113.${(number % 250) + 2}`;

export const EXECUTIVES = ['c.hartmann', 'm.okafor', 'y.tanaka'] as const;
export const BACKUP_HOST = 'bkp-01';
export const ADMIN_HOST = 'adm-01';
const BREAK_GLASS = 'emergency-01';
export const BACKUP_ACCOUNT = 'svc-backup';
export const STORAGE_PROVIDER = '203.0.113.254';

const item = (rest: Omit<InventoryItem, 'origin'>): InventoryItem => ({ ...rest, origin: 'demo' });

const hostsOf = ({ prefix, network, hosts, tags }: Floor): readonly InventoryItem[] =>
  Array.from({ length: hosts }, (_, index) =>
    item({
      type: 'host',
      value: `${prefix}${three(index + 1)}`,
      addresses: [`${network}.${index + 10}`],
      tags,
      criticality: 'medium',
    }),
  );

const NAMED_HOSTS: readonly InventoryItem[] = [
  item({
    type: 'host',
    value: BACKUP_HOST,
    addresses: ['10.20.60.10'],
    tags: ['server', 'backup'],
    criticality: 'high',
    owner: 'it-operations',
  }),
  item({
    type: 'host',
    value: ADMIN_HOST,
    addresses: ['10.20.60.11'],
    tags: ['admin_workstation'],
    criticality: 'high',
    owner: 'it-operations',
  }),
];

const users = (): readonly InventoryItem[] => [
  ...Array.from({ length: PEOPLE }, (_, index) =>
    item({ type: 'user', value: employee(index), groups: ['staff'], criticality: 'medium' }),
  ),
  ...EXECUTIVES.map((value) =>
    item({ type: 'user', value, tags: ['executive'], groups: ['staff', 'executives'], criticality: 'high' }),
  ),
  item({ type: 'user', value: BACKUP_ACCOUNT, groups: ['service-accounts'], criticality: 'high' }),
  item({ type: 'user', value: BREAK_GLASS, groups: ['break-glass'], criticality: 'critical' }),
];

const GROUPS = ['staff', 'executives', 'service-accounts', 'break-glass'];

/** Hosts, subnets, users and groups of the demo's company. */
export const demoInventory = (): readonly InventoryItem[] => [
  ...FLOORS.map(({ name, network }) => item({ type: 'subnet', value: `${network}.0/24`, name })),
  item({ type: 'subnet', value: '10.20.60.0/24', name: 'IT' }),
  ...FLOORS.flatMap(hostsOf),
  ...NAMED_HOSTS,
  ...users(),
  ...GROUPS.map((value) => item({ type: 'group', value })),
];
