import { iso } from '../../common/iso';
import type { StatusView } from '../../common/api/routes';
import { present } from '../../common/present';
import type { Connector, ConnectorHealths } from '../runner/ports';

/* What the status says of connectors, and which of them are a trouble. */

interface Parts {
  readonly agent: {
    readonly parts: {
      readonly connectors: ReadonlyMap<string, Connector>;
      readonly clock: { readonly utc: () => number };
    };
  };
  readonly health: ConnectorHealths;
}

/** Targets restart: one that does not answer is a trouble after this, ms. */
const STANDS_AFTER_MS = 60_000;
/** Connectors that a trouble names; their panel names all. */
const MOST_NAMED = 3;
const MOST_TEXT = 200;

/** What a connector promised and cannot do now. */
const lostActions = ({ name, capabilities }: Connector, health: Pick<ConnectorHealths, 'cannot'>) =>
  capabilities.actions.flatMap((action) => {
    const why = health.cannot(name, action);
    return why === undefined ? [] : [{ action, why }];
  });

/** What the header of every page knows of connectors. */
export const connectorsView = ({ agent, health }: Parts, most: number): StatusView['connectors'] =>
  [...agent.parts.connectors.values()].slice(0, most).map((connector) => {
    const { name, kind, capabilities } = connector;
    const { state, text } = health.healthOf(name);
    const lost = lostActions(connector, health).map(({ action }) => action);
    return {
      name,
      kind,
      state,
      text,
      actions: [...capabilities.actions],
      ...present({ cannot: lost.length === 0 ? undefined : lost }),
    };
  });

const trouble = (code: string, lines: readonly string[]): StatusView['troubles'] => {
  if (lines.length === 0) return [];
  const more = lines.length > MOST_NAMED ? `; and ${lines.length - MOST_NAMED} more` : '';
  return [{ code, text: `${lines.slice(0, MOST_NAMED).join('; ')}${more}` }];
};

/** Connectors that do not work are a trouble: what they are for would be asked of a person, or fail. */
export const connectorTroubles = ({ agent: { parts }, health }: Parts): StatusView['troubles'] => {
  const all = [...parts.connectors.values()];
  const now = parts.clock.utc();
  const lost = all.flatMap((connector) =>
    lostActions(connector, health).map(
      ({ action, why }) =>
        `connector \`${connector.name}\` cannot ${action}, so such acts wait for a person: ${why.slice(0, MOST_TEXT)}`,
    ),
  );
  const down = all.flatMap(({ name }) => {
    const { state, text, since = now } = health.healthOf(name);
    return state === 'down' && now - since >= STANDS_AFTER_MS
      ? [`connector \`${name}\` does not answer since ${iso(since)}: ${text.slice(0, MOST_TEXT)}`]
      : [];
  });
  return [...trouble('connector_cannot_act', lost), ...trouble('connector_down', down)];
};
