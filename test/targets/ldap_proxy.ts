import { connect, type Socket } from 'net';
import { createServer } from 'tls';
import type { Fault, FaultProxy, SeenRequest } from './fault_proxy';
import { framesIn, idOf, readRequest, resultOf, type LdapRequest } from './ldap_wire';
import { listenOnLoopback } from './loopback_server';
import type { TestIdentity } from './certificate';

/** What happens to a request that a rule is about; `status` of an answer is an LDAP result. */
type LdapFault =
  | Fault
  /** The directory never hears of it; these bytes come back, or the connection ends. */
  | { readonly kind: 'say'; readonly bytes: Buffer }
  | { readonly kind: 'close' };

/** Stands between a connector and a directory, speaks TLS itself, and does what directories do on bad days. */
export interface LdapProxy extends Omit<FaultProxy, 'fail'> {
  readonly fail: (fault?: LdapFault, on?: (request: SeenRequest) => boolean) => void;
  /** Runs before a request goes on to the directory. */
  readonly before: (what: ((request: LdapRequest) => Promise<void>) | undefined) => void;
}

type Rule = { readonly fault: LdapFault; readonly on: (request: SeenRequest) => boolean };

/** @param open makes a connection to the directory; by default to a port of the loopback */
export const ldapProxy = async (
  identity: TestIdentity,
  targetPort: number,
  open: () => Promise<Socket> = async () => connect({ host: '127.0.0.1', port: targetPort }),
): Promise<LdapProxy> => {
  const seen: SeenRequest[] = [];
  const sockets = new Set<Socket>();
  let rule: Rule | undefined;
  let first: ((request: LdapRequest) => Promise<void>) | undefined;

  const serve = async (client: Socket): Promise<void> => {
    const upstream = (await open()).setNoDelay(true);
    sockets.add(upstream);
    upstream.on('error', () => undefined).on('close', () => client.destroy());
    client.on('close', () => upstream.destroy());
    /** What becomes of the answer to a message, by its number. */
    const answers = new Map<number, (frame: Buffer) => void>();
    let back = Buffer.alloc(0);
    upstream.on('data', (chunk: Buffer) => {
      const { frames, rest } = framesIn(Buffer.concat([back, chunk]));
      back = Buffer.from(rest);
      for (const frame of frames) (answers.get(idOf(frame)) ?? ((each) => void client.write(each)))(frame);
    });

    const pass = async (frame: Buffer): Promise<void> => {
      const request = readRequest(frame);
      const { id, method, dn: path } = request;
      // A goodbye comes whenever it comes.
      if (method !== 'unbind') seen.push({ method, path });
      await first?.(request);
      const fault = rule?.on({ method, path }) === true ? rule.fault : undefined;
      switch (fault?.kind) {
        case undefined:
          return void upstream.write(frame);
        case 'stall':
          return undefined;
        case 'close':
          return void client.destroy();
        case 'say':
          return void client.write(fault.bytes);
        case 'answer':
          return void client.write(resultOf(request, fault.status, 'not today'));
        case 'apply_and_stall':
          answers.set(id, () => undefined);
          break;
        case 'apply_and_reset':
          answers.set(id, () => void client.destroy());
          break;
        case 'apply_and_answer':
          answers.set(id, () => void client.write(resultOf(request, fault.status)));
      }
      upstream.write(frame);
    };

    let waiting = Buffer.alloc(0);
    let turn = Promise.resolve();
    client.on('data', (chunk: Buffer) => {
      const { frames, rest } = framesIn(Buffer.concat([waiting, chunk]));
      waiting = Buffer.from(rest);
      for (const frame of frames) turn = turn.then(() => pass(frame)).catch(() => void client.destroy());
    });
  };

  const server = createServer(identity, (client) => {
    client.on('error', () => undefined);
    serve(client).catch(() => client.destroy());
  });
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
  });
  server.on('tlsClientError', () => undefined);
  const port = await listenOnLoopback(server);
  const goAway = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  return {
    port,
    url: `ldaps://127.0.0.1:${port}`,
    requests: () => seen,
    fail: (fault, on = () => true) => {
      rule = fault === undefined ? undefined : { fault, on };
    },
    before: (what) => {
      first = what;
    },
    goAway,
    comeBack: async () => {
      await listenOnLoopback(server, port);
    },
    dispose: async () => {
      if (server.listening) await goAway();
    },
  };
};
