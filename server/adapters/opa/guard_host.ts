import { loadPolicySync } from '@open-policy-agent/opa-wasm';
import type { GuardHost, GuardModule } from '../../runner/ports';

type Program = ReturnType<typeof loadPolicySync>;

/** 16 MiB: `memory.grow` beyond that fails inside the module, which is an error. */
const MOST_PAGES = 256;
const FIRST_PAGES = 5;
const MOST_INPUT = 256 * 1024;
/** A guard that takes longer is set aside for a while, so that it cannot hold up everything again and again, ms. */
const MOST_MS = 50;
const SET_ASIDE_MS = 60_000;
const MOST_MODULES = 4;

export interface GuardHostOptions {
  /** Milliseconds that never go back. */
  readonly monotonic: () => number;
  /** Default 50. */
  readonly mostMs?: number;
}

const textOf = (cause: unknown): string =>
  (typeof cause === 'string' ? cause : cause instanceof Error ? cause.message : String((cause as { message?: unknown }).message)).slice(0, 500); // prettier-ignore

/** The path of a guard's rule, as `opa build` names entry points. */
export const entryPoint = (guard: string): string => `reflex/guards/${guard}/allow`;

/** The guards of the newest modules, each loaded once. */
export class WasmGuardHost implements GuardHost {
  private readonly options: GuardHostOptions;
  private readonly programs = new Map<string, Program | string>();
  private readonly setAside = new Map<string, number>();

  constructor(options: GuardHostOptions) {
    this.options = options;
  }

  ask(module: GuardModule, guard: string, input: object): ReturnType<GuardHost['ask']> {
    const { monotonic, mostMs = MOST_MS } = this.options;
    const text = JSON.stringify(input);
    if (text.length > MOST_INPUT) return { error: `the input of a guard has more than ${MOST_INPUT} characters` };
    const key = `${module.digest} ${guard}`;
    if ((this.setAside.get(key) ?? -Infinity) > monotonic())
      return { error: `guard \`${guard}\` took longer than ${mostMs} ms and is set aside for now` };
    const program = this.program(module);
    if (typeof program === 'string') return { error: program };
    const began = monotonic();
    const answer = this.evaluate(module, program, { guard, text });
    if (monotonic() - began <= mostMs) return answer;
    this.setAside.set(key, monotonic() + SET_ASIDE_MS);
    return { error: `guard \`${guard}\` took longer than ${mostMs} ms` };
  }

  private evaluate(
    { digest }: GuardModule,
    program: Program,
    { guard, text }: { readonly guard: string; readonly text: string },
  ): ReturnType<GuardHost['ask']> {
    const entry = entryPoint(guard);
    if (!Object.prototype.hasOwnProperty.call(program.entrypoints, entry))
      return { error: `guard \`${guard}\` is not in the module` };
    try {
      const [first] = program.evaluate(JSON.parse(text), entry) as ReadonlyArray<{ readonly result?: unknown }>;
      if (typeof first?.result === 'boolean') return { allowed: first.result };
      return {
        error: first === undefined ? 'its rule `allow` is not defined for this' : 'its rule `allow` is no boolean',
      };
    } catch (cause) {
      // What a module was in the middle of is lost with it; the next question gets a new one.
      this.programs.delete(digest);
      return { error: textOf(cause) };
    }
  }

  private program({ wasm, digest }: GuardModule): Program | string {
    const known = this.programs.get(digest);
    if (known !== undefined) return known;
    if (this.programs.size >= MOST_MODULES) this.programs.clear();
    const loaded = load(wasm);
    this.programs.set(digest, loaded);
    return loaded;
  }
}

const load = (wasm: Uint8Array): Program | string => {
  try {
    return loadPolicySync(wasm, { initial: FIRST_PAGES, maximum: MOST_PAGES });
  } catch (cause) {
    return `the guards cannot be loaded: ${textOf(cause)}`;
  }
};
