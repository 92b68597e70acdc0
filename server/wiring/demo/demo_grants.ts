import type { Grant } from '../../../common/flow/voice';
import { demoMonitorGrant } from '../../engine/intake/grant_presets';
import { DEMO_LOGS, type Monitor } from './monitor';
import { ROUND, sceneAt } from './story';

/** Its documents may speak; what a bucket holds comes from them, of an index that an alert does not name. */
const detectionsOf = ({ level }: Monitor): readonly string[] => (level === 'bucket' ? ['*'] : [`${DEMO_LOGS}*`]);

/** What the monitors of the demo may say, by `type:id`. */
export const demoGrants = (): ReadonlyArray<readonly [string, Grant]> =>
  ROUND.flatMap((_, number) => sceneAt(number).sightings.map(({ monitor }) => monitor)).map((monitor) => [
    `alerting:${monitor.id}`,
    demoMonitorGrant(detectionsOf(monitor), monitor.domain),
  ]);
