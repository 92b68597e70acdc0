import { present } from '../../../common/present';
import { err, ok, type Result } from '../../../common/result';
import type { BundleFiles, BundleStatement, TrustedBundle } from '../../../common/policy/bundle';
import type { BundleFault } from '../../../common/policy/bundle_fault';
import { compileSteps } from '../../engine/policy/compile_bundle';
import type { CompiledBundle, CompiledPolicies } from '../../engine/policy/compiled';
import type { TrustRules } from '../../engine/policy/signature';
import { isExpired, mayFollow, statementDigest, statementIn, verifySteps } from '../../engine/policy/verify_bundle';
import type { BrakeRules } from '../../engine/brakes/clear';
import { longestIn } from '../../engine/brakes/longest';
import { read } from '../keeping/state_docs';
import { bundleHeadId } from '../keeping/kinds/bundle';
import { inTurns } from '../keeping/in_turns';
import {
  StoreUnavailable,
  type BundleArchive,
  type Clock,
  type GuardHost,
  type LocalMemory,
  type StateStore,
  type Basics,
} from '../ports';
import { loosenedBy } from './loosened';
import type { TrustedKeys } from './trusted_keys';

const HIGHEST = 'highest_bundle';
/** Digest of the statement that was taken into force last: it stays good when a time in it or in its key passes. */
const ACCEPTED = 'accepted_bundle';

/** What a set of policies tells the brakes. Expired limits and protections speak no longer. */
export const brakeRulesOf = (policies: CompiledPolicies | undefined, now: number): BrakeRules => {
  if (!policies) return { bundleVersion: 0, hashes: new Map(), limits: [], keeps: [], protections: [] };
  return {
    bundleVersion: policies.origin.version,
    hashes: policies.hashes,
    limits: policies.limits.filter(({ expiresMs }) => expiresMs > now),
    ...present({ loosened: loosenedBy(policies, now) }),
    keeps: policies.keeps.filter(({ expiresMs }) => expiresMs > now),
    ...longestIn(policies.longest.filter(({ expiresMs }) => expiresMs > now)),
    budgets: policies.budgets.filter(({ expiresMs }) => expiresMs > now),
    protections: policies.protections
      .filter(({ expiresMs }) => expiresMs > now)
      .map(({ ref, spec }) => ({ name: ref.id, protect: spec.protect ?? {} })),
  };
};

interface BundleKeeperPorts {
  readonly store: StateStore;
  readonly archive: BundleArchive;
  readonly memory: LocalMemory;
  /** With a clock a large bundle is checked in turns, so that nothing else waits long; without one in one go. */
  readonly basics: Pick<Basics, 'log'> & { readonly clock?: Pick<Clock, 'monotonic' | 'sleep'> };
  readonly keys: TrustedKeys;
  /** Why the bundle in force may not be the newest; undefined while it is known to be. */
  readonly doubt?: () => Doubt | undefined;
  /** Where its guards will be asked: made ready before a bundle is in force. */
  readonly guards?: Pick<GuardHost, 'prepare'>;
}

/** Why the bundle in force is not to be relied on as usual. */
export interface Doubt {
  readonly code: 'bundle_stale' | 'bundle_expired' | 'bundle_distrusted';
  readonly text: string;
  /** True: what it permits is left to a person for now. */
  readonly escalate: boolean;
}

/** What the page says about the bundle in force and about one that was refused. */
export interface BundleStatus {
  readonly version: number;
  readonly digest: string;
  readonly policies: number;
  readonly refused?: { readonly version: number; readonly fault: BundleFault };
  readonly doubt?: Doubt;
}

/**
 * Holds the bundle in force. A newer one replaces it only if its signatures, its content and the whole chain of
 * signed statements back to the one in force are right (INV-9); otherwise the last good one stays, loudly.
 */
export class BundleKeeper {
  private readonly ports: BundleKeeperPorts;
  private compiled: CompiledBundle | undefined;
  private fault: BundleStatus['refused'];
  private readonly byDigest = new Map<string, CompiledBundle>();
  private following: Promise<void> | undefined;
  private readonly told: Array<(bundle: CompiledBundle) => void> = [];

  constructor(ports: BundleKeeperPorts) {
    this.ports = ports;
  }

  get active(): CompiledBundle | undefined {
    return this.compiled;
  }

  /** A newer version that was refused, also where none is in force. */
  get refused(): BundleStatus['refused'] {
    return this.fault;
  }

  get status(): BundleStatus | undefined {
    const statement = this.compiled?.bundle.statement;
    if (!statement || !this.compiled) return undefined;
    const doubt = this.doubt();
    return {
      version: statement.version,
      digest: this.compiled.origin.digest,
      policies: this.compiled.bundle.policies.length,
      ...present({ refused: this.fault, doubt }),
    };
  }

  /** Keys that are trusted now, and at what moment. */
  get trust(): TrustRules {
    return this.ports.keys.rules();
  }

  /** What the bundle in force tells the brakes at a moment (UTC ms); without one, nothing is in force. */
  brakeRules(now: number): BrakeRules {
    const rules = brakeRulesOf(this.compiled, now);
    const doubt = this.doubt();
    return doubt?.escalate === true ? { ...rules, doubt: doubt.text } : rules;
  }

  /** Why the bundle in force is not to be relied on, the weightiest reason first. */
  private doubt(): Doubt | undefined {
    const bundle = this.compiled?.bundle;
    if (!bundle) return undefined;
    const { keys, threshold, now } = this.ports.keys.rules();
    const good = bundle.keyIds.filter((id) => keys.some((key) => key.keyId === id && !key.revoked));
    if (good.length < threshold)
      return {
        code: 'bundle_distrusted',
        text: `the keys that signed version ${bundle.statement.version} are not trusted any more; release it anew, every act waits for a person until then`,
        escalate: true,
      };
    if (isExpired(bundle.statement, now))
      return {
        code: 'bundle_expired',
        text: `version ${bundle.statement.version} expired on ${bundle.statement.expires_at ?? ''}; release a newer one, every act waits for a person until then`,
        escalate: true,
      };
    return this.ports.doubt?.();
  }

  /** Ids of the policies in force whose day has come (UTC ms): they decide nothing any more. */
  expiredAt(now: number): readonly string[] {
    return (this.compiled?.bundle.policies ?? [])
      .filter(({ policy: { spec } }) => spec.mode !== 'off' && spec.expires !== undefined)
      .filter(({ policy: { spec } }) => Date.parse(`${spec.expires ?? ''}T00:00:00Z`) <= now)
      .map(({ policy }) => policy.metadata.id);
  }

  whenActivated(told: (bundle: CompiledBundle) => void): void {
    this.told.push(told);
  }

  /** Brings the version that the gate names into force, if it is right. Concurrent calls share one run. */
  async follow(floor: number): Promise<void> {
    if (floor <= (this.compiled?.bundle.statement.version ?? 0)) return;
    this.following ??= this.load(floor).finally(() => {
      this.following = undefined;
    });
    await this.following;
  }

  /** A released bundle by its digest, for replay and comparison; verified like any other. */
  async withDigest(digest: string): Promise<CompiledBundle | undefined> {
    const known = this.byDigest.get(digest) ?? (this.compiled?.origin.digest === digest ? this.compiled : undefined);
    if (known) return known;
    const files = await this.ports.archive.byDigest(digest);
    const stated = files && statementIn(files);
    if (!files || !stated?.ok) return undefined;
    const then = { ...this.ports.keys.rules(), now: Date.parse(stated.value.created_at) };
    const verified = await inTurns(this.ports.basics.clock, verifySteps(files, then));
    if (!verified.ok) return undefined;
    const made = await inTurns(this.ports.basics.clock, compileSteps(verified.value));
    // Before digests covered guards, a bundle was filed, and named in decisions, by its policies alone.
    const compiled = { ...made, origin: { ...made.origin, digest } };
    this.byDigest.set(digest, compiled);
    if (this.byDigest.size > 16) this.byDigest.delete([...this.byDigest.keys()][0] ?? '');
    return compiled;
  }

  private async load(floor: number): Promise<void> {
    const { memory, keys, basics } = this.ports;
    try {
      await keys.follow();
      const next = await this.chainTo(floor);
      if (!next.ok) {
        const known = this.fault?.version === floor && this.fault.fault.code === next.error.code;
        this.fault = { version: floor, fault: next.error };
        // It is tried again with every heartbeat: a key may be trusted or a file be there meanwhile.
        if (known) return;
        basics.log.error('a released bundle was refused; the last good one stays in force', {
          version: floor,
          code: next.error.code,
          why: next.error.message,
        });
        return;
      }
      const compiled = await inTurns(this.ports.basics.clock, compileSteps(next.value));
      if (next.value.guards) await this.ports.guards?.prepare(next.value.guards);
      await memory.write(HIGHEST, String(floor));
      await memory.write(ACCEPTED, statementDigest(next.value.statement));
      this.compiled = compiled;
      this.fault = undefined;
      basics.log.info('a bundle is in force', { version: floor, policies: next.value.policies.length });
      for (const each of this.told) each(compiled);
    } catch (cause) {
      if (!(cause instanceof StoreUnavailable)) throw cause;
    }
  }

  /**
   * The bundle to take into force. What lies between the one in force and the wanted one need not be signed by keys
   * of today: the wanted one is, and each statement holds the digest of the one before. A fresh agent starts with the
   * wanted one.
   */
  private async chainTo(floor: number): Promise<Result<TrustedBundle, BundleFault>> {
    const current = this.compiled?.bundle.statement;
    const highest = Number(this.ports.memory.read(HIGHEST) ?? 0);
    const between: BundleStatement[] = [];
    for (let version = (current?.version ?? floor) + 1; version < floor; version += 1) {
      const files = await this.filed(version);
      const statement = files.ok ? statementIn(files.value) : files;
      if (!statement.ok) return statement;
      between.push(statement.value);
    }
    const files = await this.filed(floor);
    if (!files.ok) return files;
    const next = await inTurns(this.ports.basics.clock, verifySteps(files.value, this.trustFor(files.value)));
    if (!next.ok) return next;
    if (next.value.statement.version !== floor)
      return err({
        code: 'chain_broken',
        message: `what is filed as version ${floor} says it is version ${next.value.statement.version}`,
      });
    const follows = mayFollow(current, highest, next.value.statement, between);
    return follows.ok ? next : follows;
  }

  private async filed(version: number): Promise<Result<BundleFiles, BundleFault>> {
    const { store, archive } = this.ports;
    const head = await read(store, 'bundle', bundleHeadId(version));
    const files = head && (await archive.get(version, head.statement_digest));
    return files ? ok(files) : err({ code: 'version_gap', message: `version ${version} is not in the archive` });
  }

  /** What was in force here before is judged by the time of its making, all else by the time of now. */
  private trustFor(files: BundleFiles): TrustRules {
    const trust = this.ports.keys.rules();
    const statement = statementIn(files);
    const known = statement.ok && statementDigest(statement.value) === this.ports.memory.read(ACCEPTED);
    return known ? { ...trust, now: Date.parse(statement.value.created_at) } : trust;
  }
}
