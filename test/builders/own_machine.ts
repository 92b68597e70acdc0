import type { Clock, Log, OwnThing } from '../../server/runner/ports';
import { OwnMachineKeeper } from '../../server/runner/facts/own_machine';

/** A machine to which these things belong; it asks no name server. */
export const ownMachineAs = (
  things: readonly OwnThing[],
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): OwnMachineKeeper =>
  new OwnMachineKeeper({
    sources: [{ name: 'the test', look: async () => ({ things, missing: [] }) }],
    resolve: async () => [],
    clock,
    log,
  });
