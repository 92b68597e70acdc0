import { iso } from '../../common/iso';
import { present } from '../../common/present';
import { listOutcomeReceivers, type ReceiverView } from '../../common/api/routes';
import { ok } from '../../common/result';
import { lagOf, type TellingFacts } from '../runner/sources/outcomes/telling_watch';
import { serve } from './bind';
import type { Serving } from './route_parts';

const viewOf = (facts: TellingFacts, utc: number): ReceiverView => {
  const { name, source, channel, place, tell, content, error } = facts;
  return {
    name,
    source: { ...source },
    channel,
    place,
    tell: [...tell],
    told: content?.told ?? 0,
    refused: content?.refused ?? 0,
    given_up: content?.given_up ?? 0,
    lag_s: lagOf(facts, utc),
    ...present({
      last_told: content?.last_told,
      last_lost: content?.last_lost,
      failing_since: content?.failing?.since,
      error,
    }),
  };
};

/** Who is told what became of reports. */
export const outcomeRoutes = (parts: Serving<'agent' | 'outcomes'>): void => {
  serve(parts, listOutcomeReceivers, async () => {
    const { agent, outcomes } = parts.ready();
    const utc = agent.parts.clock.utc();
    return ok({ as_of: iso(utc), receivers: outcomes.list().map((facts) => viewOf(facts, utc)) });
  });
};
