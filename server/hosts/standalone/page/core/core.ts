import { EuiContext } from '@elastic/eui';
import React, { type ReactElement, type ReactNode } from 'react';
import { Applications } from './application';
import { http } from './http';
import { overlays } from './overlays';
import { Toasts } from './toasts';

/* The services of Dashboards' core that the page may use, as far as it may use them here. */

const i18nContext = ({ children }: { readonly children?: ReactNode }): ReactElement =>
  React.createElement(EuiContext, { i18n: {}, children });

const chrome = {
  setBreadcrumbs: (): void => undefined,
  docTitle: {
    change: (title: string | readonly string[]): void => {
      document.title = typeof title === 'string' ? title : title.join(' - ');
    },
    reset: (): void => undefined,
  },
  navGroup: { getNavGroupEnabled: (): boolean => false, addNavLinksToGroup: (): void => undefined },
};

/** Settings of Dashboards that a page may ask for. */
const settings = (): Readonly<Record<string, unknown>> => ({
  'theme:darkMode': window.__osdThemeTag__.endsWith('dark'),
  'theme:version': 'v8',
  'home:useNewHomePage': false,
});

/** Both contracts are one object: what is only there after the start does no harm before. */
export const makeCore = () => {
  const applications = new Applications();
  const toasts = new Toasts();
  const core = {
    application: { register: applications.register, ...applications.start },
    chrome,
    http,
    i18n: { Context: i18nContext },
    notifications: { toasts },
    overlays,
    uiSettings: { get: (key: string, fallback?: unknown): unknown => settings()[key] ?? fallback },
    injectedMetadata: { getInjectedVar: (): undefined => undefined },
    getStartServices: () => Promise.resolve([core, {}, undefined] as const),
  };
  return { applications, toasts, core };
};

export type Core = ReturnType<typeof makeCore>['core'];
