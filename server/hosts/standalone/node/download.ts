import { createWriteStream } from 'fs';
import { rm, stat } from 'fs/promises';
import { Readable } from 'stream';
import { pipeline } from 'stream/promises';
import { setTimeout as pause } from 'timers/promises';
import { EnvHttpProxyAgent, fetch, type Response } from 'undici';

export interface DownloadOptions {
  readonly url: string;
  /** Grows as bytes arrive; what is there from an earlier try is kept. */
  readonly part: string;
  /** How long the whole file is, bytes. */
  readonly bytes: number;
  /** Told every now and then how much is there. */
  readonly progress: (done: number) => void;
  readonly signal: AbortSignal;
  /** Tells that it goes wrong and is tried again. */
  readonly troubled?: (why: string) => void;
  /** Pauses between tries that brought nothing new, ms. */
  readonly pausesMs?: readonly number[];
}

/** Trying again is of no use. */
class DownloadRefused extends Error {}

const PAUSES_MS = [1_000, 2_000, 4_000, 8_000, 15_000];
const SILENCE_MS = 30_000;
const TOLD_EVERY_MS = 200;

const sizeOf = async (file: string): Promise<number> => {
  try {
    return (await stat(file)).size;
  } catch {
    return 0;
  }
};

const WORTH_TRYING_AGAIN: ReadonlySet<number> = new Set([408, 425, 429]);

/** Length of the whole file as the server tells it; undefined if it does not. */
const wholeLength = ({ status, headers }: Response): number | undefined => {
  const told =
    status === 206 ? /\/(\d+)$/.exec(headers.get('content-range') ?? '')?.[1] : headers.get('content-length');
  return told === null || told === undefined ? undefined : Number(told);
};

const check = (answer: Response, { bytes }: DownloadOptions): void => {
  const { status } = answer;
  if (status >= 500 || WORTH_TRYING_AGAIN.has(status)) throw new Error(`the server answered ${status}`);
  if (status !== 200 && status !== 206) throw new DownloadRefused(`the server answered ${status}`);
  const length = wholeLength(answer);
  if (length !== undefined && length !== bytes)
    throw new DownloadRefused(
      `the file there has ${length} bytes instead of ${bytes}: it is incomplete, or another one`,
    );
};

const fetchRest = async (options: DownloadOptions, dispatcher: EnvHttpProxyAgent): Promise<void> => {
  const { url, part, bytes, progress, signal } = options;
  const had = await sizeOf(part);
  if (had === bytes) return;
  if (had > bytes) await rm(part, { force: true });
  const from = had > bytes ? 0 : had;
  const headers: Record<string, string> = from === 0 ? {} : { range: `bytes=${from}-` };
  const answer = await fetch(url, { headers, signal, dispatcher });
  if (answer.status === 416) {
    await rm(part, { force: true });
    throw new Error('the server does not have the rest of the file');
  }
  check(answer, options);
  const isRest = answer.status === 206;
  if (answer.body === null) throw new Error('the server sent nothing');
  let done = isRest ? from : 0;
  let toldAt = 0;
  const count = async function* (chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      done += chunk.length;
      if (performance.now() - toldAt > TOLD_EVERY_MS) progress(done);
      if (performance.now() - toldAt > TOLD_EVERY_MS) toldAt = performance.now();
      yield chunk;
    }
  };
  await pipeline(Readable.fromWeb(answer.body), count, createWriteStream(part, { flags: isRest ? 'a' : 'w' }), {
    signal,
  });
  if ((await sizeOf(part)) !== bytes) throw new Error('the connection ended early');
};

const whyOf = (cause: unknown): string => {
  const error = cause as Error & { cause?: Error & { code?: string } };
  const inner = error.cause;
  return inner === undefined ? error.message : `${error.message} (${inner.code ?? inner.message})`;
};

/**
 * Downloads a file. What broke off goes on where it stopped, now or at the next start; tries that bring nothing new
 * are repeated with growing pauses, then given up.
 *
 * @throws Error with what went wrong, in words
 */
export const download = async (options: DownloadOptions): Promise<void> => {
  const { part, signal, pausesMs = PAUSES_MS, troubled = () => undefined } = options;
  const dispatcher = new EnvHttpProxyAgent({
    headersTimeout: SILENCE_MS,
    bodyTimeout: SILENCE_MS,
    connectTimeout: SILENCE_MS,
  });
  let best = await sizeOf(part);
  let fruitless = 0;
  try {
    for (;;) {
      try {
        return await fetchRest(options, dispatcher);
      } catch (cause) {
        if (signal.aborted) throw cause;
        const size = await sizeOf(part);
        fruitless = size > best ? 0 : fruitless + 1;
        best = Math.max(best, size);
        const wait = pausesMs[Math.max(0, fruitless - 1)];
        if (cause instanceof DownloadRefused || wait === undefined) throw new Error(whyOf(cause), { cause });
        troubled(whyOf(cause));
        await pause(wait, undefined, { signal });
      }
    }
  } finally {
    await dispatcher.destroy();
  }
};
