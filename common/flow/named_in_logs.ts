import { isPlaceholder } from '../entity/placeholder';
import type { DetectionEvent } from './event';

/**
 * What an event names, as logs write it. Names that half the machines share, as those of programs and of their files,
 * are left out: they would bury the rest.
 */
export const namedInLogs = (event: DetectionEvent): readonly string[] => {
  const { source, destination, src_host, dst_host, user, process, file } = event;
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
  return [...new Set(named.filter((each): each is string => each !== undefined && !isPlaceholder(each)))];
};
