import { rightsSettings } from '../../server/hosts/settings/rights';
import { TOKEN_RIGHTS } from '../../common/api/contract';
import { Client } from '@opensearch-project/opensearch';
import { clientTransport } from '../../server/adapters/opensearch/transport';
import { jsonLog } from '../../server/adapters/system/json_log';
import { AGENT_ROLES } from '../../server/hosts/settings';
import { opaSettings } from '../../server/hosts/settings/opa';
import { signingSettings } from '../../server/hosts/settings/signing';
import { openHttpHost } from '../../server/hosts/standalone/http/http_host';
import type { HostRequest } from '../../server/routes/http';
import { wire } from '../../server/wiring';
import type { AgentOrder } from './agent_process';
import { privateCluster } from './private_cluster';
import { breakerSettings } from '../../server/hosts/settings/breakers';
import { auditSettings } from '../../server/hosts/settings/audit';
import { escalationSettings } from '../../server/hosts/settings/escalations';
import { verifySettings } from '../../server/hosts/settings/verify';
import { vouchedFor } from '../builders/vouch';

/*
 * A Reflex as a process of its own, with the real wiring, for tests that kill it. It says `ready` on the channel to
 * whoever started it, and ends when that one does.
 */

const userOf = ({ headers }: Pick<HostRequest, 'headers'>): string | undefined => {
  const user = headers['x-user'];
  return typeof user === 'string' ? user : undefined;
};

const run = async (order: AgentOrder): Promise<void> => {
  const { node, prefix, port, dataFolder, tokenSha256, signingKeyFile, connectors, git } = order;
  const log = jsonLog({ stream: process.stdout, utc: Date.now });
  const http = await openHttpHost({
    port,
    log,
    isLoggedIn: (request) => userOf(request) !== undefined,
    open: new Set(),
    whileLoading: () => undefined,
    notFound: () => ({ status: 404 }),
  });
  const wired = wire({
    kind: 'agent',
    router: http.router,
    transport: privateCluster(clientTransport(new Client({ node })), prefix),
    log,
    dataFolder,
    persistent: true,
    identify: (request) => {
      const name = userOf(request);
      const may = ['read', 'respond', 'approve', 'author', 'admin'] as const;
      return Promise.resolve(name === undefined ? undefined : { name, may, singleUser: false });
    },
    demo: false,
    steps: () => undefined,
    settings: {
      enabled: true,
      singleUser: false,
      rights: rightsSettings(),
      trustedProxies: [],
      opensearch: { hosts: [] },
      agent: { roles: AGENT_ROLES },
      intake: {
        tokens: [{ name: 'test', sha256: tokenSha256, may: [...TOKEN_RIGHTS] }],
        sources: { kafka: [], rabbitmq: [], webhooks: [], indices: [], vouch: vouchedFor(order.vouch) },
        outcomes: [],
        publicUrl: `http://127.0.0.1:${port}`,
      },
      signing: { ...signingSettings(), privateKeyFile: signingKeyFile },
      policies: { release: { backtest: 'optional', days: 7, maxAgeDays: 7 }, ...opaSettings(order.opa), ...git },
      secrets: [],
      secretKeys: [],
      storedUses: {},
      lookups: { indices: [] },
      containments: verifySettings(undefined),
      breakers: breakerSettings(),
      escalations: escalationSettings(),
      handOver: { channels: [] },
      audit: auditSettings(),
      connectors,
    },
    users: () => [],
    problems: () => [],
    leaveDemo: () => Promise.resolve(),
  });
  await wired.start();
  process.send?.('ready');
};

process.once('message', (order: AgentOrder) => {
  run(order).catch((cause: unknown) => {
    process.stderr.write(`${String((cause as Error).stack)}\n`);
    process.exit(1);
  });
});
process.on('disconnect', () => process.exit());
