import { loneBody, read } from '../keeping/state_docs';
import { iso } from '../../../common/iso';
import type { SignedKeyring } from '../../../common/policy/trust';
import { err, type Result } from '../../../common/result';
import type { BundleFault } from '../../../common/policy/bundle_fault';
import { readKeyring, rulesOf, verifyKeyring } from '../../engine/policy/keyring';
import type { TrustRules } from '../../engine/policy/signature';
import { keyringId } from '../keeping/kinds/bundle';
import type { Chance, Clock, LocalMemory, Log, StateStore } from '../ports';
import { writeForSure } from '../keeping/write_for_sure';

/**
 * Every keyring that was believed here, in order: an older state cannot bring an older one back, a new one gets them.
 */
const KEYRINGS = 'keyrings';
/** Ids of keys that were ever revoked. */
const REVOKED = 'revoked_keys';

interface KeyringKeeperPorts {
  readonly store: StateStore;
  readonly chance: Chance;
  readonly memory: LocalMemory;
  readonly clock: Pick<Clock, 'utc'>;
  readonly log: Log;
  /** The keys of the settings: trusted until a keyring follows. Whatever they revoke stays revoked. */
  readonly settings: TrustRules;
}

const revokedIn = ({ keys }: TrustRules): readonly string[] =>
  keys.filter((key) => key.revoked).map((key) => key.keyId);

const remembered = ({ memory }: KeyringKeeperPorts): readonly SignedKeyring[] =>
  (JSON.parse(memory.read(KEYRINGS) ?? '[]') as readonly unknown[]).map((value) => {
    const keyring = readKeyring(value);
    // INVARIANT (INV-9): forgetting would bring keys back that were taken out.
    if (!keyring.ok) throw new Error(`a keyring in the local memory is damaged: ${keyring.error.message}`);
    return keyring.value;
  });

/**
 * Knows which keys are trusted: those of the settings, then each keyring that follows under the signatures of the one
 * before. Never goes back.
 */
export class KeyringKeeper {
  private readonly ports: KeyringKeeperPorts;
  private chain: readonly SignedKeyring[];
  private filed = false;
  private readonly revoked: Set<string>;
  private inForce: TrustRules;
  private problem: { readonly version: number; readonly fault: BundleFault } | undefined;

  /** Throws if what this machine remembers is damaged. */
  constructor(ports: KeyringKeeperPorts) {
    this.ports = ports;
    this.chain = remembered(ports);
    const known = JSON.parse(ports.memory.read(REVOKED) ?? '[]') as readonly string[];
    this.revoked = new Set([...known, ...revokedIn(ports.settings)]);
    this.inForce = this.read();
  }

  private get current(): SignedKeyring | undefined {
    return this.chain[this.chain.length - 1];
  }

  /** 0 while the keys of the settings are trusted. */
  get version(): number {
    return this.current?.statement.version ?? 0;
  }

  /** What was signed and is believed, for showing it. */
  get statement(): SignedKeyring['statement'] | undefined {
    return this.current?.statement;
  }

  /** What was trusted before the first keyring. */
  get settings(): TrustRules {
    return this.ports.settings;
  }

  /** All keyrings that were followed, oldest first. */
  get history(): readonly SignedKeyring[] {
    return this.chain;
  }

  /** The next keyring, if one is there that was refused. */
  get refused(): { readonly version: number; readonly fault: BundleFault } | undefined {
    return this.problem;
  }

  /** What is trusted at this moment. */
  rules(): TrustRules {
    return { ...this.inForce, now: this.ports.clock.utc() };
  }

  /** The brakes ask for the rules with every act, so keys are read once. */
  private read(): TrustRules {
    if (this.current) return rulesOf(this.current.statement, this.revoked);
    const { settings } = this.ports;
    const keys = settings.keys.map((key) => (this.revoked.has(key.keyId) ? { ...key, revoked: true } : key));
    return { ...settings, keys };
  }

  /**
   * Looks for keyrings that follow, one after the other.
   *
   * @throws StoreUnavailable
   */
  async follow(): Promise<void> {
    await this.fileAgain();
    for (;;) {
      const filed = await read(this.ports.store, 'keyring', keyringId(this.version + 1));
      if (filed === undefined) return;
      const taken = await this.take(filed);
      if (taken.ok) continue;
      const version = this.version + 1;
      const known = this.problem?.version === version && this.problem.fault.code === taken.error.code;
      this.problem = { version, fault: taken.error };
      if (!known) this.ports.log.error('a keyring was refused; the one before stays', { version, ...taken.error });
      return;
    }
  }

  /**
   * Hands a keyring to all agents, this one included.
   *
   * @throws StoreUnavailable
   */
  async offer(value: unknown): Promise<Result<SignedKeyring, BundleFault>> {
    await this.follow();
    const keyring = this.check(value);
    if (!keyring.ok) return keyring;
    const { version } = keyring.value.statement;
    if (!(await this.file(keyring.value)))
      return err({ code: 'version_rollback', message: `somebody else made keyring ${version} meanwhile` });
    await this.follow();
    return keyring;
  }

  /** A state that was lost gets back what this machine remembers. */
  private async fileAgain(): Promise<void> {
    if (this.filed) return;
    for (const keyring of this.chain)
      if ((await this.ports.store.get(keyringId(keyring.statement.version))) === undefined) await this.file(keyring);
    this.filed = true;
  }

  private file(keyring: SignedKeyring): Promise<boolean> {
    const { chance, clock } = this.ports;
    return writeForSure(this.ports, {
      id: keyringId(keyring.statement.version),
      expect: 'absent',
      body: loneBody('keyring', keyring, { write_id: chance.uuid(), facets: { at: iso(clock.utc()) } }),
    });
  }

  /** Whether a keyring would be taken; nothing changes. */
  check(value: unknown): Result<SignedKeyring, BundleFault> {
    const keyring = readKeyring(value);
    if (!keyring.ok) return keyring;
    const verified = verifyKeyring(keyring.value, this.version, this.rules());
    return verified.ok ? keyring : err(verified.error);
  }

  private async take(value: unknown): Promise<Result<SignedKeyring, BundleFault>> {
    const keyring = this.check(value);
    if (!keyring.ok) return keyring;
    const { memory, log } = this.ports;
    for (const id of revokedIn(rulesOf(keyring.value.statement, this.revoked))) this.revoked.add(id);
    // What is revoked is remembered first: a crash between the two forgets nothing.
    await memory.write(REVOKED, JSON.stringify([...this.revoked]));
    await memory.write(KEYRINGS, JSON.stringify([...this.chain, keyring.value]));
    this.chain = [...this.chain, keyring.value];
    this.inForce = this.read();
    this.problem = undefined;
    log.info('a keyring is in force', { version: this.version, keys: keyring.value.statement.keys.length });
    return keyring;
  }
}
