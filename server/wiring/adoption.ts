import { readAdoptOrder, removeAdoptOrder } from '../hosts/adopt_file';
import type { TrustRules } from '../engine/policy/signature';
import { verifyBundle } from '../engine/policy/verify_bundle';
import { adoptState, type AdoptParts } from '../runner/agent/adopt';
import { bundleHeadOf, type BundleHead } from '../runner/keeping/kinds/bundle';
import type { BundleArchive } from '../runner/ports';

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

/** Carries out an order to adopt the state, if one is there. The order is gone once that is done, not before. */
export const adoptIfOrdered = async (
  dataFolder: string,
  { archive, trust, ...parts }: Omit<AdoptParts, 'newestBundle'> & { archive: BundleArchive; trust: TrustRules },
): Promise<void> => {
  const order = readAdoptOrder(dataFolder);
  if (order === undefined) return;
  await adoptState({ ...parts, newestBundle: () => newestBundle(archive, trust) }, order);
  await removeAdoptOrder(dataFolder);
};
