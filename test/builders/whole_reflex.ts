import type { DecisionBrief } from '../../common/api/views';
import type { OpenSearchTransport } from '../../server/adapters/opensearch/transport';
import type { Settings } from '../../server/hosts/settings';
import { openHttpHost } from '../../server/hosts/standalone/http/http_host';
import type { HostRequest } from '../../server/routes/http';
import { wire } from '../../server/wiring';
import { freePort } from '../targets/processes';
import { quietLog } from './store_port';

/* A whole Reflex behind a port of the loopback, on a cluster of somebody's own: with the starter set, observing. */

export interface WholeReflex {
  /** Without the path of Reflex. */
  readonly url: string;
  /** As a user who may do everything. */
  readonly ask: <Answer>(method: string, path: string, body?: unknown) => Promise<{ status: number; body: Answer }>;
  /** Decisions so far, the newest first. */
  readonly decisions: () => Promise<readonly DecisionBrief[]>;
  readonly stop: () => Promise<void>;
}

const USER = 'x-user';

const userOf = ({ headers }: Pick<HostRequest, 'headers'>): string | undefined => {
  const user = headers[USER];
  return typeof user === 'string' ? user : undefined;
};

export const wholeReflex = async ({
  transport,
  settings,
  dataFolder,
}: {
  readonly transport: OpenSearchTransport;
  readonly settings: Settings;
  readonly dataFolder: string;
}): Promise<WholeReflex> => {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const log = quietLog();
  const http = await openHttpHost({
    port,
    log,
    isLoggedIn: (request) => userOf(request) !== undefined,
    open: new Set(),
    whileLoading: () => undefined,
    notFound: () => ({ status: 404, headers: {}, body: undefined }),
  });
  const wired = wire({
    kind: 'standalone',
    router: http.router,
    transport,
    log,
    dataFolder,
    persistent: true,
    identify: (request) => {
      const name = userOf(request);
      const may = ['read', 'respond', 'approve', 'author', 'admin'] as const;
      return Promise.resolve(name === undefined ? undefined : { name, may, singleUser: false });
    },
    demo: false,
    ownAddress: url,
    steps: () => undefined,
    settings,
    users: () => [],
    problems: () => [],
    leaveDemo: () => Promise.resolve(),
  });
  await wired.start();
  const ask: WholeReflex['ask'] = async <Answer>(method: string, path: string, body?: unknown) => {
    const answer = await fetch(`${url}/api/reflex${path}`, {
      method,
      headers: { 'content-type': 'application/json', 'osd-xsrf': 'test', [USER]: 'approver' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: answer.status, body: (await answer.json()) as Answer };
  };
  return {
    url,
    ask,
    decisions: async () => {
      const { status, body } = await ask<{ decisions: readonly DecisionBrief[] }>('GET', '/decisions?limit=200');
      // The index of decisions is made with the first one, and cannot be searched for a moment.
      if (status === 503) return [];
      if (status !== 200) throw new Error(`the list of decisions answered ${status}: ${JSON.stringify(body)}`);
      return body.decisions;
    },
    stop: async () => {
      await wired.stop();
      await http.stop();
    },
  };
};
