import type { HostParts } from '../hosts/host_parts';
import { clientAddress } from '../hosts/settings/trusted_proxies';
import { inBackground } from '../runner/keeping/in_background';
import { endOutdated } from '../runner/operations/absences';
import { ANONYMOUS } from '../runner/record/reserved';
import type { Settings } from '../hosts/settings';
import type { Binding } from '../routes/bind';
import type { Ready, Serving } from '../routes/route_parts';
import { StoreUnavailable } from '../runner/ports';
import type { TokenOwner } from './tokens';

type Parts = Ready & { readonly tokenOwner: TokenOwner };

/** The parts of the life at hand; each life has parts of its own. */
export interface HasParts {
  /** Once everything works. */
  readonly ready: Parts | undefined;
  /** Once what needs no OpenSearch works. */
  readonly standing: Parts | undefined;
}

const LOADING = 'Reflex is still getting ready';

/** Ties the routes of a host to the life at hand. */
export const bindingTo = (
  {
    router,
    log,
    identify,
    settings,
  }: Pick<HostParts, 'router' | 'log' | 'identify'> & { readonly settings: Pick<Settings, 'agent' | 'trustedProxies'> },
  life: HasParts,
): Binding => ({
  router,
  log,
  identify: async (request) => {
    const caller = await identify(request);
    // Whoever may do nothing but look without a login is nobody.
    const agent = life.standing?.agent;
    if (caller === undefined || caller.name === ANONYMOUS || agent === undefined) return caller;
    const mayApprove = caller.may.includes('approve');
    agent.parts.people.note(caller.name, clientAddress(request, settings.trustedProxies), mayApprove);
    inBackground({ log }, 'ending an absence', endOutdated(agent, { ...caller, mayApprove }));
    return caller;
  },
  servesPeople: settings.agent.roles.includes('ui'),
  tokenOwner: async (token, from, certificate) => life.standing?.tokenOwner(token, from, certificate),
  loading: (whileStarting) =>
    (whileStarting ? life.standing : life.ready)
      ? undefined
      : `${LOADING}; \`/api/reflex/status\` tells what it waits for`,
});

const there = (parts: Ready | undefined): Ready => {
  if (!parts) throw new StoreUnavailable(LOADING);
  return parts;
};

/** @returns what routes ask in each request; both throw StoreUnavailable while there is nothing to answer with */
export const partsIn = (life: HasParts): Pick<Serving<keyof Ready>, 'ready' | 'standing'> => ({
  ready: () => there(life.ready),
  standing: () => there(life.standing),
});
