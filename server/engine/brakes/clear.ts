import type { Clearance, Stopped } from '../../../common/flow/clearance';
import type { Act, PolicyRef, Target } from '../../../common/flow/decision';
import { demandsNow, unmetDemands, type Approver, type StoodFor } from '../../../common/flow/demand';
import { markCleared } from '../../../common/flow/mark_cleared';
import type { Protect } from '../../../common/policy/policy';
import type { EntityKey } from '../../../common/entity/entity';
import { mayBeSamePerson } from '../../../common/entity/person';
import type { Identities } from '../entity/identity';
import {
  knownTarget,
  personsTarget,
  protectedTarget,
  refusedTarget,
  unsendable,
  type KnownTarget,
} from './judge_target';
import { type LongestRule } from './longest';
import { keptPlaces, keptReservations, type KeepRule } from './keep_roles';
import {
  placesFor,
  reservationsFor,
  type Critical,
  type Limited,
  type LimitRule,
  type Place,
  type Reservation,
  type Scopes,
} from './limit_places';
import type { EscalationBudget } from './escalation_budget';
import { ONE_INTAKE, oneSourceOnly, startOfIntake, type Loosened } from './one_intake';
import { maybeOwnTarget, ownTarget, type OwnMachine } from './own_machine';
import { loggedInTarget, NOBODY_HERE, type PeopleHere } from './people_here';
import { wordHolds, type PersonsWord } from './persons_word';
import { stoppedByOrder, type Breaker } from './ordered_stop';
import { stop } from './stop';

type ClearedCommand = ReturnType<typeof markCleared>;

/** What the bundle in force and the host say about brakes. */
export interface BrakeRules {
  readonly bundleVersion: number;
  /** Content hash of each policy in force. */
  readonly hashes: ReadonlyMap<string, string>;
  readonly limits: readonly LimitRule[];
  readonly keeps: readonly KeepRule[];
  /** How long something may be contained all in all; missing: no policy says. */
  readonly longest?: readonly LongestRule[];
  readonly protections: ReadonlyArray<{ readonly name: string; readonly protect: Protect }>;
  /** How many questions people are asked; missing: any number. */
  readonly budgets?: readonly EscalationBudget[];
  /** What it loosens of the bound of one intake; missing: nothing. */
  readonly loosened?: Loosened;
  /** Why the bundle in force permits nothing without a person now: maybe not the newest, or not trusted any more. */
  readonly doubt?: string;
}

/** A connector as the brakes know it. */
export interface ConnectorOffer {
  readonly name: string;
  readonly actions: readonly string[];
  /** Longest time between sending and taking effect, ms. An effect must outlast it, or it could come after its undo. */
  readonly settleMs: number;
  /** Why it cannot do an action of its own now, as its target says; undefined: it can, as far as anybody knows. */
  readonly cannot?: (action: string) => string | undefined;
}

/** What the inventory says of a target: who it is, and in which scopes it counts. */
export interface ScopeFacts extends Identities, Scopes {}

/** A person with the right to do so permitted an act that the policies escalated. */
interface PersonalApproval {
  readonly user: string;
  /** With which roles. */
  readonly roles?: readonly string[];
  /** For whom, who is away at this moment. */
  readonly stands_for?: StoodFor;
  /** Who approved it before; no two of all of them may be the same person. */
  readonly others?: readonly Approver[];
  /** Nobody had answered in time before. */
  readonly late?: boolean;
  /** There is nobody else here who could. */
  readonly alone?: boolean;
}

export interface ClearRequest {
  readonly act: Act;
  readonly decision: {
    readonly decision_id: string;
    readonly case_id: string;
    readonly summary: string;
    readonly effectless?: boolean;
    /** The bundle that it was decided under. */
    readonly bundle: { readonly version: number };
  };
  /** Whose event it is, as `type:id`. */
  readonly intake: string;
  /** How many sources of different domains reported the target. */
  readonly sources: number;
  readonly commandId: string;
  /** Whether an order to stop covers the act at a connector; null while no connector is chosen. */
  readonly isStopped: (connector: string | null) => boolean;
  /** The breaker that alone stops it there; undefined: a person did. Missing: nobody knows of breakers. */
  readonly breakerAt?: (connector: string | null) => Breaker | undefined;
  readonly rules: BrakeRules;
  readonly connectors: readonly ConnectorOffer[];
  readonly scopes: ScopeFacts;
  readonly own: OwnMachine;
  readonly people: PeopleHere;
  /** What a person said about the target, if it holds now. */
  readonly word?: PersonsWord;
  readonly approval?: PersonalApproval;
}

/** A cleared command with the places that it must reserve before it may start. */
export interface Cleared {
  readonly command: ClearedCommand;
  readonly reserve: readonly Reservation[];
}

interface Standing {
  readonly action: string;
  readonly policy: PolicyRef;
  readonly stopped: boolean;
  readonly breaker?: Breaker | undefined;
  readonly rules: BrakeRules;
  readonly own: OwnMachine;
}

/**
 * What stops an act whoever permitted it, at the claim and at each send alike.
 *
 * INVARIANT: no text that a connector must not see, nothing of this host, nothing protected.
 */
const stopsAnybody = (
  known: KnownTarget,
  { action, policy, stopped, breaker, rules, own }: Standing,
): Stopped | undefined => {
  const refused = refusedTarget(known) ?? ownTarget(known, own);
  if (refused !== undefined) return refused;
  if (stopped) return stoppedByOrder(breaker);
  if (rules.hashes.get(policy.id) !== policy.hash)
    return stop('policy_not_active', 'hold', `policy \`${policy.id}\` is no longer in force as it was`);
  return protectedTarget(known, rules.protections) ?? unsendable(action, known);
};

/**
 * A policy that judges acts may be new since then, and a limit lower. INVARIANT (INV-1): what no bundle in force has
 * judged is not sent; it is decided again.
 */
const changedSince = (version: number, { bundleVersion }: BrakeRules): Stopped | undefined =>
  version === bundleVersion
    ? undefined
    : stop('policy_not_active', 'hold', 'the policies changed since it was decided; it is decided again');

/** What needs a person, at the claim and at each send alike. */
const asksPerson = (known: KnownTarget, { rules, own }: Pick<Standing, 'rules' | 'own'>): Stopped | undefined =>
  rules.doubt === undefined
    ? (maybeOwnTarget(known, own) ?? personsTarget(known, rules.protections))
    : stop('bundle_doubtful', 'escalate', rules.doubt);

/**
 * INVARIANT (INV-10): so many different people as the policies demand, each of them one whom they name, and nobody of
 * them is whom the act touches.
 */
const notApproved = (
  known: KnownTarget,
  { act, approval, people }: ClearRequest & { readonly approval: PersonalApproval },
): Stopped | undefined => {
  const { user, roles, stands_for, others = [], late = false } = approval;
  const all: readonly Approver[] = [...others, { name: user, roles, stands_for }];
  const [unmet] = unmetDemands(demandsNow(act.demands ?? [], late), all, mayBeSamePerson);
  if (unmet !== undefined) {
    const whom = unmet.approvers === undefined ? 'people' : 'of the people whom it names';
    const text = `policy \`${unmet.policy}\` demands the approval of ${unmet.by} ${whom}, and has that of ${unmet.have}`;
    return stop('not_permitted', 'escalate', text);
  }
  const names = all.flatMap(({ name, stands_for: absent }) => (absent === undefined ? [name] : [name, absent.name]));
  const touched = names.map((name) => loggedInTarget(known, people, name));
  return touched.find((each) => each !== undefined);
};

const stopOf = (request: ClearRequest): Stopped | undefined => {
  const { act, decision, approval } = request;
  const { target } = act;
  if (decision.effectless === true)
    return stop('effectless', 'drop', 'decided to be answered or compared, never to act');
  // INVARIANT (INV-11): nothing in shadow passes, approved or not.
  if (act.shadow) return stop('shadow', 'drop', 'the policy is in shadow');
  if (act.result === 'deny') return stop('not_permitted', 'deny', 'the policies deny it');
  const takesPeople = act.result !== 'permit' || (act.demands ?? []).length > 0;
  if (takesPeople && approval === undefined)
    return stop('not_permitted', 'escalate', 'the policies leave it to a person');
  if (target.value === '') return stop('not_permitted', 'escalate', 'the event does not say what to act on');
  const known = knownTarget(target, request.scopes);
  const stopped = request.isStopped(act.connector);
  const never = stopsAnybody(known, {
    ...request,
    action: act.action,
    policy: act.policy,
    stopped,
    breaker: stopped ? request.breakerAt?.(act.connector) : undefined,
  });
  if (never !== undefined) return never;
  // Also what a person permitted: what they saw is not what judges it now. It waits for a person again.
  const changed = changedSince(decision.bundle.version, request.rules);
  if (changed !== undefined) return changed;
  if (approval !== undefined) return approval.alone === true ? undefined : notApproved(known, { ...request, approval });
  return (
    asksPerson(known, request) ??
    loggedInTarget(known, request.people, undefined) ??
    wordHolds(target, request.word) ??
    oneSourceOnly(
      target,
      { critical: request.scopes.criticalOf(target), sources: request.sources },
      request.rules.loosened,
    )
  );
};

const connectorFor = ({ act, connectors }: ClearRequest): string | Stopped => {
  const able = connectors.filter(
    (each) => each.actions.includes(act.action) && (act.connector === null || each.name === act.connector),
  );
  const [only, ...others] = able;
  if (!only)
    return stop(
      'connector_unavailable',
      'escalate',
      `no connector${act.connector ? ` \`${act.connector}\`` : ''} can ${act.action}`,
    );
  if (others.length > 0)
    return stop('connector_unavailable', 'escalate', `several connectors can ${act.action}; the policy must name one`);
  const lost = only.cannot?.(act.action);
  if (lost !== undefined)
    return stop('connector_unavailable', 'escalate', `\`${only.name}\` cannot ${act.action} now: ${lost}`);
  return act.ttl_ms !== null && act.ttl_ms <= only.settleMs
    ? stop('connector_unavailable', 'escalate', `the ttl is shorter than \`${only.name}\` may take to apply the act`)
    : only.name;
};

/** Everything that an act must reserve in limits, and for whom it takes away; a stop where that cannot be said. */
export const placesToReserve = (
  act: Limited,
  { bundleVersion, limits, keeps }: Pick<BrakeRules, 'bundleVersion' | 'limits' | 'keeps'>,
  scopes: ScopeFacts,
): readonly Reservation[] | Stopped => {
  const counted = reservationsFor(act, limits, { bundleVersion, scopes });
  return 'kind' in counted ? counted : [...counted, ...keptReservations(act, keeps, { bundleVersion, facts: scopes })];
};

/**
 * Every place in which an act may have to reserve, as far as that is known before it is judged.
 *
 * @param intake whose event it is; missing: a person permits it
 */
export const placesOf = (
  act: Limited,
  { limits, keeps }: Pick<BrakeRules, 'limits' | 'keeps'>,
  scopes: ScopeFacts,
  intake?: string,
): readonly Place[] => [
  ...placesFor(act, limits, scopes),
  ...keptPlaces(act, keeps, scopes),
  ...(intake === undefined ? [] : [{ limit: ONE_INTAKE, scope: intake }]),
];

/**
 * The single choke point before an effect: judges one resolved act, whatever decided it. Called when an act is
 * planned, for stored and for approved acts alike. Limits are judged where their ledgers are written; `reserve`
 * names them.
 */
export const clear = (request: ClearRequest): Clearance<Cleared> => {
  const { act, decision, commandId, rules } = request;
  const stopped = stopOf(request);
  if (stopped) return stopped;
  const connector = connectorFor(request);
  if (typeof connector !== 'string') return connector;
  if (request.isStopped(connector)) return stoppedByOrder(request.breakerAt?.(connector));
  const places = placesToReserve({ ...act, policies: [act.policy.id], connectors: [connector] }, rules, request.scopes);
  if ('kind' in places) return places;
  // What a person permitted is no machine's doing.
  const reserve =
    request.approval === undefined
      ? [...places, startOfIntake(request.intake, rules.loosened, rules.bundleVersion)]
      : places;
  const command = markCleared({
    command_id: commandId,
    case_id: decision.case_id,
    decision_id: decision.decision_id,
    act_id: act.act_id,
    action: act.action,
    target: act.target,
    connector,
    reason: decision.summary,
    ttl_ms: act.ttl_ms,
    rollback: act.rollback,
    policy: act.policy,
    source: request.intake,
  });
  return { kind: 'cleared', command: { command, reserve } };
};

/** Who is who, and what belongs to this installation, as it is now. */
export interface Guard {
  readonly own: OwnMachine;
  readonly who: Identities;
  /** Whether a target is critical now. */
  readonly criticalOf: (target: Target) => Critical | undefined;
}

/** Whether a target belongs to this installation now: an effect on it is kept no longer than it is. */
export const isOwnTarget = (target: Target, { who, own }: Guard): boolean =>
  ownTarget(knownTarget(target, who), own) !== undefined;

/** Who is logged in, and what people said of targets, as it is now. */
export interface Persons {
  readonly people: PeopleHere;
  /** What a person said about a target with these names, if it holds now. */
  readonly wordOn: (names: readonly EntityKey[]) => PersonsWord | undefined;
}

/** For what no person spoke of: nobody is logged in, and nobody said anything. */
export const NO_PERSONS: Persons = { people: NOBODY_HERE, wordOn: () => undefined };

interface DispatchRequest {
  readonly command: ClearedCommand;
  readonly stopped: boolean;
  /** The breaker that alone stops it. */
  readonly breaker?: Breaker | undefined;
  readonly rules: BrakeRules;
  readonly guard: Guard;
  readonly persons: Persons;
  /** A person permitted it: what only asks for a person stops it no more. */
  readonly approved: boolean;
  /** How many sources of different domains reported its target when it was claimed. */
  readonly sources: number;
  /** The bundle with whose rules and limits it was cleared. */
  readonly clearedUnder: number;
  /** Milliseconds of the monotonic clock since the command was cleared. */
  readonly clearedForMs: number;
}

/** A permit that was not started within this time is decided again, ms. */
export const PERMIT_STALE_MS = 30_000;

/**
 * The same choke point once more, just before the first byte is sent and before each retry: with the rules, the
 * inventory, the list of what is never touched, who is logged in and what people said of the target as they are then.
 * Its places in the limits were reserved at the claim; where another bundle is in force by now, with other limits or
 * policies that judge acts, it is decided and claimed again.
 */
export const mayStart = (request: DispatchRequest): Stopped | undefined => {
  const { command, stopped, breaker, rules, guard, persons, approved, sources, clearedUnder, clearedForMs } = request;
  const known = knownTarget(command.target, guard.who);
  const now = { action: command.action, policy: command.policy, stopped, breaker, rules, own: guard.own };
  const asks = (): Stopped | undefined =>
    asksPerson(known, now) ??
    loggedInTarget(known, persons.people, undefined) ??
    wordHolds(command.target, persons.wordOn(known.names)) ??
    oneSourceOnly(command.target, { critical: guard.criticalOf(command.target), sources }, rules.loosened);
  const stands = stopsAnybody(known, now) ?? changedSince(clearedUnder, rules) ?? (approved ? undefined : asks());
  if (stands !== undefined) return stands;
  return clearedForMs > PERMIT_STALE_MS
    ? stop('permit_stale', 'hold', 'it could not be started in time and is decided again')
    : undefined;
};

/** Clears a command that joined an effect and is now to be sent itself: the same choke point once more. */
export const clearJoined = (
  command: Parameters<typeof markCleared>[0],
  now: Pick<DispatchRequest, 'stopped' | 'rules' | 'guard'>,
): Clearance<ClearedCommand> => {
  const cleared = markCleared(command);
  // Whether a person permitted it is not known here: it is in effect, and kept no longer for what nobody may do.
  return (
    mayStart({
      ...{ command: cleared, clearedUnder: now.rules.bundleVersion, clearedForMs: 0 },
      ...{ approved: true, sources: 0, persons: NO_PERSONS, ...now },
    }) ?? { kind: 'cleared', command: cleared }
  );
};
