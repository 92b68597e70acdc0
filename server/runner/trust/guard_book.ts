import type { Guards } from '../../../common/policy/bundle';
import { ok, type Result } from '../../../common/result';
import type { Lookups } from '../../engine/decision/lookups';
import { guardsDigest, type GuardTexts } from '../../engine/policy/guard_set';
import type { BundleKeeper } from './bundle_keeper';
import { guardLookup, type TestGuards } from './guard_lookup';
import type { GuardCompiler, GuardHost, GuardTrouble } from '../ports';
import { bundleInForce } from './in_force';

const MOST_KEPT = 8;
const NONE: GuardTexts = new Map();

const HERE: GuardTrouble = {
  code: 'no_opa',
  message:
    'guards are not compiled on this host; release where `opa` is, or build the bundle with `reflex policies build`',
  faults: [],
};

export interface GuardBookPorts {
  readonly bundles: Pick<BundleKeeper, 'active'>;
  /**
   * Where guards are asked that are only tried: in tests, backtests and by hand. Never where decisions ask, for what
   * nobody has approved yet may be slow, and would take the place of what is in force.
   */
  readonly guardTrials?: GuardHost;
  readonly guardCompiler?: GuardCompiler;
}

/**
 * The Rego guards that this agent knows as texts, and the modules that were compiled of them. What is in force is never
 * compiled again: its module was signed with it, and runs where there is no compiler.
 */
export class GuardBook {
  private readonly ports: GuardBookPorts;
  private onBranch: GuardTexts | undefined;
  private readonly compiled = new Map<string, Promise<Result<Guards, GuardTrouble>>>();

  constructor(ports: GuardBookPorts) {
    this.ports = ports;
  }

  /** Texts in force. */
  get inForce(): GuardTexts {
    return bundleInForce({ parts: this.ports })?.guards?.sources ?? NONE;
  }

  /** Texts where policies are written: what a new policy may ask. Without a repository those in force. */
  get written(): GuardTexts {
    return this.onBranch ?? this.inForce;
  }

  /** Told of the texts that the head of the branch holds. */
  note(texts: GuardTexts): void {
    this.onBranch = texts;
  }

  /** The module of these texts: the one in force where it is of the same, else a new one; without texts none. */
  async moduleOf(texts: GuardTexts): Promise<Result<Guards | undefined, GuardTrouble>> {
    if (texts.size === 0) return ok(undefined);
    const digest = guardsDigest(texts);
    const inForce = bundleInForce({ parts: this.ports })?.guards;
    if (inForce && guardsDigest(inForce.sources) === digest) return ok(inForce);
    const compiler = this.ports.guardCompiler;
    if (compiler === undefined) return { ok: false, error: HERE };
    const known = this.compiled.get(digest) ?? compiler.compile(texts);
    this.remember(digest, known);
    const answer = await known;
    // `opa` may be put there at any time.
    if (!answer.ok && answer.error.code === 'no_opa') this.compiled.delete(digest);
    return answer;
  }

  /** A module that was signed with a release: its texts need no compiler again. */
  keep(guards: Guards): void {
    this.remember(guardsDigest(guards.sources), Promise.resolve(ok(guards)));
  }

  /** How tests of policies ask guards of these texts. */
  async forTests(texts: GuardTexts): Promise<TestGuards> {
    const module = await this.moduleOf(texts);
    if (!module.ok) return { why: module.error.message };
    return { guards: module.value, lookup: await this.trial(module.value) };
  }

  /** How a module is asked that is only tried; it is ready when this returns. */
  async trial(guards: Guards | undefined): Promise<Pick<Lookups, 'guard'>> {
    const { guardTrials } = this.ports;
    if (guards) await guardTrials?.prepare(guards);
    return guardLookup(guardTrials, guards);
  }

  private remember(digest: string, module: Promise<Result<Guards, GuardTrouble>>): void {
    this.compiled.delete(digest);
    this.compiled.set(digest, module);
    if (this.compiled.size > MOST_KEPT) this.compiled.delete([...this.compiled.keys()][0] ?? '');
  }
}
