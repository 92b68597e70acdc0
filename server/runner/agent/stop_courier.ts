import { isSameStop, withStop, type Gate } from '../keeping/kinds/gate';
import { sayFailed } from '../keeping/in_background';
import { STATE_SCHEMA, StateReplaced, type Basics, type LocalMemory, type StateStore } from '../ports';
import { GateDocument } from '../session/gate_document';
import type { HostStop } from '../session/host_stop';
import { continues, floorOf } from '../session/upgrade';
import { GENERATION } from './adopt';
import { pinState } from './pin_state';
import type { Shift } from './shift';
import { nap } from '../keeping/nap';

/*
 * Hands orders to stop on while no heartbeat of this host gets through: before it joins, while it may not join because
 * older agents still run, and while its session is refused. An order only restrains, so whoever holds one may give it
 * at any time (`docs/decisions/017-stop-and-limits.md`).
 */

const TICK_MS = 250;
/** Once everything is given it looks this often whether somebody let it go on, ms. */
const GIVEN_MS = 2_000;

interface CourierPorts {
  readonly store: StateStore;
  readonly basics: Basics;
  readonly memory: Pick<LocalMemory, 'read'>;
  readonly hostStop: HostStop;
  /** The session that is up, if one is. */
  readonly shift: () => Pick<Shift, 'session'> | undefined;
  /** The state schema that this agent speaks; default this version's. */
  readonly schema?: number | undefined;
}

export class StopCourier {
  private readonly gate: GateDocument;

  constructor(private readonly ports: CourierPorts) {
    this.gate = new GateDocument(ports, '');
  }

  async run(until: () => boolean): Promise<void> {
    const { hostStop, basics } = this.ports;
    while (!until()) {
      hostStop.look();
      const isNeeded = hostStop.toGive.length > 0 && !this.isHeard;
      if (isNeeded) await this.give().catch((cause: unknown) => this.say(cause));
      const isAllGiven = hostStop.toGive.every((order) => hostStop.stateOf(order) === 'ordered');
      await nap(basics.clock, isNeeded && isAllGiven ? GIVEN_MS : TICK_MS);
    }
  }

  /** A heartbeat that gets through publishes by itself, before it takes a permit. */
  private get isHeard(): boolean {
    const shift = this.ports.shift();
    return shift !== undefined && shift.session.noPermit() === undefined;
  }

  private async give(): Promise<void> {
    const { hostStop, basics } = this.ports;
    await pinState(this.ports);
    if ((await this.gate.read()) === undefined) return;
    const orders = hostStop.toGive;
    const { gate } = await this.gate.change((current) =>
      this.isOwn(current) ? orders.reduce(withStop, current) : current,
    );
    if (!this.isOwn(gate)) return;
    const isIn = (stops: Gate['past_stops']) =>
      orders.filter((order) => stops?.some((each) => isSameStop(each, order)));
    const fresh = isIn(gate.stops).filter((order) => hostStop.stateOf(order) === 'local');
    if (fresh.length > 0) basics.log.warn('orders to stop were handed on without a session', { epoch: gate.epoch });
    hostStop.given(fresh);
    // INVARIANT (INV-6): a session that is up may follow an older gate than this one; its heartbeat reads it first.
    if (this.ports.shift() === undefined) hostStop.over(isIn(gate.past_stops));
  }

  /** What an agent may not join, and not for a while only, is not its to write: see `gateToEnter`. */
  private isOwn(gate: Gate): boolean {
    const { memory, schema = STATE_SCHEMA } = this.ports;
    const known = memory.read(GENERATION);
    return floorOf(gate) <= schema && (known === undefined || continues(gate, known));
  }

  private say(cause: unknown): void {
    // Joining says that the state is another one, with what to do.
    if (!(cause instanceof StateReplaced)) sayFailed(this.ports.basics.log, 'handing on orders to stop failed', cause);
  }
}
