import { connect, type Socket } from 'net';
import type {
  Client,
  ClientChannel,
  ConnectConfig,
  ParsedKey,
  PublicKeyAuthMethod,
  ServerHostKeyAlgorithm,
} from 'ssh2';
import { algorithmsFor, fingerprintOf, isPinned, type PinnedKey } from './host_key';
import { ssh2 } from './library';
import { readReply, type Reply } from './reply';

/** How we say who we are. */
export interface Login {
  readonly user: string;
  /** Read already: what a passphrase protects takes long to read. */
  readonly key: ParsedKey;
}

export interface ExchangeOptions {
  /** What people call the host. */
  readonly name: string;
  /** Addresses that were checked, in order. */
  readonly addresses: readonly string[];
  readonly port: number;
  readonly keys: readonly PinnedKey[];
  readonly login: Login;
  /** Longest wait for a connection to one address, ms. */
  readonly connectMs: number;
  /** Asked synchronously right before the first byte of the request is written. */
  readonly mayStart: () => boolean;
  /** When aborted, its reason is an `Error` that says why. */
  readonly signal: AbortSignal;
}

/** A request without a readable answer, told apart by whether the host can have seen it. */
export type Unanswered =
  /** The permit lapsed before the first byte. */
  | { readonly kind: 'not_started' }
  /** Nothing of the request was written. */
  | { readonly kind: 'not_sent'; readonly code: string; readonly message: string; readonly retryable: boolean }
  /** Written, at least in part: it may have been carried out. */
  | { readonly kind: 'no_answer'; readonly message: string };

export type Exchange = { readonly kind: 'answered'; readonly reply: Reply } | Unanswered;

/** Longest answer that is read, bytes: the elements of a table with ten thousand blocks are about 1.5 MB. */
const LARGEST_ANSWER = 8 * 1024 * 1024;

/** A shell says so of a program that is not there, or that it may not start. */
const NO_PROGRAM = [126, 127];

/** The forced command of the key runs whatever is asked for; the name is for who reads the log of sshd. */
const PROGRAM = 'reflex-hand';

const notSent = (code: string, message: string, retryable = false): Unanswered => ({
  kind: 'not_sent',
  code,
  message,
  retryable,
});

const codeOf = (error: Error): string => (error as NodeJS.ErrnoException).code ?? error.message;

const reasonOf = (signal: AbortSignal): string => (signal.reason as Error).message;

/** Connects to the first address that answers. */
const connectTo = (options: ExchangeOptions, index = 0): Promise<Socket | Unanswered> => {
  const { name, addresses, port, connectMs, signal } = options;
  return new Promise((resolve) => {
    const socket = connect({ host: addresses[index] ?? '', port });
    const settle = (result: Socket | Unanswered): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', tooLate);
      socket.removeAllListeners();
      if (result !== socket) socket.on('error', () => undefined).destroy();
      resolve(result);
    };
    const next = (failed: Unanswered): void => {
      if (index + 1 === addresses.length) return settle(failed);
      clearTimeout(timer);
      signal.removeEventListener('abort', tooLate);
      socket
        .removeAllListeners()
        .on('error', () => undefined)
        .destroy();
      resolve(connectTo(options, index + 1));
    };
    const tooLate = (): void => settle(notSent('timeout', `${name}: not sent: ${reasonOf(signal)}`, true));
    const timer = setTimeout(
      () => next(notSent('timeout', `${name}: no connection within ${connectMs} ms`, true)),
      connectMs,
    );
    signal.addEventListener('abort', tooLate, { once: true });
    socket.once('connect', () => settle(socket.setNoDelay(true)));
    socket.once('error', (error) => next(notSent('connection', `${name}: no connection: ${codeOf(error)}`, true)));
  });
};

/** Follows one request from its connection to its end. The stage it reached tells what a failure means. */
class Follower {
  readonly end: Promise<Exchange>;
  private readonly options: ExchangeOptions;
  private readonly client: Client;
  private finish: (exchange: Exchange) => void = () => undefined;
  private stage: 'connecting' | 'written' | 'done' = 'connecting';
  private shownKey: Buffer | undefined;
  private readonly chunks: Buffer[] = [];
  private size = 0;
  private exit: number | undefined;

  constructor(options: ExchangeOptions) {
    this.options = options;
    this.client = new (ssh2().Client)();
    this.end = new Promise((resolve) => {
      this.finish = resolve;
    });
  }

  start(socket: Socket, line: string): void {
    const { client, options } = this;
    client.on('error', (error: Error & { readonly level?: string }) => this.fail(error));
    client.on('close', () => this.over());
    client.on('ready', () =>
      client.exec(PROGRAM, (error, channel) =>
        error === undefined ? this.write(channel, line) : this.fail(Object.assign(error, { level: 'channel' })),
      ),
    );
    const { user: username, key } = options.login;
    const method: PublicKeyAuthMethod = { type: 'publickey', username, key };
    const config: ConnectConfig = {
      sock: socket,
      username,
      authHandler: [method],
      algorithms: { serverHostKey: algorithmsFor(options.keys) as ServerHostKeyAlgorithm[] },
      // The call's own limit ends it.
      readyTimeout: 0,
      hostVerifier: (shown: Buffer) => {
        this.shownKey = shown;
        return isPinned(options.keys, shown);
      },
    };
    client.connect(config);
  }

  // INVARIANT (INV-6): the host has started nothing yet, since its program waits for the line. The permit is asked for
  // in the turn in which the line is written.
  private write(channel: ClientChannel, line: string): void {
    const { mayStart, signal } = this.options;
    if (this.stage !== 'connecting' || signal.aborted) return;
    channel.on('data', (chunk: Buffer) => this.take(chunk));
    channel.stderr.resume();
    channel.on('exit', (code: number | null) => (this.exit = code ?? undefined));
    channel.on('close', () => this.over());
    channel.on('error', (error: Error) => this.fail(error));
    if (!mayStart()) return this.settle({ kind: 'not_started' });
    this.stage = 'written';
    channel.end(line);
  }

  private take(chunk: Buffer): void {
    this.size += chunk.length;
    if (this.size <= LARGEST_ANSWER) this.chunks.push(chunk);
    else this.settle({ kind: 'no_answer', message: `${this.options.name}: its answer is larger than 8 MiB` });
  }

  /** The other side has closed: what is there is all that comes. */
  private over(): void {
    if (this.stage === 'connecting')
      return this.settle(notSent('connection', `${this.options.name}: the connection was closed`, true));
    if (this.stage === 'done') return;
    const output = Buffer.concat(this.chunks).toString('utf8');
    const reply = readReply(output);
    if (reply !== undefined) return this.settle({ kind: 'answered', reply });
    const { name } = this.options;
    if (output === '' && this.exit !== undefined && NO_PROGRAM.includes(this.exit))
      return this.settle(notSent('no_hand', `${name}: the forced command of the key does not start there`));
    this.settle({
      kind: 'no_answer',
      message: output === '' ? `${name}: the connection broke off` : `${name}: its answer cannot be read`,
    });
  }

  /** Ends it with what is known now. */
  fail(error: Error & { readonly level?: string }): void {
    const { name, signal } = this.options;
    if (this.stage === 'done') return;
    if (this.stage === 'written') {
      const why = signal.aborted ? error.message : `the connection broke off: ${codeOf(error)}`;
      return this.settle({ kind: 'no_answer', message: `${name}: ${why}` });
    }
    if (signal.aborted) return this.settle(notSent('timeout', `${name}: not sent: ${error.message}`, true));
    this.settle(this.whyNot(error));
  }

  private whyNot(error: Error & { readonly level?: string }): Unanswered {
    const { name, keys } = this.options;
    if (this.shownKey !== undefined && !isPinned(keys, this.shownKey))
      return notSent(
        'host_key',
        `${name}: its host key is ${fingerprintOf(this.shownKey)}, which is not pinned: ` +
          'somebody else may answer there. Nothing was sent',
      );
    if (/no matching host key/i.test(error.message))
      return notSent('host_key', `${name}: it has no host key of the type that is pinned. Nothing was sent`);
    if (error.level === 'client-authentication') return notSent('credentials', `${name}: it refuses our key`);
    if (error.level === 'channel')
      return notSent('no_hand', `${name}: it lets our key start nothing: ${error.message}`);
    return notSent('connection', `${name}: no connection: ${codeOf(error)}`, true);
  }

  private settle(exchange: Exchange): void {
    this.stage = 'done';
    this.finish(exchange);
  }

  /** What was answered is hung up politely; of anything else no byte may arrive later on. */
  hangUp(socket: Socket, answered: boolean): void {
    this.client.on('error', () => undefined);
    socket.on('error', () => undefined);
    if (answered) this.client.end();
    else socket.resetAndDestroy();
  }
}

/**
 * Sends one request over a connection of its own: no request is written into a connection that the host is just
 * closing, and no answer belongs to another request.
 */
export const exchange = async (line: string, options: ExchangeOptions): Promise<Exchange> => {
  const { signal } = options;
  if (signal.aborted) return notSent('timeout', `${options.name}: not sent: ${reasonOf(signal)}`, true);
  const socket = await connectTo(options);
  if ('kind' in socket) return socket;
  const follower = new Follower(options);
  const tooLate = (): void => follower.fail(signal.reason as Error);
  signal.addEventListener('abort', tooLate, { once: true });
  let answered = false;
  try {
    follower.start(socket, line);
    if (signal.aborted) tooLate();
    const end = await follower.end;
    answered = end.kind === 'answered';
    return end;
  } finally {
    signal.removeEventListener('abort', tooLate);
    follower.hangUp(socket, answered);
  }
};
