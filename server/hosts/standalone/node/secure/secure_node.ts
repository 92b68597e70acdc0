import { Client } from '@opensearch-project/opensearch';
import { existsSync, readFileSync } from 'fs';
import type { Agent } from 'https';
import { join } from 'path';
import { clientTransport } from '../../../../adapters/opensearch/transport';
import type { Log } from '../../../../runner/ports';
import { CannotStart } from '../../cannot_start';
import type { Folders } from '../../folders';
import type { RunningNode } from '../run_node';
import { Accounts, SERVICE_USER } from './accounts';
import { authorityIn, type Authority } from './authority';
import { putUsers } from './put_users';
import { securedAgent, type AgentTls } from './secured_agent';

/** Where a secured node is reached. */
type Reached = Pick<RunningNode, 'url' | 'connect'>;

/** The users of a node that Reflex started with the security plugin. */
export interface SecuredNode {
  readonly authority: Authority;
  /** Where its files are. */
  readonly folder: string;
  /** Whom to believe, and the certificate with which users are kept. */
  readonly asAdmin: () => AgentTls;
  /** For Reflex itself: it believes the authority, and shows no certificate. */
  readonly agentTo: (node: Reached) => Agent;
  /** Makes what is missing of roles, users and mappings. */
  readonly putUsers: (node: Reached) => Promise<void>;
  /** Who Reflex is there, and the file with its password. */
  readonly login: { readonly username: string; readonly passwordFile: string };
}

const folderOf = ({ data }: Pick<Folders, 'data'>): string => join(data, 'secure');

/**
 * A data folder has users or it has none, for good.
 *
 * @throws CannotStart if it is started the other way
 */
export const checkKind = (folders: Pick<Folders, 'data' | 'node'>, secure: boolean): void => {
  const hasUsers = existsSync(folderOf(folders));
  const hasData = existsSync(join(folders.node, 'data', 'nodes'));
  if (hasUsers && !secure)
    throw new CannotStart(
      `the data folder \`${folders.data}\` belongs to a node with users; start with --secure, or choose another with --data`,
    );
  if (secure && hasData && !hasUsers)
    throw new CannotStart(
      `the data folder \`${folders.data}\` belongs to a node without users, which cannot get any later; choose another with --data`,
    );
};

const text = (file: string): string => readFileSync(file, 'utf8');

/** Certificates and users of the node; the certificates are made at once, the users once it runs. */
export const secureNode = (folders: Pick<Folders, 'data'>, log: Log): SecuredNode => {
  const folder = folderOf(folders);
  const authority = authorityIn(folder, Date.now());
  const accounts = new Accounts(folder);
  const { ca, admin } = authority;
  const asAdmin = (): AgentTls => ({ ca: text(ca), cert: text(admin.cert), key: text(admin.key) });
  return {
    authority,
    folder,
    asAdmin,
    agentTo: ({ connect }) => securedAgent({ ca: text(ca) }, connect),
    putUsers: async ({ url, connect }) => {
      const agent = securedAgent(asAdmin(), connect);
      const client = new Client({ node: url, agent: () => agent });
      try {
        await putUsers({ transport: clientTransport(client), accounts, log });
      } finally {
        await client.close();
        agent.destroy();
      }
    },
    login: { username: SERVICE_USER, passwordFile: accounts.fileOf(SERVICE_USER) },
  };
};
