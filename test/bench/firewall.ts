import { bodyOf, httpServer, type LoopbackServer } from '../targets/loopback_server';

/** A target that answers at once and notes when each address reached it, ms of `performance.now()`. */
export interface Firewall extends LoopbackServer {
  readonly reachedAt: ReadonlyMap<string, number>;
}

/** Serves on a free port of the loopback. */
export const startFirewall = async (): Promise<Firewall> => {
  const reachedAt = new Map<string, number>();
  const server = await httpServer((request, response) => {
    const reached = performance.now();
    void bodyOf(request).then((text) => {
      if (request.method === 'POST') {
        const { address } = JSON.parse(text) as { address: string };
        if (!reachedAt.has(address)) reachedAt.set(address, reached);
      }
      response.writeHead(request.method === 'DELETE' ? 204 : 200, { 'content-type': 'application/json' });
      response.end(request.method === 'DELETE' ? '' : '{"state":"blocked"}');
    });
  });
  return { ...server, reachedAt };
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
