import type { Realms } from './account_name';
import type { Directory } from './directory';
import type { Flavour } from './flavour';

/** Everything that one connector to a directory works with. */
export interface LdapParts {
  readonly name: string;
  readonly directory: Directory;
  readonly flavour: Flavour;
  readonly baseDn: string;
  readonly realms: Realms;
  /** Names by which the directory knows our own accounts, folded: they are never disabled. */
  readonly ownNames: readonly string[];
  /** Who looks is another account, or looks at another server, than who acts. */
  readonly ownObserver: boolean;
  /** Name of another server that looks, undefined where the same one does. */
  readonly otherServer: string | undefined;
  /** Account that nobody uses, for self-tests. */
  readonly testUser: string | undefined;
  readonly settleMs: number;
  readonly timeoutMs: number;
}
