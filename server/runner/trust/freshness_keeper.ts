import { contentOf, loneBody } from '../keeping/state_docs';
import { iso } from '../../../common/iso';
import type { BundleStatement } from '../../../common/policy/bundle';
import type { BundleFault } from '../../../common/policy/bundle_fault';
import type { FreshnessStatement } from '../../../common/policy/trust';
import { err, type Result } from '../../../common/result';
import { signsFreshness, verifyFreshness } from '../../engine/policy/freshness';
import type { Signer, SignerFault } from '../../engine/policy/signer';
import { statementDigest } from '../../engine/policy/verify_bundle';
import type { Doubt } from './bundle_keeper';
import { FRESHNESS_ID } from '../keeping/kinds/bundle';
import type { LocalMemory, StateDoc, StateStore, Basics } from '../ports';
import { CLOCK_SKEW_MS } from '../session/session_times';
import { writeForSure } from '../keeping/write_for_sure';
import type { TrustedKeys } from './trusted_keys';
import { again } from '../keeping/in_background';

const FRESH = 'fresh_bundle';
const LOOK_EVERY_MS = 5_000;

interface FreshnessRules {
  /** A bundle is believed to be the newest for so long after somebody signed that it is, ms. */
  readonly maxAgeMs: number;
  /** What happens afterwards, besides saying so: nothing, or every permit waits for a person. */
  readonly stale: 'alarm' | 'escalate';
}

/** Keys as keeping bundles fresh goes by them. */
interface FreshnessKeys extends TrustedKeys {
  /** Those of this host. */
  readonly signers: () => readonly Signer[];
}

export interface FreshnessPorts {
  readonly store: StateStore;
  readonly memory: LocalMemory;
  readonly basics: Basics;
  readonly rules: FreshnessRules;
  readonly inForce: {
    readonly statement: () => BundleStatement | undefined;
    /** The highest version that the gate names. */
    readonly floor: () => number;
  };
  readonly keys: FreshnessKeys;
  /** A statement that was put into a file of this machine. */
  readonly fromFile: () => string | undefined;
}

/** Until when what is in force is known to be the newest, UTC ms. Remembered: a start anew does not prolong it. */
interface Fresh {
  readonly digest: string;
  readonly until: number;
}

const asFresh = (text: string | undefined): Fresh | undefined =>
  text === undefined ? undefined : (JSON.parse(text) as Fresh);

/**
 * Watches that the bundle in force is the newest: somebody who withholds newer ones, or a signer that is gone, is
 * noticed after `maxAgeMs` (the freeze attack of The Update Framework). Where a key is at hand, it also renews the
 * statement for all.
 */
export class FreshnessKeeper {
  private readonly ports: FreshnessPorts;
  private fresh: Fresh | undefined;
  private told: string | undefined;
  private toldOfSigner: string | undefined;
  private digested: { readonly statement: BundleStatement; readonly digest: string } | undefined;

  constructor(ports: FreshnessPorts) {
    this.ports = ports;
    this.fresh = asFresh(ports.memory.read(FRESH));
  }

  /** Until when the bundle in force is known to be the newest; UTC ms. */
  get until(): number | undefined {
    const active = this.ports.inForce.statement();
    return active && this.fresh?.digest === this.digestOf(active) ? this.fresh.until : undefined;
  }

  /** The brakes ask with every act: a statement's digest is made once. */
  private digestOf(statement: BundleStatement): string {
    if (this.digested?.statement !== statement) this.digested = { statement, digest: statementDigest(statement) };
    return this.digested.digest;
  }

  /** What happens once nobody says so any more. */
  get whenStale(): FreshnessRules['stale'] {
    return this.ports.rules.stale;
  }

  doubt(): Doubt | undefined {
    const { basics, rules, inForce } = this.ports;
    const { until } = this;
    if (until === undefined || basics.clock.utc() < until) return undefined;
    const waits = rules.stale === 'escalate' ? '; every act waits for a person until then' : '';
    return {
      code: 'bundle_stale',
      text: `nobody has signed since ${iso(until)} that version ${inForce.statement()?.version ?? 0} is the newest; look whether the host with the signing key runs${waits}`,
      escalate: rules.stale === 'escalate',
    };
  }

  /**
   * Looks, and renews, until it is over.
   *
   * @param isAlone nobody but this agent renews anything
   */
  run(over: () => boolean, isAlone: () => boolean = () => false): Promise<void> {
    const failed = 'whether the bundle is fresh could not be read';
    const how = { failed, everyMs: LOOK_EVERY_MS, until: over, isUnhurried: isAlone };
    return again(this.ports.basics, how, () => this.look());
  }

  /**
   * Looks once.
   *
   * @throws StoreUnavailable
   */
  async look(): Promise<void> {
    const { store, keys, fromFile } = this.ports;
    await keys.follow();
    await this.begin();
    const filed = fromFile();
    if (filed !== undefined) await this.take(filed.trim());
    const doc = await store.get(FRESHNESS_ID);
    const token = contentOf('freshness', doc)?.token;
    if (token !== undefined) await this.take(token);
    await this.renew(doc);
  }

  /** Takes a statement from elsewhere and hands it to the other agents. */
  async accept(token: string): Promise<Result<FreshnessStatement, BundleFault>> {
    const taken = await this.take(token);
    if (!taken.ok) return taken;
    const active = this.ports.inForce.statement();
    if (!active || statementDigest(active) !== taken.value.statement_digest)
      return err({
        code: 'chain_broken',
        message: `it speaks of another version ${taken.value.version} than the one in force (${active?.version ?? 'none'})`,
      });
    await this.file(token, await this.ports.store.get(FRESHNESS_ID));
    return taken;
  }

  /** What has just come into force is new by itself. */
  private async begin(): Promise<void> {
    const { basics, rules, inForce } = this.ports;
    const statement = inForce.statement();
    if (!statement || this.until !== undefined) return;
    await this.remember({ digest: statementDigest(statement), until: basics.clock.utc() + rules.maxAgeMs });
  }

  private async remember(fresh: Fresh): Promise<void> {
    await this.ports.memory.write(FRESH, JSON.stringify(fresh));
    this.fresh = fresh;
  }

  private async take(token: string): Promise<Result<FreshnessStatement, BundleFault>> {
    const { keys, inForce, basics, rules } = this.ports;
    const verified = verifyFreshness(token, keys.rules());
    if (!verified.ok) {
      // An expired one is what is left when the signer is gone; `doubt` tells of that.
      if (verified.error.code !== 'expired' && this.told !== verified.error.message)
        basics.log.warn('a freshness statement was refused', { ...verified.error });
      this.told = verified.error.message;
      return verified;
    }
    const { issued_at, not_after, statement_digest } = verified.value;
    const statement = inForce.statement();
    // INVARIANT (INV-9): a statement about another version says nothing for the one in force.
    if (!statement || statementDigest(statement) !== statement_digest) return verified;
    const now = basics.clock.utc();
    const issued = Math.min(Date.parse(issued_at), now + CLOCK_SKEW_MS);
    const until = Math.min(Date.parse(not_after), issued + rules.maxAgeMs);
    if (until > (this.until ?? 0)) await this.remember({ digest: statement_digest, until });
    return verified;
  }

  /** Signs that what is in force is the newest, once a third of the time is over; only where no newer one is known. */
  private async renew(doc: StateDoc | undefined): Promise<void> {
    const { inForce, keys, basics, rules } = this.ports;
    const statement = inForce.statement();
    const signer = keys.signers().find(({ keyId }) => signsFreshness(keys.rules(), keyId));
    if (!statement || !signer || statement.version < inForce.floor()) return;
    const now = basics.clock.utc();
    const filed = contentOf('freshness', doc)?.token;
    const known = filed === undefined ? undefined : verifyFreshness(filed, keys.rules());
    // Who is behind must not say that there is nothing newer.
    if (known?.ok === true && known.value.version > statement.version) return;
    const isAbout = known?.ok === true && known.value.statement_digest === statementDigest(statement);
    if (isAbout && Date.parse(known.value.not_after) - now > (rules.maxAgeMs * 2) / 3) return;
    const token = await signer.sign({
      kind: 'freshness',
      statement: {
        version: statement.version,
        statement_digest: statementDigest(statement),
        issued_at: iso(now),
        not_after: iso(now + rules.maxAgeMs),
      },
    });
    this.tellOfSigner(token);
    if (!token.ok) return;
    if (await this.file(token.value, doc)) await this.take(token.value);
  }

  /** Says once why nothing is renewed; that it grows stale in the end is told to people as a doubt. */
  private tellOfSigner(answer: Result<string, SignerFault>): void {
    const why = answer.ok ? undefined : answer.error.message;
    if (why !== undefined && why !== this.toldOfSigner)
      this.ports.basics.log.warn('nobody signed that the bundle in force is the newest', { why });
    this.toldOfSigner = why;
  }

  /** Others may file at the same time; whoever is refused looks again. */
  private file(token: string, doc: StateDoc | undefined): Promise<boolean> {
    const { chance, clock } = this.ports.basics;
    return writeForSure(
      { store: this.ports.store, chance },
      {
        id: FRESHNESS_ID,
        expect: doc?.version ?? 'absent',
        body: loneBody('freshness', { token }, { write_id: chance.uuid(), facets: { at: iso(clock.utc()) } }),
      },
    );
  }
}
