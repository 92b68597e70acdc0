import type { AlertMapping } from '../../../engine/intake/map_alert';
import { StoreUnavailable, type AlertReader } from '../../ports';
import type { SourceHealth } from '../source_health';
import type { Monitors } from './monitors';
import type { AgentWith, JoinedWith, ShiftWith } from '../../agent/views';
import type { EventTaker } from '../receive';
import type { IntakeDoor } from '../../door/door';

/** What reading alerts takes of the session that is up. */
type AlertShift = 'bundles' | 'clock' | 'commits' | 'session' | 'store';

/** What reading alerts takes of an agent. */
interface AlertAgent
  extends
    AgentWith<'chance' | 'clock' | 'evidence' | 'failing' | 'grants' | 'log' | 'quiet' | 'switches'>,
    JoinedWith<AlertShift> {
  readonly admit: EventTaker['admit'];
  readonly door: Pick<IntakeDoor, 'keepMessage' | 'onMessages' | 'refuse' | 'firm'>;
}

/** What everything that reads alerts works with. */
export interface AlertSource {
  readonly agent: AlertAgent;
  readonly reader: AlertReader;
  readonly monitors: Monitors;
  readonly health: SourceHealth;
  /** The mapping that a person gave a monitor; undefined: the built-in one. */
  readonly mappingOf: (monitorId: string) => Promise<AlertMapping | undefined>;
  /** True while what comes in belongs to the demo. */
  readonly demo: () => boolean;
}

/** @throws StoreUnavailable while no session is up: without one nothing can be made durable in the state */
export const shiftOf = ({ agent }: Pick<AlertSource, 'agent'>): ShiftWith<AlertShift> => {
  if (!agent.shift) throw new StoreUnavailable('no session is up');
  return agent.shift;
};
