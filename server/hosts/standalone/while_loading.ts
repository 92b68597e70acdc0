import { getStatus } from '../../../common/api/routes';
import type { HostResponse } from '../../routes/http';
import type { HostProblem } from '../host_parts';
import { loadingStatus } from '../loading_status';
import { refusal } from '../problem';
import { isServedEarly } from './http/own_routes';
import { loadingPage } from './http/pages';
import type { Steps } from './steps';

const RETRY_S = 2;

/** Answers for what is not up yet: the status from the steps, a page that follows it, and "later" to programs. */
export const whileLoading =
  (steps: Steps, problems: () => readonly HostProblem[], utc: () => number) =>
  ({ method, path }: { readonly method: string; readonly path: string }): HostResponse | undefined => {
    if (isServedEarly(path)) return undefined;
    if (method === 'get' && path === getStatus.path) {
      const status = loadingStatus({ host: 'standalone', steps: [...steps.all()], problems: problems(), now: utc() });
      return { status: 200, body: status };
    }
    if (path.startsWith('/api/')) return refusal('unavailable', 'Reflex is still starting', { retry_after_s: RETRY_S });
    return loadingPage();
  };
