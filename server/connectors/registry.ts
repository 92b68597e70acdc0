import type { Connector } from '../runner/ports';
import { THIS_MACHINE, type ConnectorConfig, type ConnectorKind, type ConnectorWorld } from './connector_kind';
import { awsKind } from './aws/aws_kind';
import { crowdsecKind } from './crowdsec/crowdsec_kind';
import { feedKind } from './feed/feed_kind';
import { grpcKind } from './grpc/grpc_kind';
import { haproxyKind } from './haproxy/haproxy_kind';
import type { ParameterFault } from './http/parameter_fault';
import { ldapKind } from './ldap/ldap_kind';
import { keycloakKind } from './keycloak/keycloak_kind';
import { restKind } from './rest/rest_kind';
import { ssfKind } from './ssf/ssf_kind';
import { sshKind } from './ssh/ssh_kind';

/** Every kind of enforcement system that a connector can be made for. */
export const connectorKinds: readonly ConnectorKind[] = [
  restKind,
  crowdsecKind,
  sshKind,
  feedKind,
  ldapKind,
  keycloakKind,
  grpcKind,
  haproxyKind,
  ssfKind,
  awsKind,
];

/** What is wrong with one connector's configuration. */
interface ConnectorFault extends ParameterFault {
  readonly connector: string;
}

/** The connectors that can work, and why the others cannot. */
interface MadeConnectors {
  readonly connectors: ReadonlyMap<string, Connector>;
  readonly faults: readonly ConnectorFault[];
}

const NAME = /^[a-z0-9][a-z0-9._-]{0,63}$/;

/**
 * Makes every configured connector. One with a fault is not started, and no fault is kept back; the others work.
 * A missing or empty secret is a fault: there are no default credentials (X20).
 *
 * @param secrets the keystore; asked by name, and told for which connector
 */
export const makeConnectors = (
  configs: readonly ConnectorConfig[],
  secrets: (name: string, connector: string) => string | undefined,
  world: ConnectorWorld = THIS_MACHINE,
): MadeConnectors => {
  const connectors = new Map<string, Connector>();
  const faults: ConnectorFault[] = [];
  const names = configs.map(({ name }) => name);
  configs.forEach((config, index) => {
    const { name } = config;
    const fault = (path: string, message: string): void => void faults.push({ connector: name, path, message });
    if (!NAME.test(name)) return fault('name', 'must be 1 to 64 of a-z, 0-9, `.`, `_` and `-`');
    if (names.indexOf(name) !== index) return fault('name', 'is the name of another connector already');
    const kind = connectorKinds.find((each) => each.kind === config.kind);
    if (kind === undefined)
      return fault('kind', `must be one of ${connectorKinds.map((each) => `\`${each.kind}\``).join(', ')}`);
    const made = kind.make(config, (asked) => secrets(asked, name), world);
    if (made.ok) connectors.set(name, made.value);
    else made.error.forEach(({ path, message }) => fault(path === '' ? 'parameters' : `parameters.${path}`, message));
  });
  return { connectors, faults };
};
