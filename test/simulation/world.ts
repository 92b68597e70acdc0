import type { ClearedCommand } from '../../common/flow/command';
import type { Target } from '../../common/flow/decision';
import type { BundleFiles } from '../../common/policy/bundle';
import { ok } from '../../common/result';
import type { BundleStatement } from '../../common/policy/bundle';
import { INITIAL_WEIGHTS, modelOf } from '../../server/engine/decision/model';
import { adoptState, type Adopted, type AdoptOrder } from '../../server/runner/agent/adopt';
import { HostStop } from '../../server/runner/session/host_stop';
import { Agent } from '../../server/runner/agent/agent';
import { BundleKeeper } from '../../server/runner/trust/bundle_keeper';
import { bundleHeadId, bundleHeadOf, type BundleHead } from '../../server/runner/keeping/kinds/bundle';
import { GATE_ID } from '../../server/runner/keeping/kinds/gate';
import { HistoryBook } from '../../server/runner/facts/history';
import { Inventory, InventoryKeeper } from '../../server/runner/facts/inventory';
import type {
  BundleArchive,
  CallContext,
  CallOutcome,
  Chance,
  Clock,
  Connector,
  EvidenceLog,
  Idempotency,
  InventoryItem,
  Log,
  StateDoc,
  StateStore,
  WriteOutcome,
} from '../../server/runner/ports';
import { FakeDisk } from '../fakes/fake_disk';
import { FakeEvidence, fakeEvidenceLog } from '../fakes/fake_evidence';
import { FakeStore } from '../fakes/fake_store';
import { FakeTarget } from '../fakes/fake_target';
import { Dice, Scheduler } from '../fakes/scheduler';
import type { KeyPair } from '../builders/policies';
import { Box, FAIR, Network, type Weather } from './network';
import { fixedKeys } from '../builders/trust_desk';

/** True time 0 of every run. */
export const EPOCH = Date.parse('2026-11-22T10:00:00.000Z');
const REQUEST_TIMEOUT_MS = 2_000;
export const SETTLE_MS = 3_000;

export interface Sending {
  readonly agent: string;
  readonly command: ClearedCommand;
  readonly at: number;
  readonly box: Box;
}

/** Planted bugs: ways in which a part of the world breaks its promise, to see that the checkers notice. */
export interface Planted {
  /** The store says "written" to a case and forgets it. */
  readonly forgetsCases?: boolean;
  /** The connector does not ask whether it may start. */
  readonly asksNobody?: boolean;
  /** The connector sends every order twice under the wire. */
  readonly sendsTwice?: boolean;
  /** Compare-and-set of ledgers always succeeds. */
  readonly ledgersUnguarded?: boolean;
  /** Search finds nothing, so nobody takes over. */
  readonly searchBlind?: boolean;
  /** Requests take effect long after the settle time that the connector states. */
  readonly settleLie?: boolean;
  /** UTC of every agent runs ahead unnoticed, so deadlines come early. */
  readonly utcLie?: boolean;
  /** Reads of the gate by agents give its first version for ever. */
  readonly gateStale?: boolean;
  /** Heartbeats and reads of the gate of a process that is cut off are answered by somebody, and targets are slow. */
  readonly heartbeatLie?: boolean;
  /** Undoing is confirmed by the target and not done. */
  readonly undoLie?: boolean;
  /** Policies in shadow are handed on as if they were enforced. */
  readonly shadowLeaks?: boolean;
}

interface WorldOptions {
  readonly seed: number;
  readonly agents: number;
  readonly bundle: {
    readonly files: BundleFiles;
    readonly keys: KeyPair;
    readonly statement: BundleStatement;
  };
  readonly inventory: readonly InventoryItem[];
  readonly actions: readonly string[];
  readonly idempotency: Idempotency;
  readonly planted?: Planted;
  /** UTC at true time 0, ms; default `EPOCH`. */
  readonly epoch?: number;
  /** A world that goes on from a recording: state and evidence are put in from outside, bundles come from here. */
  readonly recorded?: { readonly archive: BundleArchive; readonly identity: string };
  /** Told what agents say of themselves. */
  readonly trace?: (line: string) => void;
}

export interface SimAgent {
  readonly name: string;
  readonly disk: FakeDisk;
  box: Box;
  agent: Agent | undefined;
  /** This machine's clocks run this much faster than true time. */
  readonly drift: number;
  utcOffset: number;
}

export const targetKey = (action: string, target: Target): string => `${action} ${target.type}:${target.value}`;

/** Everything in one run: true time, a store, a target, agents on machines with their own clocks. */
export class World {
  readonly scheduler = new Scheduler();
  readonly dice: Dice;
  readonly store = new FakeStore();
  readonly evidence = new FakeEvidence();
  readonly target: FakeTarget;
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
  /** How often the store died and came back. */
  storeLives = 0;
  private stateIdentity = 'state 1';
  private readonly network: Network;
  private readonly watchers: Array<(sending: Sending) => void> = [];
  private readonly connectWatchers: Array<(machine: SimAgent, ms: number) => void> = [];

  constructor(readonly options: WorldOptions) {
    this.dice = new Dice(options.seed);
    this.target = new FakeTarget(options.idempotency);
    this.network = new Network({
      scheduler: this.scheduler,
      dice: this.dice,
      weather: () => this.weather,
      storeDown: () => this.storeIsDown,
      storeLives: () => this.storeLives,
      flush: () => this.store.flush(),
    });
    if (options.recorded === undefined) this.release(options.bundle);
    else this.stateIdentity = options.recorded.identity;
    for (let index = 0; index < options.agents; index += 1) {
      this.agents.push({
        name: `agent-${index}`,
        disk: new FakeDisk(),
        box: new Box(),
        agent: undefined,
        drift: this.dice.between(-0.009, 0.009),
        utcOffset: this.dice.between(-1_500, 1_500),
      });
    }
    const refresh = (): void => {
      this.store.refresh();
      this.scheduler.after(1_000, refresh);
    };
    refresh();
  }

  get epoch(): number {
    return this.options.epoch ?? EPOCH;
  }

  get now(): number {
    return this.scheduler.now;
  }

  /** Told of every connection to the target that is being opened, and how long that takes. */
  whenConnecting(told: (machine: SimAgent, ms: number) => void): void {
    this.connectWatchers.push(told);
  }

  whenSending(told: (sending: Sending) => void): void {
    this.watchers.push(told);
  }

  /** The state index is deleted and made again, empty. */
  loseState(): void {
    this.store.documents.clear();
    this.store.flush();
    this.store.refresh();
    this.stateIdentity = `${this.stateIdentity} and another`;
  }

  /** Somebody at a machine orders it to adopt the state that is there. */
  adopt(machine: SimAgent, order: AdoptOrder): Promise<Adopted> {
    const { parts, disk } = this.partsFor(machine);
    const { name } = machine;
    const newestBundle = (): Promise<BundleHead> => Promise.resolve(bundleHeadOf(this.options.bundle.statement));
    return adoptState(
      { ...parts, stores: parts, basics: parts, memory: disk.memory, name: { agent: name, host: name }, newestBundle },
      order,
    );
  }

  /** Files a bundle and its head, as a release does; the gate is raised by whoever joins first. */
  release(bundle: WorldOptions['bundle']): void {
    const head = bundleHeadOf(bundle.statement);
    const { statement } = bundle;
    this.store.write({
      id: bundleHeadId(statement.version),
      expect: 'absent',
      body: {
        kind: 'bundle',
        write_id: 'release',
        session: '',
        owner: '',
        ordinal: 0,
        facets: {},
        content: head,
        outbox: [],
      },
    });
    this.store.write({
      id: 'gate',
      expect: 'absent',
      body: {
        kind: 'gate',
        write_id: 'release',
        session: '',
        owner: '',
        ordinal: 0,
        facets: {},
        content: { generation: 'g1', epoch: 1, stops: [], sessions: {}, bundle_floor: statement.version },
        outbox: [],
      },
    });
  }

  /**
   * Starts (or starts again) the process of an agent on its own disk.
   *
   * @param schema the state schema that it speaks; default this version's
   */
  boot(machine: SimAgent, schema?: number): Agent {
    const { parts, disk } = this.partsFor(machine);
    machine.agent = new Agent({
      parts,
      spool: disk.spool,
      memory: disk.memory,
      hostStop: new HostStop({ ...parts, localStop: disk.localStop }),
      agent: machine.name,
      host: machine.name,
      roles: ['intake', 'decide', 'act', 'undo'],
      schema,
    });
    machine.agent.start();
    return machine.agent;
  }

  /** What a new process on a machine works with. */
  private partsFor(machine: SimAgent) {
    machine.box = new Box();
    const box = machine.box;
    const clock = this.clockOf(machine, box);
    const chance: Chance = { uuid: () => this.dice.uuid(), random: () => this.dice.next() };
    const disk = machine.disk.ports(() => this.network.wait(box, this.dice.between(0.1, 2)));
    const store = this.storeFor(box);
    const evidence = this.evidenceFor(box);
    const say = (message: string, details?: Record<string, unknown>): void =>
      this.options.trace?.(`    ${machine.name}: ${message} ${JSON.stringify(details ?? {}).slice(0, 300)}`);
    const log: Log = {
      debug: say,
      info: say,
      warn: say,
      error: (message, details) => {
        say(message, details);
        if (!EXPECTED_ERRORS.some((each) => message.includes(each)))
          this.errors.push(`${machine.name}: ${message} ${JSON.stringify(details)}`);
      },
    };
    const inventory = new InventoryKeeper(clock.monotonic);
    inventory.replace(new Inventory('v1', this.options.inventory), true);
    const { files, keys } = this.options.bundle;
    const bundles = new BundleKeeper({
      store,
      memory: disk.memory,
      basics: { log },
      archive: this.options.recorded?.archive ?? {
        put: async () => undefined,
        get: async () => files,
        byDigest: async () => files,
        newest: async () => [],
      },
      keys: fixedKeys(() => ({ keys: [keys.verification], threshold: 1 })),
    });
    return {
      disk,
      parts: {
        store,
        evidence,
        journal: disk.journal,
        clock,
        chance,
        log,
        connectors: new Map([['edge', this.connectorFor(machine, box)]]),
        bundles,
        inventory,
        history: new HistoryBook(),
        model: () => MODEL,
        engineDigest: 'sim',
        retry: { attempts: 3, firstPauseMs: 200, longestPauseMs: 1_000, deadlineMs: 6_000 },
        changed: () => undefined,
      },
    };
  }

  crash(machine: SimAgent): void {
    machine.box.alive = false;
    machine.agent = undefined;
  }

  private clockOf(machine: SimAgent, box: Box): Clock {
    const speed = 1 + machine.drift;
    const lie = this.options.planted?.utcLie === true ? 1 + 20 / 100 : 1;
    return {
      monotonic: () => this.now * speed,
      utc: () => Math.floor(this.epoch + this.now * lie + machine.utcOffset),
      sleep: (ms, signal) =>
        new Promise((resolve) => {
          let done = false;
          const wake = (): void => {
            if (done) return;
            done = true;
            resolve();
          };
          signal?.addEventListener('abort', wake, { once: true });
          this.scheduler.after(ms / speed, () => box.deliver(wake));
        }),
    };
  }

  private storeFor(box: Box): StateStore {
    const { store, network, dice } = this;
    const planted = this.options.planted ?? {};
    const read = <Answer>(answer: () => Answer): Promise<Answer> => network.call(box, [], answer);
    return {
      get: (id) => {
        const lied = id === GATE_ID && (planted.gateStale === true || (planted.heartbeatLie === true && box.cut));
        return lied ? network.wait(box, 2).then(() => this.firstGate ?? store.get(id)) : read(() => store.get(id));
      },
      getMany: (ids) =>
        read(
          () =>
            new Map(
              ids.flatMap((id) => {
                const doc = store.get(id);
                return doc ? [[id, doc] as const] : [];
              }),
            ),
        ),
      bulk: (writes) => {
        if (planted.heartbeatLie && box.cut && writes.every((write) => write.body.kind === 'session')) {
          return network.wait(box, 2).then(() =>
            writes.map((write) => ({
              kind: 'written',
              version: write.expect === 'absent' ? { seqNo: 0, primaryTerm: 1 } : write.expect,
            })),
          );
        }
        const outcomes: WriteOutcome[] = [];
        const steps = writes.map((write) => () => {
          if (dice.chance(this.weather.itemFails) && write.body.kind !== 'session' && write.body.kind !== 'gate') {
            outcomes.push({ kind: 'failed', message: 'simulated' });
            return;
          }
          if (planted.forgetsCases && write.body.kind === 'case') {
            outcomes.push({ kind: 'written', version: { seqNo: 0, primaryTerm: 1 } });
            return;
          }
          const current = store.get(write.id);
          const unguarded = planted.ledgersUnguarded && write.body.kind === 'ledger';
          outcomes.push(store.write(unguarded ? { ...write, expect: current?.version ?? 'absent' } : write));
        });
        return network.call(box, steps, () => outcomes);
      },
      search: (query) => read(() => (planted.searchBlind ? [] : store.search(query))),
      count: (query) => read(() => store.search(query).length),
      remove: (id, expect) => {
        let outcome: WriteOutcome = { kind: 'conflict' };
        const step = (): void => {
          outcome = store.remove(id, expect);
        };
        return network.call(box, [step], () => outcome);
      },
      removeMany: (docs) => {
        const outcomes: WriteOutcome[] = [];
        const steps = docs.map(
          ({ id, version }) =>
            () =>
              void outcomes.push(store.remove(id, version)),
        );
        return network.call(box, steps, () => outcomes);
      },
      identity: () => read(() => this.stateIdentity),
      raiseSchema: (schema) => network.call(box, [() => store.raiseSchema(schema)], () => undefined),
      nodeTime: () => read(() => this.epoch + this.now),
    };
  }

  private evidenceFor(box: Box): EvidenceLog {
    return fakeEvidenceLog(this.evidence, (answer) => this.network.call(box, [], answer));
  }

  private connectorFor(machine: SimAgent, box: Box): Connector {
    const { scheduler, dice, target, network } = this;
    const planted = this.options.planted ?? {};
    const land = (command: ClearedCommand): void => {
      this.onWire.delete(command);
      target.apply(targetKey(command.action, command.target), command.command_id, this.now);
    };
    const execute = (command: ClearedCommand, context: CallContext): Promise<CallOutcome> =>
      new Promise((resolve) => {
        const answer = (delay: number, outcome: CallOutcome): void =>
          scheduler.after(delay, () => box.deliver(() => resolve(outcome)));
        const connecting = dice.chance(0.15) ? dice.between(500, REQUEST_TIMEOUT_MS - 100) : dice.between(0.2, 5);
        for (const told of this.connectWatchers) told(machine, connecting);
        scheduler.after(connecting, () =>
          box.deliver(() => {
            if (planted.asksNobody !== true && !context.mayStart()) {
              resolve({ kind: 'not_started', why: 'may not start' });
              return;
            }
            const sending: Sending = { agent: machine.name, command, at: this.now, box };
            this.sendings.push(sending);
            for (const told of this.watchers) told(sending);
            if (planted.sendsTwice === true) this.doubleSend(command);
            const error = { code: 'simulated', message: 'simulated', retryable: dice.chance(0.5) };
            if (dice.chance(this.weather.targetFails)) {
              this.refused.add(command.command_id);
              return answer(dice.between(1, 50), { kind: 'failed', error });
            }
            if (dice.chance(this.weather.targetLost)) return;
            this.onWire.add(command);
            const slow = dice.chance(this.weather.slow * 3);
            const travel = slow ? dice.between(100, SETTLE_MS - 100) : dice.between(0.5, 20);
            scheduler.after(planted.settleLie === true ? SETTLE_MS * 4 : travel, () => {
              land(command);
              if (dice.chance(this.weather.targetFails))
                return answer(1, { kind: 'unknown', error: { ...error, retryable: true } });
              if (!dice.chance(this.weather.lostAnswer * 5)) answer(dice.between(0.5, 20), { kind: 'succeeded' });
            });
          }),
        );
      });
    const keyOf = (handle: { action: string; target: Target }): string => targetKey(handle.action, handle.target);
    return {
      name: 'edge',
      kind: 'fake',
      capabilities: {
        actions: this.options.actions,
        idempotency: this.options.idempotency,
        native_ttl: false,
        settle_time_ms: SETTLE_MS,
        request_timeout_ms: REQUEST_TIMEOUT_MS,
        tagged: true,
        second_observer: false,
      },
      execute,
      verify: async (handle) => {
        await network.wait(box, dice.between(0.5, 20));
        if (dice.chance(this.weather.targetFails)) return { state: 'unknown' };
        return { state: target.has(keyOf(handle), handle.command_ids) ? 'present' : 'absent' };
      },
      undo: (handle) =>
        new Promise((resolve) => {
          scheduler.after(dice.between(0.5, 20), () => {
            if (planted.undoLie !== true) target.remove(keyOf(handle), handle.command_ids, this.now);
            if (dice.chance(this.weather.lostAnswer * 5)) return;
            scheduler.after(dice.between(0.5, 20), () => box.deliver(() => resolve({ kind: 'succeeded' })));
          });
        }),
      cancel: async () => network.wait(box, 1),
      list: async () =>
        ok(
          [...target.entries].map(([key, command_id]) => {
            const [action = '', type = '', value = ''] = key.split(/[ :]/);
            return { action, target: { type, value } as Target, command_id };
          }),
        ),
      status: async () => ({ state: 'ok', text: '' }),
    };
  }

  /** Planted: the same order twice, with an undoing in between by the target itself. */
  private doubleSend(command: ClearedCommand): void {
    const key = targetKey(command.action, command.target);
    this.scheduler.after(500, () => this.target.remove(key, [command.command_id], this.now));
    this.scheduler.after(600, () => this.target.apply(key, command.command_id, this.now));
  }
}

const MODEL = modelOf(INITIAL_WEIGHTS);

/** What an agent says loudly when the world is bad to it, which is right. */
const EXPECTED_ERRORS = ['the clock of this machine', 'this agent cannot join'];
