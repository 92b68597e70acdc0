import { join } from 'path';
import { MessageChannel, Worker, type MessagePort } from 'worker_threads';

/*
 * A thread that evaluates guards, asked by waiting for it: a decision is made in one go, and only a thread can be ended
 * in the middle of a WebAssembly module. Question and answer lie in shared memory, so that asking takes no turn of the
 * event loop on either side.
 */

/** 16 MiB: `memory.grow` beyond that fails inside the module, which is an error. */
const MEMORY = { initial: 5, maximum: 256 };
/** What the thread may use besides the memory of its modules: reading an answer of 16 MiB may not take more. */
const LIMITS = { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 16, stackSizeMb: 4 };
/** Most characters of an input; each takes up to three bytes. */
export const MOST_INPUT = 256 * 1024;
export const MOST_MODULES = 4;
const MOST_ANSWER = 500;
const NAME_BYTES = 256;

/** Places in the head of the shared memory, 32 bits each. The name of the guard and its input follow, or the answer. */
const WORDS = {
  /** Counts up when there is something to do. */
  wake: 0,
  /** Number of the question, and of the question that was answered. */
  asked: 1,
  answered: 2,
  /** Number of the newest module that is ready, and of the one that is asked. */
  loaded: 3,
  module: 4,
  nameBytes: 5,
  inputBytes: 6,
  answer: 7,
  textBytes: 8,
};
const HEADER_BYTES = 64;
const ANSWERS = { allowed: 1, refused: 2, error: 3 };

export type GuardAnswer =
  { readonly allowed: boolean; readonly error?: never } | { readonly error: string; readonly allowed?: never };

export interface GuardQuestion {
  readonly guard: string;
  /** JSON, at most `MOST_INPUT` characters. */
  readonly input: string;
  readonly mostMs: number;
}

/** One thread, from its start to its end. */
export class GuardThread {
  /** When it is over, for whatever reason. */
  readonly ended: Promise<void>;
  private readonly worker: Worker;
  private readonly port: MessagePort;
  private readonly shared = new SharedArrayBuffer(HEADER_BYTES + NAME_BYTES + 3 * MOST_INPUT);
  private readonly control = new Int32Array(this.shared, 0, HEADER_BYTES / 4);
  private readonly bytes = Buffer.from(this.shared, HEADER_BYTES);
  private readonly numbers = new Map<string, number>();
  private readonly waiting = new Map<number, () => void>();
  private sent = 0;

  constructor() {
    const { port1, port2 } = new MessageChannel();
    this.port = port1;
    this.worker = new Worker(join(__dirname, 'guard_worker.js'), {
      workerData: {
        shared: this.shared,
        port: port2,
        words: WORDS,
        headerBytes: HEADER_BYTES,
        answers: ANSWERS,
        memory: MEMORY,
        mostModules: MOST_MODULES,
        mostAnswer: MOST_ANSWER,
      },
      transferList: [port2],
      resourceLimits: LIMITS,
      // Nothing of this process is any of its business.
      env: {},
      argv: [],
      execArgv: [],
    });
    this.ended = new Promise((resolve) => this.worker.once('exit', () => resolve(this.release())));
    // It ends then; whoever asks is told that there is no answer.
    this.worker.on('error', () => undefined);
    port1.on('message', ({ loaded }: { readonly loaded: number }) => this.waiting.get(loaded)?.());
    // A thread that waits for questions does not keep the process from ending.
    this.worker.unref();
    port1.unref();
  }

  /** Sends a module, once; ends when it can be asked, or never will be. */
  load(digest: string, module: WebAssembly.Module): Promise<void> {
    const number = this.numbers.get(digest) ?? this.send(digest, module);
    if (this.isLoaded(digest)) return Promise.resolve();
    const loaded = new Promise<void>((resolve) => this.waiting.set(number, resolve));
    return Promise.race([loaded, this.ended]);
  }

  /** Whether a module can be asked now; false while it, or the thread, is on its way. */
  isLoaded(digest: string): boolean {
    const number = this.numbers.get(digest);
    return number !== undefined && Atomics.load(this.control, WORDS.loaded) >= number;
  }

  /** @returns undefined: no answer came in time. The thread may be in the middle of it then: end it */
  ask(digest: string, { guard, input, mostMs }: GuardQuestion): GuardAnswer | undefined {
    const { control, bytes } = this;
    control[WORDS.module] = this.numbers.get(digest) ?? 0;
    const nameBytes = bytes.write(guard, 0, NAME_BYTES, 'latin1');
    control[WORDS.nameBytes] = nameBytes;
    control[WORDS.inputBytes] = bytes.write(input, nameBytes, 'utf8');
    const before = Atomics.load(control, WORDS.answered);
    const asked = Atomics.add(control, WORDS.asked, 1) + 1;
    this.wake();
    this.waitWhile(before, mostMs);
    return Atomics.load(control, WORDS.answered) === asked ? this.answer() : undefined;
  }

  /**
   * The thread tells of an answer after it wrote it. Whoever read that answer before being told is told while waiting
   * for the next one: being woken is no answer yet.
   */
  private waitWhile(answered: number, mostMs: number): void {
    const until = performance.now() + mostMs;
    let left = mostMs;
    while (left > 0 && Atomics.wait(this.control, WORDS.answered, answered, left) === 'ok') {
      if (Atomics.load(this.control, WORDS.answered) !== answered) return;
      left = until - performance.now();
    }
  }

  /** Ends the thread, in the middle of a module too. */
  async end(): Promise<void> {
    await this.worker.terminate();
    await this.ended;
  }

  private send(digest: string, module: WebAssembly.Module): number {
    if (this.numbers.size >= MOST_MODULES) this.numbers.delete([...this.numbers.keys()][0] ?? '');
    this.sent += 1;
    this.numbers.set(digest, this.sent);
    this.port.postMessage({ number: this.sent, module });
    this.wake();
    return this.sent;
  }

  private wake(): void {
    Atomics.add(this.control, WORDS.wake, 1);
    Atomics.notify(this.control, WORDS.wake);
  }

  private answer(): GuardAnswer {
    const word = this.control[WORDS.answer];
    return word === ANSWERS.error
      ? { error: this.bytes.toString('utf8', 0, this.control[WORDS.textBytes]) }
      : { allowed: word === ANSWERS.allowed };
  }

  private release(): void {
    this.port.close();
    this.waiting.clear();
  }
}
