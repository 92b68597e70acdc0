import { present } from '../../../common/present';
import type { Clearance, Stopped } from '../../../common/flow/clearance';
import type { Act, PolicyRef, Target } from '../../../common/flow/decision';
import { markCleared } from '../../../common/flow/mark_cleared';
import { shareOf, type Limit, type Protect } from '../../../common/policy/policy';
import type { Identities } from '../entity/identity';
import { knownTarget, personsTarget, protectedTarget, refusedTarget } from './judge_target';
import type { LedgerTerms } from './ledger';
import { maybeOwnTarget, ownTarget, type OwnMachine } from './own_machine';
import { loggedInTarget, type PeopleHere } from './people_here';
import { wordHolds, type PersonsWord } from './persons_word';
import type { PopulationFact } from './population';
import { stop } from './stop';

type ClearedCommand = ReturnType<typeof markCleared>;

/** A limit of the bundle in force. `withinMs` in ms. */
export interface LimitRule {
  readonly name: string;
  readonly limit: Limit;
  readonly withinMs: number;
}

/** What the bundle in force and the host say about brakes. */
export interface BrakeRules {
  readonly bundleVersion: number;
  /** Content hash of each policy in force. */
  readonly hashes: ReadonlyMap<string, string>;
  readonly limits: readonly LimitRule[];
  readonly protections: ReadonlyArray<{ readonly name: string; readonly protect: Protect }>;
  /** Why the bundle in force permits nothing without a person now: maybe not the newest, or not trusted any more. */
  readonly doubt?: string;
}

/** A connector as the brakes know it. */
export interface ConnectorOffer {
  readonly name: string;
  readonly actions: readonly string[];
  /** Longest time between sending and taking effect, ms. An effect must outlast it, or it could come after its undo. */
  readonly settleMs: number;
}

/** What the inventory says of a target: who it is, and in which scopes it counts. */
export interface ScopeFacts extends Identities {
  readonly scopesOf: (of: NonNullable<Limit['of']>, target: Target) => readonly string[] | undefined;
  /** Undefined if the inventory does not know. */
  readonly populationOf: (of: NonNullable<Limit['of']>, scope: string) => PopulationFact | undefined;
}

/** A person with the right to do so permitted an act that the policies escalated. */
interface PersonalApproval {
  readonly user: string;
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
  };
  readonly commandId: string;
  /** Whether a kill switch covers the act at a connector; null while no connector is chosen. */
  readonly isStopped: (connector: string | null) => boolean;
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
  readonly reserve: ReadonlyArray<{ readonly terms: LedgerTerms; readonly onBreach: Limit['on_breach'] }>;
}

const STOPPED = stop('kill_switch', 'escalate', 'the kill switch is thrown');

const stillInForce = ({ id, hash }: PolicyRef, { hashes }: BrakeRules): boolean => hashes.get(id) === hash;

/** Scopes in which a limit counts an act on a target; empty if the inventory does not know them. */
const scopesFor = ({ limit }: LimitRule, target: Target, scopes: Pick<ScopeFacts, 'scopesOf'>): readonly string[] =>
  limit.of === undefined ? ['all'] : (scopes.scopesOf(limit.of, target) ?? []);

/** A place in which a command reserves before it may start. */
export interface Place {
  readonly limit: string;
  readonly scope: string;
}

/** Every place in which an act may have to reserve, as far as that is known before it is judged. */
export const placesFor = (
  act: Pick<Act, 'action' | 'target'>,
  rules: Pick<BrakeRules, 'limits'>,
  scopes: Pick<ScopeFacts, 'scopesOf'>,
): readonly Place[] =>
  rules.limits
    .filter(({ limit }) => limit.action === act.action)
    .flatMap((rule) => scopesFor(rule, act.target, scopes).map((scope) => ({ limit: rule.name, scope })));

const termsFor = (
  rule: LimitRule,
  target: Target,
  { rules, scopes }: ClearRequest,
): readonly LedgerTerms[] | Stopped => {
  const { limit, name, withinMs } = rule;
  const base = { limit: name, within_ms: withinMs, bundle_version: rules.bundleVersion };
  if (limit.of === undefined) {
    const rate = { most: limit.max_count ?? 0, population: 0, population_version: '', rate: true };
    return scopesFor(rule, target, scopes).map((scope) => ({ ...base, scope, ...rate }));
  }
  const { of } = limit;
  const found = scopesFor(rule, target, scopes);
  if (found.length === 0) {
    return stop(
      'unknown_population',
      limit.on_breach,
      `the inventory does not say which ${of} \`${target.value}\` counts in`,
      name,
    );
  }
  const terms: LedgerTerms[] = [];
  for (const scope of found) {
    const population = scopes.populationOf(of, scope);
    if (population === undefined) {
      return stop(
        'unknown_population',
        limit.on_breach,
        `the inventory does not say how many ${of} there are in \`${scope}\``,
        name,
      );
    }
    const most =
      limit.max_percent === undefined ? (limit.max_count ?? 0) : shareOf(limit.max_percent, population.count);
    terms.push({
      ...base,
      scope,
      most,
      population: population.count,
      population_version: population.version,
      ...present({
        population_for_ms: population.for_ms,
        rising: population.rising,
        percent: limit.max_percent,
      }),
      rate: false,
    });
  }
  return terms;
};

const stopOf = (request: ClearRequest): Stopped | undefined => {
  const { act, decision, rules, approval } = request;
  const { target } = act;
  if (decision.effectless === true)
    return stop('effectless', 'drop', 'decided to be answered or compared, never to act');
  // INVARIANT (INV-11): nothing in shadow passes, approved or not.
  if (act.shadow) return stop('shadow', 'drop', 'the policy is in shadow');
  if (act.result === 'deny') return stop('not_permitted', 'deny', 'the policies deny it');
  if (act.result !== 'permit' && approval === undefined)
    return stop('not_permitted', 'escalate', 'the policies leave it to a person');
  if (target.value === '') return stop('not_permitted', 'escalate', 'the event does not say what to act on');
  // INVARIANT: no text that a connector must not see, and nothing of this host, whoever approved it.
  const known = knownTarget(target, request.scopes);
  const refused = refusedTarget(known);
  if (refused !== undefined) return refused;
  const own = ownTarget(known, request.own);
  if (own !== undefined) return own;
  if (request.isStopped(act.connector)) return STOPPED;
  if (!stillInForce(act.policy, rules))
    return stop('policy_not_active', 'hold', `policy \`${act.policy.id}\` is no longer in force as it was`);
  const covered = protectedTarget(known, rules.protections);
  if (covered !== undefined) return covered;
  if (approval !== undefined)
    return approval.alone === true ? undefined : loggedInTarget(known, request.people, approval.user);
  return rules.doubt !== undefined
    ? stop('bundle_doubtful', 'escalate', rules.doubt)
    : (maybeOwnTarget(known, request.own) ??
        personsTarget(known, rules.protections) ??
        loggedInTarget(known, request.people, undefined) ??
        wordHolds(target, request.word));
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
  return act.ttl_ms !== null && act.ttl_ms <= only.settleMs
    ? stop('connector_unavailable', 'escalate', `the ttl is shorter than \`${only.name}\` may take to apply the act`)
    : only.name;
};

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
  if (request.isStopped(connector)) return STOPPED;
  const reserve: Array<{ terms: LedgerTerms; onBreach: Limit['on_breach'] }> = [];
  for (const rule of rules.limits.filter((each) => each.limit.action === act.action)) {
    const terms = termsFor(rule, act.target, request);
    if ('kind' in terms) return terms;
    reserve.push(...terms.map((each) => ({ terms: each, onBreach: rule.limit.on_breach })));
  }
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
  });
  return { kind: 'cleared', command: { command, reserve } };
};

/** Who is who, and what belongs to this installation, as it is now. */
export interface Guard {
  readonly own: OwnMachine;
  readonly who: Identities;
}

/** Whether a target belongs to this installation now: an effect on it is kept no longer than it is. */
export const isOwnTarget = (target: Target, { who, own }: Guard): boolean =>
  ownTarget(knownTarget(target, who), own) !== undefined;

interface DispatchRequest {
  readonly command: ClearedCommand;
  readonly stopped: boolean;
  readonly rules: BrakeRules;
  readonly guard: Guard;
  /** A person permitted it: what only asks for a person stops it no more. */
  readonly approved: boolean;
  /** Milliseconds of the monotonic clock since the command was cleared. */
  readonly clearedForMs: number;
}

/** A permit that was not started within this time is decided again, ms. */
export const PERMIT_STALE_MS = 30_000;

/**
 * The same choke point once more, just before the first byte is sent and before each retry: with the rules, the
 * inventory and the list of what is never touched as they are then. Who is logged in and what a person said of the
 * target are judged at the claim alone.
 */
export const mayStart = (request: DispatchRequest): Stopped | undefined => {
  const { command, stopped, rules, guard, approved, clearedForMs } = request;
  if (stopped) return stop('kill_switch', 'escalate', 'the kill switch was thrown meanwhile');
  const known = knownTarget(command.target, guard.who);
  const refused = refusedTarget(known) ?? ownTarget(known, guard.own);
  if (refused !== undefined) return refused;
  if (!stillInForce(command.policy, rules))
    return stop('policy_not_active', 'hold', `policy \`${command.policy.id}\` is no longer in force as it was`);
  const covered = protectedTarget(known, rules.protections);
  if (covered !== undefined) return covered;
  if (!approved) {
    const asks =
      rules.doubt === undefined
        ? (maybeOwnTarget(known, guard.own) ?? personsTarget(known, rules.protections))
        : stop('bundle_doubtful', 'escalate', rules.doubt);
    if (asks !== undefined) return asks;
  }
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
    mayStart({ command: cleared, clearedForMs: 0, approved: true, ...now }) ?? { kind: 'cleared', command: cleared }
  );
};
