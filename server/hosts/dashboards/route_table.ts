import { placeOf, type RoutePlace } from '../../../common/api/contract';
import { LIVE_PATH, METRICS_PATH, OPENAPI_PATH, ROUTES } from '../../../common/api/routes';
import type { HostRequest, HostResponse, HostRoute, HostRouter } from '../../routes/http';

type Place = RoutePlace;

const reading = (path: string, ownAuthentication = false): Place => ({
  method: 'get',
  path,
  raw: false,
  maxBytes: 0,
  ownAuthentication,
});

/** Every place that Reflex answers at, whatever host it runs in. */
export const allPlaces = (): readonly Place[] => [
  ...Object.values(ROUTES).map(placeOf),
  reading(LIVE_PATH),
  reading(OPENAPI_PATH),
  reading(METRICS_PATH, true),
];

const nameOf = ({ method, path }: Pick<Place, 'method' | 'path'>): string => `${method} ${path}`;

const isSame = (one: Place, other: Place): boolean =>
  one.raw === other.raw &&
  one.ownAuthentication === other.ownAuthentication &&
  (one.method === 'get' || one.maxBytes === other.maxBytes);

/**
 * Dashboards takes routes only at setup, when there is no client yet to put Reflex together with. So all places are
 * registered then, and get what answers at them at the start; until then `early` answers.
 */
export class RouteTable implements HostRouter {
  private readonly handlers = new Map<string, HostRoute['handle']>();
  private readonly places: ReadonlyMap<string, Place>;

  constructor(router: HostRouter, early: (place: Pick<Place, 'method' | 'path'>) => HostResponse) {
    this.places = new Map(allPlaces().map((place) => [nameOf(place), place]));
    for (const [name, place] of this.places) {
      const handle = async (request: HostRequest): Promise<HostResponse> =>
        (await this.handlers.get(name)?.(request)) ?? early(place);
      router.add({ ...place, handle });
    }
  }

  /** Throws if the route was not registered at setup as it is now: a bug. */
  readonly add = (route: HostRoute): void => {
    const place = this.places.get(nameOf(route));
    if (place === undefined || !isSame(place, route))
      throw new Error(`the route \`${nameOf(route)}\` was not registered at setup as it is now`);
    this.handlers.set(nameOf(route), route.handle);
  };
}
