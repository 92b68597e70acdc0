import type { AlertMapping } from '../../../engine/intake/map_alert';
import type { Agent } from '../../agent/agent';
import { StoreUnavailable, type AlertReader } from '../../ports';
import type { Shift } from '../../agent/shift';
import type { SourceHealth } from '../source_health';
import type { Monitors } from './monitors';

/** What everything that reads alerts works with. */
export interface AlertSource {
  readonly agent: Agent;
  readonly reader: AlertReader;
  readonly monitors: Monitors;
  readonly health: SourceHealth;
  /** The mapping that a person gave a monitor; undefined: the built-in one. */
  readonly mappingOf: (monitorId: string) => Promise<AlertMapping | undefined>;
  /** True while what comes in belongs to the demo. */
  readonly demo: () => boolean;
}

/** @throws StoreUnavailable while no session is up: without one nothing can be made durable in the state */
export const shiftOf = ({ agent }: Pick<AlertSource, 'agent'>): Shift => {
  if (!agent.shift) throw new StoreUnavailable('no session is up');
  return agent.shift;
};
