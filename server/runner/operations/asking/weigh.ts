import type { BrakesSay } from '../../../../common/api/routes';
import type { Act, Decision } from '../../../../common/flow/decision';
import type { ReceivedEvent } from '../../../../common/flow/event';
import { iso } from '../../../../common/iso';
import type { Shift } from '../../agent/shift';
import type { ShiftWith } from '../../agent/views';
import { planTrial } from '../../executing/claim';
import { READ_AGAIN, type ClaimRequest, type ReadAgain } from '../../executing/claiming';
import type { ClaimWorld } from '../../executing/claim_world';
import type { CaseAct, Resolution } from '../../keeping/kinds/case';
import type { View } from '../../keeping/plan';
import { saidBy } from '../brakes_say';

/*
 * What policies and brakes make of a question, now. The brakes are asked by the claim of each act as it would be made,
 * against the same documents. Nothing is written, reserved or sent.
 */

type Weighing = ShiftWith<'commits'> & Pick<Shift, 'work'>;

/** One act that answers the question, and what would become of it. */
export interface WeighedAct {
  readonly act: Act;
  /** With the approval that was given for it, if there is one. */
  readonly now: BrakesSay;
  /** If somebody who may approved it, whoever that is. */
  readonly approved: BrakesSay;
  /** `now` rests on the approval that was given. */
  readonly byApproval: boolean;
}

interface Trial {
  readonly reads: readonly string[];
  readonly say: (view: View) => BrakesSay | ReadAgain;
}

const LEFT_TO_PERSON = 'the policies leave it to a person';

const sayOf = (act: CaseAct | undefined, tried: Act): BrakesSay =>
  act === undefined ? { act_id: tried.act_id, would: 'hold', text: 'the brakes do not answer' } : saidBy(act);

const trialOf = (worldNow: () => ClaimWorld, act: Act, request: ClaimRequest): Trial => {
  const { reads, acts } = planTrial(worldNow, request);
  return {
    reads,
    say: (view) => {
      const tried = acts(view);
      return tried === READ_AGAIN ? READ_AGAIN : sayOf(tried[0], act);
    },
  };
};

/** Stands for whoever may approve: brakes that only ask for a person are satisfied, all others say what they say. */
const anybody = (decision: Decision): Resolution => ({
  verb: 'approved',
  by: 'anybody',
  at: decision.decided_at,
  reason: 'what would happen',
  four_eyes: false,
});

interface Tried {
  readonly act: Act;
  readonly now: Trial;
  readonly approved: Trial;
  readonly byApproval: boolean;
}

const triedAct = (
  worldNow: () => ClaimWorld,
  { received, decision, approval }: Weighed & Approved,
  act: Act,
): Tried => {
  // INVARIANT (INV-11): whoever asks acts by themselves, so the answer is what the brakes would say to Reflex now.
  const request = { received, decision: { ...decision, acts: [act], effectless: false } };
  const given = approval?.act_id === act.act_id ? approval.resolution : undefined;
  const withWord = (resolution: Resolution): ClaimRequest => ({
    ...request,
    approval: { actId: act.act_id, resolution },
  });
  return {
    act,
    now: trialOf(worldNow, act, given === undefined ? request : withWord(given)),
    approved: trialOf(worldNow, act, withWord(anybody(decision))),
    byApproval: given !== undefined,
  };
};

interface Weighed {
  readonly received: ReceivedEvent;
  readonly decision: Decision;
}

interface Approved {
  /** A person permitted one of the acts to whoever asks. */
  readonly approval: { readonly act_id: string; readonly resolution: Resolution } | undefined;
}

/** The acts that answer: what the policies permit, else what they leave to a person. Shadow acts answer nothing. */
export const answeringActs = ({ acts }: Pick<Decision, 'acts'>): readonly Act[] => {
  const real = acts.filter(({ shadow }) => !shadow);
  const permitted = real.filter(({ result }) => result === 'permit');
  return permitted.length > 0 ? permitted : real.filter(({ result }) => result === 'escalate');
};

/** Asks the brakes about every act that answers a question. */
export const weigh = ({ parts, work }: Weighing, weighed: Weighed & Approved): Promise<readonly WeighedAct[]> => {
  const { worldNow } = work.processing;
  const tried = answeringActs(weighed.decision).map((act) => triedAct(worldNow, weighed, act));
  return parts.commits.settle<readonly WeighedAct[]>({
    reads: [...new Set(tried.flatMap(({ now, approved }) => [...now.reads, ...approved.reads]))],
    build: (view) => {
      const said: WeighedAct[] = [];
      for (const { act, now, approved, byApproval } of tried) {
        const one = now.say(view);
        const other = approved.say(view);
        if (one === READ_AGAIN || other === READ_AGAIN) return READ_AGAIN;
        said.push({ act, now: one, approved: other, byApproval });
      }
      return { docs: [], answer: said };
    },
  });
};

const WORST_FIRST = ['deny', 'escalate', 'hold', 'permit'] as const;

/** Of several acts that answer one question the one that fares worst: nobody is told more than holds for all. */
export const worstOf = (weighed: readonly WeighedAct[]): WeighedAct | undefined =>
  WORST_FIRST.flatMap((would) => weighed.filter(({ now }) => now.would === would))[0];

/** What a person is told of whom it waits for. */
export const textOf = ({ act, now }: WeighedAct): string =>
  now.text ?? (act.result === 'escalate' ? LEFT_TO_PERSON : 'the policies permit it, and no brake holds it back');

/** UTC until when something holds that is said now. */
export const until = (now: number, ms: number): string => iso(now + ms);
