import type { EvidenceLog } from '../ports';

/**
 * How often policies fired since a moment (UTC), by their ids: by proposing an act, or by being a reason, as what
 * denies or asks a person is. The same wherever it is shown.
 */
export const firedSince = async (
  evidence: Pick<EvidenceLog, 'tally'>,
  from: string,
): Promise<ReadonlyMap<string, number>> => {
  const tally = (field: string) => evidence.tally({ family: 'decisions', field, from });
  const [proposed, spoke] = await Promise.all([tally('policy.id'), tally('reason.policy')]);
  return new Map([...spoke, ...proposed]);
};
