import type { ReceivedEvent } from '../../common/flow/event';
import { blocking, isolation, randomEvent, updateOf } from './scenario';
import { STORM_MS, type Stage } from './stage';

const PATIENCE_MS = 3_000;
const STORM_FROM_MS = 10_000;
const STORM_EVERY_MS = 3_000;
const LATEST_UPDATE_MS = 40_000;
const ONE_TARGET_EVERY_MS = 400;
/** Later ones are about effects that should end in the peace. */
const ONE_TARGET_FOR_MS = 25_000;

/** Those who report events, and keep trying until somebody answers that it is durable. */
export class Senders {
  /** Events that were acknowledged, by case id, with the true time at which they were. */
  readonly acknowledged = new Map<string, number>();

  constructor(private readonly stage: Stage) {}

  planEvents(): void {
    const { plan, climate, times, at, world } = this.stage;
    const count = climate.has('load') ? plan.whole(30, 60) : plan.whole(6, 14);
    if (count > 14) world.tally.note('load', count - 14);
    for (let index = 0; index < count; index += 1) {
      const moment = plan.between(3_000, times.eventsUntil);
      const event = this.eventAt(`e${index}`, moment);
      if (climate.has('updates')) this.planUpdates(event, moment);
      const senders = plan.chance(0.35) ? 2 : 1;
      for (let sender = 0; sender < senders; sender += 1) at(moment + plan.between(0, 30), () => this.send(event, 0));
    }
    if (climate.has('refused_storm')) this.planStorm();
    if (climate.has('one_target')) this.planOneTarget();
  }

  private eventAt(id: string, moment: number): ReceivedEvent {
    const { plan, climate } = this.stage;
    const event = randomEvent(plan, id, moment, climate);
    return climate.has('updates') ? { ...event, repetition: 'update' } : event;
  }

  /** What was reported before, with newer data; now and then two that differ at once, from two senders. */
  private planUpdates(event: ReceivedEvent, reportedAt: number): void {
    const { plan, at } = this.stage;
    for (let count = plan.whole(0, 3); count > 0; count -= 1) {
      const moment = reportedAt + plan.between(0, LATEST_UPDATE_MS);
      at(moment, () => this.send(updateOf(event, moment, plan), 0));
    }
  }

  /** One host after the other, far more than the limit allows. */
  private planStorm(): void {
    const { plan, times, at } = this.stage;
    for (let moment = STORM_FROM_MS; moment < times.faultsUntil + STORM_MS; moment += STORM_EVERY_MS) {
      const event = isolation(`h${plan.whole(6, 19)}`, `storm ${moment}`, moment);
      at(moment, () => this.send(event, 0));
    }
  }

  /** One address again and again. */
  private planOneTarget(): void {
    const { times, at } = this.stage;
    const until = Math.min(times.eventsUntil, STORM_FROM_MS + ONE_TARGET_FOR_MS);
    for (let moment = STORM_FROM_MS; moment < until; moment += ONE_TARGET_EVERY_MS) {
      const event = blocking('203.0.113.1', `again ${moment}`, moment);
      at(moment, () => this.send(event, 0));
    }
  }

  private send(event: ReceivedEvent, attempt: number): void {
    const { world, tell } = this.stage;
    const machine = world.dice.pick(world.agents);
    let answered = false;
    const again = (): void => {
      if (!answered && attempt < 60) this.send(event, attempt + 1);
      answered = true;
    };
    world.scheduler.after(PATIENCE_MS, again);
    if (!machine.agent || !machine.box.alive || machine.box.frozen) return;
    tell(`${event.event.event_id} (${event.case_id.slice(5, 13)}) to ${machine.name}`);
    void machine.agent.admit(event).then((admission) => {
      if (answered) return;
      if (['accepted', 'duplicate', 'updated', 'spooled'].includes(admission.kind)) {
        answered = true;
        tell(`${event.event.event_id} ${admission.kind} by ${machine.name}`);
        if (admission.kind === 'updated') world.tally.note('updates');
        if (!this.acknowledged.has(event.case_id)) this.acknowledged.set(event.case_id, world.now);
      } else tell(`${event.event.event_id} ${admission.kind} by ${machine.name}`);
    });
  }
}
