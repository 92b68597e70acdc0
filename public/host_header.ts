import type { CoreStart, MountPoint } from './host';

/** A place in the host's own header that holds something of this page, while the host shows it. */
export interface HeaderPlace {
  readonly element: () => HTMLElement | undefined;
  /** Told when the host shows it or takes it away. */
  readonly subscribe: (told: () => void) => () => void;
}

/** What the host's own header does for the page. */
export interface HostHeader {
  /** It shows the title of the page as the heading of the whole. */
  readonly isTitled: boolean;
  readonly right: HeaderPlace;
  readonly description: HeaderPlace;
}

const NOWHERE: HeaderPlace = { element: () => undefined, subscribe: () => () => undefined };

/** Of a host whose header shows nothing of the page. */
export const PLAIN_HEADER: HostHeader = { isTitled: false, right: NOWHERE, description: NOWHERE };

const placeBy = (set: ((mount: MountPoint) => void) | undefined): HeaderPlace => {
  if (set === undefined) return NOWHERE;
  const told = new Set<() => void>();
  let shown: HTMLElement | undefined;
  const show = (element: HTMLElement | undefined): void => {
    shown = element;
    told.forEach((tell) => tell());
  };
  set((element) => {
    show(element);
    return () => show(undefined);
  });
  return {
    element: () => shown,
    subscribe: (tell) => {
      told.add(tell);
      return () => told.delete(tell);
    },
  };
};

/** False if somebody has left for another application meanwhile: its header is not ours. */
const isOpen = ({ currentAppId$ }: NonNullable<CoreStart['application']>, id: string): boolean => {
  let current: string | undefined = id;
  currentAppId$
    ?.subscribe((now) => {
      current = now;
    })
    .unsubscribe();
  return current === id;
};

/**
 * What the header of the host takes over. Only the newer navigation does, and only what the host knows of it. The host
 * itself forgets what it was given once somebody opens another application.
 *
 * @param id of the application
 */
export const headerOf = ({ application, chrome }: CoreStart, id: string): HostHeader => {
  if (chrome?.navGroup?.getNavGroupEnabled() !== true) return PLAIN_HEADER;
  if (application === undefined || !isOpen(application, id)) return { ...PLAIN_HEADER, isTitled: true };
  return {
    isTitled: true,
    right: placeBy(application.setAppRightControls),
    description: placeBy(application.setAppDescriptionControls),
  };
};
