import type { ConnectorHealth, TargetError } from '../connector';
import { outcomeOfLook, whyOf, type NotDone } from './call';
import { isNotLetIn } from './error_codes';

/** How the connector is after a look that came to nothing. */
export const troubled = (seen: NotDone): ConnectorHealth => {
  const text = whyOf(outcomeOfLook(seen));
  if (seen.kind === 'refused' && isNotLetIn(seen))
    return { state: 'degraded', authorised: false, text: `${text}: AWS does not let our access key do this` };
  const answered = seen.kind === 'refused' || seen.kind === 'unreadable';
  return { state: answered ? 'degraded' : 'down', text };
};

/** Why nothing can be listed. */
export const listFault = (seen: NotDone): TargetError => {
  const outcome = outcomeOfLook(seen);
  return outcome.kind === 'failed' ? outcome.error : { code: 'not_started', message: outcome.why, retryable: true };
};
