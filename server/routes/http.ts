/*
 * What routes need of whatever serves them: OpenSearch Dashboards' router, or the small host outside it. Each host
 * maps these few words to its own; nothing else of a host is known here.
 */

import type { ClientCertificate } from '../runner/ports/client_certificate';

/** One request. `body` is parsed JSON, or the bytes as they came where the route says `raw`. */
export interface HostRequest {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, unknown>>;
  readonly body: unknown;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Address of the peer; undefined where the host cannot tell. Behind a proxy it is the proxy's. */
  readonly address: string | undefined;
  /** The certificate that the peer showed; undefined without TLS, and where the host cannot tell. */
  readonly certificate?: ClientCertificate;
  /** What the host itself knows of the request, for asking OpenSearch as the caller. Opaque to routes. */
  readonly native: unknown;
  /** Told when the client went away. */
  readonly whenGone: (told: () => void) => void;
}

/** One answer. An object is sent as JSON, a stream as it comes, uncompressed and unbuffered. */
export interface HostResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | NodeJS.ReadableStream | object;
}

export interface HostRoute {
  readonly method: 'get' | 'post' | 'put' | 'delete';
  /** With `{name}` for each path parameter. */
  readonly path: string;
  /** Body as bytes, any content type. */
  readonly raw: boolean;
  readonly maxBytes: number;
  /**
   * True where the route checks its caller by itself (a bearer token): the host then asks neither for a login nor for
   * the header that keeps other sites' pages from writing.
   */
  readonly ownAuthentication: boolean;
  readonly handle: (request: HostRequest) => Promise<HostResponse>;
}

/** Where routes are registered, before the host listens. */
export interface HostRouter {
  readonly add: (route: HostRoute) => void;
}
