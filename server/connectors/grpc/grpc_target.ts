import { oneLine, type Redactor, withinLimit, type connections } from '../connector';
import { callAgent, type AgentRequest, type Exchange } from './call_agent';

/** Sends one request of a call. Without `mayStart` it needs no permit: it only looks. */
export type Send = (request: AgentRequest, mayStart?: () => boolean) => Promise<Exchange>;

interface GrpcTargetOptions {
  /** Scheme, host and port. */
  readonly origin: string;
  readonly way: ReturnType<typeof connections>;
  /** Asked for at each call. */
  readonly token: () => string | undefined;
  readonly totalMs: number;
  readonly redactor: Redactor;
}

/** The agent that a connector talks to, with what it needs to do so. */
export interface GrpcTarget {
  /** Runs one call: its requests share one time limit, and end with the caller's signal. */
  readonly within: <Value>(signal: AbortSignal, call: (send: Send) => Promise<Value>) => Promise<Value>;
  /** A text of the agent as it may be shown: one line, cut, without secrets. */
  readonly shown: (text: string) => string;
  /** A text of the agent that is kept as it is, but for secrets. */
  readonly kept: (text: string) => string;
}

const LONGEST_TEXT = 240;

export const grpcTarget = ({ origin, way, token, totalMs, redactor }: GrpcTargetOptions): GrpcTarget => {
  const metadata = (): Readonly<Record<string, string>> => {
    const current = token();
    if (current === undefined) return {};
    redactor.hide(current);
    return { authorization: `Bearer ${current}` };
  };

  const sendUntil =
    (signal: AbortSignal, endsAt: number): Send =>
    async (request, mayStart = () => true) => {
      const connect = await way.checked(signal);
      if (!connect.ok) return { kind: 'not_sent', ...connect.error, retryable: connect.error.code === 'connection' };
      return callAgent(request, {
        origin,
        connect: connect.value,
        metadata: metadata(),
        endsAt,
        mayStart,
        signal,
      });
    };

  return {
    within: (signal, call) =>
      withinLimit(signal, totalMs, (limit) => call(sendUntil(limit, performance.now() + totalMs))),
    shown: (text) => redactor.redact(oneLine(redactor.redact(text), LONGEST_TEXT)),
    kept: (text) => redactor.redactData(text),
  };
};
