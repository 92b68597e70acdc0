import type { BrakeRules, ConnectorOffer } from '../../engine/brakes/clear';
import type { Effect } from '../../engine/execution/effect';
import type { Connector } from '../ports';
import { CLOCK_SKEW_MS } from '../session/session_times';
import type { ClaimWorld } from './claim';
import type { AgentParts, ShiftParts } from './shift_parts';

export const offersOf = (connectors: ReadonlyMap<string, Connector>): readonly ConnectorOffer[] =>
  [...connectors.values()].map(({ name, capabilities }) => ({
    name,
    actions: capabilities.actions,
    settleMs: capabilities.settle_time_ms,
  }));

/** This agent began to undo an effect alone, while OpenSearch was away; the document does not say so yet. */
export const isUndoneOffline = ({ journal }: Pick<AgentParts, 'journal'>, { reasons }: Effect): boolean =>
  journal
    .open()
    .some(
      (entry) =>
        entry.undone_offline === true && reasons.some(({ command }) => command.command_id === entry.command_id),
    );

/** What a claim is judged against, as it is now. */
export const claimWorld = (parts: ShiftParts): ClaimWorld => ({
  session: parts.session.id,
  rules: brakeRules(parts),
  connectors: offersOf(parts.connectors),
  scopes: parts.inventory,
  isStopped: (action, connector) => parts.session.isStopped(action, connector),
  standstill: () =>
    parts.clockTrusted()
      ? undefined
      : 'the clock of this agent is off: it may start nothing until it agrees with the node',
  isDead: (session) => parts.session.deadForMs(session) !== undefined,
  isForgotten: (withinMs) => {
    const adopted = parts.session.gate?.adopted;
    return adopted !== undefined && parts.clock.utc() - Date.parse(adopted.at) < withinMs + CLOCK_SKEW_MS;
  },
  isUndoneOffline: (effect) => isUndoneOffline(parts, effect),
  uuid: parts.chance.uuid,
  now: parts.clock.utc(),
});

/** What the bundle in force tells the brakes now. */
export const brakeRules = (parts: AgentParts): BrakeRules => parts.bundles.brakeRules(parts.clock.utc());
