import { RESOLVERS, RESOLVERS_KEPT } from '../scenario';
import type { Sending } from '../sim_connector';
import { targetKey } from '../sim_target';
import type { World } from '../world';
import type { Violations } from './violations';

const ISOLATE = 'isolate_host';
const KEYS: ReadonlySet<string> = new Set([...RESOLVERS].map((value) => targetKey(ISOLATE, { type: 'host', value })));

/** INV-15: of hosts that do the same the stated number stays reachable, by what the targets see, in true time. */
export class KeptChecker {
  constructor(
    private readonly world: World,
    private readonly violations: Violations,
  ) {
    world.whenSending((sending) => this.onSending(sending));
  }

  private onSending({ agent, command }: Sending): void {
    if (!KEYS.has(targetKey(command.action, command.target))) return;
    const { target, onWire } = this.world;
    const away = new Set([...target.entries.keys()].filter((key) => KEYS.has(key)));
    for (const { action, target: aim } of [...onWire, command]) {
      const key = targetKey(action, aim);
      if (KEYS.has(key)) away.add(key);
    }
    const left = KEYS.size - away.size;
    if (left < RESOLVERS_KEPT)
      this.violations.add('INV-15', `${agent} takes the last of the resolvers: ${[...away].join(', ')}`);
  }
}
