import type { Stopped } from '../../../common/flow/clearance';
import { breachOf, type Cleared } from '../../engine/brakes/clear';
import { aged, emptyLedger, granted, refusalOf, type Ledger } from '../../engine/brakes/ledger';
import { ledgerId } from '../keeping/kinds/ledger';
import { contentOf } from '../keeping/state_docs';
import { READ_AGAIN, type Claiming, type ReadAgain } from './claiming';

type Reservation = Cleared['reserve'][number];

/** The ledger as it is now, with what this claim reserved in it before; undefined if what it had counted was lost. */
const ledgerFor = (claiming: Claiming, id: string, { terms }: Reservation): Ledger | undefined => {
  const { view, world, ledgers } = claiming;
  const earlier = ledgers.get(id);
  if (earlier) return earlier;
  // Also where there is a ledger: a restored one lacks what was started after the snapshot (INV-5).
  if (world.known.isForgotten(terms.within_ms)) return undefined;
  const seen = view.get(id);
  const stored = contentOf('ledger', seen);
  return stored && seen ? aged(stored, view.now - seen.knownSince) : emptyLedger(terms);
};

/**
 * Reserves in every ledger that a command counts in, or in none.
 *
 * @returns why it may not, or that the remembered ledgers are not fresh enough to refuse
 */
export const reserveAll = (claiming: Claiming, cleared: Cleared, effectId: string): Stopped | ReadAgain | undefined => {
  const { view, world } = claiming;
  const { command_id, target } = cleared.command;
  const entry = { target: target.value, command_id, session: world.session, effect_id: effectId };
  const reserved = new Map<string, Ledger>();
  for (const reservation of cleared.reserve) {
    const { terms, onBreach } = reservation;
    const id = ledgerId(terms.limit, terms.scope);
    const ledger = reserved.get(id) ?? ledgerFor(claiming, id, reservation);
    if (ledger === undefined) return breachOf(terms, onBreach, 'forgotten');
    const refusal = refusalOf(ledger, terms, target.value);
    if (refusal) return view.isFresh(id) || !view.get(id) ? breachOf(terms, onBreach, refusal) : READ_AGAIN;
    reserved.set(id, granted(ledger, terms, entry));
  }
  for (const [id, ledger] of reserved) claiming.ledgers.set(id, ledger);
  return undefined;
};
