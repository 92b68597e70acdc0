import { isOneThing } from '../../../common/entity/one_thing';
import type {
  ActResult,
  AssetFacts,
  HistoryFacts,
  Reason,
  Score,
  Target,
  Verdict,
} from '../../../common/flow/decision';
import type { Demand } from '../../../common/flow/demand';
import type { ReceivedEvent } from '../../../common/flow/event';
import type { Order } from '../../../common/flow/order';
import { isFirstStep, type CompiledPolicies } from '../policy/compiled';
import { Activation, type Known } from './activation';
import { askBothWays, judgedBothWays, type BothWays } from './claimed';
import { demandsOf } from './demands';
import { candidatesOf, groundsOf, knownBy, scoreIn, type AssetType, type Grounds } from './grounds';
import { askJudge } from './judge';
import type { Judgement } from './judgement';
import { factsAsked, recording, type Lookups, type RecordingLookups } from './lookups';
import type { Model } from './model';
import { mildestSteps } from './ladder';
import { looksAt, type Proposal, type ProposedAct, type ProposeRequest } from './propose';
import { strictest } from './strictest';
import { factsOfTarget } from './unknown_target';

/** What an asker wants to do; the decision answers for that alone. */
export interface WantedAct {
  readonly action: string;
  /** Text of the target, in any spelling; without one any target of that action. */
  readonly target?: string;
}

export interface DecideRequest {
  readonly received: ReceivedEvent;
  readonly lookups: Lookups;
  readonly bundle: CompiledPolicies;
  readonly model: Model;
  /** Milliseconds since 1970, UTC. */
  readonly now: number;
  /** A case that was decided in time is looked at again: age does not count. */
  readonly review?: boolean;
  readonly wanted?: WantedAct;
}

/** One act with the judgements on it. */
export interface DecidedAct {
  readonly proposed: ProposedAct;
  readonly result: ActResult;
  readonly reasons: readonly Reason[];
  readonly judgements: readonly Judgement[];
  /** How it has to be approved; none: by one person who may. */
  readonly demands: readonly Demand[];
}

/** A decision without ids and hash, its reasons still in the engine's own terms. `seal.ts` makes the record of it. */
export interface Decided {
  readonly verdict: Verdict;
  /** Acts with a result, shadow ones included. */
  readonly acts: readonly DecidedAct[];
  /** Acts that would be permitted once they are confirmed. */
  readonly held: readonly DecidedAct[];
  readonly reasons: readonly Reason[];
  readonly proposals: readonly Proposal[];
  readonly score: Score;
  readonly history: HistoryFacts;
  readonly assets: readonly AssetFacts[];
  /** As `policy@hash`. */
  readonly stoppedRollouts: readonly string[];
  readonly guards: RecordingLookups['guards'];
  readonly targets: RecordingLookups['targets'];
  /** Declared look-ups that conditions read. */
  readonly looked: RecordingLookups['looked'];
  /** As it counts. */
  readonly known: Known;
  /** As it is claimed, where that is more. */
  readonly claimed: Known | undefined;
  /** When a held decision is looked at again, ms since 1970. */
  readonly reviewAt?: number;
}

/** Where the inventory looks for a target: a file or process is looked up by its host. */
const assetKey = (target: Target): readonly [AssetType, string] =>
  target.host !== undefined ? ['host', target.host] : [target.type, target.value];

/** What the inventory said of a target when the decision was made. */
export const assetOfTarget = (assets: readonly AssetFacts[], target: Target): AssetFacts | undefined => {
  const [type, value] = assetKey(target);
  return value === '' ? undefined : factsAsked(assets, type, value);
};

const scopeReason = (scope: string, bundle: CompiledPolicies): Reason | undefined => {
  const [id = '', hash] = scope.split('@');
  const known = bundle.hashes.get(id);
  if (known === undefined)
    return { code: 'scope_mismatch', text: `the event asks for policy \`${id}\`, which is not in force` };
  return hash !== undefined && hash !== known
    ? {
        code: 'scope_mismatch',
        text: `the event asks for another text of policy \`${id}\` than the one in force`,
        policy: id,
      }
    : undefined;
};

/** Who would have looked at the event, had its day not come: said, so that nobody wonders why nothing is done. */
const expiredReason = (policy: string): Reason => ({
  code: 'expired_policy',
  text: 'it has expired and decides nothing any more',
  policy,
});

/**
 * A source that says that it is over gives no reason to contain any more. What is in effect stays until its time ends,
 * unless its policy says that it ends with the source.
 */
const overReason = (proposed: ProposedAct, { received, review }: DecideRequest): Reason | undefined => {
  const { source_state: state } = received;
  if (state === undefined) return undefined;
  const endsEarly = state === 'completed' && proposed.policy.spec.rollback?.early === 'source_completed';
  if (review === true && !endsEarly) return undefined;
  const text = state === 'completed' ? 'its source says that it is over' : 'somebody had taken it at its source before';
  return { code: 'source_completed', text, policy: proposed.policy.ref.id };
};

const judgeAct = (proposed: ProposedAct, grounds: Grounds, request: DecideRequest): DecidedAct => {
  const { known, claimed, heard, lookups } = grounds;
  const { then } = proposed.policy.spec;
  const asset = factsOfTarget(proposed.target, then, () => lookups.asset(...assetKey(proposed.target)));
  const asked = { act: proposed, asset, lookups };
  // INVARIANT (INV-13): nobody speaks of a target that is not known. It is no private address, and is for a person.
  const judges = proposed.target.value === '' ? [] : request.bundle.judges;
  const judgements = judges.flatMap((judge) => {
    const counts = askJudge(judge, { ...asked, known });
    return claimed === undefined
      ? counts
      : judgedBothWays(counts, askJudge(judge, { ...asked, known: claimed }), heard);
  });
  const voices = judgements.filter((each) => !each.silent && each.effect !== undefined);
  const over = overReason(proposed, request);
  return {
    proposed,
    result: strictest([
      proposed.result,
      ...voices.flatMap((each) => each.effect ?? []),
      ...(over ? ['deny' as const] : []),
    ]),
    reasons: [...proposed.reasons, ...voices.flatMap((each) => each.reason ?? []), ...(over ? [over] : [])],
    judgements,
    demands: demandsOf(proposed, voices),
  };
};

const verdictOf = (acts: readonly DecidedAct[], held: readonly DecidedAct[]): Verdict => {
  const results = acts.filter((act) => !act.proposed.shadow).map((act) => act.result);
  if (results.includes('permit')) return 'permit';
  if (results.includes('escalate')) return 'escalate';
  if (held.some((act) => !act.proposed.shadow)) return 'hold';
  return results.includes('deny') ? 'deny' : 'learn';
};

/** What the asked policies want if none proposed anything: the strictest `otherwise` of those that looked. */
const otherwiseOf = (
  proposals: readonly Proposal[],
): { readonly verdict: Verdict; readonly reasons: readonly Reason[] } => {
  // A ladder speaks once, as its first step.
  const speaking = proposals.filter(
    ({ act, policy, passed }) =>
      act === undefined && passed === undefined && policy.ref.mode !== 'shadow' && isFirstStep(policy),
  );
  const wanting = (what: 'escalate' | 'hold'): Reason[] =>
    speaking
      .filter(({ policy }) => policy.spec.otherwise === what)
      .map(({ policy }) => ({
        code: 'otherwise',
        text: `its condition does not hold, then it wants to ${what}`,
        policy: policy.ref.id,
      }));
  const escalating = wanting('escalate');
  if (escalating.length > 0) return { verdict: 'escalate', reasons: escalating };
  const holding = wanting('hold');
  if (holding.length > 0) return { verdict: 'hold', reasons: holding };
  return {
    verdict: 'learn',
    reasons: [{ code: 'nothing_matched', text: 'no policy in force proposes an act for this event' }],
  };
};

/** INVARIANT (INV-1): what no policy in force allows is not done, whoever orders it. */
const NOT_ORDERED = {
  verdict: 'deny',
  reasons: [{ code: 'nothing_matched', text: 'no policy in force allows what was ordered' }],
} as const satisfies { readonly verdict: Verdict; readonly reasons: readonly Reason[] };

const UNVERIFIED: Reason = {
  code: 'unverified',
  text: 'a message of a monitor came that could not be checked with Alerting: look there whether it is true',
};

const DEFAULT_HOLD_MS = 5 * 60_000;

const joined = (some: readonly Reason[], others: readonly Reason[]): readonly Reason[] =>
  others.length === 0 ? some : [...some, ...others];

const wantedOnly = (acts: readonly DecidedAct[], wanted: WantedAct | undefined): readonly DecidedAct[] =>
  wanted === undefined
    ? acts
    : acts.filter(
        ({ proposed }) =>
          proposed.policy.spec.then.action === wanted.action &&
          (wanted.target === undefined || isOneThing({ ...proposed.target, value: wanted.target }, proposed.target)),
      );

/** True if the act is what a person ordered: that action, on that thing, and at that connector where one was seen. */
const isOrdered = ({ proposed: { policy, target } }: DecidedAct, { action, target: meant, extends: kept }: Order) => {
  const { then } = policy.spec;
  const isThere = kept === undefined || then.connector === undefined || then.connector === kept.connector;
  return then.action === action && isOneThing(target, meant) && isThere;
};

const EASIEST: readonly ActResult[] = ['permit', 'escalate', 'deny'];

/**
 * Of what a person ordered one act, as one was meant: that of the policy that gives it most readily. One in shadow is
 * kept beside it, for comparing.
 */
const orderedOnly = (acts: readonly DecidedAct[], order: Order | undefined): readonly DecidedAct[] => {
  if (order === undefined) return acts;
  const meant = acts.filter((act) => isOrdered(act, order));
  const real = meant.filter(({ proposed }) => !proposed.shadow);
  const best = EASIEST.flatMap((each) => real.filter(({ result }) => result === each))[0];
  return meant.filter((act) => act.proposed.shadow || act === best);
};

/** What the action policies in force say to an event; those that would have, had they not expired, are told of. */
const proposalsOf = (
  { received, bundle, now, review = false }: DecideRequest,
  grounds: Grounds,
): { readonly proposals: readonly Proposal[]; readonly expired: readonly Reason[] } => {
  const { heard, known, claimed, lookups } = grounds;
  const scoped = received.event.policy_scope?.split('@')[0];
  const asking = (of: Known): ProposeRequest => ({
    known: of,
    activation: new Activation(of),
    review,
    rolloutStopped: (id, hash) => lookups.rolloutStopped?.(id, hash) ?? false,
  });
  let bothWays: BothWays | undefined;
  const proposals: Proposal[] = [];
  const expired: Reason[] = [];
  for (const policy of candidatesOf(bundle, heard)) {
    if (scoped !== undefined && policy.ref.id !== scoped) continue;
    const isWhole = isFirstStep(policy);
    if (isWhole && policy.expiresMs <= now && (looksAt(policy, known) || (claimed && looksAt(policy, claimed))))
      expired.push(expiredReason(policy.ref.id));
    // Most events are of no interest to any policy.
    bothWays ??= { heard, counting: asking(known), claimed: claimed && asking(claimed) };
    const proposal = askBothWays(policy, bothWays);
    if (proposal) proposals.push(proposal);
  }
  return { proposals: mildestSteps(proposals, (proposal) => knownBy(grounds, proposal)), expired };
};

/** Acts that wait until they were confirmed, for real. */
const waitingReasons = (waiting: readonly ProposedAct[]): readonly Reason[] =>
  waiting.map(({ policy }) => ({
    code: 'not_confirmed_yet',
    text: 'seen too few times so far',
    policy: policy.ref.id,
  }));

/** What is only claimed waits for its confirmation too: else each single report would be a question. */
const isHeld = ({ proposed, result }: DecidedAct): boolean =>
  proposed.heldUntil !== undefined &&
  (result === 'permit' || (result === 'escalate' && proposed.isClaimedOnly === true));

/**
 * Decides one event: a pure function of event, lookups, bundle, model and time.
 *
 * Action policies whose condition holds propose acts; every global, domain and contextual policy that speaks of an
 * act judges it; deny beats escalate beats permit; a policy that errs escalates; nothing proposed is `learn`
 * (semantics as in Cedar's authorizer, except that Cedar skips a policy that errs).
 */
export const decide = (request: DecideRequest): Decided => {
  const { received, bundle, now } = request;
  const lookups = recording(request.lookups);
  const grounds = groundsOf(request, lookups);
  const { known, claimed } = grounds;
  const { proposals, expired } = proposalsOf(request, grounds);
  const proposed: DecidedAct[] = [];
  for (const { act } of proposals) if (act) proposed.push(judgeAct(act, grounds, request));
  lookups.close();
  const { order } = received;
  const judged = orderedOnly(wantedOnly(proposed, request.wanted), order);
  // What needs another person anyway is not waited for to be seen once more.
  const isWaiting = (act: DecidedAct): boolean => isHeld(act) && (order === undefined || act.result === 'permit');
  const acts = judged.filter((act) => !isWaiting(act));
  const held = judged.filter(isWaiting);
  // One literal of one shape: copying the fields of an object took half of the time of a decision.
  const decided = (verdict: Verdict, reasons: readonly Reason[], reviewAt?: number): Decided => {
    const whole: Decided = {
      verdict,
      acts,
      held,
      reasons,
      proposals,
      score: scoreIn(grounds),
      history: grounds.history,
      assets: lookups.asked,
      stoppedRollouts: lookups.stopped,
      guards: lookups.guards,
      targets: lookups.targets,
      looked: lookups.looked,
      known,
      claimed,
    };
    return reviewAt === undefined ? whole : { ...whole, reviewAt };
  };

  const scope = received.event.policy_scope;
  const scopeFault = scope === undefined ? undefined : scopeReason(scope, bundle);
  if (scopeFault) {
    // Held acts too: what another text of the policy proposes is for a person, whatever the judges say of it.
    const asked = judged.map((act) => ({
      ...act,
      result: strictest([act.result, 'escalate']),
      reasons: [...act.reasons, scopeFault],
    }));
    return { ...decided('escalate', [scopeFault]), acts: asked, held: [] };
  }
  if (judged.every((act) => act.proposed.shadow)) {
    // Silence would tell whoever forged it that nobody looks, and everybody else that nothing happened.
    if (received.voice?.unverified === true) return decided('escalate', joined([UNVERIFIED], expired));
    // What policies want otherwise is about what they look for. Nobody could approve it as what was ordered.
    const { verdict, reasons } = order === undefined ? otherwiseOf(proposals) : NOT_ORDERED;
    return decided(verdict, joined(reasons, expired), verdict === 'hold' ? now + DEFAULT_HOLD_MS : undefined);
  }
  const waiting = held.map((act) => act.proposed).filter(({ shadow }) => !shadow);
  const waits = waiting.map(({ heldUntil }) => heldUntil ?? now);
  const reviewAt = waits.length > 0 ? Math.min(...waits) : undefined;
  return decided(verdictOf(acts, held), joined(waitingReasons(waiting), expired), reviewAt);
};
