import type { Severity } from '../flow/event';
import type { SearchAnswerName, SearchKind } from '../flow/lookup';
import type { TargetType } from '../flow/decision';
import type { OnExpiry } from '../flow/demand';

export { ROLE } from '../flow/demand';

/** Lower layers propose, higher ones judge: global before domain before contextual before action. */
export const LAYERS = ['global', 'domain', 'contextual', 'action'] as const;
export type Layer = (typeof LAYERS)[number];

/** How far a policy may go: nothing, record only, ask a person, act. */
export const MODES = ['off', 'shadow', 'escalate', 'enforce'] as const;
export type Mode = (typeof MODES)[number];

/** What is done about an effect that somebody removed at its target: only told, or applied again. */
export const ON_DRIFT = ['tell', 'reapply'] as const;
export type OnDrift = (typeof ON_DRIFT)[number];
/** So often one effect is applied again where the policy names no number, and at the most. */
export const REAPPLIES = 3;
export const MOST_REAPPLIES = 10;

/** Whose sightings confirm an event. */
export const CONFIRMED_BY = ['target', 'source', 'user', 'host', 'intakes'] as const;
export type ConfirmedBy = (typeof CONFIRMED_BY)[number];

/** A length of time such as `90s`, `15m`, `4h`, `30d`. */
type DurationText = string;

/** A condition in CEL. */
export type Condition = string;

interface PolicyMetadata {
  readonly id: string;
  readonly title: string;
  readonly owner: string;
  readonly description?: string;
  readonly tags?: readonly string[];
}

/** An expected decision for an example event, written where the policy is. */
export interface PolicyTest {
  readonly name: string;
  /** Fields of the event; what is missing is filled with neutral values. */
  readonly event: Readonly<Record<string, unknown>>;
  /** Facts that the lookups would give: assets by value, history counts, answers of declared look-ups. */
  readonly context?: Readonly<Record<string, unknown>>;
  /** The event is the order of a person, given by hand; `ttl`: for how long, else as long as the policy says. */
  readonly order?: {
    readonly by: string;
    readonly action: string;
    readonly target: string;
    readonly host?: string;
    readonly ttl?: DurationText;
  };
  /** For judging policies: the act that is judged. */
  readonly act?: { readonly action: string; readonly target: string };
  readonly expect: 'permit' | 'escalate' | 'deny' | 'hold' | 'learn';
}

/** Which host a look-up asks about. Only a policy that judges an act knows its target. */
export const LOOKUP_HOSTS = ['source', 'destination', 'target'] as const;
export type LookupHost = (typeof LOOKUP_HOSTS)[number];

/** What of the event, or of the act that is judged, a search may be about, and what each of them is. */
export const SEARCH_SUBJECTS = {
  'event.src_host': 'host',
  'event.dst_host': 'host',
  'event.source.ip': 'ip',
  'event.destination.ip': 'ip',
  'event.destination.domain': 'domain',
  'event.user.name': 'user',
  'event.process.hash': 'hash',
  'event.file.hash': 'hash',
  target: undefined,
} as const satisfies Readonly<Record<string, SearchKind | undefined>>;
export type SearchSubject = keyof typeof SEARCH_SUBJECTS;

type Constant = string | number | boolean;

/** A bounded search: no text of it is a query of OpenSearch. */
export interface DeclaredSearch {
  readonly indices: readonly string[];
  readonly within: DurationText;
  /** Field with the time of a document; default `@timestamp`. */
  readonly time?: string;
  /** By field: which thing of the event it names, by what it holds; or the constants that it has. */
  readonly match: Readonly<
    Record<string, { readonly [Kind in SearchKind]?: SearchSubject } & { readonly is?: Constant | readonly Constant[] }>
  >;
  readonly answer: SearchAnswerName;
  /** Whose values are counted; `as`: things, however they are spelt. */
  readonly distinct?: { readonly field: string; readonly as?: SearchKind };
}

/** What a policy may ask before it decides. */
export interface DeclaredLookups {
  /** Over how many hosts the records of decisions lead from the source of the event to its destination. */
  readonly lateral_chain?: { readonly within?: DurationText };
  /** What a connector says of a host; `of`: default `source`. */
  readonly host_integrity?: { readonly connector: string; readonly of?: LookupHost };
  /** Searches by the name that conditions use. */
  readonly search?: Readonly<Record<string, DeclaredSearch>>;
}

/** How people approve an act that a policy leaves to them. Whoever demands it, asks. */
export interface Approve {
  /** So many different people; default 1. */
  readonly by?: number;
  /** Who counts: names as their directory writes them, and `role:<name>`; default everybody who may approve. */
  readonly approvers?: readonly string[];
  /** Default `deny`. */
  readonly on_expiry?: OnExpiry;
}

interface CommonSpec {
  readonly mode: Mode;
  readonly approve?: Approve;
  readonly lookups?: DeclaredLookups;
  readonly review?: { readonly every: DurationText };
  /** Day (UTC) from which the policy no longer decides. */
  readonly expires?: string;
  readonly tests?: readonly PolicyTest[];
}

interface EventFilter {
  readonly severity?: readonly Severity[];
  readonly intake?: readonly string[];
}

/** What an action policy does. */
interface Then {
  readonly action: string;
  readonly target: Readonly<Partial<Record<TargetType, Condition>>>;
  /** `target.ip` may yield a network; without it a person is asked about one. */
  readonly network?: boolean;
  readonly connector?: string;
  readonly ttl?: DurationText;
}

/** A harsher act, taken once every milder one before it is in effect and something happens all the same. */
export interface LadderStep {
  /** Holds besides the condition of the policy. */
  readonly when?: Condition;
  readonly then: Then;
  readonly rollback?: { readonly action: string };
}

/** Proposes one act for an event. */
export interface ActionSpec extends CommonSpec {
  readonly layer: 'action';
  readonly on?: EventFilter;
  readonly when: Condition;
  readonly then: Then;
  /** Harsher steps after `then`, the mildest first. */
  readonly ladder?: readonly LadderStep[];
  /** `by`: whose sightings count; default `target`. */
  readonly confirm?: { readonly seen: number; readonly within: DurationText; readonly by?: ConfirmedBy };
  /** `early`: it also ends when the source says that it is over. */
  readonly rollback?: { readonly action: string; readonly early?: 'source_completed' };
  readonly otherwise?: 'none' | 'escalate' | 'hold';
  readonly max_event_age?: DurationText;
  /** Default `tell`. To apply it again is a new act of its case, with every brake, and ends when the first would. */
  readonly on_drift?: OnDrift;
  /** Only with `reapply`; default 3. After that a person decides. */
  readonly reapply_at_most?: number;
  readonly rollout?: {
    readonly percent: number;
    readonly by: 'asset';
    /** It stops itself once clearly more than this share was overridden, from so many acts on; default 20 % and 10. */
    readonly stop?: { readonly overridden_percent: number; readonly acts: number };
  };
}

/** Never more than so many, or such a share, within a time. */
export interface Limit {
  readonly action: string;
  readonly max_percent?: number;
  readonly max_count?: number;
  /** Of a share that comes to fewer, so many all the same; without it 5 % of nine is none. */
  readonly at_least?: number;
  readonly of?: 'hosts_in_subnet' | 'users_in_group' | 'hosts' | 'users';
  /** A plain rate counts for each of these by itself; without it all starts of the action together. */
  readonly per?: 'target' | 'connector' | 'policy';
  readonly within: DurationText;
  readonly on_breach: 'escalate' | 'deny';
}

/** Of everything with one task so many stay untouched, whatever single acts are permitted (INV-15). */
export interface Keep {
  readonly at_least: number;
  /** Tag of hosts or users, or group of users, in the inventory. */
  readonly of: string;
  /** Connectors that look whether a host can be reached: whom none of them reaches now is not there to be kept. */
  readonly also?: readonly string[];
  /** Default `escalate`. */
  readonly on_breach?: 'escalate' | 'deny';
}

/** How long something may be contained, with everything that puts its end off. */
export interface Longest {
  readonly action: string;
  readonly total: DurationText;
  readonly on_breach: 'escalate' | 'deny';
}

/** Targets that no act may touch, whatever proposes it. */
export interface Protect {
  readonly ips?: readonly string[];
  readonly hosts?: readonly string[];
  readonly users?: readonly string[];
  readonly domains?: readonly string[];
}

/** What becomes of a question beyond the budget: one card with all others, looked at again later, or no. */
export const BEYOND_BUDGET = ['deny', 'hold', 'group'] as const;
export type BeyondBudget = (typeof BEYOND_BUDGET)[number];

/** So many questions people are asked within a time; each agent counts those that it asks. */
interface EscalationBudget {
  readonly max_count: number;
  readonly within: DurationText;
  readonly beyond: BeyondBudget;
  /** `max_count` is for each approver who is here; missing: for all of them together. */
  readonly per?: 'approver';
}

/** Judges acts that other policies propose. */
export interface JudgeSpec extends CommonSpec {
  readonly layer: 'global' | 'domain' | 'contextual';
  readonly on?: EventFilter & { readonly actions?: readonly string[] };
  /** True: `effect` applies. */
  readonly when?: Condition;
  /** False: `effect` applies (default deny). */
  readonly require?: Condition;
  readonly effect?: 'deny' | 'escalate';
  readonly limit?: Limit;
  readonly keep?: Keep;
  readonly longest?: Longest;
  /** `none`: acts on critical assets need no two sources. Needs four eyes. */
  readonly two_intakes_for?: 'critical' | 'none';
  /** So many acts the events of one intake may start without a person. More than 100 an hour needs four eyes. */
  readonly starts_of_one_intake?: { readonly max_count: number; readonly within: DurationText };
  readonly escalations?: EscalationBudget;
  readonly protect?: Protect;
  /** Name of a Rego guard in `policies/guards/`, without ending. */
  readonly guard?: string;
}

type PolicySpec = ActionSpec | JudgeSpec;

export interface Policy<Spec extends PolicySpec = PolicySpec> {
  readonly apiVersion: 'reflex/v1';
  readonly kind: 'Policy';
  readonly metadata: PolicyMetadata;
  readonly spec: Spec;
}

/** One fault in a policy's text, with its place (1-based) and how to mend it. */
export interface PolicyFault {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}

/** Faults as they stand in the text, those of one place as they were found. */
export const byPlace = <Fault extends Pick<PolicyFault, 'line' | 'column'>>(
  faults: readonly Fault[],
): readonly Fault[] => [...faults].sort((a, b) => a.line - b.line || a.column - b.column);

/**
 * How many a limit allows of a population.
 *
 * @param population 0 for a plain rate
 */
export const mostAllowed = (
  { max_percent, max_count = 0, at_least = 0 }: Pick<Limit, 'max_percent' | 'max_count' | 'at_least'>,
  population: number,
): number => (max_percent === undefined ? max_count : Math.max(at_least, shareOf(max_percent, population)));

/** The largest whole number that is no more than a share, exact: 29 % of 100 is 29, which `0.29 * 100` is not. */
export const shareOf = (percent: number, population: number): number =>
  Math.floor((Math.round(percent * 1e6) * population) / 1e8);

const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds of a duration such as `90s`, `15m`, `4h`, `30d`; undefined if it is not one. */
export const millisecondsOf = (duration: DurationText): number | undefined => {
  const parts = /^([1-9]\d{0,5})(s|m|h|d)$/.exec(duration);
  const unit = parts?.[2] === undefined ? undefined : UNITS[parts[2]];
  return parts?.[1] === undefined || unit === undefined ? undefined : Number(parts[1]) * unit;
};
