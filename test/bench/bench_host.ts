import { createHash } from 'crypto';
import { Client } from '@opensearch-project/opensearch';
import { clientTransport } from '../../server/adapters/opensearch/transport';
import { readSettings } from '../../server/hosts/settings';
import { openHttpHost } from '../../server/hosts/standalone/http/http_host';
import type { Log } from '../../server/runner/ports';
import { wire } from '../../server/wiring';
import { firewallConnector } from './firewall';
import { vouchFor } from '../builders/vouch';

/*
 * Reflex as the standalone host runs it, in a process of its own, so that the load does not share its event loop. One
 * user who may do everything and one token.
 */

export interface BenchHostOptions {
  readonly port: number;
  readonly node: string;
  readonly folder: string;
  readonly firewallPort: number;
  readonly token: string;
  /** PEM of the key that it signs with; several hosts with one key trust each other. Its own by default. */
  readonly signingKey?: string;
  /** More of the settings' `intake`. */
  readonly intake?: object;
}

const quiet = (): void => undefined;
const log: Log = {
  debug: quiet,
  info: quiet,
  warn: quiet,
  error: (message, fields) => process.stderr.write(`${message} ${JSON.stringify(fields)}\n`),
};

/** Serves until the process is ended; tells its parent when it is ready. */
export const runBenchHost = async ({
  port,
  node,
  folder,
  firewallPort,
  token,
  signingKey,
  intake,
}: BenchHostOptions): Promise<void> => {
  const settings = readSettings({
    connectors: [firewallConnector(firewallPort)],
    ...(signingKey === undefined ? {} : { signing: { private_key: signingKey } }),
    intake: {
      tokens: [{ name: 'bench', sha256: createHash('sha256').update(token).digest('hex') }],
      vouch: vouchFor(['webhook:bench', 'kafka:bench', 'rabbitmq:bench']),
      ...intake,
    },
  });
  if (!settings.ok) throw new Error(JSON.stringify(settings.error));
  const http = await openHttpHost({
    port,
    log,
    isLoggedIn: () => true,
    open: new Set(),
    whileLoading: () => undefined,
    notFound: () => ({ status: 404 }),
  });
  const wired = wire({
    kind: 'agent',
    router: http.router,
    transport: clientTransport(new Client({ node })),
    log,
    dataFolder: folder,
    persistent: true,
    identify: () =>
      Promise.resolve({
        name: 'bench',
        may: ['open', 'read', 'respond', 'approve', 'author', 'admin'],
        singleUser: true,
      }),
    demo: false,
    steps: quiet,
    settings: settings.value,
    users: () => [],
    problems: () => [],
    leaveDemo: () => Promise.resolve(),
  });
  await wired.start();
  process.send?.('ready');
  process.on('disconnect', () => {
    void wired.stop().then(() => process.exit(0));
  });
};
