import { chown, copyFile, mkdir, writeFile } from 'fs/promises';
import { join } from 'path';
import { stringify } from 'yaml';
import { EVIDENCE_FAMILIES } from '../../../../runner/ports';
import type { NodeUser } from '../node_user';
import { ADMIN_NAME, NODE_NAME, type Authority } from './authority';

/* What the node's configuration has besides with the security plugin in it. */

const PLUGIN_CONFIG = 'opensearch-security';

/**
 * Records that not even `all_access` may touch. INVARIANT (INV-5, INV-6): the state is none of them. The plugin answers
 * a read of a system index from what was refreshed last, and who compares and sets must see what was written last.
 */
export const SYSTEM_INDICES = [
  ...EVIDENCE_FAMILIES.map((family) => `reflex-${family}-*`),
  'reflex-training-*',
  'reflex-bundles',
];

/** Every connection is encrypted. */
export const SECURE_SETTINGS: Readonly<Record<string, unknown>> = {
  'plugins.security.ssl.transport.pemcert_filepath': 'tls/node.pem',
  'plugins.security.ssl.transport.pemkey_filepath': 'tls/node.key',
  'plugins.security.ssl.transport.pemtrustedcas_filepath': 'tls/ca.pem',
  'plugins.security.ssl.transport.enforce_hostname_verification': false,
  'plugins.security.ssl.http.enabled': true,
  'plugins.security.ssl.http.pemcert_filepath': 'tls/node.pem',
  'plugins.security.ssl.http.pemkey_filepath': 'tls/node.key',
  'plugins.security.ssl.http.pemtrustedcas_filepath': 'tls/ca.pem',
  'plugins.security.ssl.http.clientauth_mode': 'OPTIONAL',
  'plugins.security.authcz.admin_dn': [`CN=${ADMIN_NAME}`],
  'plugins.security.nodes_dn': [`CN=${NODE_NAME}`],
  'plugins.security.allow_default_init_securityindex': true,
  'plugins.security.audit.type': 'noop',
  'plugins.security.system_indices.enabled': true,
  'plugins.security.system_indices.permission.enabled': true,
  'plugins.security.system_indices.indices': SYSTEM_INDICES,
};

/** Passwords against the plugin's own users, and nothing else. */
const LOGIN = {
  dynamic: {
    http: { anonymous_auth_enabled: false },
    authc: {
      basic: {
        http_enabled: true,
        transport_enabled: true,
        order: 0,
        http_authenticator: { type: 'basic', challenge: false },
        authentication_backend: { type: 'intern' },
      },
    },
  },
};

/** With what the plugin fills its index at the first start: no users, no roles; later starts do not read it. */
const FIRST: Readonly<Record<string, readonly [type: string, content: object]>> = {
  config: ['config', { config: LOGIN }],
  internal_users: ['internalusers', {}],
  roles: ['roles', {}],
  roles_mapping: ['rolesmapping', {}],
  action_groups: ['actiongroups', {}],
  tenants: ['tenants', {}],
  nodes_dn: ['nodesdn', {}],
  allowlist: ['allowlist', { config: { enabled: false, requests: {} } }],
  audit: ['audit', { config: { enabled: false } }],
};

const READABLE_BY_NODE = 0o600;

/** Writes them into the node's configuration folder. */
export const writeSecureConfig = async (
  config: string,
  { ca, node }: Pick<Authority, 'ca' | 'node'>,
  user: NodeUser | undefined,
): Promise<void> => {
  const [tls, plugin] = [join(config, 'tls'), join(config, PLUGIN_CONFIG)];
  for (const folder of [tls, plugin]) await mkdir(folder, { recursive: true, mode: 0o700 });
  const files = [tls, plugin];
  for (const [source, name] of [
    [ca, 'ca.pem'],
    [node.cert, 'node.pem'],
    [node.key, 'node.key'],
  ] as const) {
    await copyFile(source, join(tls, name));
    files.push(join(tls, name));
  }
  for (const [name, [type, content]] of Object.entries(FIRST)) {
    const file = join(plugin, `${name}.yml`);
    await writeFile(file, stringify({ _meta: { type, config_version: 2 }, ...content }), { mode: READABLE_BY_NODE });
    files.push(file);
  }
  if (user !== undefined) for (const file of files) await chown(file, user.uid, user.gid);
};
