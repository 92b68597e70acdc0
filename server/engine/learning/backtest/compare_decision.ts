import { present } from '../../../../common/present';
import type { Intake } from '../../../../common/flow/event';
import type {
  AssetFacts,
  DecisionInputs,
  DecisionRecord,
  HistoryFacts,
  Target,
  Verdict,
} from '../../../../common/flow/decision';
import { decide, type Decided } from '../../decision/decide';
import { factsAsked, recordedLookups, type GuardQuestion, type Lookups } from '../../decision/lookups';
import type { Model } from '../../decision/model';
import { digestOf } from '../../digest/digest';
import type { CompiledAction, CompiledPolicies } from '../../policy/compiled';
import { compared, type ComparedAct } from './compared_act';
import { testedActs, type TestedAct } from './tested_acts';

/*
 * What a candidate set of policies would have decided on history. Each stored decision carries everything that was
 * looked up, so it is decided again from its record alone; what the record does not tell is said, not guessed.
 */

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

/** The same with what the policies under test say, those in shadow too. */
export interface Tried extends Comparison {
  readonly tested: readonly TestedAct[];
  /** Whole targets of `acts_after`, in their order. */
  readonly targets_after: readonly Target[];
  readonly intake: Intake;
  /** Who had reported what the event names by then. */
  readonly witnesses: Pick<HistoryFacts, 'entities' | 'domains'>;
}

const actsBefore = ({ decision }: DecisionRecord): readonly ComparedAct[] =>
  decision.acts
    .filter((act) => !act.shadow)
    .map((act) => compared(decision.inputs.assets, { ...act, policy: act.policy.id }));

const named = ({ ref, spec, ttlMs }: CompiledAction) => ({ policy: ref.id, action: spec.then.action, ttl_ms: ttlMs });

const actsAfter = ({ acts, assets }: Decided): readonly ComparedAct[] =>
  acts
    .filter(({ proposed }) => !proposed.shadow)
    .map(({ proposed: { policy, target }, result }) => compared(assets, { ...named(policy), target, result }));

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
  /** Which policies of the bundle are under test; none if not given. */
  readonly tests?: (policy: string) => boolean;
}

/** What came of deciding again. Acts in shadow are left out. */
export interface Again {
  readonly verdict: Verdict;
  readonly acts: readonly ComparedAct[];
  /** Whole targets of `acts`, in their order. */
  readonly targets: readonly Target[];
  readonly tested: readonly TestedAct[];
  readonly score: number;
  /** It asks for facts that were not looked up then. */
  readonly undecidable: boolean;
}

/**
 * Decides a stored decision again, at the moment and on the facts of then.
 *
 * @param record may say other things of its event, or of what was seen before, than was so then
 */
export const decideAgain = ({ event, decision }: DecisionRecord, { bundle, model, guard, tests }: Deciders): Again => {
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
    targets: decided.acts.filter(({ proposed }) => !proposed.shadow).map(({ proposed }) => proposed.target),
    tested: testedActs(decided, tests),
    score: decided.score.value,
    undecidable:
      !decided.assets.every(wasLookedUp) ||
      !decided.looked.every((each) => inputs.lookups?.some((then) => then.query_digest === each.query_digest)) ||
      (guard === undefined && !decided.guards.every((each) => wasAsked(inputs, each))),
  };
};

/** What a candidate makes of a stored decision, beside what was decided. */
export const compareDecision = (record: DecisionRecord, deciders: Deciders): Tried => {
  const { event, decision } = record;
  const { inputs } = decision;
  const { verdict, acts, targets, tested, undecidable } = decideAgain(record, deciders);
  return {
    decision_id: decision.decision_id,
    case_id: decision.case_id,
    at: Date.parse(decision.decided_at),
    before: decision.verdict,
    after: verdict,
    acts_before: actsBefore(record),
    acts_after: acts,
    tested,
    targets_after: targets,
    intake: event.intake,
    witnesses: inputs.history,
    undecidable,
    other_model: decision.model.digest !== deciders.model.digest,
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
