import type { Socket } from 'net';
import type { ToHelper } from './messages';

interface Waiting {
  readonly resolve: (socket: Socket) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

/** A helper that freezes must not hold whoever asks for ever. */
const PATIENCE_MS = 10_000;

/** Connections that the helper was asked for. */
export class Connections {
  private readonly send: (message: ToHelper) => void;
  private readonly waiting = new Map<number, Waiting>();
  private last = 0;
  private closed: string | undefined;

  constructor(send: (message: ToHelper) => void) {
    this.send = send;
  }

  /** Rejects if the node takes no connection, or if there is none any more. */
  ask(port: number): Promise<Socket> {
    return new Promise((resolve, reject) => {
      if (this.closed !== undefined) return reject(new Error(`the OpenSearch node is not running (${this.closed})`));
      const id = (this.last += 1);
      const timer = setTimeout(() => this.refused(id, 'its helper does not answer'), PATIENCE_MS);
      this.waiting.set(id, { resolve, reject, timer });
      this.send({ kind: 'connect', id, port });
    });
  }

  arrived(id: number, socket: Socket | undefined): void {
    const waiting = this.take(id);
    if (socket === undefined) return waiting?.reject(new Error('the connection to the OpenSearch node broke off'));
    if (waiting === undefined) return void socket.destroy();
    socket.setNoDelay(true);
    waiting.resolve(socket);
  }

  refused(id: number, why: string): void {
    this.take(id)?.reject(new Error(`no connection to the OpenSearch node: ${why}`));
  }

  /** From now on there is nobody to ask. */
  close(why: string): void {
    this.closed = why;
    for (const id of [...this.waiting.keys()]) this.refused(id, why);
  }

  private take(id: number): Waiting | undefined {
    const waiting = this.waiting.get(id);
    this.waiting.delete(id);
    clearTimeout(waiting?.timer);
    return waiting;
  }
}
