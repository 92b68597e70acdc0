import { createServer, type Socket } from 'net';
import type { Fault, FaultProxy, SeenRequest } from './fault_proxy';
import { listenOnLoopback } from './loopback_server';

/** Stands before haproxy's runtime API, one command a connection, and does what haproxy does on bad days. */
export interface RuntimeProxy extends Omit<FaultProxy, 'url'> {
  /** Commands as they came. */
  readonly lines: () => readonly string[];
  /** Answers this instead of asking haproxy; with `apply` haproxy does it all the same. */
  readonly say: (answer: string, on?: (request: SeenRequest) => boolean, how?: 'apply') => void;
}

type Rule = {
  readonly fault: Fault | { readonly kind: 'say'; readonly answer: string; readonly apply: boolean };
  readonly on: (request: SeenRequest) => boolean;
};

/** @param answer what haproxy answers to a command */
export const runtimeProxy = async (answer: (line: string) => Promise<string>): Promise<RuntimeProxy> => {
  const sockets = new Set<Socket>();
  const seen: Array<SeenRequest & { readonly line: string }> = [];
  let rule: Rule | undefined;

  const serve = async (line: string, socket: Socket): Promise<void> => {
    const request = { method: line.split(' ')[0] ?? '', path: line };
    seen.push({ ...request, line });
    const fault = rule?.on(request) === true ? rule.fault : undefined;
    switch (fault?.kind) {
      case undefined:
        return void socket.end(await answer(line));
      case 'stall':
        return undefined;
      case 'apply_and_stall':
        return void (await answer(line));
      case 'apply_and_reset':
        await answer(line);
        return void socket.resetAndDestroy();
      case 'say':
        if (fault.apply) await answer(line);
        return void socket.end(fault.answer);
      case 'answer':
      case 'apply_and_answer':
        throw new Error('haproxy answers no HTTP status here');
    }
  };

  const server = createServer((socket) => {
    let received = '';
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      received += chunk.toString('utf8');
      if (!received.endsWith('\n')) return;
      serve(received.trim(), socket).catch(() => socket.destroy());
    });
  });
  const port = await listenOnLoopback(server);
  const goAway = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  return {
    port,
    requests: () => seen,
    lines: () => seen.map(({ line }) => line),
    fail: (fault, on = () => true) => {
      rule = fault === undefined ? undefined : { fault, on };
    },
    say: (text, on = () => true, how) => {
      rule = { fault: { kind: 'say', answer: text, apply: how === 'apply' }, on };
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
