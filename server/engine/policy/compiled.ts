import type { PolicyRef, TargetType } from '../../../common/flow/decision';
import type { ReceivedEvent } from '../../../common/flow/event';
import type { TrustedBundle } from '../../../common/policy/bundle';
import type { SearchAnswerName, SearchKind } from '../../../common/flow/lookup';
import type {
  ActionSpec,
  BeyondBudget,
  ConfirmedBy,
  DeclaredSearch,
  JudgeSpec,
  Keep,
  Limit,
  Longest,
  LookupHost,
  SearchSubject,
} from '../../../common/policy/policy';
import type { CompiledCondition } from './cel/condition';

/** How often, and of what, something has to be seen before it is acted on. */
export interface Confirm {
  readonly seen: number;
  readonly withinMs: number;
  readonly by: ConfirmedBy;
}

/** What a field has to hold: a thing that the event names, or one of these constants. */
export type CompiledMatch =
  | { readonly field: string; readonly as: SearchKind; readonly subject: SearchSubject }
  | { readonly field: string; readonly is: ReadonlyArray<string | number | boolean> };

/** A search that a policy declares. Times in ms. */
export interface CompiledSearch {
  readonly indices: readonly string[];
  readonly time: string;
  readonly withinMs: number;
  readonly match: readonly CompiledMatch[];
  readonly answer: SearchAnswerName;
  readonly distinct: DeclaredSearch['distinct'];
}

/** The look-ups that a policy declares. Times in ms. */
export interface CompiledLookups {
  readonly lateral_chain?: { readonly withinMs: number };
  readonly host_integrity?: { readonly connector: string; readonly of: LookupHost };
  /** By the name that conditions use. */
  readonly search?: ReadonlyMap<string, CompiledSearch>;
}

/** Which step of the ladder of its policy an act is. */
export interface StepOf {
  /** From 1, the mildest, to `of`. */
  readonly number: number;
  readonly of: number;
}

/** True for the act that speaks for its policy: the first step of a ladder, or the act of a policy without one. */
export const isFirstStep = ({ step }: { readonly step?: StepOf }): boolean => (step?.number ?? 1) === 1;

/** A policy that proposes, ready to be evaluated; of a ladder each step by itself. Times in ms. */
export interface CompiledAction {
  readonly ref: PolicyRef;
  readonly title: string;
  /** Of a step: as if the policy did that alone. */
  readonly spec: ActionSpec;
  /** Missing where the policy has no ladder. */
  readonly step?: StepOf;
  readonly severities: ReadonlySet<string> | undefined;
  readonly intakes: ReadonlySet<string> | undefined;
  readonly when: CompiledCondition;
  readonly targetType: TargetType;
  readonly targetValue: (activation: object) => string;
  readonly targetHost: ((activation: object) => string) | undefined;
  readonly ttlMs: number | null;
  readonly maxEventAgeMs: number;
  readonly confirm: Confirm | undefined;
  /** Its condition reads who corroborates what it is aimed at. */
  readonly readsCorroboration: boolean;
  readonly lookups: CompiledLookups | undefined;
  readonly expiresMs: number;
}

/** A policy that judges acts, ready to be evaluated. */
export interface CompiledJudge {
  readonly ref: PolicyRef;
  readonly title: string;
  readonly spec: JudgeSpec;
  readonly actions: ReadonlySet<string> | undefined;
  readonly severities: ReadonlySet<string> | undefined;
  readonly intakes: ReadonlySet<string> | undefined;
  readonly when: CompiledCondition | undefined;
  readonly require: CompiledCondition | undefined;
  /** A Rego guard that has to allow the act; without `wasm` it is not in the bundle, which errs. */
  readonly guard: { readonly name: string; readonly wasm: string | undefined } | undefined;
  readonly effect: 'deny' | 'escalate';
  readonly lookups: CompiledLookups | undefined;
  readonly expiresMs: number;
}

/** A limit of a global policy. `scopeOf` says what is counted together. */
export interface CompiledLimit {
  readonly name: string;
  readonly ref: PolicyRef;
  readonly limit: Limit;
  readonly withinMs: number;
  readonly expiresMs: number;
}

/** What a global policy keeps untouched, and from which actions. */
export interface CompiledKeep {
  readonly name: string;
  readonly keep: Keep;
  readonly actions: ReadonlySet<string>;
  readonly expiresMs: number;
}

/** How long a global policy lets something be contained all in all. */
export interface CompiledLongest {
  readonly name: string;
  readonly longest: Longest;
  readonly totalMs: number;
  readonly expiresMs: number;
}

/** What a global policy says of the bound of one intake. */
export interface CompiledBound {
  readonly name: string;
  /** Critical assets need no two sources. */
  readonly lifts: boolean;
  readonly starts?: { readonly most: number; readonly withinMs: number };
  readonly expiresMs: number;
}

/** How many questions people are asked by a global policy. */
export interface CompiledBudget {
  readonly name: string;
  readonly most: number;
  readonly withinMs: number;
  readonly beyond: BeyondBudget;
  /** `most` for each approver who is here. */
  readonly perApprover?: true;
  readonly expiresMs: number;
}

/** Finds the policies that an event could match without looking at the others. */
export interface PolicyIndex {
  readonly all: readonly CompiledAction[];
  /** Policies whose indexed clause holds for the event, in the bundle's order. Their other clauses are still open. */
  readonly candidates: (received: ReceivedEvent) => readonly CompiledAction[];
}

/** Where policies come from, as decisions name it. Version 0: not released, for trying out only. */
export interface PolicyOrigin {
  readonly version: number;
  readonly digest: string;
  readonly key_id: string;
}

/** A set of policies, ready for deciding. */
export interface CompiledPolicies {
  readonly origin: PolicyOrigin;
  readonly actions: PolicyIndex;
  readonly judges: readonly CompiledJudge[];
  readonly limits: readonly CompiledLimit[];
  readonly keeps: readonly CompiledKeep[];
  readonly longest: readonly CompiledLongest[];
  /** Policies that loosen or tighten the bound of one intake. */
  readonly bounds: readonly CompiledBound[];
  readonly budgets: readonly CompiledBudget[];
  /** Policies with `protect`, in force. */
  readonly protections: readonly CompiledJudge[];
  /** `id` → content hash of every policy in the set. */
  readonly hashes: ReadonlyMap<string, string>;
}

/** The policies of a trusted bundle: the only ones that may decide for real (INV-9). */
export interface CompiledBundle extends CompiledPolicies {
  readonly bundle: TrustedBundle;
}
