import type { HostParts } from '../hosts/host_parts';
import type { Binding } from '../routes/bind';
import type { Ready } from '../routes/route_parts';
import { StoreUnavailable } from '../runner/ports';
import type { TokenOwner } from './tokens';

/** Whatever is ready now, if it is; each life has parts of its own. */
export interface HasReady {
  readonly ready: (Ready & { readonly tokenOwner: TokenOwner }) | undefined;
}

const LOADING = 'Reflex is still getting ready';

/** Ties the routes of a host to the life at hand. */
export const bindingTo = (
  { router, log, identify }: Pick<HostParts, 'router' | 'log' | 'identify'>,
  life: HasReady,
): Binding => ({
  router,
  log,
  identify,
  tokenOwner: (token) => life.ready?.tokenOwner(token),
  loading: () => (life.ready ? undefined : `${LOADING}; \`/api/reflex/status\` tells what it waits for`),
});

/** @returns what routes ask in each request; it throws StoreUnavailable while nothing is ready */
export const readyIn = (life: HasReady) => (): Ready => {
  const { ready } = life;
  if (!ready) throw new StoreUnavailable(LOADING);
  return ready;
};
