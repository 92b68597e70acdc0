import type { Act } from '../../../common/flow/decision';
import {
  accepts,
  demandsNow,
  demandStates,
  distinctVoices,
  sharedVoice,
  unmetDemands,
  type Approver,
  type Demand,
  type DemandState,
} from '../../../common/flow/demand';
import type { StandingView } from '../../../common/api/progress';
import { present } from '../../../common/present';
import { escalationDigest } from '../executing/handed_over';
import type { Absences } from '../facts/absences';
import type { Standing } from '../keeping/kinds/absences';
import type { Approval, CaseAct, CaseContent } from '../keeping/kinds/case';
import { mayBeSamePerson } from '../record/person';

/*
 * Acts that take the approval of several people, or of certain ones (docs/decisions/062). What was approved waits in
 * the case for the others. INVARIANT (INV-10): it counts for what was seen, each person once, and for a short time:
 * only the request in which it was given could ask for the right to approve.
 */

/** So long an approval waits for those of others, ms. */
export const APPROVAL_COUNTS_MS = 900_000;

type Spoken = Pick<Approval, 'by' | 'roles' | 'stands_for'>;

const asApprover = ({ by, roles, stands_for }: Spoken): Approver => ({ name: by, ...present({ roles, stands_for }) });

/** An act of the decision as it stands in its case, with what its approval takes now. */
interface Asked {
  readonly act: CaseAct;
  readonly demands: readonly Demand[];
}

const askedOf = (content: CaseContent, actId: string): Asked | undefined => {
  const act = content.acts.find((each) => each.act_id === actId);
  const decided: Act | undefined = content.decision?.acts.find((each) => each.act_id === actId);
  return act && decided && { act, demands: demandsNow(decided.demands ?? [], act.late !== undefined) };
};

/** The approvals of an act that count still, each person once, and who is away once with who stands in for them. */
export const countingApprovals = (content: CaseContent, actId: string, utc: number): readonly Approval[] => {
  const { approvals = [] } = content.acts.find((each) => each.act_id === actId) ?? {};
  if (approvals.length === 0) return [];
  const seen = escalationDigest(content, actId);
  const counting = approvals.filter((each) => each.seen === seen && utc < Date.parse(each.at) + APPROVAL_COUNTS_MS);
  const voices = counting.map((approval) => ({ ...asApprover(approval), approval }));
  return distinctVoices(voices, mayBeSamePerson).map(({ approval }) => approval);
};

/** What is missing still of the approval of an act. */
export const missingOf = (content: CaseContent, actId: string, utc: number): readonly DemandState[] =>
  unmetDemands(
    askedOf(content, actId)?.demands ?? [],
    countingApprovals(content, actId, utc).map(asApprover),
    mayBeSamePerson,
  );

/** What one more approval comes to. */
export type Counted =
  /** It is the last that was missing. `others`: who approved it before, and counts. */
  | { readonly kind: 'complete'; readonly others: readonly Approval[] }
  | { readonly kind: 'short'; readonly unmet: readonly DemandState[] }
  | { readonly kind: 'refused'; readonly message: string };

/**
 * Counts somebody's approval with those that were given before.
 *
 * @param isGood whether who approved before may do so still, by all but their role, which nobody can ask for here
 */
export const countApproval = (
  content: CaseContent,
  { actId, utc, ...mine }: Spoken & { readonly actId: string; readonly utc: number },
  isGood: (approval: Approval) => boolean,
): Counted => {
  const asked = askedOf(content, actId);
  const demands = asked?.demands ?? [];
  const others = countingApprovals(content, actId, utc).filter(isGood);
  const me = asApprover(mine);
  const twice = sharedVoice(others.map(asApprover), me, mayBeSamePerson);
  if (twice !== undefined) return { kind: 'refused', message: twiceWords(twice, me) };
  const before = unmetDemands(demands, others.map(asApprover), mayBeSamePerson);
  const [first] = before;
  const { by, stands_for } = mine;
  // Who counts for nothing that is missing would be counted for nothing.
  if (first !== undefined && !before.some((demand) => accepts(demand, me)))
    return {
      kind: 'refused',
      message: `policy \`${first.policy}\` names who approves this: ${(first.approvers ?? []).join(', ')}; not \`${stands_for?.name ?? by}\``,
    };
  if (stands_for !== undefined && !before.some((demand) => !accepts(demand, { ...me, stands_for: undefined })))
    return { kind: 'refused', message: `\`${by}\` may approve this without standing in for \`${stands_for.name}\`` };
  const unmet = unmetDemands(demands, [...others.map(asApprover), me], mayBeSamePerson);
  return unmet.length === 0 ? { kind: 'complete', others } : { kind: 'short', unmet };
};

const twiceWords = (before: Approver, me: Approver): string =>
  before.stands_for === undefined && me.stands_for === undefined
    ? `\`${before.name}\`, who approved it already, may be \`${me.name}\`: somebody else approves`
    : `${voiceWords(before)} approved it already, and ${voiceWords(me)} is no other voice: somebody else approves`;

const voiceWords = ({ name, stands_for }: Approver): string =>
  stands_for === undefined ? `\`${name}\`` : `\`${name}\` for \`${stands_for.name}\``;

/** For whom somebody approved, for people: the roles are for the brakes. */
export const standingView = ({ name, via, until }: Standing): StandingView => ({ name, until, ...present({ via }) });

/** So many stand-ins are shown on a card. */
const MOST_SHOWN = 16;

/** Who may approve now for somebody who is away and whose approval is missing. */
const standInsIn = (demands: readonly DemandState[], away: Absences | undefined) => {
  const named = [...new Set((away?.all ?? []).map(({ who }) => who))];
  return named
    .flatMap((who) => away?.standInsFor(who) ?? [])
    .filter((standing) => demands.some((demand) => isMissing(demand, standing)))
    .slice(0, MOST_SHOWN)
    .map(({ stand_in, ...standing }) => ({ stand_in, ...standingView(standing) }));
};

const isMissing = (demand: DemandState, { name, roles }: Standing): boolean =>
  demand.have < demand.by && demand.approvers !== undefined && accepts(demand, { name, ...present({ roles }) });

/**
 * How the approval of an act stands, for people; undefined where one person who may approve is enough.
 *
 * @param away who is away, and who stands in for them; missing: nobody
 */
export const approvalStateOf = (content: CaseContent, actId: string, utc: number, away?: Absences) => {
  const asked = askedOf(content, actId);
  if (asked === undefined || (asked.demands.length === 0 && asked.act.late === undefined)) return undefined;
  const given = countingApprovals(content, actId, utc);
  const demands = demandStates(asked.demands, given.map(asApprover), mayBeSamePerson);
  const standIns = standInsIn(demands, away);
  return {
    demands: [...demands],
    given: given.map(({ by, at, reason, stands_for }) => ({
      ...{ by, at, reason },
      ...present({ stands_for: stands_for && standingView(stands_for) }),
    })),
    ...present({ late: asked.act.late, stand_ins: standIns.length === 0 ? undefined : [...standIns] }),
  };
};
