import { present } from '../../../common/present';
import { oneLine, Redactor, resolveHost, withinLimit, type ConnectorWorld } from '../connector';
import { exchange, type Exchange, type Login } from './exchange';
import type { SshHost } from './hosts';

/** Sends one request of a call to one host. Without `mayStart` it needs no permit: it only looks. */
export type Send = (host: SshHost, line: string, mayStart?: () => boolean) => Promise<Exchange>;

export interface SshTargetOptions {
  /** Asked for at each connection. `observer` for what only looks. */
  readonly login: (as: 'hand' | 'observer') => Login & { readonly secrets: readonly string[] };
  readonly allowAddresses: readonly string[];
  readonly connectMs: number;
  /** Longest time for all requests of one call together, ms. */
  readonly totalMs: number;
  readonly world: Pick<ConnectorWorld, 'lookup' | 'egress'>;
}

/** The hosts that a connector talks to, with what it needs to do so. */
export interface SshTarget {
  /** Runs one call: its requests share one time limit, and end with the caller's signal. */
  readonly within: <Value>(signal: AbortSignal, call: (send: Send) => Promise<Value>) => Promise<Value>;
  /** A text of a host as it may be shown: one line, cut, without secrets. */
  readonly shown: (text: string) => string;
}

const LONGEST_TEXT = 240;

export const sshTarget = ({ login, allowAddresses, connectMs, totalMs, world }: SshTargetOptions): SshTarget => {
  const redactor = new Redactor([]);
  const loginAs = (as: 'hand' | 'observer'): Login => {
    const { secrets, ...current } = login(as);
    secrets.forEach((each) => redactor.hide(each));
    return current;
  };

  const sendUntil =
    (signal: AbortSignal): Send =>
    async ({ name, address, port, keys }, line, mayStart) => {
      const allowed = { allowed: allowAddresses, ...present({ egress: world.egress }) };
      const resolved = await resolveHost({ host: address, port }, allowed, world.lookup);
      if (!resolved.ok) {
        const { code, message } = resolved.error;
        return { kind: 'not_sent', code, message: `${name}: ${message}`, retryable: code === 'connection' };
      }
      return exchange(line, {
        name,
        addresses: resolved.value,
        port,
        keys,
        login: loginAs(mayStart === undefined ? 'observer' : 'hand'),
        connectMs,
        mayStart: mayStart ?? (() => true),
        signal,
      });
    };

  return {
    within: (signal, call) => withinLimit(signal, totalMs, (limit) => call(sendUntil(limit))),
    shown: (text) => redactor.redact(oneLine(redactor.redact(text), LONGEST_TEXT)),
  };
};
