import { ACTIONS } from '../../common/policy/actions';
import { KEYS_PROMISE } from '../../server/connectors/aws/access_keys';
import { AWS_RETRIES } from '../../server/connectors/aws/aws_connector';
import { WAF_PROMISE } from '../../server/connectors/aws/ip_set';
import { ACL_PROMISE } from '../../server/connectors/aws/network_acl';
import { crowdsecKind } from '../../server/connectors/crowdsec/crowdsec_kind';
import { FEED_RETRIES } from '../../server/connectors/feed/calls';
import { FEED_PROMISES } from '../../server/connectors/feed/feed_connector';
import { activeDirectory } from '../../server/connectors/ldap/active_directory';
import { ACTION as DISABLING, type Flavour } from '../../server/connectors/ldap/flavour';
import { ldapPromise } from '../../server/connectors/ldap/ldap_connector';
import { ppolicy } from '../../server/connectors/ldap/ppolicy';
import { LDAP_RETRIES } from '../../server/connectors/ldap/result_codes';
import { keycloakKind } from '../../server/connectors/keycloak/keycloak_kind';
import { GRPC_RETRIES } from '../../server/connectors/grpc/read_answer';
import { HAPROXY_PROMISES, HAPROXY_RETRIES } from '../../server/connectors/haproxy/haproxy_connector';
import { SSF_PROMISES } from '../../server/connectors/ssf/ssf_connector';
import { SSH_PROMISES } from '../../server/connectors/ssh/ssh_connector';
import { SSH_RETRIES } from '../../server/connectors/ssh/reply';
import { PROMISES_SCHEMA } from '../../server/connectors/rest/promises_schema';
import { HTTP_RETRIES } from '../../server/connectors/http/unanswered';
import type { ConnectorKind } from '../../server/connectors/connector';
import type { ActionPromise, Capabilities } from '../../server/runner/ports';
import { cell, code, fieldTable, type Schema } from './policy_reference';

/* What connectors promise, for people, made of what they say and of what their configuration is checked against. */

/** What a connector says of itself that depends on no parameter but the times. */
const of = (kind: ConnectorKind, parameters: object): Capabilities => {
  const made = kind.make({ name: 'any', kind: kind.kind, parameters }, () => 'not-used');
  if (!made.ok) throw new Error(JSON.stringify(made.error));
  return made.value.capabilities;
};

const ofCrowdsec = (): Capabilities =>
  of(crowdsecKind, {
    base_url: 'https://crowdsec.example',
    machine_id: 'reflex',
    password: { secret: 'machine' },
    bouncer_key: { secret: 'bouncer' },
  });

const ofKeycloak = (): Capabilities =>
  of(keycloakKind, {
    base_url: 'https://sso.example',
    realm: 'corp',
    client_id: 'reflex',
    client_secret: { secret: 'client' },
    auth: 'basic',
    account_realms: ['corp'],
    plain_names: false,
  });

/** What a connector to a directory says of itself; an observer and a test account are the operator's. */
const ofDirectory = (flavour: Flavour): ActionPromise =>
  ldapPromise({ flavour, otherServer: undefined, testUser: undefined });

const offlineText = ({ offline }: ActionPromise): string =>
  offline.order === 'queued' ? `queued for ${offline.for_s} s, ${offline.ends}` : offline.order.replace('_', ' ');

const rowOf = (connector: string, action: string, promise: ActionPromise): string => {
  const { usual, by_tag: byTag = {} } = promise.disruption;
  const shares = [`${usual}`, ...Object.entries(byTag).map(([tag, share]) => `${share} of ${code(tag)}`)].join(', ');
  const d3fend = ACTIONS.find((each) => each.action === action)?.d3fend ?? '';
  const observer = promise.second_observer ?? 'none';
  return `| ${connector} | ${code(action)} | ${shares} | ${offlineText(promise)} | ${observer} | ${cell(promise.needs.join('; '))} | ${d3fend} |`;
};

/** `docs/api/connectors.md`. */
export const connectorReference = (): string => {
  const { promises = {}, retries } = ofCrowdsec();
  const keycloak = ofKeycloak();
  return `# What connectors promise

Made by \`npm run generate\`. \`GET /connectors\`, the panel _Connectors_ and \`reflex connectors\` tell it of those that are
configured. How actions compare, with D3FEND and OpenC2: [policy.md](policy.md#actions).

## By kind

| connector | action | disruption | target that is off | second observer | needs | D3FEND |
|---|---|---|---|---|---|---|
${Object.entries(promises)
  .map(([action, promise]) => rowOf('crowdsec', action, promise))
  .join('\n')}
${Object.entries(SSH_PROMISES)
  .map(([action, promise]) => rowOf('ssh', action, promise))
  .join('\n')}
${Object.entries(FEED_PROMISES)
  .map(([action, promise]) => rowOf('feed', action, promise))
  .join('\n')}
${rowOf('ldap (active_directory)', DISABLING, ofDirectory(activeDirectory({ baseDn: '', realms: [], sample: undefined })))}
${rowOf('ldap (ppolicy)', DISABLING, ofDirectory(ppolicy({ defaultPolicy: '', nameAttribute: '', userClass: '' })))}
${Object.entries(keycloak.promises)
  .map(([action, promise]) => rowOf('keycloak', action, promise))
  .join('\n')}
${Object.entries(HAPROXY_PROMISES)
  .map(([action, promise]) => rowOf('haproxy', action, promise))
  .join('\n')}
${rowOf('aws (waf)', 'block_ip', WAF_PROMISE)}
${rowOf('aws (network_acl)', 'block_ip', ACL_PROMISE)}
${rowOf('aws (access_keys)', DISABLING, KEYS_PROMISE)}
${Object.entries(SSF_PROMISES)
  .map(([action, promise]) => rowOf('ssf', action, promise))
  .join('\n')}

## By a REST connector: \`actions.<name>.promises\`

An agent over gRPC states the same fields as \`actions.<name>\`.

${fieldTable(PROMISES_SCHEMA as unknown as Schema, 'promises')}

## Errors after which an order may be tried again

Where the error itself says that this can help. Every other error is final.

| kind | codes |
|---|---|
| rest | ${HTTP_RETRIES.map(code).join(', ')} |
| crowdsec | ${retries.map(code).join(', ')} |
| ssh | ${SSH_RETRIES.map(code).join(', ')} |
| feed | ${FEED_RETRIES.map(code).join(', ')} |
| ldap | ${LDAP_RETRIES.map(code).join(', ')} |
| keycloak | ${keycloak.retries.map(code).join(', ')} |
| grpc | ${GRPC_RETRIES.map(code).join(', ')} |
| haproxy | ${HAPROXY_RETRIES.map(code).join(', ')} |
| aws | ${AWS_RETRIES.map(code).join(', ')} |
| ssf | ${HTTP_RETRIES.map(code).join(', ')} |
`;
};
