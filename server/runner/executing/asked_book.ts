import { isByOrder } from '../../../common/flow/clearance';
import { MOST_BUDGET } from '../../../common/policy/policy_schema';
import { aloneBecause, factsOfAct } from '../../engine/decision/stakes';
import type { CaseAct, CaseContent } from '../keeping/kinds/case';
import type { Clock } from '../ports';

/**
 * When this agent asked people a question, for as long as its process runs. Each agent counts its own: a budget is for
 * people who get tired, and no promise.
 */
export class AskedBook {
  private moments: number[] = [];

  constructor(private readonly clock: Pick<Clock, 'monotonic'>) {}

  note(count: number): void {
    const now = this.clock.monotonic();
    for (let index = 0; index < count; index += 1) this.moments.push(now);
    if (this.moments.length > MOST_BUDGET) this.moments = this.moments.slice(-MOST_BUDGET);
  }

  /** How many were asked within so long, ms. */
  readonly within = (ms: number): number => {
    const since = this.clock.monotonic() - ms;
    return this.moments.filter((moment) => moment > since).length;
  };
}

/** Causes by which many acts wait as one question: they cost a person no more than one does. */
const isOfMany = ({ stopped }: CaseAct): boolean => stopped?.limit !== undefined || isByOrder(stopped?.reason);

/** Whether an act that is to wait is one more question for a person, that a budget counts. */
export const isQuestion = (
  act: CaseAct,
  decision: Pick<NonNullable<CaseContent['decision']>, 'acts' | 'inputs'>,
): boolean => {
  if (act.status !== 'waiting' || isOfMany(act)) return false;
  const decided = decision.acts.find(({ act_id }) => act_id === act.act_id);
  return decided !== undefined && aloneBecause(decided, factsOfAct(decision, decided)) === undefined;
};

/** How many questions a claim asks that were not asked before it. */
export const newQuestions = ({ acts, decision }: CaseContent, before: CaseContent | undefined): number => {
  if (decision === undefined) return 0;
  const waited = (before?.acts ?? []).filter(({ status }) => status === 'waiting').length;
  return Math.max(0, acts.filter((act) => isQuestion(act, decision)).length - waited);
};
