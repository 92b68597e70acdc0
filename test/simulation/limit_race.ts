import { Inventory } from '../../server/runner/facts/inventory';
import type { CaseAct } from '../../server/runner/keeping/kinds/case';
import { contentOf } from '../../server/runner/keeping/state_docs';
import type { InventoryItem } from '../../server/runner/ports';
import { aBundle, aKeyPair, type KeyPair } from '../builders/policies';
import { Dice } from '../fakes/scheduler';
import { FAIR, FOUL, times } from './network';
import { isolation } from './scenario';
import type { Stage } from './stage';
import { World, type SimAgent } from './world';

/*
 * A race for the last places of a limit: four agents, a thousand reports that ask to isolate one of 200 hosts of a
 * subnet, 5 % of it within an hour, while agents die, freeze and are cut off. Halfway the inventory names as many hosts
 * again, as a flood of made-up hosts would.
 */

const AGENTS = 4;
const HOSTS = 200;
const REPORTS = 1_000;
/** 5 % of the hosts. What is named later counts after ten minutes, which no run lasts. */
export const MOST_ISOLATED = 10;
const [FROM_MS, FAULTS_UNTIL_MS, REPORTS_UNTIL_MS, END_MS] = [4_000, 40_000, 60_000, 180_000];
const FLOOD_AT_MS = 25_000;
const PATIENCE_MS = 3_000;

const POLICIES = [
  `apiVersion: reflex/v1
kind: Policy
metadata: { id: isolate-ransomware, title: Isolate what is being encrypted, owner: sim }
spec:
  layer: action
  mode: enforce
  when: '"ransomware" in event.tags'
  then: { action: isolate_host, target: { host: event.src_host }, ttl: 30m }
  rollback: { action: release_host }
`,
  `apiVersion: reflex/v1
kind: Policy
metadata: { id: few-isolations, title: Never isolate more than a twentieth of a subnet an hour, owner: sim }
spec:
  layer: global
  mode: enforce
  limit: { action: isolate_host, max_percent: 5, of: hosts_in_subnet, within: 60m, on_breach: escalate }
`,
];

const hosts = (count: number): readonly InventoryItem[] => [
  { type: 'subnet', value: '10.0.0.0/23', origin: 'file' },
  ...Array.from({ length: count }, (_, n): InventoryItem => ({
    ...{ type: 'host', value: `h${n}`, origin: 'file' },
    addresses: [`10.0.${Math.floor(n / 250)}.${(n % 250) + 1}`],
  })),
];

let keys: KeyPair | undefined;

interface Race {
  /** The most hosts that were isolated, on their way, or started within the hour, at any start. */
  readonly most: number;
  /** Hosts that are isolated in the end. */
  readonly isolated: number;
  /** Reports that were acknowledged. */
  readonly reports: number;
  /** How the acts fared, by status and why they were stopped; how many. */
  readonly fared: Readonly<Record<string, number>>;
  /** Agents that died, froze or were cut off. */
  readonly faults: number;
  readonly errors: readonly string[];
}

export const limitRace = async (seed: number): Promise<Race> => {
  keys ??= aKeyPair();
  const plan = new Dice(seed ^ 0xface);
  const { files, trusted } = aBundle(POLICIES, { keys });
  const world = new World({
    ...{ seed, agents: AGENTS, inventory: hosts(HOSTS), actions: ['isolate_host'], idempotency: 'set' },
    bundle: { files, keys, statement: trusted.statement },
  });
  const at: Stage['at'] = (moment, run) => world.scheduler.after(moment - world.now, run);
  const acknowledged = new Set<string>();
  const started = new Set<string>();
  let most = 0;
  let faults = 0;

  world.whenSending(({ command }) => {
    started.add(command.target.value);
    most = Math.max(most, started.size);
  });

  const report = (event: ReturnType<typeof isolation>): void => {
    if (acknowledged.has(event.case_id)) return;
    world.scheduler.after(PATIENCE_MS, () => report(event));
    const { agent, box } = plan.pick(world.agents);
    if (!agent || !box.alive || box.frozen) return;
    void agent.admit(event).then(({ kind }) => {
      if (['accepted', 'duplicate', 'updated', 'spooled'].includes(kind)) acknowledged.add(event.case_id);
    });
  };

  const hurt = (machine: SimAgent): void => {
    if (!machine.box.alive || machine.box.frozen || machine.box.cut) return;
    faults += 1;
    const { box } = machine;
    const kind = plan.pick(['crash', 'freeze', 'cut'] as const);
    if (kind === 'crash') {
      world.crash(machine);
      world.scheduler.after(plan.between(300, 6_000), () => world.boot(machine));
    } else if (kind === 'freeze') {
      box.frozen = true;
      world.scheduler.after(plan.between(300, 9_000), () => box.thaw());
    } else {
      box.cut = true;
      world.scheduler.after(plan.between(300, 9_000), () => (box.cut = false));
    }
  };

  const flood = (): void => {
    for (const keeper of world.inventories.values()) keeper.replace(new Inventory('v2', hosts(2 * HOSTS)), false);
  };

  for (const machine of world.agents) world.boot(machine);
  await world.scheduler.runUntil(FROM_MS);
  world.weather = times(FOUL, plan.between(1, 4));
  for (let n = 0; n < REPORTS; n += 1) {
    const moment = plan.between(FROM_MS, REPORTS_UNTIL_MS);
    at(moment, () => report(isolation(`h${n % HOSTS}`, `report ${n}`, moment)));
  }
  for (let count = plan.whole(4, 9); count > 0; count -= 1)
    at(plan.between(FROM_MS, FAULTS_UNTIL_MS - 10_000), () => hurt(plan.pick(world.agents)));
  at(FLOOD_AT_MS, flood);
  await world.scheduler.runUntil(FAULTS_UNTIL_MS);
  world.weather = FAIR;
  await world.scheduler.runUntil(END_MS);

  const fared: Record<string, number> = {};
  const note = ({ status, stopped }: CaseAct): void => {
    const words = stopped === undefined ? status : `${status} ${stopped.reason}`;
    fared[words] = (fared[words] ?? 0) + 1;
  };
  for (const id of acknowledged) for (const act of contentOf('case', world.store.get(id))?.acts ?? []) note(act);
  const isolated = world.target.entries.size;
  return { most, isolated, reports: acknowledged.size, fared, faults, errors: world.errors };
};
