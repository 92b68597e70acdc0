import { whyOf } from '../../../common/why';
import type { GuardHost, GuardModule } from '../../runner/ports';
import { GuardThread, MOST_INPUT, MOST_MODULES, type GuardAnswer } from './guard_thread';

/** Longest that a question holds up a decision, ms; the thread that is busy with it is ended then. */
const MOST_MS = 50;
/** A guard that takes longer is set aside, so that it does not hold up each decision for so long, ms. */
const SET_ASIDE_MS = 60_000;
/** A thread that ended by itself soon after its start is not started again and again, ms. */
const START_AGAIN_MS = 1_000;
/** Nobody waits longer for a module to be ready, ms: what cannot be asked leaves acts to people, and that is told. */
const PATIENCE_MS = 5_000;

export interface GuardHostOptions {
  /** Milliseconds that never go back. */
  readonly monotonic: () => number;
  /** Default 50. */
  readonly mostMs?: number;
  /** Default: a thread of this process. */
  readonly startThread?: () => GuardThread;
}

/** What is known of a module: compiled, on its way, or why it cannot be. */
type Compiled =
  { readonly module: WebAssembly.Module } | { readonly pending: Promise<void> } | { readonly why: string };

const textOf = (cause: unknown): string => whyOf(cause).slice(0, 500);

/** The path of a guard's rule, as `opa build` names entry points. */
export const entryPoint = (guard: string): string => `reflex/guards/${guard}/allow`;

/**
 * The guards of the newest modules, in a thread that is there only where there are guards. What takes too long is
 * ended with its thread; another one is on its way then, and until it is ready every question is an error at once.
 */
export class WasmGuardHost implements GuardHost {
  private readonly options: GuardHostOptions;
  private readonly compiled = new Map<string, Compiled>();
  private readonly setAside = new Map<string, number>();
  private readonly ending = new Set<Promise<void>>();
  private thread: GuardThread | undefined;
  private startedAt = -Infinity;
  private closed = false;

  constructor(options: GuardHostOptions) {
    this.options = options;
  }

  ask(module: GuardModule, guard: string, input: object): GuardAnswer {
    const { monotonic, mostMs = MOST_MS } = this.options;
    const text = JSON.stringify(input);
    if (text.length > MOST_INPUT) return { error: `the input of a guard has more than ${MOST_INPUT} characters` };
    const key = `${module.digest} ${guard}`;
    if ((this.setAside.get(key) ?? -Infinity) > monotonic())
      return { error: `guard \`${guard}\` took longer than ${mostMs} ms and is set aside for now` };
    const thread = this.readyFor(module);
    if (typeof thread === 'string') return { error: thread };
    const answer = thread.ask(module.digest, { guard, input: text, mostMs });
    if (answer !== undefined) return answer;
    this.setAside.set(key, monotonic() + SET_ASIDE_MS);
    this.endThread();
    this.startThread();
    return { error: `guard \`${guard}\` took longer than ${mostMs} ms` };
  }

  async prepare(module: GuardModule): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, PATIENCE_MS);
    });
    await Promise.race([this.load(module), patience]);
    clearTimeout(timer);
  }

  /** Ends the thread; from then on every question is an error. */
  async close(): Promise<void> {
    this.closed = true;
    this.endThread();
    await Promise.all(this.ending);
  }

  private async load(module: GuardModule): Promise<void> {
    const known = this.compile(module);
    if ('pending' in known) await known.pending;
    const compiled = this.compiled.get(module.digest);
    if (compiled && 'module' in compiled) await this.runningThread()?.load(module.digest, compiled.module);
  }

  /** A thread that can be asked about a module now, or why there is none. */
  private readyFor(module: GuardModule): GuardThread | string {
    const compiled = this.compile(module);
    if ('why' in compiled) return compiled.why;
    if ('pending' in compiled) return 'the guards are being loaded';
    const thread = this.runningThread();
    if (!thread) return this.closed ? 'the guards have been stopped' : 'the thread of the guards cannot be started';
    if (thread.isLoaded(module.digest)) return thread;
    void thread.load(module.digest, compiled.module);
    return 'the guards are being loaded';
  }

  private compile({ wasm, digest }: GuardModule): Compiled {
    const known = this.compiled.get(digest);
    if (known) return known;
    if (this.compiled.size >= MOST_MODULES) this.compiled.delete([...this.compiled.keys()][0] ?? '');
    const pending = WebAssembly.compile(new Uint8Array(wasm)).then(
      (module) => void this.compiled.set(digest, { module }),
      (cause: unknown) => void this.compiled.set(digest, { why: `the guards cannot be loaded: ${textOf(cause)}` }),
    );
    const made: Compiled = { pending };
    this.compiled.set(digest, made);
    return made;
  }

  private runningThread(): GuardThread | undefined {
    const soon = this.options.monotonic() - this.startedAt < START_AGAIN_MS;
    return this.thread ?? (this.closed || soon ? undefined : this.startThread());
  }

  private startThread(): GuardThread {
    const thread = this.options.startThread?.() ?? new GuardThread();
    this.thread = thread;
    this.startedAt = this.options.monotonic();
    void thread.ended.then(() => {
      if (this.thread === thread) this.thread = undefined;
    });
    for (const [digest, compiled] of this.compiled) if ('module' in compiled) void thread.load(digest, compiled.module);
    return thread;
  }

  private endThread(): void {
    const ending = this.thread?.end();
    this.thread = undefined;
    if (!ending) return;
    this.ending.add(ending);
    void ending.finally(() => this.ending.delete(ending));
  }
}
