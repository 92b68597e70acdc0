import { setTimeout as pause } from 'timers/promises';
import { isDeepStrictEqual } from 'util';
import type { OpenSearchAnswer } from '../../../../adapters/opensearch/answer';
import type { OpenSearchTransport } from '../../../../adapters/opensearch/transport';
import type { Log } from '../../../../runner/ports';
import { CannotStart } from '../../cannot_start';
import { SERVICE_USER, USERS, type Accounts } from './accounts';
import { ROLES, type SecurityRole } from './roles';

/*
 * Users, roles and mappings of a secured node, put there as its admin. What is missing is made; what is there is left
 * as it is, since a person may have changed it.
 */

const API = '/_plugins/_security/api';
const AUTH_INFO = '/_plugins/_security/authinfo';
const PATIENCE_MS = 15_000;
const LONGEST_START_MS = 60_000;
const POLL_MS = 250;

type Kind = 'roles' | 'rolesmapping' | 'internalusers';

interface Node {
  /** As the admin. */
  readonly transport: OpenSearchTransport;
  readonly accounts: Accounts;
  readonly log: Log;
}

const ask = (
  { transport }: Pick<Node, 'transport'>,
  request: Parameters<OpenSearchTransport['request']>[0],
): Promise<OpenSearchAnswer> => transport.request(request, { timeoutMs: PATIENCE_MS, anyAnswer: true });

const found = async (node: Pick<Node, 'transport'>, kind: Kind, name: string): Promise<unknown> => {
  const { status, body } = await ask(node, { method: 'GET', path: `${API}/${kind}/${name}` });
  if (status === 404) return undefined;
  if (status !== 200) throw new CannotStart(`the security plugin does not tell of its ${kind}: it answers ${status}`);
  return (body as Readonly<Record<string, unknown>>)[name];
};

const put = async (node: Node, kind: Kind, name: string, body: Readonly<Record<string, unknown>>): Promise<void> => {
  const { status } = await ask(node, { method: 'PUT', path: `${API}/${kind}/${name}`, body });
  if (status >= 300)
    throw new CannotStart(`the security plugin does not take \`${name}\` of ${kind}: it answers ${status}`);
};

/** The node answers before the plugin has made its index; until then the plugin answers for nobody. */
const untilUp = async (node: Pick<Node, 'transport'>): Promise<void> => {
  for (let waited = 0; waited < LONGEST_START_MS; waited += POLL_MS) {
    const { status } = await ask(node, { method: 'GET', path: `${API}/roles/` });
    if (status === 200) return;
    await pause(POLL_MS);
  }
  throw new CannotStart(`the security plugin is not ready after ${LONGEST_START_MS / 1000} s`);
};

/** What of a role counts: the plugin adds marks of its own, and leaves empty lists away. */
const essence = (role: Partial<SecurityRole>): unknown => [
  [...(role.cluster_permissions ?? [])].sort(),
  (role.index_permissions ?? []).map(({ index_patterns: indices, allowed_actions: actions }) => [
    [...indices].sort(),
    [...actions].sort(),
  ]),
];

const putRole = async (node: Node, name: string, role: SecurityRole): Promise<void> => {
  const there = (await found(node, 'roles', name)) as Partial<SecurityRole> | undefined;
  if (there === undefined) return put(node, 'roles', name, { ...role });
  if (!isDeepStrictEqual(essence(there), essence(role)))
    node.log.warn('a role differs from the one that this version brings along, and is left as it is', {
      role: name,
      file: `roles/${name}.json`,
    });
};

const putUser = async (node: Node, name: string, role: string): Promise<void> => {
  if ((await found(node, 'internalusers', name)) !== undefined) return;
  const password = node.accounts.passwordOf(name) ?? node.accounts.renew(name);
  await put(node, 'internalusers', name, { password, description: `made by Reflex for the role ${role}` });
  if ((await found(node, 'rolesmapping', role)) === undefined) await put(node, 'rolesmapping', role, { users: [name] });
};

/** Reflex itself must get in: where its password is lost or is not taken, it gets a new one. */
const letServiceIn = async (node: Node): Promise<string> => {
  const known = node.accounts.passwordOf(SERVICE_USER);
  if (known !== undefined) {
    const authorization = `Basic ${Buffer.from(`${SERVICE_USER}:${known}`).toString('base64')}`;
    const { body } = await ask(node, { method: 'GET', path: AUTH_INFO, headers: { authorization } });
    if ((body as { readonly user_name?: unknown } | undefined)?.user_name === SERVICE_USER) return known;
  }
  const password = node.accounts.renew(SERVICE_USER);
  await put(node, 'internalusers', SERVICE_USER, { password });
  return password;
};

/**
 * Makes what is missing of roles, users and mappings.
 *
 * @throws CannotStart if the security plugin refuses it
 */
export const putUsers = async (node: Node): Promise<void> => {
  await untilUp(node);
  for (const [name, role] of Object.entries(ROLES)) await putRole(node, name, role);
  for (const [name, role] of Object.entries(USERS)) await putUser(node, name, role);
  await letServiceIn(node);
};
