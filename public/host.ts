import type { ComponentType, ReactNode } from 'react';

/*
 * What this plugin uses of OpenSearch Dashboards in the browser, as far as it uses it. Its own types are on no
 * registry; whoever else shows this page (the standalone host) offers the same few things.
 */

export interface HostHttp {
  readonly basePath: { readonly prepend: (path: string) => string };
  readonly get: HostFetch;
  readonly post: HostFetch;
  readonly put: HostFetch;
  readonly delete: HostFetch;
}

type HostFetch = (
  path: string,
  options?: { readonly query?: Readonly<Record<string, string>>; readonly body?: string },
) => Promise<unknown>;

interface Breadcrumb {
  readonly text: string;
  readonly href?: string;
}

/** Draws into an element of the host; answers what takes it away again. */
export type MountPoint = (element: HTMLElement) => () => void;

interface HelpLink {
  readonly linkType: 'custom';
  readonly content: string;
  readonly href: string;
  readonly target: string;
  readonly rel: string;
}

interface HostToasts {
  readonly addSuccess: (title: string) => unknown;
  readonly addWarning: (title: string) => unknown;
}

/** `core.uiSettings`. The standalone host has few settings, and none of them changes. */
export interface HostSettings {
  readonly get: (key: string) => unknown;
  readonly getUpdate$?: () => {
    readonly subscribe: (told: (update: { readonly key: string }) => void) => { readonly unsubscribe: () => void };
  };
}

export interface CoreStart {
  readonly http: HostHttp;
  readonly uiSettings?: HostSettings;
  readonly i18n?: { readonly Context: ComponentType<{ readonly children?: ReactNode }> };
  readonly chrome?: {
    readonly setBreadcrumbs?: (breadcrumbs: Breadcrumb[]) => void;
    readonly docTitle?: { readonly change: (title: string[]) => void };
    readonly setHelpExtension?: (help: { readonly appName: string; readonly links: HelpLink[] }) => void;
    readonly navGroup?: { readonly getNavGroupEnabled: () => boolean };
  };
  readonly notifications?: { readonly toasts: HostToasts };
  readonly application?: {
    /** What who looks may use, by application. */
    readonly capabilities?: Readonly<Record<string, Readonly<Record<string, unknown>> | undefined>>;
    readonly currentAppId$?: {
      readonly subscribe: (told: (id: string | undefined) => void) => { readonly unsubscribe: () => void };
    };
    /** Not before 3.0. */
    readonly setAppRightControls?: (mount: MountPoint) => void;
    readonly setAppDescriptionControls?: (mount: MountPoint) => void;
  };
}

/** What the host does once somebody opens another application: it asks first, or just does it. */
interface LeaveActions {
  readonly confirm: (text: string, title: string) => unknown;
  readonly default: () => unknown;
}

export type OnAppLeave = (handler: (actions: LeaveActions) => unknown) => void;

export interface AppMountParameters {
  readonly element: HTMLElement;
  readonly onAppLeave?: OnAppLeave;
}

export interface NavGroup {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly order: number;
}

export interface NavLink {
  readonly id: string;
  readonly order: number;
  readonly euiIconType: string;
  readonly category: { readonly id: string; readonly label: string; readonly order: number };
}

export interface CoreSetup {
  readonly application: {
    readonly register: (app: {
      readonly id: string;
      readonly title: string;
      readonly description: string;
      readonly order: number;
      readonly euiIconType: string;
      readonly category: { readonly id: string; readonly label: string; readonly order: number };
      readonly mount: (parameters: AppMountParameters) => Promise<() => void>;
    }) => void;
  };
  readonly chrome?: {
    readonly navGroup?: {
      readonly getNavGroupEnabled: () => boolean;
      readonly addNavLinksToGroup: (group: NavGroup, links: NavLink[]) => void;
    };
  };
  readonly getStartServices: () => Promise<readonly [CoreStart, ...unknown[]]>;
}
