import type { DecisionRecord } from '../../../common/flow/decision';
import { isFactOf } from '../../engine/entity/target_keys';
import { newestFirst } from '../facts/newest_first';
import type { PeoplesWord } from '../../engine/learning/peoples_words';
import type { EvidenceLog } from '../ports';
import { recordOf } from '../record/records';

/* What a policy did, or what came of the events of a source, and what people said of it. */

const MOST_CASES = 5_000;
const MOST_DECISIONS = 50_000;
/** Acts by one rule of one source, each so soon after the one before, have one cause, ms. */
const ONE_CAUSE_MS = 10 * 60_000;

/** One case in which it came to an act. */
interface Acted {
  readonly at: string;
  /** Rule and source that raised it. */
  readonly raisedBy: string;
  readonly onCritical: boolean;
}

/** What came of such acts. */
export interface RolloutActs {
  readonly acts: number;
  readonly overridden: number;
  /** Acts on critical assets that people overrode. */
  readonly overriddenCritical: number;
  /**
   * One for each cause, in the order of time: which share of its acts people overrode, 0 to 1. Twenty acts that one
   * wrong rule made in a minute tell one thing, not twenty.
   */
  readonly causes: readonly number[];
  /** When each of them began, UTC. */
  readonly began: readonly string[];
  /** True: there are more, and these are of the youngest. */
  readonly capped: boolean;
}

type Act = DecisionRecord['decision']['acts'][number];

const actedIn = ({ decision, event }: DecisionRecord, isCounted: (act: Act) => boolean): Acted | undefined => {
  if (decision.effectless === true) return undefined;
  const acts = decision.acts.filter((act) => isCounted(act) && !act.shadow && act.result === 'permit');
  if (acts.length === 0) return undefined;
  const critical = decision.inputs.assets.filter(({ criticality }) => criticality === 'critical');
  return {
    at: decision.decided_at,
    raisedBy: JSON.stringify([event.intake, event.event.rule?.id ?? '']),
    onCritical: acts.some(({ target }) => critical.some((facts) => isFactOf(facts, target))),
  };
};

/** Gathers what follows on one another by one rule of one source. */
const causesOf = (
  cases: ReadonlyMap<string, Acted>,
  isOverridden: (caseId: string) => boolean,
): Pick<RolloutActs, 'causes' | 'began'> => {
  const inTime = [...cases].sort(([, a], [, b]) => (a.at < b.at ? -1 : 1));
  const causes: Array<{ began: string; acts: number; overridden: number; last: number }> = [];
  const open = new Map<string, (typeof causes)[number]>();
  for (const [caseId, { at, raisedBy }] of inTime) {
    const moment = Date.parse(at);
    let cause = open.get(raisedBy);
    if (cause === undefined || moment - cause.last > ONE_CAUSE_MS) {
      cause = { began: at, acts: 0, overridden: 0, last: moment };
      causes.push(cause);
      open.set(raisedBy, cause);
    }
    cause.acts += 1;
    cause.last = moment;
    if (isOverridden(caseId)) cause.overridden += 1;
  }
  return {
    causes: causes.map(({ acts, overridden }) => overridden / acts),
    began: causes.map(({ began }) => began),
  };
};

/**
 * The youngest acts of a policy: where there are more than are counted, what happened last is what matters.
 *
 * @param hash content of the policy
 * @param from UTC: what was decided before is not counted
 * @param words what people made of cases
 */
export const rolloutActs = (
  evidence: Pick<EvidenceLog, 'find'>,
  { hash, ...counted }: { readonly hash: string } & Pick<Counted, 'from' | 'words'>,
): Promise<RolloutActs> =>
  actsOf(evidence, { ...counted, where: { 'policy.hash': hash }, isCounted: ({ policy }) => policy.hash === hash });

interface Counted {
  /** Decisions that may hold such acts. */
  readonly where: NonNullable<Parameters<EvidenceLog['find']>[0]['where']>;
  /** Whether a permitted act of them is one. */
  readonly isCounted: (act: Act) => boolean;
  /** UTC: what was decided before is not counted. */
  readonly from: string;
  /** What people made of cases. */
  readonly words: ReadonlyMap<string, PeoplesWord>;
}

/** The youngest acts of some kind; see `rolloutActs`. */
export const actsOf = async (
  evidence: Pick<EvidenceLog, 'find'>,
  { where, isCounted, from, words }: Counted,
): Promise<RolloutActs> => {
  const cases = new Map<string, Acted>();
  let seen = 0;
  let capped = false;
  for await (const { body } of newestFirst(evidence, { family: 'decisions', where, from })) {
    if (cases.size >= MOST_CASES || seen >= MOST_DECISIONS) {
      capped = true;
      break;
    }
    seen += 1;
    const record = recordOf('decisions', body);
    const acted = actedIn(record, isCounted);
    // The first decision of a case says when it began.
    if (acted) cases.set(record.decision.case_id, acted);
  }
  const isOverridden = (caseId: string): boolean => words.get(caseId) === 'wrong';
  const overridden = [...cases].filter(([caseId]) => isOverridden(caseId));
  return {
    acts: cases.size,
    overridden: overridden.length,
    overriddenCritical: overridden.filter(([, { onCritical }]) => onCritical).length,
    ...causesOf(cases, isOverridden),
    capped,
  };
};
