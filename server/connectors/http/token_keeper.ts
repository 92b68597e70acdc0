import { err, ok, type Result } from '../../../common/result';
import type { Unanswered } from './exchange';
import type { Bearer, HttpTarget } from './http_target';
import type { OauthParameters } from './oauth_parameters';
import { requestToken, type Token } from './request_token';

interface Keeping {
  readonly parameters: OauthParameters;
  readonly target: HttpTarget;
  /** As it is now; undefined where a certificate says who asks. */
  readonly clientSecret: () => string | undefined;
  /** Milliseconds since 1970, UTC. */
  readonly utc: () => number;
}

/** A token is not used in the last fifth of its life, or in its last half minute where that is shorter. */
const MARGIN_SHARE = 0.2;
const LONGEST_MARGIN_MS = 30_000;
/** A server need not say how long a token lasts; then it is asked for again after so long. */
const UNSAID_LIFE_MS = 60_000;

const usableForMs = ({ lastsS }: Token): number => {
  const lifeMs = lastsS === undefined ? UNSAID_LIFE_MS : lastsS * 1000;
  return lifeMs - Math.min(lifeMs * MARGIN_SHARE, LONGEST_MARGIN_MS);
};

const tooLate = (signal: AbortSignal): Result<never, Unanswered> =>
  err({
    kind: 'not_sent',
    code: 'timeout',
    message: `no access token: ${(signal.reason as Error).message}`,
    retryable: true,
  });

/** Who waits has a time limit of its own; the answer may still serve the others. */
const unlessAborted = <Value>(
  signal: AbortSignal,
  answer: Promise<Result<Value, Unanswered>>,
): Promise<Result<Value, Unanswered>> =>
  new Promise((resolve, reject) => {
    const stop = (): void => resolve(tooLate(signal));
    signal.addEventListener('abort', stop, { once: true });
    answer.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });

/** Keeps one access token until shortly before it ends. Requests at the same time share one request for it. */
export class TokenKeeper implements Bearer {
  private kept: { readonly text: string; readonly usableUntil: number } | undefined;
  private asking: Promise<Result<string, Unanswered>> | undefined;

  constructor(private readonly keeping: Keeping) {}

  async token(signal: AbortSignal, refused?: string): Promise<Result<string, Unanswered>> {
    if (refused !== undefined && this.kept?.text === refused) this.kept = undefined;
    if (this.kept !== undefined && this.kept.usableUntil > this.keeping.utc()) return ok(this.kept.text);
    if (signal.aborted) return tooLate(signal);
    this.asking ??= this.ask().finally(() => {
      this.asking = undefined;
    });
    return unlessAborted(signal, this.asking);
  }

  private async ask(): Promise<Result<string, Unanswered>> {
    const { parameters, target, clientSecret, utc } = this.keeping;
    // Its life begins no later than this.
    const began = utc();
    const token = await requestToken(parameters, target, clientSecret());
    if (!token.ok) return token;
    this.kept = { text: token.value.text, usableUntil: began + usableForMs(token.value) };
    return ok(token.value.text);
  }
}
