import * as t from 'io-ts';
import { described, instant, list, number, oneOf, record, text } from '../codec/codecs';
import { Asked } from './asked';
import { Demand } from './demand';
import { ReceivedEvent } from './event';
import { LookupRecord, MOST_LOOKUPS } from './lookup';
import { Target } from './target';
import { SECURITY_DOMAINS } from './voice';

export { TARGET_TYPES, Target, type TargetType } from './target';

const id = text({ min: 1, max: 256 });
const sentence = text({ max: 4096 });

/** What an act, or a decision as a whole, came to. `hold`: not certain yet. `learn`: nothing matched. */
export const VERDICTS = ['permit', 'escalate', 'deny', 'hold', 'learn'] as const;
export type Verdict = (typeof VERDICTS)[number];

export const ACT_RESULTS = ['permit', 'escalate', 'deny'] as const;
export type ActResult = (typeof ACT_RESULTS)[number];

/** A policy by name and by content, so that a record stays true when the policy changes. */
export const PolicyRef = record({ id, hash: id, layer: oneOf(['global', 'domain', 'contextual', 'action']), mode: id });
export type PolicyRef = t.TypeOf<typeof PolicyRef>;

/** Why an act got its result. Codes are closed; `text` is for people. */
const REASON_CODES = [
  'policy_matched',
  'policy_denies',
  'policy_escalates',
  'requirement_not_met',
  'policy_error',
  'policy_mode_escalate',
  'missing_context',
  'target_unknown',
  'target_invalid',
  'network_as_said',
  'event_too_old',
  'source_completed',
  'scope_mismatch',
  'uncalibrated_source',
  /** It holds only by what the source claims, or only without that. */
  'claimed_only',
  /** Its source is switched off, or was when the event happened. */
  'source_off',
  /** A person handed the event in, or ordered the act, and the policy names nobody who may. */
  'by_hand',
  /** A person ordered it for longer than the policy lets it last. */
  'ordered_too_long',
  /** Nobody could check that what the event reports ever happened. */
  'unverified',
  /** Every milder step of its ladder is in effect, and the event came after that. */
  'milder_in_effect',
  'not_confirmed_yet',
  'corroboration_outstanding',
  'nothing_matched',
  'otherwise',
  'shadow',
  'outside_rollout',
  'rollout_stopped',
  'expired_policy',
  'connector_missing',
] as const;
export const Reason = record({ code: oneOf(REASON_CODES), text: sentence }, { policy: id });
export type Reason = t.TypeOf<typeof Reason>;

/** One proposed act and what became of it under the policies that judge it. */
export const Act = record(
  {
    act_id: id,
    action: id,
    target: Target,
    /** Connector that the policy names, or null: the only one that can. */
    connector: t.union([id, t.null]),
    policy: PolicyRef,
    result: oneOf(ACT_RESULTS),
    reasons: list(Reason, 64),
    /** The undo action, or null for what cannot be undone. */
    rollback: t.union([id, t.null]),
    /** Milliseconds that the effect lasts, or null where nothing lasts. */
    ttl_ms: t.union([number({ min: 1, integer: true }), t.null]),
    /** A shadow act is recorded and compared, and never reaches a connector. */
    shadow: t.boolean,
  },
  { summary: sentence, demands: described(list(Demand, 64), 'How it has to be approved; missing: by one person') },
);
export type Act = t.TypeOf<typeof Act>;

/** One clause of a condition with its result and the values that it looked at. */
export const Clause = record(
  { text: sentence, result: oneOf(['true', 'false', 'error', 'skipped']) },
  { line: number({ integer: true }), values: t.record(t.string, t.unknown), error: sentence },
);
export type Clause = t.TypeOf<typeof Clause>;

/** What one policy made of the event or of one act. */
export const PolicyTrace = record(
  { policy: PolicyRef, role: oneOf(['proposes', 'judges', 'limits']), matched: t.boolean, clauses: list(Clause, 64) },
  {
    act_id: id,
    outcome: sentence,
    error: sentence,
    claimed: described(t.literal(true), 'Asked about the event as its source claims it to be'),
  },
);
export type PolicyTrace = t.TypeOf<typeof PolicyTrace>;

/** The response score: a sum of weights in millionths of log-odds (exact integers), and its display value 0 to 1. */
export const Score = record(
  {
    log_odds_micro: number({ integer: true }),
    value: number({ min: 0, max: 1 }),
    terms: list(record({ name: id, micro: number({ integer: true }) }), 32),
  },
  { claimed: described(number({ min: 0, max: 1 }), 'What it would be if the claims of the source counted') },
);
export type Score = t.TypeOf<typeof Score>;

/** Facts of the inventory about one host, address, subnet or user. `known` false: inside our networks, not listed. */
export const AssetFacts = record(
  {
    type: oneOf(['host', 'ip', 'subnet', 'user', 'group', 'domain', 'file', 'process']),
    value: text({ max: 4096 }),
    known: t.boolean,
  },
  {
    name: id,
    criticality: oneOf(['low', 'medium', 'high', 'critical']),
    tags: list(id, 64),
    subnets: list(id, 16),
    groups: list(id, 256),
    owner: id,
    external: t.boolean,
  },
);
export type AssetFacts = t.TypeOf<typeof AssetFacts>;

/** Counts over 1 h, 24 h and 30 d before the event, of one entity. */
export const Counts = record({
  events_1h: number({ integer: true }),
  events_24h: number({ integer: true }),
  events_30d: number({ integer: true }),
  acts_1h: number({ integer: true }),
  acts_24h: number({ integer: true }),
  acts_30d: number({ integer: true }),
  true_positives_30d: number({ integer: true }),
  false_positives_30d: number({ integer: true }),
});
export type Counts = t.TypeOf<typeof Counts>;

const age = number({ min: 0, integer: true });

/** One thing that the event names, and what was seen of it before. Ages are in ms. */
const SeenThing = record(
  {
    names: described(
      list(text({ min: 1, max: 8192 }), 32),
      'Its own name first, then those that the inventory gives it',
    ),
    roles: list(oneOf(['source', 'host', 'user']), 3),
    sightings_ms: described(list(age, 64), 'Other events of the same rule, youngest first'),
    reports: described(
      list(
        record(
          { by: text({ min: 1, max: 600 }), domain: oneOf(SECURITY_DOMAINS), age_ms: age },
          { claimed: described(t.literal(true), 'No admin said that its source speaks for that domain') },
        ),
        32,
      ),
      'The last report of each source within 24 h, this event included',
    ),
  },
  { claimed_ms: described(list(age, 64), 'Further events of the same rule, where the rule is only claimed') },
);
export type SeenThing = t.TypeOf<typeof SeenThing>;

/** History of the event's entities, and what other domains said of the same ones. */
export const HistoryFacts = record(
  {
    src: Counts,
    host: Counts,
    user: Counts,
    rule: Counts,
    /**
     * Domains whose sources reported the source within 24 h; of an event without one the host, else the user. In
     * records of earlier versions: of any of them, as the events said.
     */
    domains: list(id, 16),
  },
  {
    /** What the event names. Missing in records of earlier versions. */
    entities: list(SeenThing, 16),
    /** As earlier versions looked it up: ages of earlier events of the same rule, and of whichever entity had most. */
    sightings_ms: list(age, 64),
    /** Its source is switched off; `before`: it happened before the source was switched on again. */
    source_off: oneOf(['now', 'before']),
    /** As earlier versions looked it up: how many events of the same source were judged. Decides nothing any more. */
    source_labels_30d: number({ min: 0, integer: true }),
    /**
     * What people said of events of the same source within 30 d; missing: nothing. `right` and `wrong` are cases, of
     * one person at most as many right ones as all others judged; `least_micro` is the share that is right at least.
     */
    source_proof: record({
      right: number({ min: 0, integer: true }),
      wrong: number({ min: 0, integer: true }),
      people: number({ min: 0, integer: true }),
      days: number({ min: 0, integer: true }),
      least_micro: number({ min: 0, max: 1_000_000, integer: true }),
    }),
  },
);
export type HistoryFacts = t.TypeOf<typeof HistoryFacts>;

/** What people said of the target of an act, and whether it is contained. */
export const TargetHistory = record({
  lifted_24h: number({ min: 0, integer: true }),
  overridden_30d: number({ min: 0, integer: true }),
  contained_now: t.boolean,
});
export type TargetHistory = t.TypeOf<typeof TargetHistory>;

/** Everything that `decide` was given besides event, bundle and model: what was looked up, exactly as it was. */
export const DecisionInputs = record(
  {
    assets: list(AssetFacts, 256),
    history: HistoryFacts,
    now: instant,
  },
  {
    /** True when a decided case is looked at again before its ttl ends; age then does not count. */
    review: t.boolean,
    /** Rollouts that had stopped themselves then, as `policy@hash`: their acts go to a person. */
    stopped_rollouts: list(text({ max: 512 }), 64),
    /** Rego guards that were asked: which module, about what (sha256), and what they said. */
    guards: list(record({ guard: id, wasm: id, input: id }, { allowed: t.boolean, error: sentence }), 512),
    /** Targets that conditions asked for and of which there was something to tell. */
    targets: list(record({ target: Target, history: TargetHistory }), 64),
    /** Look-ups that conditions read, each with its answer or why there is none. */
    lookups: list(LookupRecord, MOST_LOOKUPS),
    /** An asker's wanted act: only that one is answered for. */
    wanted: record({ action: id }, { target: text({ max: 4096 }) }),
  },
);
export type DecisionInputs = t.TypeOf<typeof DecisionInputs>;

/**
 * The decision of one event under one bundle and one model, as it is stored. Each of its acts, together with the
 * fields that all acts share, is that act's decision token: it reconstructs the decision without anything else.
 */
export const Decision = record(
  {
    decision_id: id,
    case_id: id,
    verdict: oneOf(VERDICTS),
    summary: sentence,
    acts: list(Act, 64),
    reasons: list(Reason, 64),
    trace: list(PolicyTrace, 512),
    score: Score,
    inputs: DecisionInputs,
    decided_at: instant,
    bundle: record({ version: number({ integer: true }), digest: id, key_id: id }),
    model: record({ version: number({ integer: true }), digest: id }),
    engine_digest: id,
    hash: described(id, 'sha256 over the canonical event, inputs, versions and result'),
  },
  {
    predecessor: id,
    next_review_at: instant,
    /** Acts that would be permitted once confirmed or corroborated. */
    held: list(Act, 64),
    /** Decided only to be answered or compared: no act of it may ever be executed. */
    effectless: t.boolean,
  },
);
export type Decision = t.TypeOf<typeof Decision>;

/** A decision with its event, as `reflex-decisions-*` holds it. */
export const DecisionRecord = record({ event: ReceivedEvent, decision: Decision }, { asked: Asked });
export type DecisionRecord = t.TypeOf<typeof DecisionRecord>;

/** What made an act denied, whatever else would have left it to a person. */
const DENIES: ReadonlySet<Reason['code']> = new Set<Reason['code']>([
  'policy_denies',
  'requirement_not_met',
  'ordered_too_long',
]);

/** The reason that made an act what it is: what denies it, else what does not just permit it, else who proposed it. */
export const decisiveReason = ({ result, reasons }: Pick<Act, 'result' | 'reasons'>): Reason | undefined =>
  (result === 'deny' ? reasons.find(({ code }) => DENIES.has(code)) : undefined) ??
  reasons.find(({ code }) => code !== 'policy_matched') ??
  reasons[0];
