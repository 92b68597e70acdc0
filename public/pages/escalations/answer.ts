import { approveEscalation, denyEscalation } from '../../../common/api/routes';
import type { ActProgress } from '../../../common/api/progress';
import type { EscalationView } from '../../../common/api/views';
import type { Label } from '../../../common/flow/feedback';
import { decode } from '../../../common/codec/decode';
import { present } from '../../../common/present';
import { ok, type Result } from '../../../common/result';
import type { Api, Refusal } from '../../api_client';
import type { Answerable } from './escalation_key';

export type Verb = 'approve' | 'deny';

/** A word given on an escalation, and how its act fares since. */
export interface Answered<Shown = EscalationView> {
  readonly escalation: Shown;
  readonly verb: Verb;
  readonly progress: ActProgress | undefined;
  /** The word was taken, and the label that it is was not kept. */
  readonly isLabelLost: boolean;
}

interface GivenWord {
  readonly verb: Verb;
  readonly reason: string;
  readonly askFor?: number | undefined;
  /** What the event turned out to be, where the reason says so. */
  readonly label: Label | undefined;
  /** To so many acts this one answer is given; default 1. */
  readonly of?: number;
  /** Who is away, and for whom it is said. */
  readonly standsFor?: string | undefined;
}

/** Sends a person's word, bound to the digest of what the person saw. */
export const sendAnswer = async <Shown extends Answerable>(
  api: Api,
  escalation: Shown,
  { verb, reason, askFor, label, of, standsFor }: GivenWord,
): Promise<Result<Answered<Shown>, Refusal>> => {
  const { case_id, act_id, seen } = escalation;
  const params = { case_id, act_id };
  const answer =
    verb === 'approve'
      ? await api.call(approveEscalation, {
          params,
          body: { reason, seen, ...present({ label, of, stands_for: standsFor }) },
        })
      : await api.call(denyEscalation, { params, body: { reason, seen, ...present({ ask_for_ms: askFor, label }) } });
  if (!answer.ok) return answer;
  const { progress, labelled } = answer.value;
  const isLabelLost = labelled === 0;
  return ok({ escalation, verb, isLabelLost, progress: progress?.find((each) => each.act_id === act_id) });
};

/**
 * For whom somebody approves, who is away: where policies name them and not the caller. Undefined where the caller
 * approves for themselves, or may not; roles only the host knows.
 */
export const absentFor = ({ approval }: Pick<EscalationView, 'approval'>, caller: string | undefined) => {
  const standing = approval?.stand_ins?.find(({ stand_in }) => stand_in === caller);
  const isListed = approval?.demands.some(
    ({ have, by, approvers }) => have < by && caller !== undefined && (approvers?.includes(caller) ?? false),
  );
  return isListed === true ? undefined : standing;
};

/** True if somebody else decided, or the case moved on. */
export const isMovedOn = ({ code }: Refusal): boolean => code === 'changed' || code === 'not_waiting';

/** How the act is now, where the refusal tells it. */
export const currentProgress = ({ current }: Refusal, actId: string): ActProgress | undefined => {
  const decoded = decode(approveEscalation.answer, current);
  return decoded.ok ? decoded.value.progress?.find((each) => each.act_id === actId) : undefined;
};
