import type { Processing } from '../executing/process_event';
import type { Basics, Connector, StateStore } from '../ports';
import type { Session } from '../session/session';
import type { BundleKeeper } from '../trust/bundle_keeper';
import type { EffectKeeper } from './effect_keeper';

/** What looking after cases needs. */
export interface CaseKeeperPorts {
  readonly store: StateStore;
  readonly session: Session;
  readonly connectors: ReadonlyMap<string, Connector>;
  readonly bundles: Pick<BundleKeeper, 'active'>;
  readonly processing: Processing;
  readonly effects: Pick<EffectKeeper, 'lift'>;
  readonly basics: Basics;
}
