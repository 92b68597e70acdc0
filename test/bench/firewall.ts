import { bodyOf, httpServer, type LoopbackServer } from '../targets/loopback_server';

/** A target that answers at once and tells when each address reached it. */
export interface Firewall extends LoopbackServer {
  /** Resolves with the moment at which an address reached it first, ms of `performance.now()`. */
  readonly reached: (address: string) => Promise<number>;
}

/** Serves on a free port of the loopback. */
export const startFirewall = async (): Promise<Firewall> => {
  const reachedAt = new Map<string, number>();
  const waiting = new Map<string, (at: number) => void>();
  const note = (address: string, at: number): void => {
    if (reachedAt.has(address)) return;
    reachedAt.set(address, at);
    waiting.get(address)?.(at);
    waiting.delete(address);
  };
  const server = await httpServer((request, response) => {
    const at = performance.now();
    void bodyOf(request).then((text) => {
      if (request.method === 'POST') note((JSON.parse(text) as { address: string }).address, at);
      response.writeHead(request.method === 'DELETE' ? 204 : 200, { 'content-type': 'application/json' });
      response.end(request.method === 'DELETE' ? '' : '{"state":"blocked"}');
    });
  });
  const reached = (address: string): Promise<number> => {
    const at = reachedAt.get(address);
    return at === undefined ? new Promise((resolve) => waiting.set(address, resolve)) : Promise.resolve(at);
  };
  return { ...server, reached };
};

/** How the REST connector is told to talk to it. */
export const firewallConnector = (port: number) => ({
  name: 'edge',
  kind: 'rest',
  parameters: {
    base_url: `http://127.0.0.1:${port}`,
    allow_addresses: ['127.0.0.1'],
    idempotency: 'key',
    settle_time_ms: 0,
    tagged: true,
    actions: {
      block_ip: {
        execute: {
          method: 'POST',
          path: '/blocks',
          body: { address: { $: 'target.value' }, tag: { $: 'command_id' } },
        },
        verify: {
          method: 'GET',
          path: '/blocks/{command_id}',
          present: { status: [200], where: { pointer: '/state', equals: 'blocked' } },
          absent: { status: [404] },
        },
        undo: { method: 'DELETE', path: '/blocks/{command_id}' },
      },
    },
  },
});
