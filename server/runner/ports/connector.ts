import type { ClearedCommand } from '../../../common/flow/command';
import type { Target } from '../../../common/flow/decision';
import type { CallOutcome, TargetError } from '../../../common/flow/outcome';
import type { Result } from '../../../common/result';

/**
 * How a target behaves when a command is repeated: `key` it deduplicates by command_id, `set` repeating changes
 * nothing, `none` each sending counts.
 */
export type Idempotency = 'key' | 'set' | 'none';

/** What becomes of an order for a target that is off or asleep. */
export type WhenOffline =
  /** Nobody has to be there: the system that takes the order carries it out by itself. */
  | { readonly order: 'not_needed' }
  /** It answers at once that it did nothing. */
  | { readonly order: 'refused' }
  /** It keeps the order for so long, s. `cancelled`: undoing takes it out of the queue; else it ends by itself. */
  | { readonly order: 'queued'; readonly for_s: number; readonly ends: 'cancelled' | 'by_itself' };

/** What a connector states of one of its actions. */
export interface ActionPromise {
  /** Share of its work that the target loses, 0 to 1; by tag of the inventory for kinds that lose more or less. */
  readonly disruption: { readonly usual: number; readonly by_tag?: Readonly<Record<string, number>> };
  readonly offline: WhenOffline;
  /** Name of another system that says whether it is in effect; missing: only the one that took the order says so. */
  readonly second_observer?: string;
  /** What our account needs at the target, in its own words. */
  readonly needs: readonly string[];
  /** What a self-test may act on where no address for documentation will do: an account or a host that nobody uses. */
  readonly test_target?: { readonly value: string; readonly host?: string };
}

export interface Capabilities {
  readonly actions: readonly string[];
  readonly idempotency: Idempotency;
  /** The target can end an effect by itself. */
  readonly native_ttl: boolean;
  /** Longest time between sending and taking effect, ms: "absent" is final only after it. */
  readonly settle_time_ms: number;
  /** Longest time that one request may take, ms. */
  readonly request_timeout_ms: number;
  /** An effect carries our command_id at the target, so that exactly ours can be removed. */
  readonly tagged: boolean;
  /** Whoever confirms the effect is another system than the one that took the order. */
  readonly second_observer: boolean;
  /**
   * Codes of the errors after which the same order may be tried again, if the error itself says so too. An error that
   * is not listed is final.
   */
  readonly retries: readonly string[];
  /** What it states of each action; of those that a configuration of an earlier version states nothing of, nothing. */
  readonly promises: Readonly<Record<string, ActionPromise>>;
}

export type { CallOutcome };

export type UndoOutcome =
  | CallOutcome
  /** Somebody changed what is there since; nothing was done. */
  | { readonly kind: 'refused'; readonly error: TargetError; readonly current?: unknown };

export interface Verification {
  readonly state: 'present' | 'absent' | 'unknown';
  /** What the target said, for the record. */
  readonly seen?: unknown;
  readonly text?: string;
}

/** What a connector gets with every call. */
export interface CallContext {
  /** Asked synchronously, right before the first byte is written; false means: do not send. */
  readonly mayStart: () => boolean;
  readonly signal: AbortSignal;
  /** Grows with each claim and undo of an effect; targets that can check it refuse lower ones. */
  readonly fence: number;
  /** The effect that an order is to bring about, by which targets keep the fence; told to `execute`. */
  readonly effect_id?: string;
}

/** An effect as a connector is asked about it. */
export interface EffectHandle {
  readonly effect_id: string;
  readonly action: string;
  readonly target: Target;
  /** Commands whose effect it is. */
  readonly command_ids: readonly string[];
  readonly before?: unknown;
  readonly after?: unknown;
  /** A person said: undo it although it was changed. */
  readonly force?: boolean;
}

export interface ListedEffect {
  readonly action: string;
  readonly target: Target;
  readonly command_id?: string;
  readonly since?: string;
}

export interface ConnectorHealth {
  readonly state: 'ok' | 'degraded' | 'down';
  readonly text: string;
  /** False: the target refuses our credentials, so that nothing can be done there. */
  readonly authorised?: boolean;
  /** What was promised and cannot be done now: a permission, a licence or a version is missing. `why` is for people. */
  readonly cannot?: ReadonlyArray<{ readonly action: string; readonly why: string }>;
}

/** Whether a host is as it should be, or why the target does not say. `said`: its own words, for the record. */
export type HostStatus =
  | { readonly state: 'intact' | 'altered'; readonly said?: string; readonly why?: never }
  | { readonly why: string; readonly state?: never };

/** Whether an order to a host would get there now, or why nobody can tell. `said`: what came instead, for people. */
export type Reachability =
  | { readonly state: 'reachable' | 'unreachable'; readonly said?: string; readonly why?: never }
  | { readonly why: string; readonly state?: never };

/** An adapter to one enforcement system. Its calls never throw for what the target does; they answer. */
export interface Connector {
  readonly name: string;
  readonly kind: string;
  readonly capabilities: Capabilities;
  readonly execute: (command: ClearedCommand, context: CallContext) => Promise<CallOutcome>;
  readonly verify: (effect: EffectHandle, context: Pick<CallContext, 'signal'>) => Promise<Verification>;
  /**
   * Tells a target that ends effects by itself to keep one of ours for longer. Repeating it changes nothing. Missing
   * where the target cannot: then a further command is applied instead, if repeating does no harm.
   *
   * @param lastsMs from now on, ms; null: until a person ends it
   */
  readonly extend?: (effect: EffectHandle, lastsMs: number | null, context: CallContext) => Promise<CallOutcome>;
  readonly undo: (effect: EffectHandle, context: CallContext) => Promise<UndoOutcome>;
  readonly cancel: (commandId: string, context: Pick<CallContext, 'signal'>) => Promise<void>;
  readonly list: (context: Pick<CallContext, 'signal'>) => Promise<Result<readonly ListedEffect[], TargetError>>;
  readonly status: (context: Pick<CallContext, 'signal'>) => Promise<ConnectorHealth>;
  /**
   * What the target says of a host. It only looks. Missing where the target has nothing to say of hosts.
   *
   * @param host canonical name
   */
  readonly hostStatus?: (host: string, context: Pick<CallContext, 'signal'>) => Promise<HostStatus>;
  /**
   * Whether a host can be reached now, by the way that an order would take. It only looks. Missing where orders do not
   * go to the host itself.
   *
   * @param host canonical name
   */
  readonly reachable?: (host: string, context: Pick<CallContext, 'signal'>) => Promise<Reachability>;
  /** Public keys (RFC 7517) by which its target checks what it signs. Missing: it signs nothing. */
  readonly publicKeys?: () => Promise<ReadonlyArray<Readonly<Record<string, string>>>>;
}

/** What the last look at the targets said of what can be done there. */
export interface Readiness {
  /** Why a connector cannot do an action now; undefined: it can, as far as anybody knows. */
  readonly cannot: (connector: string, action: string) => string | undefined;
}

/** How a connector is, and since when. */
export interface ConnectorFacts extends ConnectorHealth {
  /** UTC, ms; when it became so. Missing until it was asked. */
  readonly since?: number;
  /** UTC, ms; when it was last asked. */
  readonly askedAt?: number;
}

/** How the connectors are, as far as somebody asked them. */
export interface ConnectorHealths extends Readiness {
  readonly healthOf: (name: string) => ConnectorFacts;
}
