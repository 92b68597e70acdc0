import React, { Fragment, type ComponentType, type ReactNode } from 'react';
import { createRoot } from 'react-dom/client';
import { HashRouter } from 'react-router-dom';
import { getStatus, LIVE_PATH } from '../common/api/routes';
import { present } from '../common/present';
import { createApi } from './api_client';
import { Announcer } from './components/layout/announcer';
import { ServicesProvider, type Services } from './components/data/services';
import type { CoreStart, OnAppLeave } from './host';
import { discoverOf } from './host_discover';
import { headerOf } from './host_header';
import { offerHelp } from './host_help';
import { followTimeSettings } from './host_time';
import { say } from './i18n';
import { askBeforeLeaving } from './leave_guard';
import { openLive, statusIn, type Live } from './live';
import { sharedSource, type StreamWorker } from './stream/shared_source';
import { ApplicationLayout } from './shell/application_layout';
import { installStyles } from './theme/install_styles';

/** Connects to the worker that all pages of this browser share. Throws where there can be none. */
const startWorker = (address: string | undefined): StreamWorker => {
  if (address === undefined) throw new Error('this build has no worker for the stream');
  return new SharedWorker(address);
};

/** Everything that the page uses, made of what the host offers. */
const servicesOf = (core: CoreStart, worker: string | undefined): Services => {
  const { http, chrome, notifications } = core;
  const api = createApi(http);
  const live = openLive({
    openSource: (fresh) =>
      sharedSource(() => startWorker(worker), { address: http.basePath.prepend(LIVE_PATH), fresh }),
    poll: async () => statusIn(await api.call(getStatus)),
    now: () => Date.now(),
  });
  return {
    api,
    live,
    header: headerOf(core, 'reflex'),
    showPage: (title, list) => {
      const app = say('app.title', 'Reflex');
      const above = list === undefined ? [] : [{ text: list.title, href: `#${list.path}` }];
      chrome?.setBreadcrumbs?.([{ text: app, href: '#/' }, ...above, { text: title }]);
      chrome?.docTitle?.change([title, ...above.map(({ text }) => text), app]);
    },
    toast: (text, tone) => {
      if (tone === 'good') notifications?.toasts.addSuccess(text);
      else notifications?.toasts.addWarning(text);
    },
    addressOf: (path) => `${window.location.origin}${http.basePath.prepend(path)}`,
    ...present({ discover: discoverOf(core) }),
  };
};

const giveBackWhileHidden = (live: Live): (() => void) => {
  const changed = (): void => live.setHidden(document.hidden);
  document.addEventListener('visibilitychange', changed);
  return () => document.removeEventListener('visibilitychange', changed);
};

/** The tree of the whole page, without the host's part. */
export const Application = ({ services }: { services: Services }) => (
  <ServicesProvider services={services}>
    <Announcer>
      <HashRouter hashType="slash">
        <ApplicationLayout />
      </HashRouter>
    </Announcer>
  </ServicesProvider>
);

/**
 * Shows the application.
 *
 * @param worker address of the worker that holds the stream of all pages; without it the status is polled
 * @param onAppLeave of a host that has other applications
 * @returns what the host calls when somebody leaves it
 */
export const renderApplication = (
  core: CoreStart,
  element: HTMLElement,
  worker?: string,
  onAppLeave?: OnAppLeave,
): (() => void) => {
  installStyles();
  const services = servicesOf(core, worker);
  const unwatch = giveBackWhileHidden(services.live);
  const Host: ComponentType<{ readonly children?: ReactNode }> = core.i18n?.Context ?? Fragment;
  const root = createRoot(element);
  const draw = (): void =>
    root.render(
      <Host>
        <Application services={services} />
      </Host>,
    );
  offerHelp(core);
  askBeforeLeaving(onAppLeave);
  const unfollow = followTimeSettings(core.uiSettings, draw);
  draw();
  return () => {
    unfollow();
    unwatch();
    services.live.close();
    root.unmount();
  };
};
