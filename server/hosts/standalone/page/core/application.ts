/* `core.application`: the applications that were registered, one of which is mounted. */

export interface AppMountParameters {
  readonly element: HTMLElement;
  readonly appBasePath: string;
  readonly onAppLeave: () => void;
  readonly setHeaderActionMenu: () => void;
}

export interface App {
  readonly id: string;
  readonly title: string;
  readonly mount: (parameters: AppMountParameters) => Promise<() => void> | (() => void);
}

const urlOf = (id: string, path = ''): string => `/app/${id}${path}`;

/** Keeps what is registered and mounts one of it. */
export class Applications {
  private readonly apps = new Map<string, App>();

  readonly register = (app: App): void => {
    this.apps.set(app.id, app);
  };

  readonly start = {
    capabilities: { navLinks: {}, management: {}, catalogue: {} },
    getUrlForApp: (id: string, { path = '' } = {}): string => urlOf(id, path),
    navigateToApp: (id: string, { path = '' } = {}): Promise<void> => {
      window.location.assign(urlOf(id, path));
      return Promise.resolve();
    },
    navigateToUrl: (url: string): Promise<void> => {
      window.location.assign(url);
      return Promise.resolve();
    },
  };

  /** Shows the application that the address names, else the first. Throws if there is none. */
  async mount(element: HTMLElement): Promise<void> {
    const [, named = ''] = /^\/app\/([^/?#]+)/.exec(window.location.pathname) ?? [];
    const app = this.apps.get(named) ?? [...this.apps.values()][0];
    if (app === undefined) throw new Error('the page registered no application');
    await app.mount({
      element,
      appBasePath: urlOf(app.id),
      onAppLeave: () => undefined,
      setHeaderActionMenu: () => undefined,
    });
  }
}
