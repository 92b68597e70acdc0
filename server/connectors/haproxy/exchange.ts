import type { Socket } from 'net';

/** A command without an answer, told apart by whether haproxy can have seen it. */
export type Unanswered =
  /** The permit lapsed before the first byte. */
  | { readonly kind: 'not_started' }
  /** Nothing of the command was written. */
  | { readonly kind: 'not_sent'; readonly code: string; readonly message: string; readonly retryable: boolean }
  /** Written, at least in part: it may have been carried out. */
  | { readonly kind: 'no_answer'; readonly message: string };

/** `text` is everything that came until haproxy closed the connection. */
export type Exchange = { readonly kind: 'answered'; readonly text: string } | Unanswered;

/** Opens a connection, or tells why there is none; hands it over once, and ends what comes too late. */
export type Open = (opened: (error: Error | null, socket: Socket | null) => void) => void;

interface ExchangeOptions {
  readonly open: Open;
  /** Asked synchronously right before the first byte of the command is written. */
  readonly mayStart: () => boolean;
  /** When aborted, its reason is an `Error` that says why. */
  readonly signal: AbortSignal;
}

/** Longest answer that is read, bytes: a map with fifty thousand blocks is about 4 MB. */
const LARGEST_ANSWER = 8 * 1024 * 1024;

/** Errors of OpenSSL and Node that say that the other side is not who it should be. Trying again does not help. */
const NOT_TRUSTED =
  /^(CERT_|ERR_TLS_|ERR_SSL_|ERR_OSSL_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH|INVALID_CA|EPROTO)/;

const codeOf = (error: Error): string => (error as NodeJS.ErrnoException).code ?? error.name;

/** A socket that may not be opened is the operator's to mend. */
const FINAL = new Set(['EACCES', 'EPERM']);

const noConnection = (error: Error): Unanswered => {
  const code = codeOf(error);
  const isTls = NOT_TRUSTED.test(code);
  return {
    kind: 'not_sent',
    code: isTls ? 'tls' : 'connection',
    message: `${isTls ? 'no trusted connection' : 'no connection'}: ${code}`,
    retryable: !isTls && !FINAL.has(code),
  };
};

const tooLate = (signal: AbortSignal): Unanswered => ({
  kind: 'not_sent',
  code: 'timeout',
  message: `not sent: ${(signal.reason as Error).message}`,
  retryable: true,
});

/** Writes one command into a connection that stands, and reads until haproxy closes it. */
const converse = (socket: Socket, line: string, { mayStart, signal }: ExchangeOptions): Promise<Exchange> =>
  new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const lost = (message: string): void => resolve({ kind: 'no_answer', message });
    socket.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= LARGEST_ANSWER) chunks.push(chunk);
      else lost('its answer is larger than 8 MiB');
    });
    socket.on('end', () => resolve({ kind: 'answered', text: Buffer.concat(chunks).toString('utf8') }));
    socket.on('error', (error) => lost(`the connection broke off: ${codeOf(error)}`));
    socket.on('close', () => lost('the connection broke off'));
    signal.addEventListener('abort', () => lost((signal.reason as Error).message), { once: true });
    // INVARIANT (INV-6): the permit is asked for in the turn in which the command is written.
    if (!mayStart()) return resolve({ kind: 'not_started' });
    socket.write(`${line}\n`);
  });

const opened = ({ open, signal }: ExchangeOptions): Promise<Socket | Unanswered> =>
  new Promise((resolve) => {
    const stop = (): void => resolve(tooLate(signal));
    signal.addEventListener('abort', stop, { once: true });
    open((error, socket) => {
      signal.removeEventListener('abort', stop);
      if (socket === null) return resolve(noConnection(error ?? new Error('no socket')));
      socket.on('error', () => undefined);
      if (signal.aborted) socket.destroy();
      else resolve(socket);
    });
  });

/** Sends one command over a connection of its own: haproxy closes it behind each answer. */
export const exchange = async (line: string, options: ExchangeOptions): Promise<Exchange> => {
  if (options.signal.aborted) return tooLate(options.signal);
  const socket = await opened(options);
  if ('kind' in socket) return socket;
  try {
    return await converse(socket, line, options);
  } finally {
    // Of what was not answered no byte may arrive later on.
    socket.destroy();
  }
};
