import { BRIEF_CLAIMS } from '../../../common/api/many_as_one';
import { headlineOf } from '../../../common/api/headline';
import { present } from '../../../common/present';
import { iso } from '../../../common/iso';
import type {
  ContainmentView,
  DecisionDetail,
  DecisionBrief,
  EscalationView,
  EventBrief,
} from '../../../common/api/views';
import type { Decision, DecisionRecord } from '../../../common/flow/decision';
import { nearestMisses } from '../../../common/flow/nearest_miss';
import { claimedFields } from '../../../common/flow/claims';
import type { ReceivedEvent } from '../../../common/flow/event';
import type { VoiceField } from '../../../common/flow/voice';
import { aloneBecause, expectedLoss, factsOfAct } from '../../engine/decision/stakes';
import type { Effect } from '../../engine/execution/effect';
import { canBeClosed } from '../../engine/execution/looked';
import { deadlineOf } from '../../engine/execution/reasons';
import type { Absences } from '../facts/absences';
import type { CaseAct, CaseContent } from '../keeping/kinds/case';
import { isLapsed } from '../executing/earlier_acts';
import { escalationDigest } from '../executing/handed_over';
import type { WhatBecame } from './progress';
import { approvalStateOf } from './quorum';
import { reappliedView } from './reapplied';

/* From the documents of the runner to what the page and API clients see. */

/** What of the line nobody vouches for. The rule is told by its name, else by its id. */
const claimedInBrief = (received: ReceivedEvent): EventBrief['claimed'] => {
  const fields = claimedFields(received);
  const rule: VoiceField = received.event.rule?.name === undefined ? 'rule.id' : 'rule.name';
  return BRIEF_CLAIMS.filter((claim) => fields.includes(claim === 'rule' ? rule : claim));
};

/** An event in one line. */
export const eventBrief = (received: ReceivedEvent): EventBrief => {
  const { event, intake } = received;
  const host = event.src_host ?? event.dst_host;
  const rule = event.rule?.name ?? event.rule?.id;
  return {
    event_id: event.event_id,
    timestamp: event.timestamp,
    severity: event.severity,
    confidence: event.confidence,
    intake,
    claimed: claimedInBrief(received),
    ...present({ rule, source: event.source?.ip, host, user: event.user?.name, tags: event.tags }),
  };
};

export const decisionBrief = (
  { event, decision, asked }: DecisionRecord,
  { outcome, progress }: WhatBecame,
): DecisionBrief => ({
  decision_id: decision.decision_id,
  case_id: decision.case_id,
  decided_at: decision.decided_at,
  verdict: decision.verdict,
  summary: decision.summary,
  brief: eventBrief(event),
  acts: decision.acts.map(({ act_id, action, target, result, shadow, policy }) => ({
    act_id,
    action,
    target,
    result,
    shadow,
    policy: policy.id,
    ...present({ progress: progress.find((each) => each.act_id === act_id) }),
  })),
  outcome,
  headline: headlineOf(decision),
  score: decision.score.value,
  bundle_version: decision.bundle.version,
  demo: event.demo ?? false,
  ...present({
    effectless: decision.effectless,
    asked,
    predecessor: decision.predecessor,
    nearest: outcome === 'nothing' ? nearestMisses(decision)[0] : undefined,
  }),
});

/**
 * The acts of a case that wait for a person, each as one escalation.
 *
 * @param utc now, ms
 * @param away who is away, and who stands in for them
 */
export const escalationViews = (content: CaseContent, utc: number, away: Absences): readonly EscalationView[] => {
  const { received, decision, acts, asked } = content;
  const due = asked?.request?.until ?? content.due;
  if (decision === undefined || isLapsedRequest(content, utc)) return [];
  return acts
    .filter((act) => act.status === 'waiting')
    .flatMap((progress) => {
      const act = decision.acts.find((each) => each.act_id === progress.act_id);
      const seen = escalationDigest(content, progress.act_id);
      if (!act || seen === undefined) return [];
      const approval = approvalStateOf(content, progress.act_id, utc, away);
      const facts = factsOfAct(decision, act);
      const stakes = {
        loss: expectedLoss(act, facts, { score: decision.score.value }),
        alone: aloneBecause(act, facts),
      };
      return [
        {
          ...escalationView({ received, decision, act, progress, seen, due }),
          ...requestedView(content),
          ...present({ ...stakes, approval }),
        },
      ];
    });
};

/** Nobody is asked about it any more, though no janitor has said so yet. */
const isLapsedRequest = (content: CaseContent, utc: number): boolean =>
  content.asked?.request !== undefined && isLapsed(content, utc);

/** Who wants to act by themselves, for whom, why, and since when people are asked. */
const requestedView = ({ received, asked }: CaseContent): Partial<EscalationView> => {
  const { subject, request } = asked ?? {};
  if (subject === undefined || request === undefined) return {};
  return { waiting_since: request.at, requested: { by: received.intake.id, subject, reason: request.reason } };
};

const remindedView = (reminded: CaseAct['reminded']): EscalationView['reminded'] =>
  reminded && { mark: reminded.mark, at: reminded.at };

const escalationView = ({
  received,
  decision,
  act,
  progress,
  seen,
  due,
}: {
  received: ReceivedEvent;
  decision: Decision;
  act: Decision['acts'][number];
  progress: CaseAct;
  seen: string;
  due: string | undefined;
}): EscalationView => ({
  case_id: received.case_id,
  act_id: act.act_id,
  decision_id: decision.decision_id,
  act,
  seen,
  event: received.event,
  brief: eventBrief(received),
  why: act.reasons.length > 0 ? act.reasons : decision.reasons,
  score: decision.score,
  facts: decision.inputs.assets.slice(0, 16),
  waiting_since: decision.decided_at,
  demo: received.demo ?? false,
  ...present({
    text: progress.text,
    stop_reason: progress.stopped?.reason,
    expires_at: due,
    reminded: progress.reminded?.due === due ? remindedView(progress.reminded) : undefined,
    voice: received.voice,
    as_said: received.as_said,
    mended: received.mended,
    order: received.order,
  }),
});

/** When an effect was last seen for certain: by what its document says, or by what its session says of all it keeps. */
const seenAt = (effect: Effect, seenSince: string | undefined): string | undefined => {
  const written = effect.verified_at;
  const isCovered = effect.state === 'present' && effect.verified === true && seenSince !== undefined;
  if (!isCovered || (written !== undefined && written > seenSince)) return written;
  return seenSince;
};

/**
 * A live effect as a row on the board; undefined for one that is absent.
 *
 * @param seenSince UTC: its session saw everything that it keeps at this connector, and not before this
 */
export const containmentView = (id: string, effect: Effect, seenSince?: string): ContainmentView | undefined => {
  if (effect.state === 'absent') return undefined;
  const deadline = deadlineOf(effect);
  return {
    effect_id: id,
    state: effect.state,
    action: effect.action,
    connector: effect.connector,
    target: effect.target,
    reasons: effect.reasons.map(({ command, deadline: ends, times, joined_at: last_at }) => ({
      command_id: command.command_id,
      case_id: command.case_id,
      decision_id: command.decision_id,
      policy: command.policy,
      reason: command.reason,
      deadline: ends,
      ...present({ times, last_at }),
    })),
    due: deadline === null ? null : iso(deadline),
    demo: effect.reasons.some((reason) => reason.demo === true),
    verified: effect.verified ?? false,
    ...present({
      since: effect.since,
      verified_at: seenAt(effect, seenSince),
      gone: effect.gone,
      reapplied: reappliedView(effect.drift),
      taken_over: effect.taken_over,
      undo: effect.undo && { by: effect.undo.by, why: effect.undo.why, text: effect.undo.text },
      last_error: effect.last_error,
      lift_requested: effect.lift && true,
      closable: canBeClosed(effect) || undefined,
    }),
  };
};

/** What the source of a case said since it was decided; undefined if nothing. */
export const saidSince = (
  decidedOn: ReceivedEvent,
  { received, updates, outdated, acknowledged, acknowledged_by }: CaseContent,
): DecisionDetail['since'] => {
  const isOther = received.event.severity !== decidedOn.event.severity;
  const isOver = received.source_state === 'completed' && decidedOn.source_state !== 'completed';
  const since = present({
    updates,
    severity: isOther ? received.event.severity : undefined,
    outdated,
    acknowledged,
    acknowledged_by,
    over: isOver || undefined,
  });
  return Object.keys(since).length === 0 ? undefined : since;
};
