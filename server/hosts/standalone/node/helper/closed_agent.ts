import { Agent, type ClientRequestArgs } from 'http';
import type { Socket } from 'net';
import type { Duplex } from 'stream';

/** How many connections are kept for later requests: what the OpenSearch client keeps by itself. */
const MOST_KEPT = 256;

type Done = (error: Error | null, socket: Duplex) => void;

/** Sends requests over connections that somebody else makes. The address of a request means nothing to it. */
export class ClosedAgent extends Agent {
  private readonly connect: () => Promise<Socket>;

  constructor(connect: () => Promise<Socket>) {
    super({ keepAlive: true, maxFreeSockets: MOST_KEPT, scheduling: 'lifo' });
    this.connect = connect;
  }

  override createConnection(_options: ClientRequestArgs, done?: Done): undefined {
    const fail = done as ((error: Error) => void) | undefined;
    this.connect().then(
      (socket) => done?.(null, socket),
      (error: Error) => fail?.(error),
    );
  }
}
