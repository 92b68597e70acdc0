import type { DecisionDetail } from '../../../common/api/views';
import { isPlaceholder } from '../../../common/entity/placeholder';
import { around, type DiscoverLook } from '../../host_discover';

/**
 * What the logs are looked at for at a decision: what its event names, as it is written there. Names that half the
 * machines share, as those of programs and of their files, would bury the rest.
 */
export const logsOf = ({ decision, event: { event } }: DecisionDetail): DiscoverLook => {
  const { source, destination, src_host, dst_host, user, process, file, timestamp } = event;
  const named = [
    source?.ip,
    destination?.ip,
    destination?.domain,
    src_host,
    dst_host,
    user?.name,
    process?.hash,
    file?.hash,
  ];
  const about = named.filter((each): each is string => each !== undefined && !isPlaceholder(each));
  return { about: [...new Set(about)], ...around(timestamp, decision.decided_at) };
};
