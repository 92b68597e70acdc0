import type { BrakesSay } from '../../../common/api/routes';
import type { Decision } from '../../../common/flow/decision';
import type { ReceivedEvent } from '../../../common/flow/event';
import { present } from '../../../common/present';
import type { Shift } from '../agent/shift';
import { planTrial } from '../executing/claim';
import { READ_AGAIN, type ReadAgain } from '../executing/claiming';
import type { CaseAct } from '../keeping/kinds/case';
import type { View } from '../keeping/plan';

/* What the brakes would say of what a decision permits, if it were begun now. Nothing is reserved. */

/** What the verdict would be that the brakes make of an act. */
export const wouldOf = ({ status, stopped }: CaseAct): BrakesSay['would'] => {
  switch (status) {
    case 'applying':
    case 'present':
    case 'done':
      return 'permit';
    case 'held':
    case 'unknown':
    case 'gone':
      return 'hold';
    case 'waiting':
      return 'escalate';
    case 'shadow':
    case 'denied':
    case 'failed':
    case 'refused':
    case 'expired':
      return 'deny';
    case 'stopped':
      return stopped?.then === 'escalate' || stopped?.then === 'hold' ? stopped.then : 'deny';
  }
};

/** What the brakes say of an act that was tried. */
export const saidBy = (act: CaseAct): BrakesSay => ({
  act_id: act.act_id,
  would: wouldOf(act),
  ...present({ stop_reason: act.stopped?.reason, limit: act.stopped?.limit, text: act.stopped?.text ?? act.text }),
});

interface Trial {
  /** Documents that it looks at. */
  readonly reads: readonly string[];
  readonly said: (view: View) => readonly BrakesSay[] | ReadAgain;
}

/** Asks the brakes about the acts that a decision permits. */
export const brakesTrial = (shift: Pick<Shift, 'work'>, received: ReceivedEvent, decision: Decision): Trial => {
  // INVARIANT (INV-11): whoever asks acts by themselves, so the answer is what the brakes would say to Reflex now.
  const acts = decision.acts.filter(({ shadow, result }) => !shadow && result === 'permit');
  const trial = planTrial(shift.work.processing.worldNow, {
    received,
    decision: { ...decision, acts, effectless: false },
  });
  return {
    reads: trial.reads,
    said: (view) => {
      const tried = trial.acts(view);
      return tried === READ_AGAIN ? READ_AGAIN : tried.map(saidBy);
    },
  };
};
