import { getStatus, type StatusView } from '../../../common/api/routes';
import type { HostResponse } from '../../routes/http';
import { REFLEX_VERSION } from '../build_constants';
import { refusal } from '../problem';
import { isServedEarly } from './http/own_routes';
import { loadingPage } from './http/pages';
import type { Steps } from './steps';

const RETRY_S = 2;

/** What this host says of itself before anything else is up. */
export const loadingStatus = (steps: Steps, now: number): StatusView => ({
  as_of: new Date(now).toISOString(),
  version: REFLEX_VERSION,
  loading: true,
  mode: 'observing',
  host: 'standalone',
  stops: [],
  troubles: [],
  caller: null,
  waiting: 0,
  containments: 0,
  connectors: [],
  agents: [],
  steps: [...steps.all()],
});

/** Answers for what is not up yet: the status from the steps, a page that follows it, and "later" to programs. */
export const whileLoading =
  (steps: Steps, utc: () => number) =>
  ({ method, path }: { readonly method: string; readonly path: string }): HostResponse | undefined => {
    if (isServedEarly(path)) return undefined;
    if (method === 'get' && path === getStatus.path) return { status: 200, body: loadingStatus(steps, utc()) };
    if (path.startsWith('/api/')) return refusal('unavailable', 'Reflex is still starting', { retry_after_s: RETRY_S });
    return loadingPage();
  };
