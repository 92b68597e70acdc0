import { whyOf } from '../../common/why';
import { ensureIndices } from '../adapters/opensearch/indices';
import { readAdoptOrder, removeAdoptOrder } from '../hosts/adopt_file';
import type { HostParts } from '../hosts/host_parts';
import type { TrustRules } from '../engine/policy/signature';
import { verifyBundle } from '../engine/policy/verify_bundle';
import { adoptState, IDENTITY, type AdoptOrder, type AdoptParts } from '../runner/agent/adopt';
import { bundleHeadOf, type BundleHead } from '../runner/keeping/kinds/bundle';
import type { BundleArchive } from '../runner/ports';

/** What the state is adopted with, when a person orders that. */
type Adopting = Omit<AdoptParts, 'newestBundle'> & {
  readonly archive: BundleArchive;
  readonly trust: () => TrustRules;
};

/** The newest bundle of the archive that is rightly signed; what is forged or damaged is passed over. */
const newestBundle = async (archive: BundleArchive, trust: TrustRules): Promise<BundleHead | undefined> => {
  for (const name of await archive.newest()) {
    const files = await archive.get(name.version, name.statement_digest);
    const verified = files && verifyBundle(files, trust);
    if (!verified?.ok) continue;
    return bundleHeadOf(verified.value.statement);
  }
  return undefined;
};

/**
 * Makes the state fit to be joined, before each try to join: indices as they must be, and an order to adopt the state
 * carried out. Only an order that was there when this life began is taken: the stores of a life belong to one state
 * index, so a later order takes a new life (`isOrderedAnew`).
 */
export class StatePreparation {
  private readonly order: AdoptOrder | undefined;
  private adopted = false;
  private prepared = false;
  private waitsFor: string | undefined;

  constructor(
    private readonly host: Pick<HostParts, 'transport' | 'dataFolder'>,
    private readonly adopting: Adopting,
  ) {
    this.order = readAdoptOrder(host.dataFolder);
  }

  /** True once the indices were as they must be. */
  get isDone(): boolean {
    return this.prepared;
  }

  /** Why the last try was in vain, if it was. */
  get why(): string | undefined {
    return this.waitsFor;
  }

  /** True once a person ordered to adopt the state after this life had begun. */
  get isOrderedAnew(): boolean {
    return (this.order === undefined || this.adopted) && readAdoptOrder(this.host.dataFolder) !== undefined;
  }

  /** @throws StoreUnavailable, StateReplaced, StateTooNew; Error if an index is not as it must be */
  readonly prepare = async (): Promise<void> => {
    try {
      if (!this.prepared) await this.ensure();
      this.prepared = true;
      if (this.order !== undefined && !this.adopted) await this.adopt(this.order);
      this.waitsFor = undefined;
    } catch (cause) {
      this.waitsFor = whyOf(cause);
      throw cause;
    }
  };

  /** Makes a missing state index only where none was known before, or where a person ordered to adopt another one. */
  private async ensure(): Promise<void> {
    const mayCreateState = this.adopting.memory.read(IDENTITY) === undefined || this.order !== undefined;
    await ensureIndices(this.host.transport, { mayCreateState });
  }

  /** The order is gone once it is carried out, not before. */
  private async adopt(order: AdoptOrder): Promise<void> {
    const { archive, trust, ...parts } = this.adopting;
    await adoptState({ ...parts, newestBundle: () => newestBundle(archive, trust()) }, order);
    this.adopted = true;
    await removeAdoptOrder(this.host.dataFolder);
  }
}
