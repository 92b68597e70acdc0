import { createConnection } from 'net';
import { oneLine, withinLimit, type connections, type Redactor } from '../connector';
import { exchange, type Exchange, type Open } from './exchange';

/** Sends one command of a call. Without `mayStart` it needs no permit: it only looks. */
export type Send = (line: string, mayStart?: () => boolean) => Promise<Exchange>;

/** Where the runtime API is: a socket of this machine, or an address that is checked for each connection. */
export type Place =
  { readonly path: string } | { readonly origin: string; readonly way: ReturnType<typeof connections> };

interface HaproxyTargetOptions {
  readonly place: Place;
  readonly connectMs: number;
  readonly totalMs: number;
  readonly redactor: Redactor;
}

/** The haproxy that a connector talks to, with what it needs to do so. */
export interface HaproxyTarget {
  /** Runs one call: its commands share one time limit, and end with the caller's signal. */
  readonly within: <Value>(signal: AbortSignal, call: (send: Send) => Promise<Value>) => Promise<Value>;
  /** A text of haproxy as it may be shown: one line, cut, without secrets. */
  readonly shown: (text: string) => string;
}

const LONGEST_TEXT = 240;

/** Connects to a socket of this machine. */
const toPath =
  (path: string, connectMs: number): Open =>
  (opened) => {
    const socket = createConnection({ path });
    const timer = setTimeout(() => socket.destroy(new Error('timeout')), connectMs);
    const settle = (error: Error | null): void => {
      clearTimeout(timer);
      socket.removeAllListeners('error').removeAllListeners('connect');
      opened(error, error === null ? socket : null);
    };
    socket.once('connect', () => settle(null));
    socket.once('error', settle);
  };

export const haproxyTarget = ({ place, connectMs, totalMs, redactor }: HaproxyTargetOptions): HaproxyTarget => {
  const openTo = async (signal: AbortSignal): Promise<Open | Exchange> => {
    if ('path' in place) return toPath(place.path, connectMs);
    const connect = await place.way.checked(signal);
    if (!connect.ok) return { kind: 'not_sent', ...connect.error, retryable: connect.error.code === 'connection' };
    const { protocol, hostname, port } = new URL(place.origin);
    const host = hostname.replace(/^\[|\]$/g, '');
    return (opened) =>
      connect.value({ protocol, hostname: host, host: hostname, port }, (...[error, socket]) => opened(error, socket));
  };

  const sendUntil =
    (signal: AbortSignal): Send =>
    async (line, mayStart = () => true) => {
      const open = await openTo(signal);
      return typeof open === 'function' ? exchange(line, { open, mayStart, signal }) : open;
    };

  return {
    within: (signal, call) => withinLimit(signal, totalMs, (limit) => call(sendUntil(limit))),
    shown: (text) => redactor.redact(oneLine(redactor.redact(text), LONGEST_TEXT)),
  };
};
