import type { SimAgent } from '../machine';
import type { Sending } from '../sim_connector';
import type { World } from '../world';
import type { Violations } from './violations';

/** An order that the store did not take is given once the host reaches it: within this time, ms. */
const GIVEN_WITHIN_MS = 8_000;
const TICK_MS = 250;

/** INV-6: after an order to stop nothing starts, until somebody lets it. */
export class StopChecker {
  private acknowledgedAt: number | undefined;
  /** The machine that took an order which the store did not, and for how long it could have given it since, ms. */
  private pending: { readonly machine: SimAgent; readonly at: number; ableMs: number } | undefined;

  constructor(
    private readonly world: World,
    private readonly violations: Violations,
  ) {
    world.whenSending((sending) => this.onSending(sending));
    this.tick();
  }

  /** The kill switch was acknowledged; until `released` nothing may start. */
  acknowledged(): void {
    this.world.tally.note('switch_thrown');
    this.acknowledgedAt = this.world.now;
  }

  /** The order was taken by one machine, and nobody knows of the others. */
  ordered(machine: SimAgent): void {
    this.world.tally.note('stop_away');
    this.pending = { machine, at: this.world.now, ableMs: 0 };
  }

  released(): void {
    this.acknowledgedAt = undefined;
    this.pending = undefined;
  }

  get isStopped(): boolean {
    return this.acknowledgedAt !== undefined || this.pending !== undefined;
  }

  private tick(): void {
    const { pending, world } = this;
    if (pending) {
      const { box, agent } = pending.machine;
      if (agent && box.alive && !box.frozen && world.reachesStore(box)) pending.ableMs += TICK_MS;
    }
    world.scheduler.after(TICK_MS, () => this.tick());
  }

  private onSending({ agent, command, at }: Sending): void {
    const what = `${agent} sends ${command.command_id}`;
    if (this.acknowledgedAt !== undefined)
      this.violations.add(
        'INV-6',
        `${what} ${Math.round(at - this.acknowledgedAt)} ms after the stop was acknowledged`,
      );
    if (!this.pending) return;
    const { machine, ableMs } = this.pending;
    const since = `${Math.round(at - this.pending.at)} ms after ${machine.name} was ordered to stop`;
    if (agent === machine.name) this.violations.add('INV-6', `${what} itself ${since}`, 'stop_not_acknowledged');
    else if (ableMs > GIVEN_WITHIN_MS)
      this.violations.add(
        'INV-6',
        `${what} ${since}, which had ${ableMs} ms to hand the order on`,
        'stop_not_acknowledged',
      );
  }
}
