import { iso } from '../../../common/iso';
import type { Stopped } from '../../../common/flow/clearance';
import { type Cleared } from '../../engine/brakes/clear';
import { breachOf, notCounted } from '../../engine/brakes/breach';
import { emptyLedger, granted, refusalOf, type Ledger, type LedgerTerms } from '../../engine/brakes/ledger';
import { meet } from '../../engine/brakes/population';
import { spellingsOf } from '../../engine/entity/target_keys';
import { ledgerId } from '../keeping/kinds/ledger';
import { READ_AGAIN, type Claiming, type ReadAgain } from './claiming';

type Reservation = Cleared['reserve'][number];

/** What is contained of a role was counted anew by then, ms. */
const COUNTED_AGAIN_MS = 120_000;

/** The ledger as it is now, with what this claim reserved in it before; undefined if what it had counted was lost. */
const ledgerFor = ({ view, world, ledgers }: Claiming, id: string, { terms }: Reservation): Ledger | undefined => {
  const earlier = ledgers.get(id);
  if (earlier) return earlier;
  // Also where there is a ledger: a restored one lacks what was started after the snapshot (INV-5).
  if (world.known.isForgotten(terms.keeps === undefined ? terms.within_ms : COUNTED_AGAIN_MS)) return undefined;
  return world.known.ledgerIn(view, id) ?? emptyLedger(terms);
};

/** What stands in the way, or the ledger with the reservation in it. Either way the ledger knows the population. */
const reserveIn = (
  ledger: Ledger,
  terms: LedgerTerms,
  { entry, at }: { readonly entry: Parameters<typeof granted>[2]; readonly at: string },
) => {
  const met = meet(ledger, terms, at);
  const refusal = refusalOf(met.ledger, met.terms, entry.target);
  return refusal ? { ...met, refusal } : { ...met, ledger: granted(met.ledger, met.terms, entry), refusal };
};

/**
 * Reserves in every ledger that a command counts in, or in none. A refusal is written as well where it is the first to
 * see that a population rose.
 *
 * @returns why it may not, or that the remembered ledgers are not fresh enough to refuse
 */
export const reserveAll = (claiming: Claiming, cleared: Cleared, effectId: string): Stopped | ReadAgain | undefined => {
  const { view, world } = claiming;
  const { command_id, target } = cleared.command;
  // One thing counts once, by whichever of its names.
  const [filed = target] = spellingsOf(target, world.brakes.scopes);
  const entry = { target: filed.value, command_id, session: world.session, effect_id: effectId };
  const reserved = new Map<string, Ledger>();
  for (const reservation of cleared.reserve) {
    const { terms, onBreach, member } = reservation;
    const id = ledgerId(terms.limit, terms.scope);
    // INVARIANT (INV-15): its ledger is begun by whoever counted what is contained already, by no claim.
    if (terms.keeps !== undefined && view.get(id) === undefined && !claiming.ledgers.has(id))
      return view.isFresh(id) ? notCounted(terms) : READ_AGAIN;
    const before = reserved.get(id) ?? ledgerFor(claiming, id, reservation);
    if (before === undefined) return breachOf(terms, onBreach, 'forgotten');
    const counted = member === undefined ? entry : { ...entry, target: member };
    const { ledger, terms: met, refusal } = reserveIn(before, terms, { entry: counted, at: iso(world.now) });
    if (refusal) {
      if (view.get(id) && !view.isFresh(id)) return READ_AGAIN;
      if (view.get(id) && ledger.rise?.noted_at !== before.rise?.noted_at) claiming.ledgers.set(id, ledger);
      return breachOf(met, onBreach, refusal);
    }
    reserved.set(id, ledger);
  }
  for (const [id, ledger] of reserved) claiming.ledgers.set(id, ledger);
  return undefined;
};
