import { readsField } from '../../../common/flow/claims';
import type { ActResult, Reason } from '../../../common/flow/decision';
import type { VoiceField } from '../../../common/flow/voice';
import type { CompiledAction } from '../policy/compiled';
import type { CompiledCondition } from '../policy/cel/condition';
import type { Heard } from './effective';
import { strictest } from './strictest';
import type { Judgement } from './judgement';
import { askPolicy, type Proposal, type ProposedAct, type ProposeRequest } from './propose';

/*
 * Policies are asked about an event as it counts and, where that is less than what its source said, as it is claimed.
 * What holds by one of them alone is for a person.
 */

/** True if a condition reads a field, or something that is made of it. */
export const isReadBy = (field: VoiceField, condition: CompiledCondition | undefined): boolean =>
  [...(condition?.reads ?? [])].some((read) => readsField(field, read));

/** The event itself counts in full. */
const OF_OTHERS = 'what other reports of the same thing say of their rule or domain';

/** The claimed fields that matter to somebody who reads by these conditions; all of them where that cannot be told. */
const named = (
  { fields }: Heard,
  {
    conditions,
    severities,
  }: {
    readonly conditions: ReadonlyArray<CompiledCondition | undefined>;
    readonly severities: ReadonlySet<string> | undefined;
  },
): string => {
  const read = fields.filter(
    (field) =>
      conditions.some((condition) => isReadBy(field, condition)) || (field === 'severity' && severities !== undefined),
  );
  const all = (read.length > 0 ? read : fields).map((field) => `\`${field}\``).join(', ');
  return all === '' ? OF_OTHERS : all;
};

const sourceOf = ({ counting: { intake } }: Heard): string => `\`${intake.type}:${intake.id}\``;

const claimedOnly = (text: string, policy: string): Reason => ({ code: 'claimed_only', text, policy });

const asks = (act: ProposedAct, reason: Reason): ProposedAct => {
  const matched = act.reasons.filter(({ code }) => code === 'policy_matched');
  const others = act.reasons.filter(({ code }) => code !== 'policy_matched');
  return {
    ...act,
    result: strictest([act.result, 'escalate']),
    reasons: [...matched, reason, ...others],
    isClaimedOnly: true,
  };
};

export interface BothWays {
  readonly heard: Heard;
  readonly counting: ProposeRequest;
  readonly claimed: ProposeRequest | undefined;
}

/** Whether claims can matter to a policy. Where only others claim something, to most it does not. */
const mayDiffer = (policy: CompiledAction, { heard, counting, claimed }: BothWays): boolean =>
  heard.claimed !== undefined ||
  policy.readsCorroboration ||
  policy.confirm !== undefined ||
  counting.known.score.value !== claimed?.known.score.value;

/** Asks an action policy about an event both ways; what only one of them proposes escalates. */
export const askBothWays = (policy: CompiledAction, { heard, counting, claimed }: BothWays): Proposal | undefined => {
  const counts = askPolicy(policy, counting);
  if (claimed === undefined || !mayDiffer(policy, { heard, counting, claimed })) return counts;
  const claims = askPolicy(policy, claimed);
  const about = { conditions: [policy.when], severities: policy.severities };
  const { id } = policy.ref;
  const isConfirmed = claims?.act !== undefined && claims.act.heldUntil === undefined;
  if (claims?.act && (counts?.act === undefined || (counts.act.heldUntil !== undefined && isConfirmed))) {
    const text = `holds only by what ${sourceOf(heard)} claims and no grant covers: ${named(heard, about)}`;
    return { ...claims, act: asks(claims.act, claimedOnly(text, id)), isClaimed: true };
  }
  if (counts?.act && (claims?.act === undefined || (counts.condition.matched && !claims.condition.matched))) {
    const text = `does not hold by what ${sourceOf(heard)} claims and no grant covers: ${named(heard, about)}`;
    return { ...counts, act: asks(counts.act, claimedOnly(text, id)) };
  }
  return counts ?? (claims && { ...claims, isClaimed: true });
};

const effectOf = (judgements: readonly Judgement[]): ActResult =>
  strictest(judgements.flatMap(({ silent, effect }) => (silent ? [] : (effect ?? []))));

const softened = (judgement: Judgement, heard: Heard): Judgement => {
  const { judge, effect, reason, silent } = judgement;
  if (effect !== 'deny' || silent) return judgement;
  const about = { conditions: [judge.when, judge.require], severities: judge.severities };
  const text = `${reason?.text ?? judge.title}; not so by what ${sourceOf(heard)} claims: ${named(heard, about)}`;
  return { ...judgement, effect: 'escalate', reason: claimedOnly(text.slice(0, 4096), judge.ref.id) };
};

/**
 * What a judging policy says of an act both ways. A denial by what is claimed stays one: nobody gains from claiming it.
 * A denial that claims would lift becomes a question.
 */
export const judgedBothWays = (
  counts: readonly Judgement[],
  claims: readonly Judgement[],
  heard: Heard,
): readonly Judgement[] => {
  const marked = claims.map((each): Judgement => ({ ...each, isClaimed: true }));
  const [counted, claimed] = [effectOf(counts), effectOf(claims)];
  if (counted === claimed) return counts.length > 0 ? counts : marked;
  return [...counts.map((each) => softened(each, heard)), ...marked];
};
