import type { Observable } from 'rxjs';
import type { Readable } from 'stream';
import type { OpenSearchClient } from '../../adapters/opensearch/transport';
import type { PeerSocket } from '../peer_certificate';

/*
 * What this plugin uses of OpenSearch Dashboards' server, as far as it uses it. Its own types are on no registry.
 */

/** Emits at once for whoever subscribes. */
export interface Emitting<Value> {
  readonly subscribe: (next: (value: Value) => void) => { readonly unsubscribe: () => void };
}

export interface HostLogger {
  readonly debug: (message: string) => void;
  readonly info: (message: string) => void;
  readonly warn: (message: string) => void;
  readonly error: (message: string) => void;
}

export interface InitializerContext {
  readonly logger: { readonly get: (...context: string[]) => HostLogger };
  readonly config: {
    /** The validated settings: what `validate` of the exported schema returned. */
    readonly create: <Config>() => Emitting<Config>;
    readonly legacy: { readonly globalConfig$: Emitting<{ readonly path: { readonly data: string } }> };
  };
}

export interface DashboardsRequest {
  readonly params: Readonly<Record<string, unknown>>;
  readonly query: Readonly<Record<string, unknown>>;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The socket inside is none of Dashboards' promises: where it is missing nobody knows the peer's address. */
  readonly socket?: { readonly socket?: { readonly remoteAddress?: string } & PeerSocket };
  readonly events: { readonly aborted$: Emitting<void> };
}

/** Made by the factory only. */
export interface DashboardsResponse {
  readonly status: number;
}

export interface ResponseFactory {
  readonly custom: (options: {
    readonly statusCode: number;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string | Buffer | Readable | object;
  }) => DashboardsResponse;
}

type Validator = (
  value: unknown,
  result: { readonly ok: (value: unknown) => { readonly value: unknown } },
) => { readonly value: unknown };

export interface RouteConfig {
  readonly path: string;
  readonly validate: { readonly params: Validator; readonly query: Validator; readonly body?: Validator };
  readonly options: {
    readonly authRequired: boolean;
    readonly xsrfRequired?: boolean;
    readonly body?: {
      readonly parse: boolean;
      readonly output: 'data';
      readonly maxBytes: number;
      readonly accepts?: string[];
    };
  };
}

type AddRoute = (
  config: RouteConfig,
  handler: (context: unknown, request: DashboardsRequest, response: ResponseFactory) => Promise<DashboardsResponse>,
) => void;

export interface DashboardsRouter {
  readonly get: AddRoute;
  readonly post: AddRoute;
  readonly put: AddRoute;
  readonly delete: AddRoute;
}

/** Compared by value, and printed by name. */
export interface StatusLevel {
  readonly toString: () => string;
  readonly valueOf: () => number;
  readonly toJSON: () => string;
}

export interface ServiceStatus {
  readonly level: StatusLevel;
  readonly summary: string;
  readonly meta?: Readonly<Record<string, unknown>>;
}

/** What a caller may see otherwise than everybody does. */
export interface CapabilityChanges {
  readonly navLinks?: { readonly reflex: boolean };
}

export interface CoreSetup {
  readonly http: { readonly createRouter: () => DashboardsRouter };
  readonly capabilities?: {
    readonly registerSwitcher: (switcher: (request: DashboardsRequest) => Promise<CapabilityChanges>) => void;
  };
  readonly status?: { readonly set: (status$: Observable<ServiceStatus>) => void };
}

/** A client of a cluster of its own; with what is not given as Dashboards itself has it. */
interface CustomClient {
  readonly asInternalUser: OpenSearchClient;
  readonly close: () => Promise<void>;
}

export interface CoreStart {
  readonly http: {
    readonly getServerInfo?: () => { readonly protocol: string; readonly port: number };
    readonly auth: {
      readonly get: (request: DashboardsRequest) => {
        readonly status: 'authenticated' | 'unauthenticated' | 'unknown';
      };
    };
  };
  readonly opensearch: {
    readonly client: {
      readonly asInternalUser: OpenSearchClient;
      readonly asScoped: (request: DashboardsRequest) => { readonly asCurrentUser: OpenSearchClient };
    };
    readonly createClient: (name: string, config: Readonly<Record<string, unknown>>) => CustomClient;
  };
}
