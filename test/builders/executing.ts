import { WordBook } from '../../server/runner/facts/words';
import { NOBODY_HERE } from '../../server/engine/brakes/people_here';
import { NOTHING_OWN, type OwnMachine } from '../../server/engine/brakes/own_machine';
import { bareIdentities } from '../../server/engine/entity/identity';
import { iso } from '../../common/iso';
import type { ClearedCommand, Command } from '../../common/flow/command';
import type { Act, Decision } from '../../common/flow/decision';
import type { BrakeRules, ConnectorOffer, ScopeFacts } from '../../server/engine/brakes/clear';
import type { LimitRule } from '../../server/engine/brakes/limit_places';
import { emptyLedger, type Ledger, type LedgerTerms } from '../../server/engine/brakes/ledger';
import type { Effect, EffectState } from '../../server/engine/execution/effect';
import { reasonOf, type EffectReason } from '../../server/engine/execution/reasons';
import type { Claiming, ClaimRequest } from '../../server/runner/executing/claiming';
import type { ClaimWorld, EndsHow } from '../../server/runner/executing/claim_world';
import { LedgerSights } from '../../server/runner/executing/ledger_sights';
import { CommitQueue } from '../../server/runner/keeping/commit_queue';
import { EvidenceCopier } from '../../server/runner/keeping/evidence_copier';
import { caseStateOf, plannedCase, type CaseAct, type CaseContent } from '../../server/runner/keeping/kinds/case';
import { effectId, plannedEffect } from '../../server/runner/keeping/kinds/effect';
import { plannedLedger } from '../../server/runner/keeping/kinds/ledger';
import type { View } from '../../server/runner/keeping/plan';
import { contentOf, type PlannedDoc } from '../../server/runner/keeping/state_docs';
import { FakeDisk } from '../fakes/fake_disk';
import { FakeEvidence, fakeEvidenceLog } from '../fakes/fake_evidence';
import { FakeStore } from '../fakes/fake_store';
import { Scheduler } from '../fakes/scheduler';
import { aClearedCommand } from '../targets/commands';
import { received } from './events';
import { chanceOf, clockOf, drive, quietLog, storePort } from './store_port';
import { aDecision, anAct } from './views';

/*
 * Commands, effects, cases and what a claim is judged against. Session `s1` is this one, `c1` is an earlier command of
 * case `case:1`, new commands are `n1`, `n2`, and so on; a test overrides what it is about.
 */

/** UTC when everything here happens, ms. */
export const NOW = Date.parse('2026-11-22T10:00:00.000Z');
export const utcIn = (ms: number): string => iso(NOW + ms);

export const TARGET = { type: 'ip', value: '203.0.113.7' } as const;
/** Of the effect that every builder here is about. */
export const EFFECT_ID = effectId('edge', 'block_ip', TARGET);
export const MOMENT = { at: utcIn(0), session: 's1', effectId: EFFECT_ID };

export const aCommand = (command_id: string, change: Partial<Command> = {}): ClearedCommand =>
  aClearedCommand({ command_id, case_id: 'case:1', decision_id: 'd1', act_id: 'a0', ...change });

export const aReason = (command_id: string, change: Partial<Command> = {}): EffectReason =>
  reasonOf(aCommand(command_id, change), NOW, false);

export const anEffect = (state: EffectState, change: Partial<Effect> = {}): Effect => ({
  state,
  gen: 1,
  fence: 1,
  session: 's1',
  connector: 'edge',
  action: 'block_ip',
  target: TARGET,
  reasons: state === 'absent' ? [] : [aReason('c1')],
  requested: [],
  outbox: [],
  ...change,
});

/** An act that the policies permit, of whichever connector can do it. */
export const theAct = (act_id: string, change: Partial<Act> = {}): Act =>
  anAct({
    act_id,
    target: TARGET,
    connector: null,
    policy: { id: 'p', hash: 'h', layer: 'action', mode: 'enforce' },
    ...change,
  });

/** The version of the bundle that is in force in a world, and that its decisions were made under. */
export const BUNDLE = 3;

export const aDecisionOf = (acts: readonly Act[], change: Partial<Decision> = {}): Decision => {
  const { next_review_at: _review, ...decision } = aDecision();
  const bundle = { ...decision.bundle, version: BUNDLE };
  return { ...decision, bundle, decision_id: 'd1', acts: [...acts], ...change };
};

/** A case whose acts fare as the test says. */
export const aCase = (acts: readonly CaseAct[], change: Partial<CaseContent> = {}): CaseContent => {
  const decision = aDecisionOf(acts.map(({ act_id }) => theAct(act_id)));
  return {
    received: received({}, { case_id: 'case:1' }),
    decision,
    acts,
    state: caseStateOf('decision' in change ? change.decision : decision, acts),
    claims: 1,
    ...change,
  };
};

/** A limit of targets within an hour, of hosts in the subnet `net-1`. */
export const aLimit = (name: string, max_count: number, change: Partial<LimitRule['limit']> = {}): LimitRule => ({
  name,
  withinMs: 3_600_000,
  limit: { action: 'block_ip', max_count, of: 'hosts_in_subnet', within: '60m', on_breach: 'escalate', ...change },
});

export const theTerms = (change: Partial<LedgerTerms> = {}): LedgerTerms => ({
  limit: 'few',
  scope: 'net-1',
  within_ms: 3_600_000,
  most: 2,
  population: 40,
  population_version: 'v1',
  bundle_version: BUNDLE,
  rate: false,
  ...change,
});

/** A ledger in which commands on other targets count. */
export const aLedger = (commands: readonly string[], change: Partial<Ledger> = {}): Ledger => ({
  ...emptyLedger(theTerms()),
  entries: commands.map((command_id) => ({
    target: `target of ${command_id}`,
    command_id,
    session: 's2',
    effect_id: `effect of ${command_id}`,
    age_ms: 0,
  })),
  ...change,
});

/** What is so when a claim is made; by default nothing stands in its way. */
export interface Circumstances {
  readonly session?: string;
  readonly rules?: Partial<BrakeRules>;
  readonly connectors?: readonly ConnectorOffer[];
  readonly scopes?: ScopeFacts;
  readonly own?: OwnMachine;
  readonly words?: WordBook;
  readonly isStopped?: ClaimWorld['brakes']['isStopped'];
  readonly standstill?: string;
  /** So many questions people were asked. */
  readonly asked?: number;
  readonly dead?: readonly string[];
  /** What was counted within more than this was lost, ms. */
  readonly forgottenAboveMs?: number;
  readonly undoneOffline?: boolean;
  /** By default only Reflex ends effects at the target. */
  readonly endsHow?: EndsHow;
}

const EDGE: ConnectorOffer = { name: 'edge', actions: ['block_ip', 'isolate_host'], settleMs: 3_000 };

export const aWorld = (so: Circumstances = {}): ClaimWorld => {
  let made = 0;
  return {
    session: so.session ?? 's1',
    brakes: {
      rules: {
        bundleVersion: BUNDLE,
        hashes: new Map([['p', 'h']]),
        limits: [],
        keeps: [],
        protections: [],
        ...so.rules,
      },
      connectors: so.connectors ?? [EDGE],
      own: so.own ?? NOTHING_OWN,
      people: NOBODY_HERE,
      words: so.words ?? new WordBook(),
      scopes: so.scopes ?? {
        ...bareIdentities,
        scopesOf: () => ['net-1'],
        populationOf: () => ({ count: 40, version: 'v1' }),
        membersOf: () => [],
        criticalOf: () => undefined,
      },
      isStopped: so.isStopped ?? (() => false),
      asked: () => so.asked ?? 0,
      standstill: () => so.standstill,
    },
    known: {
      isDead: (session) => so.dead?.includes(session) ?? false,
      isForgotten: (withinMs) => withinMs > (so.forgottenAboveMs ?? Infinity),
      isUndoneOffline: () => so.undoneOffline ?? false,
      endsHow: () => so.endsHow ?? 'when_told',
      ledgerIn: new LedgerSights().ledgerIn,
    },
    uuid: () => `n${(made += 1)}`,
    now: NOW,
    stamp: {},
  };
};

/** Documents as a plan sees them: known for no time at all, and read for this batch unless the test says otherwise. */
export const aView = (docs: readonly PlannedDoc[], { isFresh = true, forMs = 0 } = {}): View => {
  const byId = new Map(docs.map((doc) => [doc.id, doc] as const));
  return {
    now: 1_000_000,
    isFresh: () => isFresh,
    get: (id) => {
      const doc = byId.get(id);
      return doc && { kind: doc.kind, content: doc.content, owner: doc.owner ?? 's1', knownSince: 1_000_000 - forMs };
    },
  };
};

export const effectDoc = (effect: Effect, id = EFFECT_ID): PlannedDoc => plannedEffect(id, effect, utcIn(0));
export const ledgerDoc = (ledger: Ledger): PlannedDoc => plannedLedger(ledger, utcIn(0));
export const caseDoc = (content: CaseContent, owner = 's1'): PlannedDoc => ({
  ...plannedCase(content, utcIn(0)),
  owner,
});

export const aRequest = (acts: readonly Act[], change: Partial<ClaimRequest> = {}): ClaimRequest => ({
  received: received({}, { case_id: 'case:1' }),
  decision: aDecisionOf(acts),
  ...change,
});

/** A claim at its beginning. */
export const aClaiming = (
  request: ClaimRequest,
  { docs = [], isFresh = true, ...so }: Circumstances & { docs?: readonly PlannedDoc[]; isFresh?: boolean } = {},
): Claiming => ({
  view: aView(docs, { isFresh }),
  world: aWorld(so),
  request,
  effects: new Map(),
  ledgers: new Map(),
  journal: [],
  start: [],
  made: [],
  folded: [],
  effectIds: (connector, { action, target }) => [effectId(connector, action, target)],
});

/** A person's word for an act. */
export const approvalOf = (actId: string): NonNullable<ClaimRequest['approval']> => ({
  actId,
  resolution: { verb: 'approved', by: 'ann', at: utcIn(0), reason: 'it is real', four_eyes: true },
});

/** Lets virtual time pass until something is settled. What happens at once does so before any of it passes. */
export const passTime = async <Value>(scheduler: Scheduler, promise: Promise<Value>): Promise<Value> => {
  promise.catch(() => undefined);
  await new Promise((resolve) => setImmediate(resolve));
  return drive(scheduler, promise);
};

/**
 * The state as session `s1` writes it: a fake store behind the real queue of writes, its undo journal on a fake disk,
 * and virtual time, which begins at `NOW`.
 */
export const aStateRoom = () => {
  const scheduler = new Scheduler();
  const fake = new FakeStore();
  const port = storePort(fake, scheduler);
  const disk = new FakeDisk();
  const logged: string[] = [];
  const evidence = new FakeEvidence();
  const basics = { clock: clockOf(scheduler, NOW), chance: chanceOf(), log: quietLog(logged) };
  const { journal } = disk.ports(async () => undefined);
  const copier = new EvidenceCopier({ ...basics, evidence: fakeEvidenceLog(evidence) });
  const options = { store: port.store, journal, copier, basics, session: 's1', changed: () => undefined };
  const commits = new CommitQueue(options);
  let written = 0;
  return {
    scheduler,
    fake,
    port,
    disk,
    journal,
    basics,
    logged,
    commits,
    writing: { commits, clock: basics.clock },
    run: <Value>(promise: Promise<Value>): Promise<Value> => passTime(scheduler, promise),
    /** Documents that are there already, or that somebody else (`s2`) writes. */
    put: (...docs: readonly PlannedDoc[]): void => {
      for (const { id, kind, facets, content, owner = 's2' } of docs) {
        const body = { kind, write_id: `put ${(written += 1)}`, session: 's2', owner, ordinal: 0, facets, content };
        fake.write({ id, expect: fake.get(id)?.version ?? 'absent', body: { ...body, outbox: [] } });
      }
    },
    effect: (id = EFFECT_ID) => contentOf('effect', fake.get(id)),
    case: (id = 'case:1') => contentOf('case', fake.get(id)),
    ledger: (id: string) => contentOf('ledger', fake.get(id)),
    /** What the state of the effect was, in its records, oldest first. */
    records: () => evidence.find({ family: 'actions' }).map(({ body }) => body),
  };
};
