import { present } from '../../../../common/present';
import type {
  Act,
  ActResult,
  AssetFacts,
  DecisionInputs,
  DecisionRecord,
  Target,
  Verdict,
} from '../../../../common/flow/decision';
import { assetOfTarget, decide, type Decided } from '../../decision/decide';
import { factsAsked, recordedLookups, type GuardQuestion, type Lookups } from '../../decision/lookups';
import type { Model } from '../../decision/model';
import type { CompiledPolicies } from '../../policy/compiled';
import { countedAs } from '../../entity/target_keys';
import { digestOf } from '../../digest/digest';

/*
 * What a candidate set of policies would have decided on history. Each stored decision carries everything that was
 * looked up, so it is decided again from its record alone; what the record does not tell is said, not guessed.
 */

/** One act as backtests compare it. */
export interface ComparedAct {
  readonly policy: string;
  readonly action: string;
  /** As it was said, for people; of files and processes with the host that they are on. */
  readonly target: string;
  /** What it is compared and counted by: another spelling is no other target. */
  readonly thing: string;
  readonly result: ActResult;
  /** Subnets and groups of the target as they were then. */
  readonly scopes: { readonly subnets: readonly string[]; readonly groups: readonly string[] };
}

/** A stored decision beside what the candidate makes of it. Acts in shadow are left out on both sides. */
export interface Comparison {
  readonly decision_id: string;
  readonly case_id: string;
  /** ms since 1970. */
  readonly at: number;
  readonly before: Verdict;
  readonly after: Verdict;
  readonly acts_before: readonly ComparedAct[];
  readonly acts_after: readonly ComparedAct[];
  /** The candidate asks for facts that were not looked up then. */
  readonly undecidable: boolean;
  /** Another model than the given one made the score then: what differs may be its doing. */
  readonly other_model: boolean;
  /** A permitted case was looked at again: its effect was already there, so nothing starts. */
  readonly review: boolean;
  readonly severity: string;
  readonly summary: string;
}

const nameOf = ({ value, host }: Target): string => (host === undefined ? value : `${value} on ${host}`);

const scopesOf = (assets: readonly AssetFacts[], target: Target): ComparedAct['scopes'] => {
  const facts = assetOfTarget(assets, target);
  return { subnets: facts?.subnets ?? [], groups: facts?.groups ?? [] };
};

const compared = (
  assets: readonly AssetFacts[],
  { policy, action, target, result }: { policy: string; action: string; target: Target; result: Act['result'] },
): ComparedAct => ({
  policy,
  action,
  target: nameOf(target),
  thing: countedAs(target),
  result,
  scopes: scopesOf(assets, target),
});

const actsBefore = ({ decision }: DecisionRecord): readonly ComparedAct[] =>
  decision.acts
    .filter((act) => !act.shadow)
    .map((act) => compared(decision.inputs.assets, { ...act, policy: act.policy.id }));

const actsAfter = ({ acts, assets }: Decided): readonly ComparedAct[] =>
  acts
    .filter(({ proposed }) => !proposed.shadow)
    .map(({ proposed: { policy, target }, result }) =>
      compared(assets, { policy: policy.ref.id, action: policy.spec.then.action, target, result }),
    );

const wasAsked = (
  { guards = [] }: DecisionInputs,
  { guard, wasm, input }: Omit<GuardQuestion, 'input'> & { input: string },
) => guards.some((each) => each.guard === guard && each.wasm === wasm && each.input === input);

/**
 * A guard says what it said then; it is a function of its question, so what it was not asked then it can be asked now.
 */
const guardsOf = (inputs: DecisionInputs, live: Lookups['guard']): Pick<Lookups, 'guard'> => {
  const { guard: recorded } = recordedLookups(inputs);
  if (live === undefined || recorded === undefined) return {};
  return {
    guard: (question) =>
      wasAsked(inputs, { ...question, input: digestOf(question.input) }) ? recorded(question) : live(question),
  };
};

/** What decides again. */
export interface Deciders {
  readonly bundle: CompiledPolicies;
  readonly model: Model;
  /** Asks the Rego guards of the bundle; without it those that were not asked then cannot be asked now. */
  readonly guard?: Lookups['guard'];
}

/** What came of deciding again. Acts in shadow are left out. */
export interface Again {
  readonly verdict: Verdict;
  readonly acts: readonly ComparedAct[];
  readonly score: number;
  /** It asks for facts that were not looked up then. */
  readonly undecidable: boolean;
}

/**
 * Decides a stored decision again, at the moment and on the facts of then.
 *
 * @param record may say other things of its event, or of what was seen before, than was so then
 */
export const decideAgain = ({ event, decision }: DecisionRecord, { bundle, model, guard }: Deciders): Again => {
  const { inputs } = decision;
  const decided = decide({
    received: event,
    bundle,
    model,
    now: Date.parse(inputs.now),
    lookups: { ...recordedLookups(inputs), ...guardsOf(inputs, guard) },
    ...present({ review: inputs.review, wanted: inputs.wanted }),
  });
  const wasLookedUp = ({ type, value }: AssetFacts): boolean => factsAsked(inputs.assets, type, value) !== undefined;
  return {
    verdict: decided.verdict,
    acts: actsAfter(decided),
    score: decided.score.value,
    undecidable:
      !decided.assets.every(wasLookedUp) ||
      !decided.looked.every((each) => inputs.lookups?.some((then) => then.query_digest === each.query_digest)) ||
      (guard === undefined && !decided.guards.every((each) => wasAsked(inputs, each))),
  };
};

/** What a candidate makes of a stored decision, beside what was decided. */
export const compareDecision = (
  record: DecisionRecord,
  candidate: CompiledPolicies,
  model: Model,
  guard?: Lookups['guard'],
): Comparison => {
  const { event, decision } = record;
  const { inputs } = decision;
  const { verdict, acts, undecidable } = decideAgain(record, { bundle: candidate, model, ...present({ guard }) });
  return {
    decision_id: decision.decision_id,
    case_id: decision.case_id,
    at: Date.parse(decision.decided_at),
    before: decision.verdict,
    after: verdict,
    acts_before: actsBefore(record),
    acts_after: acts,
    undecidable,
    other_model: decision.model.digest !== model.digest,
    review: inputs.review === true,
    severity: event.event.severity,
    summary: decision.summary,
  };
};

const keyOf = (act: ComparedAct): string => `${act.action}\n${act.thing}\n${act.result}`;

const without = (acts: readonly ComparedAct[], others: readonly ComparedAct[]): readonly ComparedAct[] => {
  const known = new Set(others.map(keyOf));
  return acts.filter((act) => !known.has(keyOf(act)));
};

/**
 * True if the candidate decides otherwise: another verdict, or other acts. Which policy proposes an act is no matter.
 */
export const isChanged = ({ before, after, acts_before: had, acts_after: has }: Comparison): boolean =>
  before !== after || without(has, had).length > 0 || without(had, has).length > 0;

/** Permitted acts of both sides, and those that only one side permits. */
export const permitsOf = ({ acts_before, acts_after }: Comparison) => {
  const permitted = (acts: readonly ComparedAct[]) => acts.filter(({ result }) => result === 'permit');
  const [had, has] = [permitted(acts_before), permitted(acts_after)];
  return { had, has, newly: without(has, had), gone: without(had, has) };
};
