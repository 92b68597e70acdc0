import { err, ok, type Result } from '../../common/result';
import type { TrustedBundle } from '../../common/policy/bundle';
import { compileBundle } from '../engine/policy/compile_bundle';
import type { CompiledBundle, CompiledPolicies } from '../engine/policy/compiled';
import { mayFollow, verifyBundle, type BundleFault, type TrustRules } from '../engine/policy/verify_bundle';
import type { BrakeRules } from '../engine/brakes/clear';
import { bundleHeadId, type BundleHead } from './documents';
import { StoreUnavailable, type BundleArchive, type LocalMemory, type Log, type StateStore } from './ports';

const HIGHEST = 'highest_bundle';

/** What a set of policies tells the brakes. Expired limits and protections speak no longer. */
export const brakeRulesOf = (policies: CompiledPolicies | undefined, now: number): BrakeRules => {
  if (!policies) return { bundleVersion: 0, hashes: new Map(), limits: [], protections: [] };
  return {
    bundleVersion: policies.origin.version,
    hashes: policies.hashes,
    limits: policies.limits.filter(({ expiresMs }) => expiresMs > now),
    protections: policies.protections
      .filter(({ expiresMs }) => expiresMs > now)
      .map(({ ref, spec }) => ({ name: ref.id, protect: spec.protect ?? {} })),
  };
};

export interface BundleKeeperPorts {
  readonly store: StateStore;
  readonly archive: BundleArchive;
  readonly memory: LocalMemory;
  readonly log: Log;
  /** Keys that are trusted now. */
  readonly trust: () => TrustRules;
}

/** What the page says about the bundle in force and about one that was refused. */
export interface BundleStatus {
  readonly version: number;
  readonly digest: string;
  readonly policies: number;
  readonly refused?: { readonly version: number; readonly fault: BundleFault };
}

/**
 * Holds the bundle in force. A newer one replaces it only if its signatures, its content and the whole chain of
 * signed statements back to the one in force are right (INV-9); otherwise the last good one stays, loudly.
 */
export class BundleKeeper {
  private readonly ports: BundleKeeperPorts;
  private compiled: CompiledBundle | undefined;
  private refused: BundleStatus['refused'];
  private readonly byDigest = new Map<string, CompiledBundle>();
  private following: Promise<void> | undefined;
  private readonly told: Array<(bundle: CompiledBundle) => void> = [];

  constructor(ports: BundleKeeperPorts) {
    this.ports = ports;
  }

  get active(): CompiledBundle | undefined {
    return this.compiled;
  }

  get status(): BundleStatus | undefined {
    const statement = this.compiled?.bundle.statement;
    if (!statement || !this.compiled) return undefined;
    return {
      version: statement.version,
      digest: statement.digest,
      policies: this.compiled.bundle.policies.length,
      ...(this.refused === undefined ? {} : { refused: this.refused }),
    };
  }

  /** What the bundle in force tells the brakes at a moment (UTC ms); without one, nothing is in force. */
  brakeRules(now: number): BrakeRules {
    return brakeRulesOf(this.compiled, now);
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
    const known =
      this.byDigest.get(digest) ?? (this.compiled?.bundle.statement.digest === digest ? this.compiled : undefined);
    if (known) return known;
    const files = await this.ports.archive.byDigest(digest);
    const verified = files && verifyBundle(files, this.ports.trust());
    if (!verified?.ok) return undefined;
    const compiled = compileBundle(verified.value);
    this.byDigest.set(digest, compiled);
    if (this.byDigest.size > 16) this.byDigest.delete([...this.byDigest.keys()][0] ?? '');
    return compiled;
  }

  private async load(floor: number): Promise<void> {
    const { memory, log } = this.ports;
    try {
      const next = await this.chainTo(floor);
      if (!next.ok) {
        const known = this.refused?.version === floor && this.refused.fault.code === next.error.code;
        this.refused = { version: floor, fault: next.error };
        // It is tried again with every heartbeat: a key may be trusted or a file be there meanwhile.
        if (known) return;
        log.error('a released bundle was refused; the last good one stays in force', {
          version: floor,
          code: next.error.code,
          why: next.error.message,
        });
        return;
      }
      const compiled = compileBundle(next.value);
      await memory.write(HIGHEST, String(floor));
      this.compiled = compiled;
      this.refused = undefined;
      log.info('a bundle is in force', { version: floor, policies: next.value.policies.length });
      for (const each of this.told) each(compiled);
    } catch (cause) {
      if (!(cause instanceof StoreUnavailable)) throw cause;
    }
  }

  /** Verifies every version from the one in force to the wanted one; a fresh agent starts with the wanted one. */
  private async chainTo(floor: number): Promise<Result<TrustedBundle, BundleFault>> {
    const current = this.compiled?.bundle.statement;
    const highest = Number(this.ports.memory.read(HIGHEST) ?? 0);
    const between: TrustedBundle[] = [];
    for (let version = current ? current.version + 1 : floor; version <= floor; version += 1) {
      const verified = await this.verified(version);
      if (!verified.ok) return verified;
      between.push(verified.value);
    }
    const next = between.pop();
    if (!next) return err({ code: 'version_rollback', message: `version ${floor} is not newer than the one in force` });
    const follows = mayFollow(
      current,
      highest,
      next.statement,
      between.map((bundle) => bundle.statement),
    );
    return follows.ok ? ok(next) : follows;
  }

  private async verified(version: number): Promise<Result<TrustedBundle, BundleFault>> {
    const { store, archive, trust } = this.ports;
    const head = (await store.get(bundleHeadId(version)))?.content as BundleHead | undefined;
    const files = head && (await archive.get(version, head.statement_digest));
    if (!head || !files) return err({ code: 'version_gap', message: `version ${version} is not in the archive` });
    const verified = verifyBundle(files, trust());
    if (!verified.ok) return verified;
    return verified.value.statement.version === version
      ? verified
      : err({
          code: 'chain_broken',
          message: `what is filed as version ${version} says it is version ${verified.value.statement.version}`,
        });
  }
}
