import { PeopleBook } from '../../server/runner/facts/people_here';
import { ownMachineAs } from './own_machine';
import type { BundleFiles } from '../../common/policy/bundle';
import { bundleTarball } from '../../server/adapters/opa/bundle_tarball';
import { INITIAL_WEIGHTS, modelOf } from '../../server/engine/decision/model';
import type { TrustRules } from '../../server/engine/policy/signature';
import { Agent } from '../../server/runner/agent/agent';
import { BundleKeeper } from '../../server/runner/trust/bundle_keeper';
import { FreshnessKeeper } from '../../server/runner/trust/freshness_keeper';
import type { GuardBookPorts } from '../../server/runner/trust/guard_book';
import { HistoryBook } from '../../server/runner/facts/history';
import { InventoryKeeper } from '../../server/runner/facts/inventory';
import { HostStop } from '../../server/runner/session/host_stop';
import { KeyringKeeper } from '../../server/runner/trust/keyring_keeper';
import type { TrustDesk } from '../../server/runner/doctrine/releases/trust';
import type { BundleArchive, BundleName, GuardHost, StateStore } from '../../server/runner/ports';
import { FakeDisk } from '../fakes/fake_disk';
import { FakeEvidence, fakeEvidenceLog } from '../fakes/fake_evidence';
import { FakeStore } from '../fakes/fake_store';
import { Scheduler } from '../fakes/scheduler';
import type { KeyPair } from './policies';
import { chanceOf, clockOf, drive, quietLog, storePort } from './store_port';
import type { TrustedKeys } from '../../server/runner/trust/trusted_keys';
import { everythingGranted } from './events';
import { heldSigner } from '../../server/engine/policy/signer';

const MODEL = modelOf(INITIAL_WEIGHTS);

/** An archive in memory. */
const anArchive = () => {
  const filed = new Map<string, { readonly name: BundleName; readonly files: BundleFiles }>();
  const newest = () => [...filed.values()].sort((a, b) => b.name.version - a.name.version);
  const archive: BundleArchive = {
    put: async (name, files) => void filed.set(`${name.version}:${name.statement_digest}`, { name, files }),
    get: async (version, digest) => filed.get(`${version}:${digest}`)?.files,
    byDigest: async (digest) => newest().find(({ name }) => name.digest === digest)?.files,
    newest: async () => newest().map(({ name }) => name),
  };
  return { archive, filed };
};

type GuardParts = Partial<Pick<GuardBookPorts, 'guardTrials' | 'guardCompiler'> & { readonly guards: GuardHost }>;

/** What looks after trust and releases at one agent. */
export type ReleaseHost = TrustDesk & { readonly agent: Agent };

export interface ReleaseHosts {
  readonly hosts: readonly ReleaseHost[];
  /** What was filed for the audit, oldest first. */
  readonly audited: () => ReadonlyArray<Readonly<Record<string, unknown>>>;
  readonly archive: BundleArchive;
  readonly drive: <Value>(work: Promise<Value>) => Promise<Value>;
  /** Lets so much time pass, ms. */
  readonly wait: (ms: number) => Promise<void>;
}

/**
 * Real agents around one state and one archive in virtual time, each with keys of its own; joined when it returns.
 *
 * @param keysOf the keys that each of them holds
 */
export const releaseHosts = async (
  keysOf: ReadonlyArray<readonly KeyPair[]>,
  trust: TrustRules,
  {
    backtest = 'optional',
    stale = 'alarm',
    around = (_index, store) => store,
    guards = {},
  }: {
    readonly backtest?: 'required' | 'optional';
    readonly stale?: 'alarm' | 'escalate';
    /** What stands between a host and the state. */
    readonly around?: (index: number, store: StateStore) => StateStore;
    /** Where guards are asked and compiled; nowhere. */
    readonly guards?: GuardParts;
  } = {},
): Promise<ReleaseHosts> => {
  const scheduler = new Scheduler();
  const fake = new FakeStore();
  const evidence = new FakeEvidence();
  const { archive } = anArchive();
  const clock = clockOf(scheduler);
  const hosts = keysOf.map((keys, index): ReleaseHost => {
    const store = around(index, storePort(fake, scheduler).store);
    const disk = new FakeDisk().ports(async () => undefined);
    const log = quietLog();
    const chance = chanceOf(index + 1);
    const basics = { store, clock, chance, log, memory: disk.memory };
    const keyring = new KeyringKeeper({ ...basics, settings: trust });
    const trusted: TrustedKeys = { rules: () => keyring.rules(), follow: () => keyring.follow() };
    const doubt = () => freshness.doubt();
    const bundles: BundleKeeper = new BundleKeeper({ ...basics, basics, archive, keys: trusted, doubt });
    const signers = () => keys.map((pair) => heldSigner(pair.signing));
    const freshness = new FreshnessKeeper({
      ...basics,
      basics,
      rules: { maxAgeMs: 24 * 3_600_000, stale },
      inForce: {
        statement: () => bundles.active?.bundle.statement,
        floor: () => agent.shift?.session.gate?.bundle_floor ?? 0,
      },
      keys: { ...trusted, signers },
      fromFile: () => undefined,
    });
    const agent: Agent = new Agent({
      parts: {
        ...basics,
        ...guards,
        evidence: fakeEvidenceLog(evidence),
        journal: disk.journal,
        connectors: new Map(),
        bundles,
        inventory: new InventoryKeeper(clock.monotonic),
        people: new PeopleBook(clock),
        own: ownMachineAs([], basics),
        history: new HistoryBook(),
        grants: everythingGranted,
        model: () => MODEL,
        engineDigest: 'test',
        retry: { attempts: 1, firstPauseMs: 100, longestPauseMs: 1_000, deadlineMs: 5_000 },
        changed: () => undefined,
      },
      spool: disk.spool,
      memory: disk.memory,
      hostStop: new HostStop({ clock, log: quietLog(), localStop: disk.localStop }),
      agent: `agent-${index}`,
      host: `host-${index}`,
      roles: ['ui', 'decide'],
    });
    agent.start();
    return {
      agent,
      archive,
      signers,
      rules: { backtest, days: 7, maxAgeDays: 7 },
      format: bundleTarball,
      keyring,
      freshness,
    };
  });
  await scheduler.runUntil(scheduler.now + 2_000);
  return {
    hosts,
    archive,
    audited: () => evidence.find({ family: 'audit' }).map(({ body }) => body),
    drive: (work) => drive(scheduler, work),
    wait: (ms) => scheduler.runUntil(scheduler.now + ms),
  };
};
