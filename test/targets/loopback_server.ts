import {
  createServer as createHttpServer,
  type IncomingMessage,
  type RequestListener,
  type Server as HttpServer,
} from 'http';
import { createServer as createTcpServer, type AddressInfo, type Server as TcpServer, type Socket } from 'net';

/** A server on a free port of the loopback. */
export interface LoopbackServer {
  readonly port: number;
  readonly url: string;
  readonly close: () => Promise<void>;
}

export const listenOnLoopback = (server: HttpServer | TcpServer, port = 0): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });

export const bodyOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
};

/** An HTTP server; its handler may answer as it likes. */
export const httpServer = async (handler: RequestListener): Promise<LoopbackServer> => {
  const server = createHttpServer(handler);
  const port = await listenOnLoopback(server);
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

/** A TCP server for what no HTTP server would do. Counts the bytes that reach it. */
export const rawServer = async (
  handler: (socket: Socket, received: () => string) => void,
): Promise<LoopbackServer & { readonly received: () => string; readonly connections: () => number }> => {
  const sockets = new Set<Socket>();
  let all = '';
  let connections = 0;
  const server = createTcpServer((socket) => {
    let received = '';
    connections += 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1');
      all += chunk.toString('latin1');
    });
    handler(socket, () => received);
  });
  const port = await listenOnLoopback(server);
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    received: () => all,
    connections: () => connections,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        sockets.forEach((socket) => socket.destroy());
      }),
  };
};
