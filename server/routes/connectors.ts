import { iso } from '../../common/iso';
import { listConnectors, type ConnectorView } from '../../common/api/routes';
import { ok } from '../../common/result';
import { present } from '../../common/present';
import type { AgentWith } from '../runner/agent/views';
import { serve } from './bind';
import { connectorView } from './connector_view';
import type { Serving } from './route_parts';

const MOST = 64;

/** When an effect of a connector was last seen at its target, by the record; undefined where none was. */
const seenAt = async ({ parts }: AgentWith<'evidence'>, connector: string): Promise<string | undefined> => {
  const where = { connector, state: 'verified_present' };
  const { entries } = await parts.evidence.find({ family: 'actions', where, order: 'newest', limit: 1 });
  return entries[0]?.at;
};

/** What connectors promise, and how they are. */
export const connectorRoutes = (parts: Serving<'agent' | 'health'>): void => {
  serve(parts, listConnectors, async () => {
    const { agent, health } = parts.ready();
    const views: ConnectorView[] = [];
    for (const connector of [...agent.parts.connectors.values()].slice(0, MOST)) {
      const seen_at = await seenAt(agent, connector.name);
      views.push({ ...connectorView(connector, health), ...present({ seen_at }) });
    }
    return ok({ as_of: iso(agent.parts.clock.utc()), connectors: views });
  });
};
