import type { DecisionDetail } from '../../../common/api/views';
import { namedInLogs } from '../../../common/flow/named_in_logs';
import { around, type DiscoverLook } from '../../host_discover';

/** What the logs are looked at for at a decision: what its event names, around the time of both. */
export const logsOf = ({ decision, event: { event } }: DecisionDetail): DiscoverLook => ({
  about: namedInLogs(event),
  ...around(event.timestamp, decision.decided_at),
});
