import { iso } from '../../../common/iso';
import type { Stopped } from '../../../common/flow/clearance';
import type { Decision } from '../../../common/flow/decision';
import type { ReceivedEvent } from '../../../common/flow/event';
import { deadlineOf, type Effect } from '../../engine/execution/effect';
import type { Ledger } from '../../engine/brakes/ledger';
import type { BundleStatement } from '../../../common/policy/bundle';
import { approvedDigest } from '../../engine/policy/bundle_files';
import { digestOf } from '../../engine/digest/digest';
import { statementDigest } from '../../engine/policy/verify_bundle';
import type { Target } from '../../../common/flow/decision';
import type { Facets, OutboxEntry, StateBody, StateDoc, StateKind } from '../ports';

/*
 * The documents of `reflex-state` (`protocol.md`): what is in them and how they are named.
 */

export const GATE_ID = 'gate';
export const sessionId = (id: string): string => `session:${id}`;
export const ledgerId = (limit: string, scope: string): string => `ledger:${limit}:${scope}`;
export const bundleHeadId = (version: number): string => `bundle:${version}`;
export const keyringId = (version: number): string => `bundle:keyring:${version}`;
export const FRESHNESS_ID = 'bundle:freshness';

/** One effect: connector, kind of effect, canonical target. */
export const effectId = (connector: string, action: string, target: Target): string =>
  `effect:${digestOf([connector, action, target.type, target.value, target.host ?? ''])}`;

/** An order to stop: everything, one action (`action:block_ip`) or one connector (`connector:edge`). */
export interface StopOrder {
  readonly scope: string;
  readonly who: string;
  readonly why: string;
  readonly at: string;
  readonly epoch: number;
}

/** A session as the gate names it. */
export interface GateSession {
  readonly joined_at: string;
  readonly agent: string;
  /** The state schema that it speaks; missing means 1. */
  readonly schema?: number;
}

/** The one document that every agent watches. Absent means stopped. */
export interface Gate {
  /** Changes when state was adopted anew; agents of another generation stop. */
  readonly generation: string;
  /** Grows with each order to stop or to go on. */
  readonly epoch: number;
  readonly stops: readonly StopOrder[];
  /** Sessions that joined, by id. */
  readonly sessions: Readonly<Record<string, GateSession>>;
  /** Highest bundle version that was ever in force. */
  readonly bundle_floor: number;
  /** The lowest state schema that an agent must speak to join; missing means 1. */
  readonly engine_floor?: number;
  /** Generations that upgrades ended. Agents of this version that know one of them go on with the present one. */
  readonly lineage?: readonly string[];
  /** Set when a person adopted a state that was deleted, replaced or restored; limits then begin anew. */
  readonly adopted?: { readonly from: string; readonly at: string; readonly by: string };
  readonly undo_suspended?: { readonly until: string; readonly who: string; readonly why: string };
}

/** One start of one agent. */
export interface SessionContent {
  readonly id: string;
  readonly agent: string;
  readonly host: string;
  readonly roles: readonly string[];
  readonly started_at: string;
  /** Heartbeat counter. */
  readonly n: number;
  readonly dead: boolean;
  /** Epoch that a killer ordered it to see, and the one that it has seen. */
  readonly order_epoch: number;
  readonly seen_epoch: number;
  readonly bundle_version: number;
  readonly engine_digest: string;
  /** All records of writes up to this ordinal are in the evidence. */
  readonly copied_through: number;
  readonly counters: Readonly<Record<string, number>>;
}

export const CASE_STATES = ['accepted', 'held', 'waiting', 'applying', 'decided'] as const;
export type CaseState = (typeof CASE_STATES)[number];

/**
 * How an act fares.
 *
 * - `shadow`, `denied`, `stopped`: never executed
 * - `held`: looked at again soon; `waiting`: a person decides
 * - `applying`, `unknown`: under way; `present`: in effect; `done`: done, nothing lasts
 * - `failed`: not applied; `refused`, `expired`: a person said no, or nobody said anything
 */
export const ACT_STATUSES = [
  'shadow',
  'denied',
  'stopped',
  'held',
  'waiting',
  'applying',
  'unknown',
  'present',
  'done',
  'failed',
  'refused',
  'expired',
] as const;
export type ActStatus = (typeof ACT_STATUSES)[number];

/** What a person decided about an act. */
export interface Resolution {
  readonly verb: 'approved' | 'denied' | 'expired' | 'lifted';
  readonly by: string;
  readonly at: string;
  readonly reason: string;
  readonly four_eyes: boolean;
}

export interface CaseAct {
  readonly act_id: string;
  readonly status: ActStatus;
  readonly text?: string;
  readonly stopped?: Stopped;
  readonly command_id?: string;
  readonly effect_id?: string;
  readonly resolution?: Resolution;
}

/**
 * An act that did not come about and may be tried again: looked at again soon, or by a person where a person's word
 * had started it. No approval outlives the request in which it was given (INV-10).
 */
export const triedAgain = (
  { resolution, command_id: _id, effect_id: _effect, ...act }: CaseAct,
  text: string,
): CaseAct =>
  resolution?.verb === 'approved'
    ? { ...act, status: 'waiting', text: `${resolution.by} approved it, but ${text}` }
    : { ...act, status: 'held', text };

/** Everything about one accepted event. Created once: this is the deduplication. */
export interface CaseContent {
  readonly received: ReceivedEvent;
  readonly state: CaseState;
  readonly decision?: Decision;
  readonly acts: readonly CaseAct[];
  /** How often commands of it were claimed. */
  readonly claims: number;
  /** UTC; when it is looked at again, or lapses while it waits for a person. */
  readonly due?: string;
  readonly note?: string;
  /** Somebody acknowledged its alert at the source. */
  readonly acknowledged?: boolean;
}

/** The head of a released bundle; creating it is what makes version N exist only once. */
export interface BundleHead {
  readonly version: number;
  /** Of the whole set, its guards included. */
  readonly digest: string;
  readonly statement_digest: string;
  readonly prev_digest: string;
  readonly released_at: string;
}

export const bundleHeadOf = (statement: BundleStatement): BundleHead => ({
  version: statement.version,
  digest: approvedDigest(statement),
  statement_digest: statementDigest(statement),
  prev_digest: statement.prev_digest,
  released_at: statement.created_at,
});

/** What a plan wants to write. The commit queue adds what every state document has. */
export interface Draft {
  readonly id: string;
  readonly kind: StateKind;
  readonly facets: Facets;
  readonly content: unknown;
  readonly records?: readonly OutboxEntry[];
  /** Who looks after it; default the session that writes it. */
  readonly owner?: string;
}

const MOST_FACET = 512;
const short = (value: string): string => value.slice(0, MOST_FACET);

const stateOfActs = (acts: readonly CaseAct[]): CaseState => {
  const has = (...statuses: ActStatus[]): boolean => acts.some((act) => statuses.includes(act.status));
  if (has('applying', 'unknown')) return 'applying';
  if (has('held')) return 'held';
  return has('waiting') ? 'waiting' : 'decided';
};

/** The state of a case follows from its acts and its verdict. */
export const caseStateOf = (decision: Decision | undefined, acts: readonly CaseAct[]): CaseState => {
  if (decision === undefined) return 'accepted';
  const state = stateOfActs(acts);
  if (state !== 'decided' || decision.effectless === true) return decision.effectless === true ? 'decided' : state;
  if (decision.verdict === 'hold' || (decision.held?.some((act) => !act.shadow) ?? false)) return 'held';
  return decision.verdict === 'escalate' && acts.every((act) => act.status === 'shadow') ? 'waiting' : 'decided';
};

export const caseDraft = (content: CaseContent, at: string, records: readonly OutboxEntry[] = []): Draft => {
  const { event } = content.received;
  const main = content.decision?.acts.find((act) => !act.shadow);
  return {
    id: content.received.case_id,
    kind: 'case',
    content,
    records,
    facets: {
      state: content.state,
      at,
      severity: event.severity,
      ...(content.due === undefined ? {} : { due: content.due }),
      ...(main === undefined ? {} : { action: main.action, target: short(main.target.value), policy: main.policy.id }),
      demo: content.received.demo ?? false,
    },
  };
};

export const effectDraft = (id: string, effect: Effect, at: string): Draft => {
  const deadline = deadlineOf(effect);
  const { outbox, ...content } = effect;
  return {
    id,
    kind: 'effect',
    owner: effect.session,
    content: { ...content, outbox: [] },
    records: outbox.map((record) => ({
      family: 'actions',
      id: `${record.command.command_id}#${record.n}`,
      at,
      body: record,
    })),
    facets: {
      state: effect.state,
      at,
      action: effect.action,
      target: short(effect.target.value),
      requested: effect.requested.length > 0 || effect.lift !== undefined,
      demo: effect.reasons.some((reason) => reason.demo === true),
      ...(deadline === null ? {} : { due: iso(deadline) }),
      ...(effect.reasons[0] === undefined ? {} : { policy: effect.reasons[0].command.policy.id }),
    },
  };
};

export const ledgerDraft = (ledger: Ledger, at: string): Draft => ({
  id: ledgerId(ledger.limit, ledger.scope),
  kind: 'ledger',
  content: ledger,
  facets: { state: ledger.entries.length + ledger.buckets.length > 0 ? 'in_use' : 'empty', at, policy: ledger.limit },
});

/** What is stored of a document, to write it again with a change. */
export const bodyOf = ({ id: _id, version: _version, ...body }: StateDoc): StateBody => body;

/** Typed views of documents by kind; the store itself knows no contents. */
export const asGate = (doc: StateDoc | undefined): Gate | undefined => doc?.content as Gate | undefined;
export const asSession = (doc: StateDoc | undefined): SessionContent | undefined =>
  doc?.content as SessionContent | undefined;
export const asCase = (doc: Pick<StateDoc, 'content'> | undefined): CaseContent | undefined =>
  doc?.content as CaseContent | undefined;
export const asEffect = (doc: Pick<StateDoc, 'content'> | undefined): Effect | undefined =>
  doc?.content as Effect | undefined;
export const asLedger = (doc: Pick<StateDoc, 'content'> | undefined): Ledger | undefined =>
  doc?.content as Ledger | undefined;
