import { createServer, type AddressInfo } from 'net';

/** True if nothing listens on this port of the loopback. */
export const isPortFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ port, host: '127.0.0.1', exclusive: true }, () => probe.close(() => resolve(true)));
  });

/** The node looks for its second port among the hundred above the first one. */
const HIGHEST = 65_535 - 100;

/** A port of the loopback that the system chooses; nothing listens on it yet. */
export const freePort = async (): Promise<number> => {
  const port = await new Promise<number>((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen({ port: 0, host: '127.0.0.1', exclusive: true }, () => {
      const { port: chosen } = probe.address() as AddressInfo;
      probe.close(() => resolve(chosen));
    });
  });
  return port <= HIGHEST ? port : freePort();
};
