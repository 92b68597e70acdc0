import type { Clearance } from '../../../common/flow/clearance';
import { markCleared } from '../../../common/flow/mark_cleared';
import { mayStart, type BrakeRules } from './clear';

type Joined = Parameters<typeof markCleared>[0];

/**
 * The same choke point once more, for a command that was cleared when it joined an effect and is now to be sent itself.
 *
 * @param stopped a kill switch covers it now
 */
export const clearJoined = (
  command: Joined,
  { stopped, rules }: { readonly stopped: boolean; readonly rules: BrakeRules },
): Clearance<ReturnType<typeof markCleared>> => {
  const cleared = markCleared(command);
  return mayStart({ command: cleared, stopped, rules, clearedForMs: 0 }) ?? { kind: 'cleared', command: cleared };
};
