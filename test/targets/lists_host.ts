import { openHttpHost } from '../../server/hosts/standalone/http/http_host';
import type { OfferedList } from '../../server/runner/ports';
import { listRoutes } from '../../server/routes/lists';
import { freePort } from './processes';

/** A host outside Dashboards that serves lists, and nothing else. */
export interface ListsHost {
  /** In front of the name of a list. */
  readonly url: string;
  readonly port: number;
  /** By their names. */
  readonly lists: Map<string, OfferedList>;
  readonly close: () => Promise<void>;
}

const quiet = (): void => undefined;
const silent = { debug: quiet, info: quiet, warn: quiet, error: quiet };

export const listsHost = async (): Promise<ListsHost> => {
  const port = await freePort();
  const lists = new Map<string, OfferedList>();
  const host = await openHttpHost({
    port,
    log: silent,
    isLoggedIn: () => false,
    open: new Set(),
    whileLoading: () => undefined,
    notFound: () => ({ status: 404, body: '' }),
  });
  const parts = () => ({ blockLists: { named: (name: string) => lists.get(name) } });
  listRoutes({
    router: host.router,
    log: silent,
    identify: async () => undefined,
    tokenOwner: async () => undefined,
    loading: () => undefined,
    // Every agent serves lists.
    servesPeople: false,
    ready: parts,
    standing: parts,
  });
  return { url: `http://127.0.0.1:${port}/api/reflex/lists`, port, lists, close: () => host.stop() };
};
