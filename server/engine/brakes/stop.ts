import { present } from '../../../common/present';
import type { Stopped } from '../../../common/flow/clearance';

/** Why an act is stopped. */
export const stop = (reason: Stopped['reason'], then: Stopped['then'], text: string, limit?: string): Stopped => ({
  kind: 'stopped',
  reason,
  then,
  text,
  ...present({ limit }),
});
