import { IDENTITY } from './adopt';
import { StateReplaced, type LocalMemory, type StateStore } from '../ports';

/** Identity that no index has: of a state that was put back under a running agent, until a person adopts it. */
export const PUT_BACK = 'put back';

/** What an agent knows its state index by. */
interface PinPorts {
  readonly store: Pick<StateStore, 'identity'>;
  readonly memory: Pick<LocalMemory, 'read'>;
}

/**
 * The state index must be the very one that this agent knows; another one means stop and tell.
 *
 * @throws StateReplaced, StoreUnavailable
 */
export const pinState = async ({ store, memory }: PinPorts): Promise<void> => {
  const known = memory.read(IDENTITY);
  if (known === undefined) return;
  if (known === PUT_BACK) throw new StateReplaced('the state was put back to an earlier moment');
  if ((await store.identity()) !== known) throw new StateReplaced('the state index was deleted or replaced');
};
