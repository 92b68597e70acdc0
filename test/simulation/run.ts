import { randomEvent, simBundle, simInventory } from './scenario';
import { Checkers, type Violation } from './checkers';
import { FAIR, FOUL, type Box } from './network';
import { contentOf } from '../../server/runner/keeping/state_docs';
import { approve, deny, escalationDigest } from '../../server/runner/operations/escalations';
import { releaseSwitch, throwSwitch } from '../../server/runner/session/kill_switch';
import type { Idempotency } from '../../server/runner/ports';
import { PERMIT_MS } from '../../server/runner/session/session_times';
import type { ReceivedEvent } from '../../common/flow/event';
import { Dice } from '../fakes/scheduler';
import { targetKey, World, type Planted, type SimAgent } from './world';

interface RunResult {
  readonly seed: number;
  readonly violations: readonly Violation[];
  /** What agents reported as bugs of their own. */
  readonly errors: readonly string[];
  readonly steps: number;
  readonly events: number;
  readonly sendings: number;
}

interface RunOptions {
  readonly seed: number;
  readonly planted?: Planted;
  readonly idempotency?: Idempotency;
  /** Told of everything that the run does to the world; for reading a failing seed. */
  readonly trace?: (line: string) => void;
}

const EVENTS_UNTIL = 25_000;
const FAULTS_UNTIL = 60_000;
const END = 230_000;
/** Sessions are found dead, their work is taken over and verified by then. */
const QUIET_NOT_BEFORE = 30_000;
const PATIENCE_MS = 3_000;

/** One whole run of one seed: events and faults, then peace, then the questions at the end. */
export const runSeed = async ({ seed, planted, idempotency, trace }: RunOptions): Promise<RunResult> => {
  const plan = new Dice(seed ^ 0x5eed);
  const kind = idempotency ?? plan.pick<Idempotency>(['set', 'set', 'key', 'none']);
  const world: World = new World({
    seed,
    agents: 3,
    bundle: simBundle(planted?.shadowLeaks),
    inventory: simInventory,
    actions: ['block_ip', 'isolate_host'],
    idempotency: kind,
    ...(planted ? { planted } : {}),
    ...(trace ? { trace: (line: string) => trace(`${(world.now / 1000).toFixed(3).padStart(8)} ${line}`) } : {}),
  });
  const run = new Run(world, plan, trace);
  await run.all();
  return {
    seed,
    violations: run.checkers.atTheEnd({ acknowledged: run.acknowledged }),
    errors: world.errors,
    steps: world.scheduler.steps,
    events: run.acknowledged.size,
    sendings: world.sendings.length,
  };
};

class Run {
  readonly checkers: Checkers;
  readonly acknowledged = new Set<string>();

  constructor(
    private readonly world: World,
    private readonly plan: Dice,
    private readonly trace: ((line: string) => void) | undefined,
  ) {
    this.checkers = new Checkers(world);
    world.whenSending(({ agent, command }) =>
      this.tell(
        `${agent} SENDS ${command.command_id.slice(0, 8)} ${targetKey(command.action, command.target)} for ${command.case_id.slice(5, 13)}`,
      ),
    );
    if (trace) {
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

  async all(): Promise<void> {
    const { world, plan } = this;
    // Some worlds are foul from the very first: what fails once, while an agent joins, must not stay behind.
    if (world.options.seed % 4 === 0) world.weather = { ...FOUL, lostAnswer: 0.1, stall: 0.1 };
    for (const machine of world.agents) world.boot(machine);
    await world.scheduler.runUntil(3_000);
    if (world.options.planted?.gateStale === true) world.firstGate = world.store.get('gate');
    world.weather = plan.chance(0.8) ? FOUL : FAIR;
    this.planEvents();
    this.planFaults();
    this.planPeople();
    // The worst moment to be cut off: after the last look at the permit, before the request is sent.
    world.whenConnecting((machine, ms) => {
      if (ms > PERMIT_MS && world.now < FAULTS_UNTIL - 10_000 && plan.chance(0.3))
        this.cut(machine, plan.between(1_500, 6_000));
    });
    await world.scheduler.runUntil(FAULTS_UNTIL);
    this.heal();
    await world.scheduler.runUntil(FAULTS_UNTIL + QUIET_NOT_BEFORE);
    while (world.now < END && !this.isQuiet()) await world.scheduler.runUntil(world.now + 5_000);
  }

  /** Nothing is open any more: what has not gone wrong by now will not. */
  private isQuiet(): boolean {
    const { agents, store } = this.world;
    if (agents.some(({ agent, disk }) => agent?.shift === undefined || disk.spooled.length > 0)) return false;
    return [...store.documents.values()].every(({ body }) => {
      if (body.kind === 'effect') return body.facets.state === 'absent';
      return body.kind !== 'case' || body.facets.state === 'decided' || body.facets.state === 'waiting';
    });
  }

  private tell(line: string): void {
    this.trace?.(`${(this.world.now / 1000).toFixed(3).padStart(8)} ${line}`);
  }

  private at(moment: number, run: () => void): void {
    this.world.scheduler.after(moment - this.world.now, run);
  }

  private planEvents(): void {
    const { plan } = this;
    const count = plan.whole(6, 14);
    for (let index = 0; index < count; index += 1) {
      const moment = plan.between(3_000, EVENTS_UNTIL);
      const event = randomEvent(plan, `e${index}`, moment);
      const senders = plan.chance(0.35) ? 2 : 1;
      for (let sender = 0; sender < senders; sender += 1)
        this.at(moment + plan.between(0, 30), () => this.send(event, 0));
    }
  }

  /** A sender that keeps trying until somebody answers that the event is durable. */
  private send(event: ReceivedEvent, attempt: number): void {
    const { world } = this;
    const machine = world.dice.pick(world.agents);
    let answered = false;
    const again = (): void => {
      if (!answered && attempt < 60) this.send(event, attempt + 1);
      answered = true;
    };
    world.scheduler.after(PATIENCE_MS, again);
    if (!machine.agent || !machine.box.alive || machine.box.frozen) return;
    this.tell(`${event.event.event_id} (${event.case_id.slice(5, 13)}) to ${machine.name}`);
    void machine.agent.admit(event).then((admission) => {
      if (answered) return;
      if (admission.kind === 'accepted' || admission.kind === 'duplicate' || admission.kind === 'spooled') {
        answered = true;
        this.tell(`${event.event.event_id} ${admission.kind} by ${machine.name}`);
        this.acknowledged.add(event.case_id);
      }
    });
  }

  private planFaults(): void {
    const { plan, world } = this;
    const count = plan.whole(0, 6);
    for (let index = 0; index < count; index += 1) {
      const moment = plan.between(3_500, FAULTS_UNTIL - 10_000);
      const machine = plan.pick(world.agents);
      const length = plan.chance(0.2) ? plan.between(10_000, 90_000) : plan.between(200, 9_000);
      switch (plan.pick(['crash', 'crash', 'freeze', 'cut', 'cut', 'store', 'clock'] as const)) {
        case 'crash':
          this.at(moment, () => this.crash(machine, Math.min(length, 20_000)));
          break;
        case 'freeze':
          this.at(moment, () => this.freeze(machine, Math.min(length, 15_000)));
          break;
        case 'cut':
          this.at(moment, () => this.cut(machine, length));
          break;
        case 'store':
          this.at(moment, () => this.stopStore(Math.min(length, 12_000)));
          break;
        case 'clock':
          this.at(moment, () => {
            machine.utcOffset += plan.pick([-90_000, 90_000, -3_000, 3_000]);
            this.tell(`${machine.name} clock jumps`);
          });
      }
    }
  }

  private planPeople(): void {
    const { plan } = this;
    for (let index = 0; index < 12; index += 1) this.at(plan.between(6_000, 70_000), () => this.decideSomething());
    if (plan.chance(0.4)) this.at(plan.between(5_000, 30_000), () => this.throwSwitch());
    if (plan.chance(0.3)) this.at(plan.between(10_000, 40_000), () => this.liftSomething());
  }

  private someShift() {
    const up = this.world.agents.filter(
      (machine) => machine.box.alive && !machine.box.frozen && machine.agent?.shift !== undefined,
    );
    return up.length === 0 ? undefined : this.world.dice.pick(up).agent?.shift;
  }

  private decideSomething(): void {
    const shift = this.someShift();
    const waiting = [...this.world.store.documents].filter(
      ([, { body }]) => body.kind === 'case' && body.facets.state === 'waiting',
    );
    if (!shift || waiting.length === 0) return;
    const [id, { body }] = this.world.dice.pick(waiting);
    const content = contentOf('case', body);
    const act = content?.acts.find((each) => each.status === 'waiting');
    const seen = act && content && escalationDigest(content, act.act_id);
    if (!act || seen === undefined) return;
    const word = { caseId: id, actId: act.act_id, by: 'analyst', reason: 'sim', fourEyes: true, seen };
    const verb = this.world.dice.chance(0.7) ? approve : deny;
    this.tell(`person: ${verb.name} ${id.slice(5, 13)}`);
    void verb(shift, word).catch(() => undefined);
  }

  private liftSomething(): void {
    const shift = this.someShift();
    const live = [...this.world.store.documents].filter(
      ([, { body }]) => body.kind === 'effect' && body.facets.state === 'present',
    );
    if (!shift || live.length === 0) return;
    const [id, { body }] = this.world.dice.pick(live);
    const effect = body.content as { action: string; target: { type: 'ip'; value: string } };
    this.checkers.lifted.add(targetKey(effect.action, effect.target));
    this.tell(`person: lift ${id.slice(0, 15)}`);
    void shift.effects.lift(id, { by: 'analyst', text: 'sim', force: false }).catch(() => undefined);
  }

  private throwSwitch(): void {
    const { world } = this;
    const up = world.agents.filter(
      (machine) => machine.box.alive && !machine.box.frozen && machine.agent?.shift !== undefined,
    );
    if (up.length === 0) return;
    const machine = world.dice.pick(up);
    const { agent } = machine;
    const shift = agent?.shift;
    if (!agent || !shift) return;
    const ports = {
      ...shift.parts,
      session: shift.session,
      hostStop: agent.hostStop,
    };
    this.tell(`${machine.name} throws the switch`);
    void throwSwitch(ports, { scope: 'all', who: 'analyst', why: 'sim' })
      .then((report) => {
        if (!report.acknowledged) return;
        this.tell('the switch is acknowledged');
        this.checkers.acknowledged();
        this.at(world.now + world.dice.between(2_000, 9_000), () => this.release(0));
      })
      .catch(() => undefined);
    // A host that crashed while it threw the switch publishes its order once more when it is back.
    for (const later of [500, 20_000]) this.at(FAULTS_UNTIL + later, () => this.release(0));
  }

  private release(attempt: number): void {
    const { world } = this;
    const shift = this.someShift();
    // Whoever releases says so before: from then on starting is allowed.
    this.checkers.released();
    if (!shift) {
      if (attempt < 50) this.at(world.now + 500, () => this.release(attempt + 1));
      return;
    }
    const machine = world.agents.find((each) => each.agent?.shift === shift) as SimAgent;
    const { hostStop } = machine.agent as NonNullable<SimAgent['agent']>;
    void releaseSwitch({ session: shift.session, hostStop }, 'all').catch(() => {
      if (attempt < 50) this.at(world.now + 500, () => this.release(attempt + 1));
    });
  }

  private crash(machine: SimAgent, length: number): void {
    if (!machine.box.alive) return;
    this.tell(`${machine.name} crashes`);
    this.noteCut(machine.box, false);
    this.world.crash(machine);
    this.at(this.world.now + length, () => {
      if (machine.box.alive) return;
      this.tell(`${machine.name} starts again`);
      this.world.boot(machine);
    });
  }

  private freeze(machine: SimAgent, length: number): void {
    const { box } = machine;
    this.tell(`${machine.name} freezes`);
    box.frozen = true;
    this.at(this.world.now + length, () => {
      this.tell(`${machine.name} thaws`);
      box.thaw();
    });
  }

  private cut(machine: SimAgent, length: number): void {
    const { box } = machine;
    if (!box.alive) return;
    this.tell(`${machine.name} is cut off`);
    this.noteCut(box, true);
    this.at(this.world.now + length, () => {
      this.tell(`${machine.name} reaches the store again`);
      this.noteCut(box, false);
    });
  }

  private noteCut(box: Box, cut: boolean): void {
    box.cut = cut;
    this.checkers.noteCut(box, cut);
  }

  private stopStore(length: number): void {
    const dies = this.world.dice.chance(0.6);
    this.tell(dies ? 'the store dies' : 'the store is down');
    this.world.storeIsDown = true;
    if (dies) {
      this.world.store.crash();
      this.world.storeLives += 1;
    }
    this.at(this.world.now + length, () => {
      this.tell('the store is up');
      this.world.storeIsDown = false;
    });
  }

  /** Peace: everything works from here on. */
  private heal(): void {
    const { world } = this;
    this.tell('peace');
    world.weather = FAIR;
    world.storeIsDown = false;
    for (const machine of world.agents) {
      this.noteCut(machine.box, false);
      if (machine.box.frozen) machine.box.thaw();
      machine.utcOffset = 0;
      if (!machine.box.alive) world.boot(machine);
    }
  }
}
