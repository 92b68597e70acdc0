import { createServer, type Socket } from 'net';
import { Server, utils, type Connection, type ServerChannel } from 'ssh2';
import type { Fault, FaultProxy, SeenRequest } from './fault_proxy';
import { listenOnLoopback } from './loopback_server';
import { newSshKey } from './ssh_keys';

/** Stands between a connector and a host, as an SSH server of its own, and does what hosts do on bad days. */
export interface SshProxy extends Omit<FaultProxy, 'url'> {
  /** Line of the key by which it is known. */
  readonly hostKey: string;
  /** Private key that it lets in. */
  readonly privateKey: string;
  /** Requests as they came. */
  readonly lines: () => readonly string[];
  /** Answers this instead of asking the host; with `apply` the host does it all the same. */
  readonly say: (answer: string, on?: (request: SeenRequest) => boolean, how?: 'apply') => void;
  /** Lets in who has this private key, instead of its own. */
  readonly letIn: (privateKey: string) => void;
  /** Its program ends with this code and says nothing, as one that is not there. */
  readonly exitWith: (code: number) => void;
  /** From now on nobody is let in, until `fail()`. */
  readonly refuseKeys: () => void;
}

type Rule = {
  readonly fault: Fault | { readonly kind: 'say'; readonly answer: string; readonly apply: boolean };
  readonly on: (request: SeenRequest) => boolean;
};

/** @param answer what the host answers to a line */
export const sshProxy = async (answer: (line: string) => Promise<string>): Promise<SshProxy> => {
  const [host, client] = [newSshKey(), newSshKey()];
  const publicOf = (key: string): Buffer | undefined => {
    const parsed = utils.parseKey(key);
    return parsed instanceof Error ? undefined : parsed.getPublicSSH();
  };
  let known = publicOf(client.private);
  const sockets = new Map<number, Socket>();
  const seen: Array<SeenRequest & { readonly line: string }> = [];
  let rule: Rule | undefined;
  let refusing = false;
  let exitCode: number | undefined;

  const serve = async (line: string, channel: ServerChannel, socket: Socket | undefined): Promise<void> => {
    const verb = line.split(' ')[1] ?? '';
    const request = { method: verb, path: `/${verb}` };
    seen.push({ ...request, line });
    const fault = rule?.on(request) === true ? rule.fault : undefined;
    const finish = (text: string): void => {
      channel.write(text);
      channel.exit(0);
      channel.end();
    };
    switch (fault?.kind) {
      case undefined:
        return finish(await answer(line));
      case 'stall':
        return undefined;
      case 'apply_and_stall':
        return void (await answer(line));
      case 'apply_and_reset':
        await answer(line);
        return void socket?.resetAndDestroy();
      case 'say':
        if (fault.apply) await answer(line);
        return finish(fault.answer);
      case 'answer':
      case 'apply_and_answer':
        throw new Error('an SSH host answers no HTTP status');
    }
  };

  const welcome = (connection: Connection, socket: Socket | undefined): void => {
    connection.on('error', () => undefined);
    connection.on('authentication', (context) => {
      const isKnown = context.method === 'publickey' && known?.equals(context.key.data) === true;
      if (isKnown && !refusing) context.accept();
      else context.reject(['publickey']);
    });
    connection.on('session', (accept) => {
      accept().on('exec', (start) => {
        const channel = start();
        if (exitCode !== undefined) {
          channel.exit(exitCode);
          return void channel.end();
        }
        const chunks: Buffer[] = [];
        channel.on('data', (chunk: Buffer) => chunks.push(chunk));
        channel.on('error', () => undefined);
        channel.on('end', () => {
          const line = Buffer.concat(chunks).toString('utf8');
          if (line === '') return void channel.end();
          serve(line, channel, socket).catch(() => socket?.destroy());
        });
      });
    });
  };

  const protocol = new Server({ hostKeys: [host.private] }, (connection, { port }) =>
    welcome(connection, sockets.get(port)),
  );
  const server = createServer((socket) => {
    const { remotePort = 0 } = socket;
    sockets.set(remotePort, socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(remotePort));
    protocol.injectSocket(socket);
  });
  const port = await listenOnLoopback(server);
  const goAway = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets.values()) socket.destroy();
    });
  return {
    port,
    hostKey: host.public,
    privateKey: client.private,
    requests: () => seen,
    lines: () => seen.map(({ line }) => line),
    fail: (fault, on = () => true) => {
      refusing = false;
      rule = fault === undefined ? undefined : { fault, on };
    },
    say: (text, on = () => true, how) => {
      rule = { fault: { kind: 'say', answer: text, apply: how === 'apply' }, on };
    },
    letIn: (privateKey) => {
      known = publicOf(privateKey);
    },
    exitWith: (code) => {
      exitCode = code;
    },
    refuseKeys: () => {
      refusing = true;
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
