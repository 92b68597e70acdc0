import { actionNamed } from '../../../common/policy/actions';
import { present } from '../../../common/present';
import { err, ok } from '../../../common/result';
import {
  connections,
  defineKind,
  promiseFaults,
  readHeaderSecret,
  readHttpHost,
  Redactor,
  renewed,
  requestTimeoutMs,
  type ConnectorKind,
  type ParameterFault,
} from '../connector';
import { grpcConnector } from './grpc_connector';
import { GRPC_PARAMETERS_SCHEMA, type GrpcParameters } from './grpc_parameters';
import { grpcTarget } from './grpc_target';

const actionFaults = ({ actions, settle_time_ms: settleMs }: GrpcParameters): readonly ParameterFault[] => [
  ...Object.keys(actions).flatMap((name) =>
    actionNamed(name) === undefined ? [{ path: `actions.${name}`, message: 'is not a known action' }] : [],
  ),
  ...promiseFaults(
    Object.fromEntries(
      Object.entries(actions).map(([name, promise]) => [name, { promise, cancels: true, verifies: true }]),
    ),
    settleMs,
    (name) => `actions.${name}`,
  ),
];

/** An agent of the operator's own, in any language, behind `reflex.agent.v1`. */
export const grpcKind: ConnectorKind = defineKind<GrpcParameters>({
  kind: 'grpc',
  title: 'Agent over gRPC',
  parameters: GRPC_PARAMETERS_SCHEMA,
  build: ({ name, parameters }, secrets, world) => {
    const faults: ParameterFault[] = [...actionFaults(parameters)];
    const host = readHttpHost(parameters, secrets);
    if (!host.ok) faults.push(...host.error);
    else if (host.value.base.path !== '') faults.push({ path: 'base_url', message: 'must have no path' });
    const { token } = parameters;
    const first = token && readHeaderSecret(token, secrets);
    if (first?.ok === false) faults.push({ path: 'token', message: first.error });
    if (!host.ok || faults.length > 0) return err(faults);
    const { tls, totalMs, secrets: hidden, ...way } = host.value;
    const redactor = new Redactor(hidden);
    const current =
      token !== undefined && first?.ok === true
        ? renewed(first.value, () => readHeaderSecret(token, secrets))
        : () => undefined;
    const target = grpcTarget({
      origin: way.base.origin,
      way: connections(
        {
          ...way,
          http2: true,
          lookup: world.lookup,
          ...present({ egress: world.egress }),
          get tls() {
            return tls();
          },
        },
        (key) => redactor.hide(key),
      ),
      token: current,
      totalMs,
      redactor,
    });
    return ok(
      grpcConnector({
        name,
        target,
        actions: parameters.actions,
        graceS: parameters.native_ttl?.grace_s,
        settleMs: parameters.settle_time_ms,
        timeoutMs: requestTimeoutMs(parameters),
      }),
    );
  },
});
