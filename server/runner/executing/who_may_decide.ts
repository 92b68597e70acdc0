import type { Decision } from '../../../common/flow/decision';
import type { Session } from '../session/session';
import type { BundleKeeper } from '../trust/bundle_keeper';

/* Fleets differ: not every agent decides, and not every one that decides acts. */

interface Decider {
  readonly session: Pick<Session, 'has'>;
  readonly bundles: Pick<BundleKeeper, 'active'>;
}

/** Why this agent claims no case; undefined if it does. Whatever it takes in is kept for an agent that decides. */
export const cannotDecide = ({ session, bundles }: Decider): string | undefined => {
  if (!session.has('decide')) return 'this agent has no role `decide`';
  return bundles.active === undefined ? 'no policy bundle is in force on this agent' : undefined;
};

/** Whether it goes on with what others left: it decides, and it starts what it permits. */
export const mayGoOnWith = (decider: Decider): boolean =>
  cannotDecide(decider) === undefined && decider.session.has('act');

/** Whether a decision is for an agent that acts: then one without the role `act` leaves it to be made there. */
export const isForAnActor = ({ session }: Pick<Decider, 'session'>, { acts }: Pick<Decision, 'acts'>): boolean =>
  !session.has('act') && acts.some(({ result, shadow }) => result === 'permit' && !shadow);

export const NO_ACTOR = 'it is permitted here, and this agent has no role `act`';
