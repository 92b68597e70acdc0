/** What the helper starts as the node. */
export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Another user, where this is root's. */
  readonly user: { readonly uid?: number; readonly gid?: number };
}

/** From Reflex to its helper. The end of the helper's input, not a message, ends it together with the node. */
export type ToHelper =
  | { readonly kind: 'run'; readonly command: Command }
  | { readonly kind: 'connect'; readonly id: number; readonly port: number };

/** From the helper to Reflex. */
export type FromHelper =
  /** Where it stands: the name of its network namespace, "" where the system has none. */
  | { readonly kind: 'ready'; readonly network: string }
  | { readonly kind: 'unable'; readonly why: string }
  | { readonly kind: 'started'; readonly pid: number }
  /** The connection itself comes along; without it the connection ended on the way. */
  | { readonly kind: 'connected'; readonly id: number }
  | { readonly kind: 'refused'; readonly id: number; readonly why: string }
  | { readonly kind: 'ended'; readonly how: string };

/** Network namespace of a process as Linux names it; "" elsewhere. */
export const NETWORK_OF_THIS_PROCESS = '/proc/self/ns/net';
