import type { IncomingHttpHeaders } from 'http';
import { bodyOf, httpServer, type LoopbackServer } from './loopback_server';

const KEY = 'key-of-the-block-server';

/** A small firewall with an HTTP interface: deduplicates by tag, forgets nothing, does what it says. */
export interface BlockServer extends LoopbackServer {
  readonly blocks: () => ReadonlyArray<{ readonly address: string; readonly tag: string }>;
  /** Adds a block of somebody else. */
  readonly add: (address: string, tag: string) => void;
  /** Removes a block by its tag, as its administrator would. */
  readonly remove: (tag: string) => void;
  /** What it says of a host from now on. */
  readonly sees: (host: string, state: string) => void;
  /** For how many seconds it was told to block an address; undefined: until it is told otherwise. */
  readonly blockedFor: (address: string) => number | undefined;
}

interface BlockServerOptions {
  /** False: it serves whoever comes. */
  readonly asksForKey?: boolean;
  /** Whom it serves instead of who brings its key. Whom it does not serve it answers `refusal`. */
  readonly serves?: (headers: IncomingHttpHeaders) => boolean;
  readonly refusal?: number;
  /** It only takes orders at first, and says so. */
  readonly takesOnly?: boolean;
}

const bringsKey = (headers: IncomingHttpHeaders): boolean => headers['x-api-key'] === KEY;

export const blockServer = async ({
  asksForKey = true,
  serves = asksForKey ? bringsKey : () => true,
  refusal = 403,
  takesOnly = false,
}: BlockServerOptions = {}): Promise<BlockServer> => {
  const blocks = new Map<string, { readonly address: string; readonly tag: string }>();
  const seconds = new Map<string, number>();
  const hosts = new Map<string, string>();
  /** How often each operation was asked about. */
  const operations: number[] = [];
  const server = await httpServer((request, response) => {
    const reply = (status: number, body?: unknown): void => {
      response
        .writeHead(status, { 'content-type': 'application/json' })
        .end(body === undefined ? '' : JSON.stringify(body));
    };
    const tag = decodeURIComponent(request.url?.split('/')[3] ?? '');
    void bodyOf(request).then((text) => {
      if (!serves(request.headers)) return reply(refusal, { message: 'who are you' });
      switch (request.method ?? '') {
        case 'POST': {
          const block = JSON.parse(text) as { address: string; tag: string; ttl_seconds?: number | null };
          if (blocks.has(block.tag)) return reply(409);
          blocks.set(block.tag, { address: block.address, tag: block.tag });
          seconds.set(block.tag, block.ttl_seconds ?? Infinity);
          if (takesOnly) return reply(202, { operation: operations.push(0) });
          return reply(201, { state: 'blocked' });
        }
        case 'PATCH': {
          if (!blocks.has(tag)) return reply(404);
          const { ttl_seconds: lasts } = JSON.parse(text) as { ttl_seconds: number | null };
          seconds.set(tag, lasts ?? Infinity);
          return reply(200);
        }
        case 'DELETE':
          return reply(blocks.delete(tag) ? 204 : 404);
        case 'GET':
          if (request.url?.startsWith('/v1/hosts/') === true)
            return hosts.has(tag) ? reply(200, { state: hosts.get(tag), detail: `${tag} with ${KEY}` }) : reply(404);
          if (request.url?.startsWith('/v1/operations/') === true) {
            const asked = (operations[Number(tag) - 1] = (operations[Number(tag) - 1] ?? 0) + 1);
            return reply(200, { state: asked > 1 ? 'done' : 'running' });
          }
          if (tag === '') return reply(200, { blocks: [...blocks.values()] });
          return blocks.has(tag) ? reply(200, { state: 'blocked' }) : reply(404);
        default:
          return reply(405);
      }
    });
  });
  return {
    ...server,
    blocks: () => [...blocks.values()],
    blockedFor: (address) => {
      const block = [...blocks.values()].find((each) => each.address === address);
      return block && seconds.get(block.tag);
    },
    sees: (host, state) => void hosts.set(host, state),
    add: (address, tag) => void blocks.set(tag, { address, tag }),
    remove: (tag) => void blocks.delete(tag),
  };
};

/** How a REST connector talks to it that lets it end blocks by itself. */
export const expiringParameters = (url: string) => {
  const { actions, ...parameters } = blockServerParameters(url);
  const extend = {
    method: 'PATCH' as const,
    path: '/v1/blocks/{command_id}',
    body: { ttl_seconds: { $: 'ttl_s' } },
  };
  return { ...parameters, native_ttl: { grace_s: 60 }, actions: { block_ip: { ...actions.block_ip, extend } } };
};

/** How the REST connector talks to it. */
export const blockServerParameters = (url: string) => ({
  base_url: url,
  allow_addresses: ['127.0.0.1'],
  timeouts: { connect_ms: 500, total_ms: 700 },
  headers: { 'X-Api-Key': { secret: 'block-server' } },
  idempotency: 'key' as const,
  settle_time_ms: 0,
  tagged: true,
  status: { method: 'GET' as const, path: '/v1/blocks' },
  host_status: {
    method: 'GET' as const,
    path: '/v1/hosts/{target.value}',
    intact: { status: [200], where: { pointer: '/state', equals: 'healthy' } },
    altered: { status: [200], where: { pointer: '/state', equals: 'tampered' } },
    said: '/detail',
  },
  actions: {
    block_ip: {
      promises: {
        disruption: { usual: 0.1, by_tag: { gateway: 1 } },
        offline: { order: 'not_needed' as const },
        needs: ['the key of the block server'],
      },
      execute: {
        method: 'POST' as const,
        path: '/v1/blocks',
        body: { address: { $: 'target.value' }, tag: { $: 'command_id' }, ttl_seconds: { $: 'ttl_s' } },
        already: [409],
      },
      verify: {
        method: 'GET' as const,
        path: '/v1/blocks/{command_id}',
        present: { status: [200], where: { pointer: '/state', equals: 'blocked' } },
        absent: { status: [404] },
      },
      undo: { method: 'DELETE' as const, path: '/v1/blocks/{command_id}' },
      list: { method: 'GET' as const, path: '/v1/blocks', items: '/blocks', value: '/address', command_id: '/tag' },
    },
  },
});

/** The same, as far as versions know it that ask no connector about hosts, and none what it promises. */
export const earlierBlockServerParameters = (url: string) => {
  const { host_status: _later, actions, ...parameters } = blockServerParameters(url);
  const { promises: _stated, ...block_ip } = actions.block_ip;
  return { ...parameters, actions: { block_ip } };
};

export const blockServerSecrets = (name: string): string | undefined => (name === 'block-server' ? KEY : undefined);
