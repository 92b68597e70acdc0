import type { Grants } from '../../server/engine/intake/voice';
import { present } from '../../common/present';
import type { ClearedCommand } from '../../common/flow/command';
import type { BundleFiles, BundleStatement } from '../../common/policy/bundle';
import { adoptState, type Adopted, type AdoptOrder } from '../../server/runner/agent/adopt';
import type { Breakers } from '../../server/runner/agent/breakers/breakers';
import type { SecondOpinionRules } from '../../server/runner/agent/parts';
import { HostStop } from '../../server/runner/session/host_stop';
import { Agent } from '../../server/runner/agent/agent';
import type { InventoryKeeper } from '../../server/runner/facts/inventory';
import { bundleHeadId, bundleHeadOf } from '../../server/runner/keeping/kinds/bundle';
import type {
  BundleArchive,
  Idempotency,
  InventoryItem,
  OwnThing,
  StateBody,
  StateDoc,
} from '../../server/runner/ports';
import type { KeyPair } from '../builders/policies';
import { FakeDisk } from '../fakes/fake_disk';
import { memorySigner } from '../builders/audit_scene';
import { FakeAuditDisk, FakeCheckpointIndex } from '../fakes/fake_audit';
import { FakeEvidence } from '../fakes/fake_evidence';
import { FakeStore } from '../fakes/fake_store';
import { Dice, Scheduler } from '../fakes/scheduler';
import { USUAL, type Climate } from './climate';
import type { SimAgent } from './machine';
import { Box, FAIR, Network, type Weather } from './network';
import type { Planted } from './planted_bugs';
import type { Sending, TargetEvents, Undoing } from './sim_connector';
import { partsFor } from './sim_process';
import { SimTarget } from './sim_target';
import { Tally } from './tally';

export type { SimAgent };

/** True time 0 of every run. */
export const EPOCH = Date.parse('2026-11-22T10:00:00.000Z');

interface SimBundle {
  readonly files: BundleFiles;
  readonly keys: KeyPair;
  readonly statement: BundleStatement;
}

export interface WorldOptions {
  readonly seed: number;
  readonly agents: number;
  readonly bundle: SimBundle;
  readonly inventory: readonly InventoryItem[];
  /** What belongs to the machines that Reflex runs on. */
  readonly own?: readonly OwnThing[];
  /** What sources may say; by default everything. */
  readonly grants?: Grants;
  readonly actions: readonly string[];
  readonly idempotency: Idempotency;
  readonly planted?: Planted;
  /** Weathers beyond the usual; default none. */
  readonly climate?: Climate;
  /** Records have places in chains, and checkpoints cover them. It takes much hashing; default no. */
  readonly audited?: boolean;
  /** What agents stop by themselves; default nothing. */
  readonly breakers?: Breakers;
  /** What part of people's answers is asked of somebody else; missing: none. */
  readonly secondOpinions?: SecondOpinionRules;
  /** UTC at true time 0, ms; default `EPOCH`. */
  readonly epoch?: number;
  /** A world that goes on from a recording: state and evidence are put in from outside, bundles come from here. */
  readonly recorded?: { readonly archive: BundleArchive; readonly identity: string };
  /** Told what agents say of themselves. */
  readonly trace?: (line: string) => void;
}

const bodyOf = (kind: StateBody['kind'], content: unknown): StateBody => ({
  kind,
  write_id: 'release',
  session: '',
  owner: '',
  ordinal: 0,
  facets: {},
  content,
  outbox: [],
});

/** Everything in one run: true time, a store, targets, agents on machines with their own clocks. */
export class World {
  readonly scheduler = new Scheduler();
  readonly dice: Dice;
  readonly store = new FakeStore();
  readonly evidence = new FakeEvidence();
  /** Where the checkpoints of all agents are anchored. */
  readonly checkpoints = new FakeCheckpointIndex();
  readonly tally = new Tally();
  readonly climate: Climate;
  readonly target: SimTarget;
  readonly agents: SimAgent[] = [];
  readonly sendings: Sending[] = [];
  /** Commands that the target certainly did not carry out. */
  readonly refused = new Set<string>();
  /** Orders on their way to the target. */
  readonly onWire = new Set<ClearedCommand>();
  readonly errors: string[] = [];
  /** For a planted bug: the gate as all agents had joined. */
  firstGate: StateDoc | undefined;
  weather: Weather = FAIR;
  storeIsDown = false;
  answersAreSlow = false;
  /** How often the store died and came back. */
  storeLives = 0;
  stateIdentity = 'state 1';
  readonly bundles: SimBundle[] = [];
  /** What the process on each machine knows of hosts and users. */
  readonly inventories = new Map<string, InventoryKeeper>();
  readonly network: Network;
  /** What happens at the targets, for the connectors of all processes. */
  readonly targetEvents: TargetEvents;
  private readonly watchers: Array<(sending: Sending) => void> = [];
  private readonly connectWatchers: Array<(machine: SimAgent, ms: number) => void> = [];
  private readonly undoWatchers: Array<(undoing: Undoing) => void> = [];

  constructor(readonly options: WorldOptions) {
    const { seed, agents, idempotency, recorded, bundle, climate = USUAL } = options;
    const { scheduler, tally } = this;
    this.dice = new Dice(seed);
    this.climate = climate;
    this.target = new SimTarget({ idempotency, climate, scheduler, tally });
    this.network = new Network({
      scheduler,
      dice: this.dice,
      weather: () => this.weather,
      storeDown: () => this.storeIsDown,
      storeLives: () => this.storeLives,
      flush: () => this.store.flush(),
      answersAreSlow: () => this.answersAreSlow,
      tally,
    });
    this.targetEvents = this.eventsAtTargets();
    if (recorded === undefined) this.begin(bundle);
    else this.stateIdentity = recorded.identity;
    for (let index = 0; index < agents; index += 1) this.agents.push(this.machine(`agent-${index}`));
    const refresh = (): void => {
      this.store.refresh();
      scheduler.after(1_000, refresh);
    };
    refresh();
  }

  private machine(name: string): SimAgent {
    return {
      name,
      disk: new FakeDisk(),
      audit: { disk: new FakeAuditDisk(), signer: memorySigner(), starts: 0 },
      box: new Box(),
      agent: undefined,
      drift: this.dice.between(-0.009, 0.009),
      utcOffset: this.dice.between(-1_500, 1_500),
    };
  }

  get epoch(): number {
    return this.options.epoch ?? EPOCH;
  }

  get now(): number {
    return this.scheduler.now;
  }

  /** Whether a process reaches the store. */
  reachesStore(box: Box): boolean {
    return !box.cut && !this.storeIsDown;
  }

  /** Told of every connection to the target that is being opened, and how long that takes. */
  whenConnecting(told: (machine: SimAgent, ms: number) => void): void {
    this.connectWatchers.push(told);
  }

  whenSending(told: (sending: Sending) => void): void {
    this.watchers.push(told);
  }

  whenUndoing(told: (undoing: Undoing) => void): void {
    this.undoWatchers.push(told);
  }

  /** The state index is deleted and made again, empty. */
  loseState(): void {
    this.store.documents.clear();
    this.store.flush();
    this.store.refresh();
    this.stateIdentity = `${this.stateIdentity} and another`;
  }

  /** The state index is restored from a snapshot; @returns how many documents changed or were lost. */
  restoreState(snapshot: ReturnType<FakeStore['snapshot']>): number {
    this.stateIdentity = `${this.stateIdentity} restored`;
    return this.store.restore(snapshot);
  }

  /** Somebody at a machine orders it to adopt the state that is there. */
  adopt(machine: SimAgent, order: AdoptOrder): Promise<Adopted> {
    const { parts, disk } = partsFor(this, machine);
    const { name } = machine;
    const newest = bundleHeadOf((this.bundles[this.bundles.length - 1] ?? this.options.bundle).statement);
    return adoptState(
      {
        ...parts,
        stores: parts,
        basics: parts,
        memory: disk.memory,
        name: { agent: name, host: name },
        newestBundle: async () => newest,
      },
      order,
    );
  }

  /** The very first state: a bundle, and a gate that names it. */
  private begin(bundle: SimBundle): void {
    this.file(bundle);
    const content = {
      generation: 'g1',
      epoch: 1,
      stops: [],
      sessions: {},
      bundle_floor: bundle.statement.version,
    };
    this.store.write({ id: 'gate', expect: 'absent', body: bodyOf('gate', content) });
  }

  /** Files a bundle and its head, as a release does before it raises the gate. */
  file(bundle: SimBundle): void {
    this.bundles.push(bundle);
    const head = bundleHeadOf(bundle.statement);
    this.store.write({ id: bundleHeadId(bundle.statement.version), expect: 'absent', body: bodyOf('bundle', head) });
    this.store.flush();
  }

  /** Starts (or starts again) the process of an agent on its own disk. */
  boot(machine: SimAgent, schema = machine.schema): Agent {
    const { parts, disk } = partsFor(this, machine);
    machine.agent = new Agent({
      parts,
      spool: disk.spool,
      memory: disk.memory,
      ...present({ place: machine.place }),
      hostStop: new HostStop({ ...parts, localStop: disk.localStop }),
      agent: machine.name,
      host: machine.name,
      roles: machine.roles ?? ['intake', 'decide', 'act', 'undo'],
      schema,
    });
    if (this.storeIsDown) this.tally.note('start_alone');
    machine.agent.start();
    return machine.agent;
  }

  crash(machine: SimAgent): void {
    machine.box.alive = false;
    machine.agent = undefined;
    if (!this.climate.has('torn_disk')) return;
    this.tally.note('torn_disk', machine.disk.tear(this.dice));
  }

  private eventsAtTargets(): TargetEvents {
    return {
      connecting: (agent, ms) => {
        const machine = this.agents.find(({ name }) => name === agent);
        if (machine) for (const told of this.connectWatchers) told(machine, ms);
      },
      sending: (sending) => {
        this.sendings.push(sending);
        if (sending.command.connector === 'ward') this.tally.note('two_connectors');
        for (const told of this.watchers) told(sending);
      },
      undoing: (undoing) => {
        for (const told of this.undoWatchers) told(undoing);
      },
      refused: ({ command_id }) => void this.refused.add(command_id),
      onWire: (command, isOnWire) => {
        if (isOnWire) this.onWire.add(command);
        else this.onWire.delete(command);
      },
    };
  }
}
