import type { ConnectorView } from '../../common/api/routes';
import { iso } from '../../common/iso';
import { actionNamed, milderThan } from '../../common/policy/actions';
import { present } from '../../common/present';
import { testedOn } from '../runner/operations/self_test';
import type { Connector, ConnectorHealths } from '../runner/ports';

const actionView = (
  connector: Connector,
  action: string,
  health: ConnectorHealths,
): ConnectorView['actions'][number] => {
  const { name, capabilities } = connector;
  const { promises } = capabilities;
  const { undo = null, d3fend, openc2 } = actionNamed(action) ?? {};
  const stated = promises[action];
  return {
    action,
    milder: [...milderThan(action)],
    ...present({
      undo: undo ?? undefined,
      d3fend,
      openc2: openc2 && {
        action: openc2.action,
        target: openc2.target,
        ...present({ undo: openc2.undo ?? undefined }),
      },
      cannot: health.cannot(name, action),
      test_on: testedOn(connector, action),
      promises: stated && {
        disruption: {
          usual: stated.disruption.usual,
          ...present({ by_tag: stated.disruption.by_tag && { ...stated.disruption.by_tag } }),
        },
        offline: { ...stated.offline },
        needs: [...stated.needs],
        ...present({ second_observer: stated.second_observer }),
      },
    }),
  };
};

/** All that a connector promises, and how it is. */
export const connectorView = (connector: Connector, health: ConnectorHealths): ConnectorView => {
  const { name, kind, capabilities } = connector;
  const { idempotency, native_ttl, settle_time_ms, request_timeout_ms, tagged, second_observer, retries } =
    capabilities;
  const { state, text, authorised, since, askedAt } = health.healthOf(name);
  return {
    name,
    kind,
    state,
    text,
    idempotency,
    native_ttl,
    settle_time_ms,
    request_timeout_ms,
    tagged,
    second_observer,
    retries: [...retries],
    actions: capabilities.actions.map((action) => actionView(connector, action, health)),
    ...present({
      authorised,
      since: since === undefined ? undefined : iso(since),
      asked_at: askedAt === undefined ? undefined : iso(askedAt),
    }),
  };
};
