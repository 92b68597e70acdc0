import type { AuditReport } from '../../common/api/routes';
import { GATE_ID } from '../../server/runner/keeping/kinds/gate';
import { contentOf } from '../../server/runner/keeping/state_docs';
import type { Idempotency, OwnThing } from '../../server/runner/ports';
import { Dice } from '../fakes/scheduler';
import { Checkers } from './checkers/checkers';
import { checkChains } from './checkers/chains';
import { Violations, type Violation } from './checkers/violations';
import { drawClimate, inHarmony, USUAL, type Climate, type WeatherName } from './climate';
import { Faults } from './faults';
import { isNotYet, NOT_YET } from './not_yet';
import { Past, TIDIED_WITHIN_MS } from './past';
import { People } from './people';
import type { Planted } from './planted_bugs';
import { Restore } from './restore';
import { simBundle, simInventory } from './scenario';
import { Senders } from './senders';
import { targetKey } from './sim_target';
import { timesOf, type Stage } from './stage';
import type { Tally } from './tally';
import { World } from './world';

/** Once nothing is in effect, journals are empty after this time, ms. */
const FORGOTTEN_AFTER_MS = 20_000;

interface RunResult {
  readonly seed: number;
  readonly climate: Climate;
  readonly violations: readonly Violation[];
  /** What agents reported as bugs of their own. */
  readonly errors: readonly string[];
  /** How often each weather took effect. */
  readonly tally: Tally;
  readonly steps: number;
  readonly events: number;
  readonly sendings: number;
  readonly audit?: AuditReport;
}

export interface RunOptions {
  readonly seed: number;
  /** Weathers beyond the usual, drawn by the seed. */
  readonly harsh?: boolean;
  /** Exactly these weathers instead of drawn ones. */
  readonly weathers?: readonly WeatherName[] | undefined;
  /** Also what the code does not stand yet. */
  readonly everything?: boolean;
  readonly planted?: Planted;
  /** What belongs to the machines that Reflex runs on. */
  readonly own?: readonly OwnThing[];
  readonly idempotency?: Idempotency;
  /** Evidence is chained, covered and verified, too. */
  readonly audited?: boolean;
  /** Told of everything that the run does to the world; for reading a failing seed. */
  readonly trace?: (line: string) => void;
}

const climateOf = ({ seed, harsh, weathers, everything }: RunOptions): Climate => {
  if (weathers !== undefined) return inHarmony(weathers);
  if (harsh !== true) return USUAL;
  return drawClimate(seed, new Set(everything ? [] : NOT_YET.map(({ what }) => what)));
};

/** One whole run of one seed: events and faults, then peace, then the questions at the end. */
export const runSeed = async (options: RunOptions): Promise<RunResult> => {
  const { seed, planted, idempotency, trace, everything, audited = false } = options;
  const climate = climateOf(options);
  const plan = new Dice(seed ^ 0x5eed);
  const kind = idempotency ?? plan.pick<Idempotency>(['set', 'set', 'key', 'none']);
  const world: World = new World({
    seed,
    agents: 3,
    bundle: simBundle({ leak: planted?.shadowLeaks, driftLeaks: planted?.driftLeaks, climate }),
    inventory: simInventory,
    actions: ['block_ip', 'isolate_host'],
    idempotency: kind,
    climate,
    audited,
    ...(planted ? { planted } : {}),
    ...(options.own ? { own: options.own } : {}),
    ...(trace ? { trace: (line: string) => trace(`${(world.now / 1000).toFixed(3).padStart(8)} ${line}`) } : {}),
  });
  for (const name of climate) world.tally.worlds.set(name, 1);
  const run = new Run(world, plan, trace);
  const violations = [...(await run.all())];
  const ofChains = new Violations(() => world.now);
  const audit = audited ? await checkChains(world, ofChains) : undefined;
  violations.push(...ofChains.all);
  return {
    seed,
    climate,
    violations: violations.filter(({ check }) => everything === true || check === undefined || !isNotYet(check)),
    errors: world.errors,
    tally: world.tally,
    steps: world.scheduler.steps,
    events: run.senders.acknowledged.size,
    sendings: world.sendings.length,
    ...(audit ? { audit } : {}),
  };
};

class Run {
  readonly senders: Senders;
  private readonly stage: Stage;
  private readonly faults: Faults;
  private readonly people: People;
  private readonly past: Past;
  private readonly checkers: Checkers;

  constructor(
    private readonly world: World,
    plan: Dice,
    private readonly trace: ((line: string) => void) | undefined,
  ) {
    const { climate } = world;
    const times = timesOf(climate);
    this.checkers = new Checkers(
      world,
      () => world.now > times.faultsUntil + 40_000 && world.now < times.quietNotBefore - 30_000,
    );
    this.stage = {
      ...{ world, plan, climate, times, checkers: this.checkers },
      tell: (line) => this.tell(line),
      at: (moment, run) => world.scheduler.after(moment - world.now, run),
    };
    this.senders = new Senders(this.stage);
    this.faults = new Faults(this.stage);
    this.people = new People(this.stage);
    this.past = new Past(world);
    if (trace) this.traceAll();
  }

  async all(): Promise<readonly Violation[]> {
    const { world, faults, stage } = this;
    const { faultsUntil, quietNotBefore, end } = stage.times;
    faults.prepare();
    this.past.plan();
    for (const machine of world.agents) world.boot(machine);
    await world.scheduler.runUntil(3_000);
    if (world.options.planted?.gateStale === true) world.firstGate = world.store.get(GATE_ID);
    this.senders.planEvents();
    faults.plan();
    this.people.plan();
    new Restore(stage, faults, this.people).plan();
    this.planStopWhileAway();
    await world.scheduler.runUntil(faultsUntil);
    faults.heal();
    await world.scheduler.runUntil(quietNotBefore);
    while (world.now < end && !this.isQuiet()) await world.scheduler.runUntil(world.now + 5_000);
    const forgottenBy = world.now + FORGOTTEN_AFTER_MS;
    while (world.now < forgottenBy && !this.isForgotten()) await world.scheduler.runUntil(world.now + 5_000);
    const tidiedBy = world.now + TIDIED_WITHIN_MS;
    while (world.now < tidiedBy && !this.past.isTidy) await world.scheduler.runUntil(world.now + 5_000);
    return this.checkers.atTheEnd(this.senders.acknowledged, this.past);
  }

  /** Somebody throws the switch right after the store went away. */
  private planStopWhileAway(): void {
    const { plan, climate, at, world } = this.stage;
    if (!climate.has('stop_away')) return;
    const moment = plan.between(8_000, 30_000);
    at(moment, () => this.faults.stopStore(plan.between(1_000, 14_000)));
    at(moment + plan.between(50, 900), () => {
      if (world.storeIsDown) this.people.throwSwitch();
    });
  }

  /** Nothing is open any more: what has not gone wrong by now will not. */
  private isQuiet(): boolean {
    const { agents, store } = this.world;
    if (agents.some(({ agent, disk }) => agent?.shift === undefined || disk.spooled.length > 0)) return false;
    const stops = contentOf('gate', store.get(GATE_ID))?.stops ?? [];
    if (stops.length > 0 && !this.checkers.stops.isStopped) return false;
    return [...store.documents.values()].every(({ body }) => {
      if (body.kind === 'effect') return body.facets.state === 'absent';
      return body.kind !== 'case' || body.facets.state === 'decided' || body.facets.state === 'waiting';
    });
  }

  /** Journals are compared with the state at intervals. */
  private isForgotten(): boolean {
    return this.world.agents.every(({ disk }) => disk.journalEntries.size === 0);
  }

  private tell(line: string): void {
    this.trace?.(`${(this.world.now / 1000).toFixed(3).padStart(8)} ${line}`);
  }

  private traceAll(): void {
    const { world } = this;
    this.tell(`weather: ${[...world.climate].join(' ')}`);
    world.whenSending(({ agent, command: { command_id, action, target, case_id } }) =>
      this.tell(`${agent} SENDS ${command_id.slice(0, 8)} ${targetKey(action, target)} for ${case_id.slice(5, 13)}`),
    );
    world.target.whenRemoved((key) => this.tell(`${key} ENDS at the target`));
    world.whenUndoing(({ key, fate }) => this.tell(`an order to undo ${key}: ${fate}`));
    world.store.watch((id, body) => {
      if (body.kind === 'session' || body.kind === 'gate') return;
      const content = body.content as {
        acts?: Array<{ status: string }>;
        reasons?: Array<{ command: { command_id: string } }>;
      };
      const inside =
        content.acts?.map((act) => act.status).join(',') ??
        content.reasons?.map((reason) => reason.command.command_id.slice(0, 8)).join(',') ??
        '';
      this.tell(
        `  ${id.slice(0, 15)} ${body.facets.state ?? ''} [${inside}] by ${body.session.slice(0, 8)} owner ${body.owner.slice(0, 8)}`,
      );
    });
  }
}
