import { existsSync } from 'fs';
import { join } from 'path';

/* Keys in the folder of an agent. Whoever may write there decides whose policies that agent believes. */

/** The private key that a host made for itself at its first start, where nobody named one. */
export const ownKeyFile = (agentFolder: string): string => join(agentFolder, 'keys', 'signing.pem');

/** The key that signs checkpoints of the audit, and nothing else. */
export const auditKeyFile = (agentFolder: string): string => join(agentFolder, 'keys', 'audit.pem');

/** Public keys that a person trusted at this machine (`reflex keys trust`), one a file. */
export const trustedFolder = (agentFolder: string): string => join(agentFolder, 'keys', 'trusted');

/** The folder of the agent within `--data`: of the standalone host its own within, of Dashboards the folder itself. */
export const agentFolderIn = (data: string): string =>
  existsSync(join(data, 'memory.json')) || existsSync(join(data, 'journal')) ? data : join(data, 'agent');
