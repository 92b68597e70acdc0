import { PeopleBook } from '../../server/runner/facts/people_here';
import { ownMachineAs } from '../builders/own_machine';
import { INITIAL_WEIGHTS, modelOf } from '../../server/engine/decision/model';
import { HistoryBook } from '../../server/runner/facts/history';
import { Inventory, InventoryKeeper } from '../../server/runner/facts/inventory';
import { afterCheckpoint } from '../../server/engine/audit/chain_book';
import { AgentChain } from '../../server/runner/audit/agent_chain';
import { CheckpointKeeper } from '../../server/runner/audit/checkpoint_keeper';
import { inBackground } from '../../server/runner/keeping/in_background';
import type { BundleArchive, Chance, Clock, Connector, Log, StateStore } from '../../server/runner/ports';
import { BundleKeeper } from '../../server/runner/trust/bundle_keeper';
import { fixedKeys } from '../builders/trust_desk';
import { fakeAuditReader } from '../fakes/fake_audit';
import { fakeEvidenceLog } from '../fakes/fake_evidence';
import { clockOf, type SimAgent } from './machine';
import { Box } from './network';
import { simConnector, VERIFY_EVERY_MS } from './sim_connector';
import { storePortOf } from './store_port';
import type { World } from './world';
import { everythingGranted } from '../builders/events';

/* The ports of one process on one machine of a world. */

const MODEL = modelOf(INITIAL_WEIGHTS);
const CHECKPOINT_EVERY_MS = 5_000;

/** What an agent says loudly when the world is bad to it, which is right. */
const EXPECTED_ERRORS = ['the clock of this machine', 'this agent cannot join', 'the local disk cannot be written'];

/** A restore between the two writes of a release leaves a version that is ordered and not filed, until the adoption. */
const isLostRelease = ({ climate }: World, message: string, details: Record<string, unknown> | undefined): boolean =>
  climate.has('restored_alive') && message.includes('a released bundle was refused') && details?.code === 'version_gap';

const archiveOf = ({ options, bundles }: World): BundleArchive => {
  const find = (fits: (each: World['bundles'][number]) => boolean) => (bundles.find(fits) ?? options.bundle).files;
  return {
    put: async () => undefined,
    get: async (version) => find(({ statement }) => statement.version === version),
    byDigest: async (digest) => find(({ statement }) => statement.digest === digest),
    newest: async () => [],
  };
};

const storeOf = (world: World, box: Box): StateStore => {
  const { store, network, dice, tally, options } = world;
  return storePortOf(
    {
      store,
      network,
      dice,
      tally,
      weather: () => world.weather,
      planted: options.planted ?? {},
      firstGate: () => world.firstGate,
      identity: () => world.stateIdentity,
      nodeTime: () => world.epoch + world.now,
    },
    box,
  );
};

const logOf = (world: World, { name }: SimAgent): Log => {
  const say = (message: string, details?: Record<string, unknown>): void =>
    world.options.trace?.(`    ${name}: ${message} ${JSON.stringify(details ?? {}).slice(0, 300)}`);
  const error: Log['error'] = (message, details) => {
    say(message, details);
    const isExpected = EXPECTED_ERRORS.some((each) => message.includes(each)) || isLostRelease(world, message, details);
    if (!isExpected) world.errors.push(`${name}: ${message} ${JSON.stringify(details)}`);
  };
  return { debug: say, info: say, warn: say, error };
};

/** One connector for everything, or one for each action; a machine may lack one. */
const connectorsOf = (world: World, machine: SimAgent, box: Box): ReadonlyMap<string, Connector> => {
  const { scheduler, dice, network, target, climate, tally, options } = world;
  const shared = {
    ...{ scheduler, dice, network, target, climate, tally },
    planted: options.planted ?? {},
    weather: () => world.weather,
    reachesStore: (of: Box) => world.reachesStore(of),
    events: world.targetEvents,
  };
  const [first, ...others] = options.actions;
  const all: ReadonlyArray<readonly [string, readonly string[]]> =
    first === undefined || !climate.has('two_connectors')
      ? [['edge', options.actions]]
      : [
          ['edge', [first]],
          ['ward', others],
        ];
  const own = all.filter(([name]) => name !== machine.lacks);
  return new Map(
    own.map(([name, actions]) => [name, simConnector(shared, { name, actions, agent: machine.name, box })]),
  );
};

/** The chain of a new process, and what covers it, as long as the process lives. */
const auditOf = (
  world: World,
  machine: SimAgent,
  { box, clock, log }: { readonly box: Box; readonly clock: Clock; readonly log: Log },
): AgentChain | undefined => {
  if (world.options.audited !== true) return undefined;
  const { network, evidence, checkpoints } = world;
  const { audit, name } = machine;
  const disk = audit.disk.of(() => network.wait(box, 1));
  const ask = <Answer>(answer: () => Answer): Promise<Answer> => network.call(box, [], answer);
  const start = (audit.starts += 1);
  const last = audit.disk.kept[audit.disk.kept.length - 1];
  let salts = 0;
  const salt = (): string => Buffer.from(`${(salts += 1)}`.padStart(16)).toString('base64');
  const chain = new AgentChain({ clock, salt, log }, `${name}-${start}`, afterCheckpoint(last?.note));
  const keeper = new CheckpointKeeper({
    ...{ chain, disk, clock, log, say: undefined, signer: audit.signer },
    reader: fakeAuditReader(evidence, ask),
    index: checkpoints.of(ask),
    newOrigin: () => `reflex/sim/${name}-${start}`,
  });
  const life = { isOver: () => !box.alive };
  inBackground(
    { log },
    'covering the audit',
    keeper.run(CHECKPOINT_EVERY_MS, life, () => machine.agent?.shift !== undefined),
  );
  return chain;
};

/** What a new process on a machine works with. It takes the place of the one before. */
export const partsFor = (world: World, machine: SimAgent) => {
  const { scheduler, network, dice, options } = world;
  const box = (machine.box = new Box());
  const lie = options.planted?.utcLie === true ? 1 + 20 / 100 : 1;
  const clock = clockOf(machine, box, scheduler, () => world.epoch + world.now * lie);
  const chance: Chance = { uuid: () => dice.uuid(), random: () => dice.next() };
  const disk = machine.disk.ports(() => network.wait(box, dice.between(0.1, 2)));
  const store = (machine.store = storeOf(world, box));
  const log = logOf(world, machine);
  const chain = auditOf(world, machine, { box, clock, log });
  const inventory = new InventoryKeeper(clock.monotonic);
  inventory.replace(new Inventory('v1', options.inventory), true);
  world.inventories.set(machine.name, inventory);
  const { keys } = options.bundle;
  const bundles = new BundleKeeper({
    store,
    memory: disk.memory,
    basics: { log },
    archive: options.recorded?.archive ?? archiveOf(world),
    keys: fixedKeys(() => ({ keys: [keys.verification], threshold: 1 })),
  });
  return {
    disk,
    parts: {
      ...{ store, clock, chance, log, bundles, inventory },
      people: new PeopleBook(clock),
      own: ownMachineAs(options.planted?.guardBlind === true ? [] : [...(options.own ?? []), ...(machine.own ?? [])], {
        clock,
        log,
      }),
      evidence: fakeEvidenceLog(world.evidence, (answer) => network.call(box, [], answer), chain),
      journal: options.planted?.journalsBlind === true ? { ...disk.journal, open: () => [] } : disk.journal,
      connectors: connectorsOf(world, machine, box),
      history: new HistoryBook(),
      grants: options.grants ?? everythingGranted,
      model: () => MODEL,
      engineDigest: 'sim',
      retry: { attempts: 3, firstPauseMs: 200, longestPauseMs: 1_000, deadlineMs: 6_000 },
      changed: () => undefined,
      breakers: options.breakers,
      secondOpinions: options.secondOpinions,
      ...(world.climate.has('vanish')
        ? { verifyEveryMs: () => (options.planted?.looksAway === true ? 3_600_000 : VERIFY_EVERY_MS) }
        : {}),
    },
  };
};
