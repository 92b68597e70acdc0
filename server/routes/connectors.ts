import { iso } from '../../common/iso';
import {
  checkConnector,
  getConnectorHealth,
  listConnectorKinds,
  listConnectors,
  testConnector,
  type ConnectorView,
  type SelfTestView,
} from '../../common/api/routes';
import { ok } from '../../common/result';
import { present } from '../../common/present';
import type { AgentWith } from '../runner/agent/views';
import { healthHistory } from '../runner/operations/health_history';
import type { SelfTest } from '../runner/operations/self_tests';
import { serve } from './bind';
import { connectorView } from './connector_view';
import type { Serving } from './route_parts';

const MOST = 64;
const MOST_FAULTS = 256;

/** When an effect of a connector was last seen at its target, by the record; undefined where none was. */
const seenAt = async ({ parts }: AgentWith<'evidence'>, connector: string): Promise<string | undefined> => {
  const where = { connector, state: 'verified_present' };
  const { entries } = await parts.evidence.find({ family: 'actions', where, order: 'newest', limit: 1 });
  return entries[0]?.at;
};

const testView = ({ steps, ...test }: SelfTest): SelfTestView => ({
  ...test,
  steps: steps.map((each) => ({ ...each })),
});

/** What connectors promise, how they are and were, trying them, and judging what is to be configured. */
export const connectorRoutes = (
  parts: Serving<'agent' | 'agentName' | 'connectorRoom' | 'health' | 'selfTests'>,
): void => {
  serve(parts, listConnectors, async () => {
    const { agent, health, selfTests } = parts.ready();
    const views: ConnectorView[] = [];
    for (const connector of [...agent.parts.connectors.values()].slice(0, MOST)) {
      const seen_at = await seenAt(agent, connector.name);
      const test = selfTests.of(connector.name);
      views.push({ ...connectorView(connector, health), ...present({ seen_at, test: test && testView(test) }) });
    }
    return ok({ as_of: iso(agent.parts.clock.utc()), connectors: views });
  });
  serve(parts, testConnector, async ({ params, body, caller }) => {
    const { agent, selfTests } = parts.ready();
    const begun = await selfTests.begin(agent, { name: params.name, action: body.action, by: caller.name });
    return begun.ok ? ok(testView(begun.value)) : begun;
  });
  serve(parts, getConnectorHealth, async () => {
    const { agent, agentName, health } = parts.ready();
    const { from, to, connectors } = await healthHistory(agent, health, agentName);
    return ok({ from: iso(from), to: iso(to), connectors: [...connectors] });
  });
  serve(parts, listConnectorKinds, async () => {
    const { kinds, presets } = parts.ready().connectorRoom;
    return ok({ kinds: [...kinds()], presets: [...presets()] });
  });
  serve(parts, checkConnector, async ({ body }) => {
    const { name, kind, parameters } = body;
    const { faults, actions } = parts.ready().connectorRoom.check({ name, kind, parameters });
    return ok({ faults: faults.slice(0, MOST_FAULTS).map((each) => ({ ...each })), actions: [...actions] });
  });
};
