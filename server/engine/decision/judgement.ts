import type { ActResult, Reason } from '../../../common/flow/decision';
import type { CompiledCondition, ConditionResult } from '../policy/cel/condition';
import type { CompiledJudge } from '../policy/compiled';

/** What one judging policy made of one act. */
export interface Judgement {
  readonly judge: CompiledJudge;
  /** Of `when`, or of `require` where there is no `when`. */
  readonly condition: ConditionResult;
  readonly evaluated: CompiledCondition;
  readonly effect?: ActResult;
  readonly reason?: Reason;
  /** In shadow: recorded, without a voice. */
  readonly silent: boolean;
  /** It was asked about the event as its source claims it to be. */
  readonly isClaimed?: true;
}
