import React, { createContext, useContext, type ReactNode } from 'react';
import type { Api } from '../../api_client';
import type { DiscoverLook } from '../../host_discover';
import type { HostHeader } from '../../host_header';
import type { Live } from '../../live';

/** What every part of the page may use. */
export interface Services {
  readonly api: Api;
  readonly live: Live;
  /** Tells the host which page is shown and the list it belongs to, for its breadcrumbs and the title of the tab. */
  readonly showPage: (title: string, list?: { readonly title: string; readonly path: string }) => void;
  /** Shows for a moment what came of something that a person did. */
  readonly toast: (text: string, tone: 'good' | 'warn') => void;
  readonly header: HostHeader;
  /** Address of a path of this host as somebody else would call it. */
  readonly addressOf: (path: string) => string;
  /** Address of a search in the logs; missing where the host has no Discover for who looks. */
  readonly discover?: (look: DiscoverLook) => string;
}

const Context = createContext<Services | undefined>(undefined);

export const ServicesProvider = ({ services, children }: { services: Services; children: ReactNode }) => (
  <Context.Provider value={services}>{children}</Context.Provider>
);

export const useServices = (): Services => {
  const services = useContext(Context);
  if (services === undefined) throw new Error('useServices outside ServicesProvider');
  return services;
};
