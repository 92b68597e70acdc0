import { GATE_ID, type Gate, type StopName } from '../../../server/runner/keeping/kinds/gate';
import { contentOf } from '../../../server/runner/keeping/state_docs';
import type { SimAgent } from '../machine';
import type { Sending } from '../sim_connector';
import type { World } from '../world';
import type { Violations } from './violations';

/** An order that the store did not take is given once the host reaches it: within this time, ms. */
const GIVEN_WITHIN_MS = 5_000;
const TICK_MS = 250;

const nameOf = ({ scope, who, at }: StopName): string => `${scope} of ${who} at ${at}`;

/** An order that covers one policy, and how it ends. */
interface PolicyStop {
  /** The acknowledgement, ms. */
  readonly at: number;
  readonly name: StopName;
  /** A pause: it was ordered at this moment and lasts so long, ms. */
  readonly pause?: { readonly orderedAt: number; readonly lastsMs: number };
}

/** Clocks drift by 1 % at the most. */
const DRIFT = 0.99;

/** INV-6: after an order to stop nothing starts, until somebody lets it, or until a pause is over. */
export class StopChecker {
  private acknowledgedAt: number | undefined;
  private ofPolicies: readonly PolicyStop[] = [];
  /** The machine that took an order which the store did not, and for how long it could have given it since, ms. */
  private pending: { readonly machine: SimAgent; readonly at: number; ableMs: number } | undefined;

  /** Orders that the gate holds, and those that it held, on the disk of the store. */
  private inForce: ReadonlySet<string> = new Set();
  private readonly over = new Set<string>();

  constructor(
    private readonly world: World,
    private readonly violations: Violations,
  ) {
    world.whenSending((sending) => this.onSending(sending));
    world.store.watchDurable((id, body) => {
      const gate = id === GATE_ID ? contentOf('gate', body) : undefined;
      if (gate) this.onGate(gate);
    });
    this.tick();
  }

  /** The state is an older one: it may hold an order that was over. */
  noteRestored(): void {
    this.inForce = new Set();
    this.ofPolicies = [];
    this.over.clear();
  }

  private onGate({ stops }: Gate): void {
    const now = new Set(stops.map(nameOf));
    for (const name of this.inForce) if (!now.has(name)) this.over.add(name);
    for (const { name, pause } of this.ofPolicies)
      if (pause && !now.has(nameOf(name)) && this.world.now - pause.orderedAt < pause.lastsMs * DRIFT)
        this.violations.add('INV-6', `the pause ${nameOf(name)} was over before its time`);
    // From then on its acts may start.
    this.ofPolicies = this.ofPolicies.filter(({ name }) => now.has(nameOf(name)));
    this.inForce = now;
    for (const name of now)
      if (this.over.has(name))
        this.violations.add('INV-6', `the order ${name} came back after it was over`, 'stop_given_twice');
  }

  /** The kill switch was acknowledged; until `released` nothing may start. */
  acknowledged(): void {
    this.world.tally.note('switch_thrown');
    this.acknowledgedAt = this.world.now;
  }

  /** A stop of one policy was acknowledged; until it is not in the gate any more nothing of that policy may start. */
  acknowledgedFor(name: StopName, pause?: PolicyStop['pause']): void {
    if (!this.inForce.has(nameOf(name))) return;
    this.world.tally.note('switch_thrown');
    this.ofPolicies = [...this.ofPolicies, { at: this.world.now, name, ...(pause ? { pause } : {}) }];
  }

  /** The order was taken by one machine, and nobody knows of the others. */
  ordered(machine: SimAgent): void {
    this.world.tally.note('stop_away');
    this.pending = { machine, at: this.world.now, ableMs: 0 };
  }

  released(): void {
    this.acknowledgedAt = undefined;
    this.ofPolicies = [];
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
    for (const stop of this.ofPolicies)
      if (stop.name.scope === `policy:${command.policy.id}`)
        this.violations.add(
          'INV-6',
          `${what} ${Math.round(at - stop.at)} ms after the stop of \`${command.policy.id}\` was acknowledged`,
        );
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
