import type { Exchange, HttpRequest, Send } from '../connector';
import type { Credentials } from './credentials';

/*
 * How the SDK is used: it signs, writes and reads. It opens no connection, repeats nothing, and looks for neither
 * credentials nor endpoints in the environment.
 */

/** Where a request of the SDK goes, and what came of it. */
export interface Door {
  readonly send: Send;
  /** Missing: the request only looks. */
  readonly mayStart: (() => boolean) | undefined;
  exchange?: Exchange;
}

export interface SdkOptions {
  readonly door: Door;
}

/** The request as the SDK wrote it; of its host only what was signed counts, the door knows one host. */
interface SignedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body?: unknown;
}

interface SignedAnswer {
  readonly response: { statusCode: number; headers: Record<string, string>; body: Uint8Array };
}

const bodyOf = (body: unknown): Pick<HttpRequest, 'body'> => {
  if (typeof body === 'string') return { body };
  return body instanceof Uint8Array ? { body: new TextDecoder().decode(body) } : {};
};

/** No answer, or one that did not arrive whole. The door has what it was. */
class NoWholeAnswer extends Error {}

/** Sends one request through the door of its call. */
export const handle = async (
  { method, path, headers, body }: SignedRequest,
  { door }: SdkOptions,
): Promise<SignedAnswer> => {
  if (method !== 'POST') throw new Error(`the SDK asks by ${method}`);
  const request: HttpRequest = { method, path, headers, ...bodyOf(body) };
  const exchange = await door.send(request, door.mayStart);
  door.exchange = exchange;
  if (exchange.kind !== 'answered' || exchange.body.cut === true) throw new NoWholeAnswer();
  return {
    response: {
      statusCode: exchange.status,
      headers: Object.fromEntries(exchange.headers),
      body: Buffer.from(exchange.body.text, 'utf8'),
    },
  };
};

interface SdkPlace {
  readonly region: string;
  /** Scheme, host and port. */
  readonly endpoint: string;
  /** As they are now. */
  readonly credentials: () => Credentials;
}

const silent = (): void => undefined;

/** Long over: the SDK keeps credentials without an end for ever, and would not see that they were replaced. */
const ASK_AGAIN = new Date(0);

export const sdkConfig = ({ region, endpoint, credentials }: SdkPlace) => ({
  region,
  endpoint,
  credentials: async () => ({ ...credentials(), expiration: ASK_AGAIN }),
  requestHandler: { handle: handle as never, metadata: { handlerProtocol: 'http/1.1' } },
  // The runner tries again, under a permit of its own.
  maxAttempts: 1,
  retryMode: 'standard' as const,
  // Said outright, because files of a home folder and the environment could say something else.
  useFipsEndpoint: false,
  useDualstackEndpoint: false,
  defaultsMode: 'legacy' as const,
  authSchemePreference: ['sigv4'],
  userAgentAppId: 'reflex',
  logger: { debug: silent, info: silent, warn: silent, error: silent },
});

export type SdkConfig = ReturnType<typeof sdkConfig>;
