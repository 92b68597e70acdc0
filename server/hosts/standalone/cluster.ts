import { present } from '../../../common/present';
import { Client } from '@opensearch-project/opensearch';
import type { Egress } from '../../../common/entity/egress';
import { clientTransport, type Login, type OpenSearchTransport } from '../../adapters/opensearch/transport';
import { isReadOnTheWay, readOnTheWay } from '../settings/plain_http';
import { CannotStart } from './cannot_start';
import { textOf } from './named_file';
import { renewingAgent } from './renewing_agent';
import type { ClusterSettings } from '../settings';

/** A cluster to work with. */
export interface Cluster {
  readonly transport: OpenSearchTransport;
  readonly close: () => Promise<void>;
  /** Tells of the password that Reflex logs in with, where this host made it. */
  readonly watchSecrets?: (hide: (secret: string) => void) => void;
}

const PATIENCE_MS = 10_000;

const trimmed = (text: string | undefined): string | undefined =>
  text === undefined || text === '' ? undefined : text;

/** @throws CannotStart if there is a certificate without its key, or the other way round */
const certificateIn = (env: NodeJS.ProcessEnv): Pick<ClusterSettings, 'cert' | 'key'> => {
  const [cert, key] = [trimmed(env.OPENSEARCH_CERT), trimmed(env.OPENSEARCH_KEY)];
  if ((cert === undefined) !== (key === undefined))
    throw new CannotStart('OPENSEARCH_CERT and OPENSEARCH_KEY are needed both, or neither');
  return present({ cert, key });
};

/** The cluster that the environment names, else the settings; undefined if neither names one. */
export const namedCluster = (env: NodeJS.ProcessEnv, settings: ClusterSettings): ClusterSettings | undefined => {
  const hosts = (env.OPENSEARCH_HOSTS ?? '').split(',').map((host) => host.trim().replace(/\/+$/, ''));
  const named = hosts.filter((host) => host !== '');
  const wrong = named.find((host) => !/^https?:\/\/[^/?#@]+(\/[^?#@]*)?$/.test(host));
  if (wrong !== undefined)
    throw new CannotStart(
      `\`${wrong.replace(/\/\/[^@]*@/, '//')}\` in OPENSEARCH_HOSTS is no address; write it as https://search.example:9200, the user goes into OPENSEARCH_USERNAME`,
    );
  if (named.length === 0) return settings.hosts.length === 0 ? undefined : settings;
  const username = trimmed(env.OPENSEARCH_USERNAME);
  const clear = username === undefined || settings.allowPlainHttp === true ? undefined : named.find(isReadOnTheWay);
  if (clear !== undefined)
    throw new CannotStart(
      `OPENSEARCH_HOSTS: ${readOnTheWay(clear, "Reflex' password", 'opensearch.allow_plain_http')}`,
    );
  const file = trimmed(env.OPENSEARCH_PASSWORD_FILE);
  return {
    hosts: named,
    username,
    password: file === undefined ? trimmed(env.OPENSEARCH_PASSWORD) : textOf(file, 'password').replace(/\r?\n$/, ''),
    ...present({ passwordFile: file }),
    ca: trimmed(env.OPENSEARCH_CA),
    ...certificateIn(env),
  };
};

/** A client of the cluster. Throws CannotStart if a file of its certificates cannot be read. */
const clientOf = ({ hosts, ca, cert, key }: ClusterSettings, egress: Egress | undefined): Client => {
  const isEncrypted = hosts.every((host) => host.startsWith('https:'));
  const hasFiles = [ca, cert, key].some((file) => file !== undefined);
  return new Client({
    nodes: [...hosts],
    ...present({
      agent:
        egress !== undefined || (hasFiles && isEncrypted)
          ? ({ url }: { readonly url: URL }) => renewingAgent({ ca, cert, key }, { url, egress })
          : undefined,
      ssl: hasFiles && !isEncrypted && ca !== undefined ? { ca: textOf(ca, 'certificate authority') } : undefined,
    }),
  });
};

/** Who Reflex is there by the settings alone. */
const loginOf =
  ({ username, password = '' }: ClusterSettings): Login =>
  () =>
    username === undefined ? undefined : `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`;

/** What a person has to mend, if it is that; undefined if the cluster may just be away. */
const toMend = (cause: unknown): string | undefined => {
  const { message, meta } = cause as Error & { meta?: { statusCode?: number } };
  if (meta?.statusCode === 401 || meta?.statusCode === 403)
    return `it refuses the user (${meta.statusCode}); check OPENSEARCH_USERNAME and OPENSEARCH_PASSWORD`;
  if (/certificate|self.signed|issuer|altname/i.test(message))
    return `its certificate is not trusted (${message}); name the file of its authority in OPENSEARCH_CA`;
  return undefined;
};

/**
 * Connects to a cluster that runs already.
 *
 * @param mayBeAway true where Reflex worked before: what it did may have to be undone now, with or without the cluster
 * @param login who Reflex is there, at each request
 * @param egress where the cluster may be; default everywhere
 * @throws CannotStart if the cluster refuses us, or does not answer although it must
 */
export const connectTo = async (
  settings: ClusterSettings,
  mayBeAway: boolean,
  { login = loginOf(settings), egress }: { readonly login?: Login; readonly egress?: Egress | undefined } = {},
): Promise<Cluster> => {
  const client = clientOf(settings, egress);
  const cluster: Cluster = { transport: clientTransport(client, login), close: () => client.close() };
  try {
    const headers = present({ authorization: login?.() });
    const options = { requestTimeout: PATIENCE_MS, maxRetries: 0, headers };
    await client.transport.request({ method: 'GET', path: '/_cluster/health' }, options);
    return cluster;
  } catch (cause) {
    const mend = toMend(cause);
    if (mend === undefined && mayBeAway) return cluster;
    await client.close();
    const why = mend ?? `it does not answer (${(cause as Error).message}); check OPENSEARCH_HOSTS`;
    throw new CannotStart(`the cluster at ${settings.hosts.join(', ')} cannot be used: ${why}`);
  }
};
