import { isOfBreaker } from '../keeping/kinds/gate_breakers';
import type { StopOrder } from '../keeping/kinds/gate';

/*
 * The one act that may start although a breaker stopped its connector, to see whether it works again. The gate says
 * which session may, by compare-and-set; here it is counted.
 */

const keyOf = ({ at, breaker }: StopOrder): string => `${at} ${breaker?.round ?? ''} ${breaker?.probe?.at ?? ''}`;

/** Trials of one session. INVARIANT: of each trial that the gate grants it, one command starts at most. */
export class ProbeTickets {
  /** By scope: the trial, and the command that it was spent on. */
  private readonly spent = new Map<string, { readonly key: string; readonly command: string }>();

  /** @param session id of this session */
  constructor(private readonly session: string) {}

  /** The command that a trial was spent on; undefined while nothing was. */
  spentOn(order: StopOrder): string | undefined {
    const spent = this.spent.get(order.scope);
    return spent?.key === keyOf(order) ? spent.command : undefined;
  }

  /** Whether an act may still be claimed for the trial of this order. */
  isFree(order: StopOrder): boolean {
    return isOfBreaker(order) && order.breaker.probe?.session === this.session && this.spentOn(order) === undefined;
  }

  /** Spends the trial on a command right before its first byte; true too for each of its retries. */
  take(order: StopOrder, command: string): boolean {
    if (this.spentOn(order) === command) return true;
    if (!this.isFree(order)) return false;
    this.spent.set(order.scope, { key: keyOf(order), command });
    return true;
  }

  /** Nothing of this command was sent: its trial may be spent on another one. */
  giveBack(command: string): void {
    for (const [scope, spent] of this.spent) if (spent.command === command) this.spent.delete(scope);
  }
}
