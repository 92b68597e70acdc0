import type { CallerIdentity } from '../host_parts';
import type { CapabilityChanges, DashboardsRequest } from './host_services';

/** Every page of Dashboards waits for this when it is loaded: after so long the entry is simply there, ms. */
const PATIENCE_MS = 1_000;

const AS_IT_IS: CapabilityChanges = {};
const HIDDEN: CapabilityChanges = { navLinks: { reflex: false } };

const within = <Value>(work: Promise<Value>, otherwise: Value): Promise<Value> =>
  new Promise((resolve) => {
    const timer = setTimeout(() => resolve(otherwise), PATIENCE_MS).unref();
    const end = (value: Value): void => {
      clearTimeout(timer);
      resolve(value);
    };
    work.then(end, () => end(otherwise));
  });

/**
 * Takes Reflex out of the menu of those who are logged in and have no right in it. Whoever cannot be told keeps the
 * entry: what they may do is asked with each request anyway.
 *
 * @param identify who sends a request
 */
export const menuBy =
  (identify: (request: DashboardsRequest) => Promise<CallerIdentity | undefined>) =>
  (request: DashboardsRequest): Promise<CapabilityChanges> =>
    within(
      identify(request).then((caller) => (caller?.may.length === 0 ? HIDDEN : AS_IT_IS)),
      AS_IT_IS,
    );
