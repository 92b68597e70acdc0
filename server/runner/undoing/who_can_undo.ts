import type { Effect } from '../../engine/execution/effect';
import type { Abilities } from '../keeping/kinds/session';
import type { Connector } from '../ports';
import type { Session } from '../session/session';

/* Fleets differ: not every agent has the connector of an effect, or the role to undo what another one did. */

type Undone = Pick<Effect, 'connector' | 'action'>;
type Connectors = ReadonlyMap<string, Pick<Connector, 'capabilities'>>;

/** Who might undo: this session, and through it the others. */
export interface Undoers {
  readonly session: Pick<Session, 'has' | 'livePeers' | 'saysOfItself'>;
  readonly connectors: Connectors;
}

/** The longest request to a target, ms: what was on the wire has landed by then, or never will. */
const longestRequest = (connectors: Connectors): number =>
  Math.max(0, ...[...connectors.values()].map(({ capabilities }) => capabilities.request_timeout_ms));

/** What an agent with these roles and connectors tells the others of itself. */
export const undoAbilities = (roles: readonly string[], connectors: Connectors): Abilities => ({
  request_timeout_ms: longestRequest(connectors),
  undoes: roles.includes('undo')
    ? Object.fromEntries([...connectors].map(([name, { capabilities }]) => [name, [...capabilities.actions]]))
    : {},
});

/** Whether this session can undo what another one did. INVARIANT (INV-4): it takes over nothing else. */
export const canUndo = ({ session, connectors }: Undoers, { connector, action }: Undone): boolean =>
  session.has('undo') && connectors.get(connector)?.capabilities.actions.includes(action) === true;

/** Whether another session can. Of one that does not say what it can undo that is assumed. */
const canPeerUndo = ({ session }: Undoers, peer: string, { connector, action }: Undone): boolean => {
  const undoes = session.saysOfItself(peer)?.undoes;
  return undoes === undefined || undoes[connector]?.includes(action) === true;
};

/** Whether anybody who lives can. */
export const canAnybodyUndo = (undoers: Undoers, effect: Undone): boolean =>
  canUndo(undoers, effect) || undoers.session.livePeers.some((peer) => canPeerUndo(undoers, peer, effect));

/** Whether another agent lives that can undo it and whose clock is right. */
export const canRightPeerUndo = (undoers: Undoers, effect: Undone): boolean => {
  const { session } = undoers;
  return session.livePeers.some(
    (peer) => session.saysOfItself(peer)?.clock_off !== true && canPeerUndo(undoers, peer, effect),
  );
};

/**
 * Whether what a session left may be taken over: it is dead, and everything that it had sent has landed or never will.
 * That goes by its own connectors; only where it does not say so by those of this agent.
 */
export const mayBeTakenOver = (
  { session, connectors }: { readonly session: Pick<Session, 'deadForMs' | 'saysOfItself'>; connectors: Connectors },
  owner: string,
): boolean => {
  const deadForMs = session.deadForMs(owner);
  if (deadForMs === undefined) return false;
  return deadForMs >= (session.saysOfItself(owner)?.request_timeout_ms ?? longestRequest(connectors));
};
