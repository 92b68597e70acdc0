import { lookup } from 'dns';
import { Agent as PlainAgent } from 'http';
import { Agent } from 'https';
import { checkWritten, egressLookup, type Egress } from '../../../common/entity/egress';
import { present } from '../../../common/present';
import { ok, err } from '../../../common/result';
import { renewed } from '../../connectors/http/renewed';
import { isUsable } from '../../connectors/http/tls_material';
import { CannotStart } from './cannot_start';
import { textOf } from './named_file';

/** Files, PEM. */
interface TlsFileNames {
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
}

const read = ({ ca, cert, key }: TlsFileNames) =>
  present({
    ca: ca === undefined ? undefined : textOf(ca, 'certificate authority'),
    cert: cert === undefined ? undefined : textOf(cert, 'certificate'),
    key: key === undefined ? undefined : textOf(key, 'key'),
  });

/** Where a cluster is, and where clusters may be. */
interface Reach {
  readonly url: URL;
  /** Default: everywhere. */
  readonly egress?: Egress | undefined;
}

/** @throws CannotStart if the address itself is written out and not allowed */
const guarded = ({ url, egress }: Reach): object => {
  if (egress === undefined) return {};
  const port = url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port);
  try {
    checkWritten(egress, { host: url.hostname.replace(/^\[|\]$/g, ''), port });
  } catch (cause) {
    throw new CannotStart((cause as Error).message, { cause });
  }
  return { lookup: egressLookup(egress, port, lookup) };
};

type Connecting = { createConnection: (options: object, told?: unknown) => unknown };

/** The same agent, whose connections are made with these options as they are at that moment. */
const connectingWith = <Made extends PlainAgent>(agent: Made, options: () => object): Made => {
  const connecting = agent as unknown as Connecting;
  const connect = connecting.createConnection.bind(agent);
  connecting.createConnection = (given, told) => connect({ ...given, ...options() }, told);
  return agent;
};

const KEPT = { keepAlive: true, maxSockets: 256, maxFreeSockets: 256 };

/**
 * Makes connections to OpenSearch, to where it may be, with the certificates that are in their files at that moment.
 * What cannot be read, or does not fit together, leaves the last ones in force.
 *
 * @throws CannotStart if a file cannot be read now, or the address is not allowed
 */
export const renewingAgent = (files: TlsFileNames, reach: Reach): PlainAgent => {
  const guard = guarded(reach);
  if (reach.url.protocol !== 'https:') return connectingWith(new PlainAgent(KEPT), () => guard);
  const first = read(files);
  const material = renewed(first, () => {
    try {
      const now = read(files);
      return isUsable(now) ? ok(now) : err('not usable');
    } catch (cause) {
      return err(cause);
    }
  });
  // No sessions: one that is taken up again would go on with the certificates of before.
  return connectingWith(new Agent({ ...KEPT, maxCachedSessions: 0 }), () => ({ ...material(), ...guard }));
};
