import { orderUntilDone } from '../../../common/api/decide_again';
import { decideAgain, getHeldByStop } from '../../../common/api/routes';
import type { Address } from './address';
import { ask } from './ask';
import { EXIT, type Outcome } from './outcome';

/**
 * How many acts wait only because of an order to stop, of a person or of a breaker.
 *
 * @param scope `all`, `action:<name>`, `connector:<name>` or `policy:<id>`
 */
export const held = async (address: Address, scope: string): Promise<Outcome> => {
  const answer = await ask(address, getHeldByStop, {}, {}, { scope });
  if (!answer.ok) return { exit: EXIT.error, lines: [answer.error] };
  const { acts, at_least, as_of } = answer.value;
  const count = at_least === true ? `at least ${acts}` : String(acts);
  return {
    exit: EXIT.done,
    lines: [`${count} acts wait only because something is stopped (${scope}), as of ${as_of}`],
  };
};

/** Has them decided again, however many they are. */
export const decideHeld = async (
  address: Address,
  { scope, reason }: { readonly scope: string; readonly reason: string },
): Promise<Outcome> => {
  const { cases, ended } = await orderUntilDone(() => ask(address, decideAgain, {}, { scope, reason }));
  if (!ended.ok) return { exit: EXIT.error, lines: [`after ${cases} cases: ${ended.error}`] };
  const then = cases === 0 ? '' : '; what still needs a person: `reflex escalations`';
  return { exit: EXIT.done, lines: [`${cases} cases are decided again${then}`] };
};
