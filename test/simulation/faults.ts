import { STATE_SCHEMA } from '../../server/runner/ports';
import { PERMIT_MS } from '../../server/runner/session/session_times';
import type { SimAgent } from './machine';
import { FAIR, FOUL, times as timesAsOften, type Box } from './network';
import { nextBundle } from './scenario';
import type { Stage } from './stage';

/** The state schema of the agents that are upgraded; they begin with this version's. */
const UPGRADED = STATE_SCHEMA + 1;

/** Everything that breaks in a run, until there is peace. */
export class Faults {
  constructor(private readonly stage: Stage) {}

  /** Before anything is started. */
  prepare(): void {
    const { world, climate, plan } = this.stage;
    // Some worlds are foul from the very first: what fails once, while an agent joins, must not stay behind.
    if (world.options.seed % 4 === 0) world.weather = { ...FOUL, lostAnswer: 0.1, stall: 0.1 };
    const [first] = world.agents;
    if (climate.has('lacking') && first) first.lacks = plan.pick(['edge', 'ward']);
    if (climate.has('mixed_schemas')) for (const machine of world.agents) machine.schema = STATE_SCHEMA;
  }

  plan(): void {
    const { plan, world, climate, times } = this.stage;
    world.weather = plan.chance(0.8) ? FOUL : FAIR;
    if (climate.has('gale')) world.weather = timesAsOften(FOUL, plan.between(3, 8));
    world.answersAreSlow = climate.has('slow_answers');
    this.planUsual();
    this.planLong();
    this.planDisks();
    this.planVersions();
    // The worst moment to be cut off: after the last look at the permit, before the request is sent.
    world.whenConnecting((machine, ms) => {
      if (ms > PERMIT_MS && world.now < times.faultsUntil - 10_000 && plan.chance(0.3))
        this.cut(machine, plan.between(1_500, 6_000));
    });
  }

  private planUsual(): void {
    const { plan, world, climate, times, at } = this.stage;
    const count = climate.has('gale') ? plan.whole(4, 14) : plan.whole(0, 6);
    for (let index = 0; index < count; index += 1) {
      const moment = plan.between(3_500, times.faultsUntil - 10_000);
      const machine = plan.pick(world.agents);
      const length = plan.chance(0.2) ? plan.between(10_000, 90_000) : plan.between(200, 9_000);
      const kind = plan.pick(['crash', 'crash', 'freeze', 'cut', 'cut', 'store', 'clock'] as const);
      at(moment, () => {
        if (kind === 'crash') this.crash(machine, Math.min(length, 20_000));
        else if (kind === 'freeze') this.freeze(machine, Math.min(length, 15_000));
        else if (kind === 'cut') this.cut(machine, length);
        else if (kind === 'store') this.stopStore(Math.min(length, 12_000));
        else this.jumpClock(machine);
      });
    }
  }

  private planLong(): void {
    const { plan, world, climate, at } = this.stage;
    if (climate.has('long_cuts')) {
      for (let index = plan.whole(1, 2); index > 0; index -= 1) {
        const moment = plan.between(12_000, 60_000);
        const length = plan.between(60_000, 130_000);
        const machine = plan.pick(world.agents);
        const everybody = plan.chance(0.5);
        at(moment, () => (everybody ? this.stopStore(length) : this.cut(machine, length)));
      }
    }
    if (climate.has('start_alone')) {
      const moment = plan.between(12_000, 40_000);
      const length = plan.between(30_000, 75_000);
      at(moment, () => this.stopStore(length));
      for (const machine of world.agents) {
        if (!plan.chance(0.6)) continue;
        const after = plan.between(-3_000, 15_000);
        at(moment + after, () => this.crash(machine, plan.between(3_500, 10_000)));
      }
    }
  }

  private planDisks(): void {
    const { plan, world, climate, at } = this.stage;
    if (!climate.has('disk_full')) return;
    for (let index = plan.whole(1, 3); index > 0; index -= 1) {
      const machine = plan.pick(world.agents);
      const moment = plan.between(4_000, 35_000);
      const length = plan.between(3_000, 20_000);
      at(moment, () => {
        this.stage.tell(`${machine.name} has no room on its disk`);
        machine.disk.full = true;
      });
      at(moment + length, () => this.makeRoom(machine));
    }
  }

  private makeRoom({ disk }: SimAgent): void {
    disk.full = false;
    this.stage.world.tally.note('disk_full', disk.refusals);
    disk.refusals = 0;
  }

  private planVersions(): void {
    const { plan, world, climate, at } = this.stage;
    if (climate.has('release')) at(plan.between(6_000, 30_000), () => this.release(0));
    if (!climate.has('mixed_schemas')) return;
    let moment = plan.between(8_000, 20_000);
    for (const machine of world.agents) {
      at(moment, () => this.upgrade(machine));
      moment += plan.between(1_000, 12_000);
    }
    const look = (): void => {
      const kept = world.agents.flatMap(({ agent }) => agent?.troubles ?? []);
      const forVersion = kept.filter(({ code }) => code === 'older_agents_run' || code === 'engine_too_old');
      world.tally.note('mixed_schemas', forVersion.length);
      if (world.now < this.stage.times.faultsUntil) at(world.now + 1_000, look);
    };
    at(8_000, look);
  }

  /** Its program is replaced: it is stopped in order or killed, and the new one starts a little later. */
  private upgrade(machine: SimAgent): void {
    const { world, tell, at, plan } = this.stage;
    tell(`${machine.name} is upgraded`);
    machine.schema = UPGRADED;
    if (!machine.box.alive || machine.inHands) return;
    if (plan.chance(0.5)) void machine.agent?.stop();
    at(world.now + 4_000, () => this.crash(machine, 2_000));
  }

  private release(attempt: number): void {
    const { world, checkers, climate, tell, at } = this.stage;
    const next = nextBundle({ climate });
    if (attempt === 0) world.file(next);
    const session = world.agents.find(({ box, agent }) => box.alive && !box.frozen && agent?.shift)?.agent?.shift
      ?.session;
    const again = (): void => {
      if (attempt < 100) at(world.now + 500, () => this.release(attempt + 1));
    };
    if (!session) return again();
    void session
      .changeGate((gate) => ({ ...gate, bundle_floor: Math.max(gate.bundle_floor, next.statement.version) }))
      .then(() => {
        tell('the second bundle is released');
        checkers.sendings.noteRelease(next.statement.version);
      })
      .catch(again);
  }

  private jumpClock(machine: SimAgent): void {
    machine.utcOffset += this.stage.plan.pick([-90_000, 90_000, -3_000, 3_000]);
    this.stage.world.tally.note('clock_jump');
    this.stage.tell(`${machine.name} clock jumps`);
  }

  crash(machine: SimAgent, length: number): void {
    const { world, checkers, tell, at } = this.stage;
    if (!machine.box.alive || machine.inHands) return;
    tell(`${machine.name} crashes`);
    world.tally.note('crash');
    checkers.effects.noteDeath(machine);
    this.noteCut(machine.box, false);
    world.crash(machine);
    at(world.now + length, () => {
      if (machine.box.alive || machine.inHands) return;
      tell(`${machine.name} starts again`);
      world.boot(machine);
    });
  }

  private freeze(machine: SimAgent, length: number): void {
    const { world, tell, at } = this.stage;
    const { box } = machine;
    tell(`${machine.name} freezes`);
    world.tally.note('freeze');
    box.frozen = true;
    at(world.now + length, () => {
      tell(`${machine.name} thaws`);
      box.thaw();
    });
  }

  private cut(machine: SimAgent, length: number): void {
    const { world, tell, at } = this.stage;
    const { box } = machine;
    if (!box.alive) return;
    tell(`${machine.name} is cut off`);
    world.tally.note('cut');
    this.noteCut(box, true);
    at(world.now + length, () => {
      tell(`${machine.name} reaches the store again`);
      this.noteCut(box, false);
    });
  }

  private noteCut(box: Box, cut: boolean): void {
    box.cut = cut;
    this.stage.checkers.reach.noteCut(box, cut);
  }

  stopStore(length: number): void {
    const { world, checkers, tell, at } = this.stage;
    const dies = world.dice.chance(0.6);
    tell(dies ? 'the store dies' : 'the store is down');
    world.tally.note('store_down');
    world.storeIsDown = true;
    checkers.reach.noteStore(false);
    if (dies) {
      world.tally.note('store_died');
      world.store.crash();
      world.storeLives += 1;
    }
    at(world.now + length, () => {
      tell('the store is up');
      world.storeIsDown = false;
      checkers.reach.noteStore(true);
    });
  }

  /** Peace: everything works from here on. */
  heal(): void {
    const { world, checkers, tell } = this.stage;
    tell('peace');
    world.weather = FAIR;
    world.answersAreSlow = false;
    world.storeIsDown = false;
    checkers.reach.noteStore(true);
    for (const machine of world.agents) {
      this.noteCut(machine.box, false);
      if (machine.box.frozen) machine.box.thaw();
      machine.utcOffset = 0;
      this.makeRoom(machine);
      if (!machine.box.alive && !machine.inHands) world.boot(machine);
    }
  }
}
