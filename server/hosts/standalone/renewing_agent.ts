import { Agent } from 'https';
import { present } from '../../../common/present';
import { ok, err } from '../../../common/result';
import { renewed } from '../../connectors/http/renewed';
import { isUsable } from '../../connectors/http/tls_material';
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

/**
 * Makes connections to OpenSearch with the certificates that are in their files at that moment. What cannot be read, or
 * does not fit together, leaves the last ones in force.
 *
 * @throws CannotStart if a file cannot be read now
 */
export const renewingAgent = (files: TlsFileNames): Agent => {
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
  const agent = new Agent({ keepAlive: true, maxSockets: 256, maxFreeSockets: 256, maxCachedSessions: 0 });
  const connecting = agent as unknown as { createConnection: (options: object, told?: unknown) => unknown };
  const connect = connecting.createConnection.bind(agent);
  connecting.createConnection = (options, told) => connect({ ...options, ...material() }, told);
  return agent;
};
