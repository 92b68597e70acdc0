import { present } from '../../../common/present';
import { oneLine, Redactor, resolveHost, type ConnectorWorld, type TlsMaterial } from '../connector';
import type { DirectoryUrl } from './directory_url';
import { notSent, type NotSent } from './not_sent';
import { openSocket } from './secure_socket';
import { withSession, type Account, type Reply, type Session } from './session';

/** One server of the directory and as whom we talk to it, each as it is now. */
export interface Door {
  readonly to: DirectoryUrl;
  readonly account: () => Account;
}

export interface DirectoryOptions {
  /** What acts. */
  readonly hand: Door;
  /** What looks: another account, another server, or the same as `hand`. */
  readonly observer: Door;
  readonly allowAddresses: readonly string[];
  /** Asked for at each connection. */
  readonly tls: () => TlsMaterial;
  readonly connectMs: number;
  /** Longest time for all requests of one call together, ms. */
  readonly totalMs: number;
  readonly world: Pick<ConnectorWorld, 'lookup' | 'egress'>;
}

/** Opens one connection and talks there. Without `mayStart` it needs no permit: it only looks. */
export type Open = <Value>(
  as: 'hand' | 'observer',
  talk: (session: Reply<Session>) => Promise<Value>,
  mayStart?: () => boolean,
) => Promise<Value>;

/** The directory that a connector talks to, with what it needs to do so. */
export interface Directory {
  /** Runs one call: its requests share one time limit, and end with the caller's signal. */
  readonly within: <Value>(signal: AbortSignal, call: (open: Open) => Promise<Value>) => Promise<Value>;
  /** A text of the directory as it may be shown: one line, cut, without secrets. */
  readonly shown: (text: string) => string;
}

const LONGEST_TEXT = 240;

/** The resolver cannot be told to stop, so its answer is not waited for once the time is over. */
const orTooLate = <Value>(signal: AbortSignal, answer: Promise<Value>): Promise<Value | NotSent> =>
  new Promise((resolve, reject) => {
    const stop = (): void => resolve(notSent('timeout', `not resolved: ${(signal.reason as Error).message}`, true));
    if (signal.aborted) return stop();
    signal.addEventListener('abort', stop, { once: true });
    answer.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });

export const directory = (options: DirectoryOptions): Directory => {
  const { allowAddresses, connectMs, totalMs, world } = options;
  const redactor = new Redactor([]);

  const connectionTo = async (to: DirectoryUrl, signal: AbortSignal) => {
    const allowed = { allowed: allowAddresses, ...present({ egress: world.egress }) };
    const resolved = await orTooLate(signal, resolveHost(to, allowed, world.lookup));
    if ('kind' in resolved) return resolved;
    if (!resolved.ok) {
      const { code, message } = resolved.error;
      return notSent(code, message, code === 'connection');
    }
    const tls = options.tls();
    if (tls.key !== undefined) redactor.hide(tls.key);
    return openSocket({ to, addresses: resolved.value, tls, connectMs, signal });
  };

  const openUntil =
    (signal: AbortSignal): Open =>
    async (as, talk, mayStart = () => true) => {
      const { to, account } = options[as];
      const socket = await connectionTo(to, signal);
      if ('kind' in socket) return talk(socket);
      const current = account();
      redactor.hide(current.password);
      return withSession(current, { socket, signal, mayStart }, talk);
    };

  return {
    within: async (signal, call) => {
      const limit = new AbortController();
      const stop = (): void => limit.abort(new Error('the caller gave up'));
      const timer = setTimeout(() => limit.abort(new Error(`no answer within ${totalMs} ms`)), totalMs);
      if (signal.aborted) stop();
      signal.addEventListener('abort', stop, { once: true });
      try {
        return await call(openUntil(limit.signal));
      } finally {
        clearTimeout(timer);
        signal.removeEventListener('abort', stop);
      }
    },
    shown: (text) => redactor.redact(oneLine(redactor.redact(text), LONGEST_TEXT)),
  };
};
