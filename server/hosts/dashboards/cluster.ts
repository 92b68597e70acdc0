import { lookup } from 'dns/promises';
import { readFileSync } from 'fs';
import { checkWritten, type Egress } from '../../../common/entity/egress';
import { present } from '../../../common/present';
import { clientTransport, type Login, type OpenSearchTransport } from '../../adapters/opensearch/transport';
import { isUsable } from '../../connectors/http/tls_material';
import { StoreUnavailable } from '../../runner/ports';
import type { ClusterSettings } from '../settings';
import type { CoreStart } from './host_services';

/** The cluster as Reflex' technical user sees it. */
export interface DashboardsCluster {
  readonly transport: OpenSearchTransport;
  /** False if it is Dashboards' own user. */
  readonly isOwnUser: boolean;
  readonly close: () => Promise<void>;
}

const contentOf = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new Error(`the file \`${file}\` of \`opensearch\` cannot be read`, { cause });
  }
};

interface Pem {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

const pemOf = ({ ca, cert, key }: Pick<ClusterSettings, 'ca' | 'cert' | 'key'>): Pem =>
  present({
    ca: ca === undefined ? undefined : contentOf(ca),
    cert: cert === undefined ? undefined : contentOf(cert),
    key: key === undefined ? undefined : contentOf(key),
  });

/** Dashboards reads the files of its own settings, and none for a client of a plugin: it takes what is in them. */
const sslOf = ({ ca, cert, key }: Pem): object | undefined => {
  if (ca === undefined && cert === undefined) return undefined;
  const own = cert === undefined || key === undefined ? {} : { certificate: cert, key, alwaysPresentCertificate: true };
  return { ...present({ certificateAuthorities: ca === undefined ? undefined : [ca] }), ...own };
};

type Client = ReturnType<CoreStart['opensearch']['createClient']>;

/** Files are looked at this often at the most, and a client that was replaced may still answer for so long, ms. */
const LOOK_EVERY_MS = 5_000;
const WINDS_UP_MS = 60_000;

/** A client with the certificates that are in their files; another one takes its place once they are others. */
class RenewedClient {
  private pem: Pem;
  private client: Client;
  private lookedAt: number;
  private readonly old = new Map<Client, NodeJS.Timeout>();

  constructor(
    private readonly files: Pick<ClusterSettings, 'ca' | 'cert' | 'key'>,
    private readonly make: (pem: Pem) => Client,
    private readonly now: () => number,
  ) {
    this.pem = pemOf(files);
    this.client = make(this.pem);
    this.lookedAt = now();
  }

  get current(): Client {
    if (this.now() - this.lookedAt >= LOOK_EVERY_MS) this.look();
    return this.client;
  }

  async close(): Promise<void> {
    const all = [this.client, ...this.old.keys()];
    for (const timer of this.old.values()) clearTimeout(timer);
    this.old.clear();
    for (const each of all) await each.close();
  }

  /** What cannot be read, or does not fit together, leaves the last ones in force. */
  private look(): void {
    this.lookedAt = this.now();
    let pem: Pem;
    try {
      pem = pemOf(this.files);
    } catch {
      return;
    }
    const isSame = pem.ca === this.pem.ca && pem.cert === this.pem.cert && pem.key === this.pem.key;
    if (isSame || !isUsable(pem)) return;
    this.retire(this.client);
    this.pem = pem;
    this.client = this.make(pem);
  }

  private retire(client: Client): void {
    const end = (): void => {
      this.old.delete(client);
      client.close().catch(() => undefined);
    };
    this.old.set(client, setTimeout(end, WINDS_UP_MS).unref());
  }
}

/** Every address that a host of the settings has now must be allowed; a name is looked up at most so often, ms. */
const CHECK_EVERY_MS = 30_000;

/**
 * Looks whether the hosts may be connected to. Dashboards makes the connections itself, so a name is looked up here and
 * there once more.
 */
const guardOf = (hosts: readonly string[], egress: Egress | undefined, now: () => number): (() => Promise<void>) => {
  let checkedAt = -Infinity;
  const check = async (url: URL): Promise<void> => {
    if (egress === undefined) return;
    const port = url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port);
    const host = url.hostname.replace(/^\[|\]$/g, '');
    checkWritten(egress, { host, port });
    for (const { address } of await lookup(host, { all: true })) {
      const why = egress({ host, port }, address);
      if (why !== undefined) throw new Error(`not connected: ${why}`);
    }
  };
  return async () => {
    if (egress === undefined || now() - checkedAt < CHECK_EVERY_MS) return;
    try {
      for (const host of hosts) await check(new URL(host));
    } catch (cause) {
      throw new StoreUnavailable((cause as Error).message, { cause });
    }
    checkedAt = now();
  };
};

interface How {
  /** Who Reflex is there, at each request; default as the settings say it. */
  readonly login?: Login;
  /** Where the cluster may be; default everywhere. */
  readonly egress?: Egress | undefined;
  /** ms of a clock that never jumps. */
  readonly now?: () => number;
}

/**
 * A client for the technical user of the settings. Where they name neither user nor cluster it is Dashboards' own
 * user; fit for trying out, not for production, and said so in the log.
 */
export const clusterOf = (
  { opensearch }: CoreStart,
  { hosts, username, password, passwordSecret, ...files }: ClusterSettings,
  { login, egress, now = () => performance.now() }: How = {},
): DashboardsCluster => {
  if (hosts.length === 0 && username === undefined && files.cert === undefined)
    return {
      transport: clientTransport(opensearch.client.asInternalUser),
      close: () => Promise.resolve(),
      isOwnUser: false,
    };
  const client = new RenewedClient(
    files,
    (pem) =>
      opensearch.createClient('reflex', {
        ...present({ hosts: hosts.length === 0 ? undefined : [...hosts] }),
        ...(username === undefined ? {} : { username, password: password ?? '' }),
        ...present({ ssl: sslOf(pem) }),
      }),
    now,
  );
  const allowed = guardOf(hosts, egress, now);
  const byName = passwordSecret === undefined ? undefined : login;
  return {
    transport: {
      request: async (request, options) => {
        await allowed();
        return clientTransport(client.current.asInternalUser, byName).request(request, options);
      },
    },
    close: () => client.close(),
    isOwnUser: true,
  };
};
