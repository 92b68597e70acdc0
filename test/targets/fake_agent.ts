import {
  createServer,
  type Http2SecureServer,
  type Http2Server,
  createSecureServer,
  type SecureServerOptions,
} from 'http2';
import { Code, ConnectError, type ConnectRouter, type HandlerContext } from '@connectrpc/connect';
import { connectNodeAdapter } from '@connectrpc/connect-node';
import { agentService } from '../../server/connectors/grpc/agent_descriptor';
import { listenOnLoopback } from './loopback_server';

interface Block {
  readonly command: string;
  /** Undefined: it has no end. */
  readonly endsAt: number | undefined;
}

/** A message as the library hands it over; its fields are those of `agent_schema.ts`. */
interface Request {
  readonly effectId: string;
  readonly commandId: string;
  readonly commandIds: readonly string[];
  readonly fence: bigint;
  readonly action: string;
  readonly target?: { readonly value: string };
  readonly ttlMs?: bigint;
  readonly before: string;
}

/** A small agent in this process: it blocks addresses in its memory. */
export interface FakeAgent {
  readonly port: number;
  readonly blocks: Map<string, Block>;
  /** Requests with the metadata that came along, in order. */
  readonly asked: Array<Request & { readonly method: string; readonly header: Headers; readonly timeoutMs?: number }>;
  /** What it answers to a method instead, from now on; without it: as usual. */
  readonly answer: (method: string, body?: object) => void;
  readonly dispose: () => Promise<void>;
}

const RESULT_DONE = 1;
const PRESENT = 1;
const ABSENT = 2;

const CAPABILITIES = {
  agent: 'fake-agent 1',
  actions: [{ action: 'block_ip' }],
  nativeTtl: true,
  settleTimeMs: 0n,
};

/** @param tls how it proves who it is, and whom it takes; missing: it speaks plainly */
export const fakeAgent = async (tls?: SecureServerOptions): Promise<FakeAgent> => {
  const blocks = new Map<string, Block>();
  const fences = new Map<string, bigint>();
  const asked: FakeAgent['asked'] = [];
  const instead = new Map<string, object>();

  const fenced = ({ effectId, fence }: Request): void => {
    if (fence < (fences.get(effectId) ?? 0n)) throw new ConnectError('an older order', Code.FailedPrecondition);
    if (effectId !== '') fences.set(effectId, fence);
  };
  const endOf = ({ ttlMs }: Request): number | undefined =>
    ttlMs === undefined ? undefined : Date.now() + Number(ttlMs);

  const METHODS: Readonly<Record<string, (request: Request) => object>> = {
    getCapabilities: () => CAPABILITIES,
    status: () => ({ health: 1 }),
    execute: (request) => {
      fenced(request);
      const address = request.target?.value ?? '';
      const before = blocks.get(address);
      if (before?.command !== request.commandId)
        blocks.set(address, { command: request.commandId, endsAt: endOf(request) });
      return { result: RESULT_DONE, before: JSON.stringify({ was: before?.command ?? null }), text: 'blocked' };
    },
    verify: ({ target, commandIds }) => {
      const found = blocks.get(target?.value ?? '');
      const isOurs = found !== undefined && commandIds.includes(found.command);
      return { presence: isOurs ? PRESENT : ABSENT, text: isOurs ? 'blocked' : 'not blocked' };
    },
    extend: (request) => {
      fenced(request);
      const address = request.target?.value ?? '';
      const found = blocks.get(address);
      if (found === undefined) throw new ConnectError('no such block', Code.NotFound);
      blocks.set(address, { ...found, endsAt: endOf(request) });
      return { result: RESULT_DONE };
    },
    undo: (request) => {
      fenced(request);
      const address = request.target?.value ?? '';
      const found = blocks.get(address);
      if (found !== undefined && request.commandIds.includes(found.command)) blocks.delete(address);
      return { result: RESULT_DONE };
    },
    cancel: () => ({}),
    list: () => ({
      effects: [...blocks].map(([value, { command }]) => ({
        commandId: command,
        action: 'block_ip',
        target: { type: 'ip', value },
      })),
    }),
  };

  const routes = (router: ConnectRouter): void => {
    const handlers = Object.entries(METHODS).map(([method, handle]) => [
      method,
      (request: Request, { requestHeader, timeoutMs }: HandlerContext) => {
        const left = timeoutMs();
        asked.push({ ...request, method, header: requestHeader, ...(left !== undefined && { timeoutMs: left }) });
        return instead.get(method) ?? handle(request);
      },
    ]);
    router.service(agentService(), Object.fromEntries(handlers) as never);
  };
  const handler = connectNodeAdapter({ routes, connect: false, grpcWeb: false });
  const server: Http2Server | Http2SecureServer =
    tls === undefined ? createServer(handler) : createSecureServer(tls, handler);
  server.on('sessionError', () => undefined);
  const port = await listenOnLoopback(server);
  return {
    port,
    blocks,
    asked,
    answer: (method, body) => void (body === undefined ? instead.delete(method) : instead.set(method, body)),
    dispose: () => new Promise((resolve) => server.close(() => resolve())),
  };
};
