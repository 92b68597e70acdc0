import { getStatus } from '../../../common/api/routes';
import { masked } from '../../../common/codec/mask';
import type { HostResponse } from '../../routes/http';
import { loadingStatus } from '../loading_status';
import { refusal } from '../problem';
import type { DashboardsRouter } from './host_services';
import { RouteTable } from './route_table';
import { dashboardsRouter } from './router';

/** Why Reflex is off, for the log, the status and the page. */
export const whyOff = (fault: string): string =>
  String(
    masked(
      `Reflex is off, because it cannot use its settings; Dashboards runs without it. ${fault}. Mend them in opensearch_dashboards.yml and start Dashboards again. Containments of earlier starts stay in effect until then`,
    ),
  );

const answer = (method: string, path: string, text: string): HostResponse => {
  if (method !== 'get' || path !== getStatus.path) return refusal('unavailable', text);
  const problems = [{ code: 'off', text }];
  const status = loadingStatus({ host: 'dashboards', steps: [], problems, now: Date.now() });
  return { status: 200, body: { ...status, mode: 'cannot_decide' } };
};

/** Answers everywhere that Reflex is off, and why. */
export const answerOff = (router: DashboardsRouter, text: string): void => {
  new RouteTable(dashboardsRouter(router), ({ method, path }) => answer(method, path, text));
};
