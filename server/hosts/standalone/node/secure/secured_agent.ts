import { Agent } from 'https';
import type { Socket } from 'net';
import type { Duplex } from 'stream';
import { connect as secure } from 'tls';

/** How many connections are kept for later requests: what the OpenSearch client keeps by itself. */
const MOST_KEPT = 256;

/** Whom to believe, and who we are to the node, PEM. */
export interface AgentTls {
  readonly ca: string;
  readonly cert?: string;
  readonly key?: string;
}

type Done = (error: Error | null, socket: Duplex) => void;

/** Speaks TLS over connections that somebody else makes: to a node in a network of its own. */
class ClosedTlsAgent extends Agent {
  constructor(
    private readonly tls: AgentTls,
    private readonly connect: () => Promise<Socket>,
  ) {
    super({ keepAlive: true, maxFreeSockets: MOST_KEPT, scheduling: 'lifo' });
  }

  override createConnection(_options: unknown, done?: Done): undefined {
    const fail = done as ((error: Error) => void) | undefined;
    this.connect().then(
      (socket) => {
        const wrapped = secure({ socket, servername: 'localhost', ...this.tls });
        wrapped.once('secureConnect', () => done?.(null, wrapped));
        wrapped.once('error', (error) => fail?.(error));
      },
      (error: Error) => fail?.(error),
    );
  }
}

/** @param connect makes the connections, where the node is closed */
export const securedAgent = (tls: AgentTls, connect?: () => Promise<Socket>): Agent =>
  connect === undefined
    ? new Agent({ ...tls, keepAlive: true, maxFreeSockets: MOST_KEPT })
    : new ClosedTlsAgent(tls, connect);
