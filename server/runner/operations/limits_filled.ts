import type { LimitFilled } from '../../../common/api/many_as_one';
import type { EscalationView } from '../../../common/api/views';
import { present } from '../../../common/present';
import { iso } from '../../../common/iso';
import { countOf, emptyLedger, withinWindow, type Ledger } from '../../engine/brakes/ledger';
import { placesOf, placesToReserve } from '../../engine/brakes/clear';
import type { Limited, Reservation } from '../../engine/brakes/limit_places';
import { meet } from '../../engine/brakes/population';
import { spellingsOf } from '../../engine/entity/target_keys';
import type { AgentWith } from '../agent/views';
import { ledgerId } from '../keeping/kinds/ledger';
import { contentOf } from '../keeping/state_docs';

/* What an approval would fill of each limit that its act counts in, as the brakes would count it now. */

type Agent = AgentWith<'bundles' | 'clock' | 'inventory' | 'store'>;
type Waiting = Pick<EscalationView['act'], 'action' | 'target'> &
  Partial<Pick<EscalationView['act'], 'policy' | 'connector'>>;

/** Of what is not chosen yet, no limit is shown. */
const limited = ({ action, target, policy, connector }: Waiting): Limited => ({
  action,
  target,
  policies: policy === undefined ? [] : [policy.id],
  connectors: connector === undefined || connector === null ? [] : [connector],
});

/** A card shows so many limits, the fullest. */
const MOST_SHOWN = 16;

/** How full a limit is; one of which nothing may be used is full. */
export const fullness = ({ used, most }: Pick<LimitFilled, 'used' | 'most'>): number => (most === 0 ? 1 : used / most);

const filledBy = (
  { terms, member }: Reservation,
  { ledger: known, target, at }: { readonly ledger: Ledger | undefined; readonly target: string; readonly at: string },
): LimitFilled => {
  const met = meet(known ?? emptyLedger(terms), terms, at);
  const ledger = withinWindow(met.ledger);
  const counted = member ?? target;
  const { rate, unseen = [] } = terms;
  const isCounted = !rate && (unseen.includes(counted) || ledger.entries.some((entry) => entry.target === counted));
  return {
    limit: terms.limit,
    scope: terms.scope,
    used: countOf(ledger, rate, unseen),
    most: met.terms.most,
    adds: isCounted ? 0 : 1,
    counts: rate ? 'starts' : 'targets',
    ...present({ keeps: terms.keeps, unseen: terms.unseen?.length }),
  };
};

/**
 * For each act, in their order, the limits that it would count in, fullest first; none where the inventory cannot say
 * where it counts. One read for all of them.
 */
export const limitsFilled = async (
  { parts }: Agent,
  acts: readonly Waiting[],
): Promise<ReadonlyArray<readonly LimitFilled[]>> => {
  const { bundles, clock, inventory, store } = parts;
  const now = clock.utc();
  const rules = bundles.brakeRules(now);
  const places = acts.flatMap((act) => placesOf(limited(act), rules, inventory));
  if (places.length === 0) return acts.map(() => []);
  const docs = await store.getMany([...new Set(places.map(({ limit, scope }) => ledgerId(limit, scope)))]);
  return acts.map((act) => {
    const reserve = placesToReserve(limited(act), rules, inventory);
    if ('kind' in reserve) return [];
    const [filed = act.target] = spellingsOf(act.target, inventory);
    return reserve
      .map((each) => {
        const ledger = contentOf('ledger', docs.get(ledgerId(each.terms.limit, each.terms.scope)));
        return filledBy(each, { ledger, target: filed.value, at: iso(now) });
      })
      .sort((one, other) => fullness(other) - fullness(one))
      .slice(0, MOST_SHOWN);
  });
};
