import { Ticket } from './hand_over_document';
import * as t from 'io-ts';
import { described, instant, list, number, oneOf, record, text } from '../codec/codecs';
import { Asked, AskedSubject } from '../flow/asked';
import { Act, AssetFacts, Decision, Reason, Score, Target, VERDICTS } from '../flow/decision';
import { DemandState } from '../flow/demand';
import { AsSaid, DetectionEvent, Intake, Mended, MOST_MENDED, ReceivedEvent, SEVERITIES } from '../flow/event';
import { NearestMiss } from '../flow/nearest_miss';
import { ActionRecord, TargetError } from '../flow/outcome';
import { Feedback, LABELS } from '../flow/feedback';
import { Order } from '../flow/order';
import { ANSWERED_ALONE } from '../flow/stakes';
import { Voice } from '../flow/voice';
import { StopReason } from '../flow/clearance';
import { BEYOND_BUDGET } from '../policy/policy';
import { BriefClaims, ContainmentReason, DisruptionView, LimitBreach, LimitFilled } from './many_as_one';
import { Headline } from './headline';
import { ActProgress, OUTCOMES, Reapplied, StandingView } from './progress';

/* What the page and API clients see. Lists say as of when they are: search lags behind by about a second. */

const id = text({ min: 1, max: 512 });
const sentence = text({ max: 8192 });

/** An event in one line. */
export const EventBrief = record(
  {
    event_id: id,
    timestamp: instant,
    severity: oneOf(['low', 'medium', 'high', 'critical']),
    confidence: number(),
    intake: Intake,
    claimed: BriefClaims,
  },
  { rule: id, source: id, host: id, user: id, tags: list(id, 64) },
);
export type EventBrief = t.TypeOf<typeof EventBrief>;

/** How the approval of an act stands that takes several people, or certain ones. */
export const ApprovalState = record(
  {
    demands: list(DemandState, 64),
    given: described(
      list(record({ by: id, at: instant, reason: sentence }, { stands_for: StandingView }), 64),
      'Approvals that wait for others',
    ),
  },
  {
    stand_ins: described(
      list(record({ stand_in: id, name: id, until: instant }, { via: id }), 16),
      'Who approves for `name`, who is away until then, and whose approval is missing; `via`: whom they had named',
    ),
    late: described(
      record({ how: oneOf(['second', 'hold']), until: instant }),
      'Nobody answered in time, and it waits on',
    ),
  },
);
export type ApprovalState = t.TypeOf<typeof ApprovalState>;

/** How much people are asked, and how fast they answer. */
export const QuestionLoad = record(
  {
    pace: record(
      {
        answers: described(number({ min: 0, integer: true }), 'So many acts were approved or denied within 24 h'),
        timed: described(number({ min: 0, integer: true }), 'Of so many of them, the newest, the time is known'),
        hasty: described(number({ min: 0, integer: true }), 'Of those, so many were answered in under 5 s'),
      },
      {
        people: described(number({ min: 0, integer: true }), 'So many people answered the newest 1,000 of them'),
        most_by_one: described(number({ min: 1, integer: true }), 'So many of those the one who answered most'),
        median_ms: described(
          number({ min: 0 }),
          'Half of those were answered within so long, since it waited and since the answer before of the same person',
        ),
      },
    ),
    budgets: list(
      record(
        {
          policy: id,
          asked: described(number({ min: 0, integer: true }), 'By this agent'),
          most: number({ min: 0, integer: true }),
          within_ms: number({ min: 1, integer: true }),
          beyond: oneOf(BEYOND_BUDGET),
        },
        { per_approver: described(t.literal(true), '`most` goes by how many approvers are here') },
      ),
      64,
    ),
  },
  {
    approvers: described(
      number({ min: 0, integer: true }),
      'So many different people who may approve called Reflex within 12 h',
    ),
    agreement: described(
      record(
        {
          agree: described(number({ min: 0, integer: true }), 'So many second opinions are what was answered'),
          of: described(number({ min: 0, integer: true }), 'So many were given within 90 days, the newest 1,000'),
          asked: described(number({ min: 0, integer: true }), 'So many are asked for now'),
        },
        {
          share: described(number({ min: 0, max: 1 }), 'Missing while there is none'),
          low: described(number({ min: 0, max: 1 }), 'The true share is between this one and `high`, at 95 %'),
          high: number({ min: 0, max: 1 }),
        },
      ),
      'How often somebody else would have answered alike, by a random sample',
    ),
  },
);
export type QuestionLoad = t.TypeOf<typeof QuestionLoad>;

/** One act that waits for a person, with what the person needs to decide. `seen` is sent back with the word. */
export const EscalationView = record(
  {
    case_id: id,
    act_id: id,
    decision_id: id,
    act: Act,
    seen: id,
    event: DetectionEvent,
    brief: EventBrief,
    why: list(Reason, 64),
    score: Score,
    facts: list(AssetFacts, 16),
    waiting_since: instant,
    demo: t.boolean,
  },
  {
    requested: described(
      record({ by: id, subject: AskedSubject, reason: sentence }),
      'An asker wants to do it by itself and requested a permit. Approved, nothing is executed: the asker is told',
    ),
    text: sentence,
    stop_reason: StopReason,
    resumed_at: described(
      instant,
      'Only an order to stop held it, and acts of its kind were resumed then: what held it is over, and it waits for a person',
    ),
    expires_at: instant,
    /** What of the event counts; without it all of it is claimed. */
    voice: Voice,
    /** What came in fields that are left out or read otherwise. */
    as_said: list(AsSaid, 64),
    /** Fields that came odd: cut, left out, the first of several. */
    mended: list(Mended, MOST_MENDED),
    limits: described(list(LimitFilled, 16), 'The limits that it would count in if it were approved, fullest first'),
    /** The action and what it is aimed at, the same for every spelling of the target. */
    aim: text({ max: 16_384 }),
    /** Other cases that wait for the same action on the same target. */
    same_target: number(),
    approval: described(
      ApprovalState,
      'Who has to approve it, and who did; missing where any one person who may approve is enough',
    ),
    reminded: described(
      record({ mark: oneOf(['half', 'last']), at: instant }),
      'People were told again that it waits: with half of its time left, or a tenth',
    ),
    handed_over: described(
      list(record({ channel: id, at: instant }, { ticket: Ticket }), 16),
      'The ticket systems and chats that were told of it',
    ),
    loss: described(number({ min: 0 }), 'What a careless answer would cost on average, without a unit: to sort by'),
    alone: described(oneOf(ANSWERED_ALONE), 'Why it is answered by itself, and never together with others'),
    order: described(Order, 'A person ordered it by hand; `brief.intake.id` is who'),
    disruption: described(DisruptionView, 'What it takes away from its target; missing where no connector states it'),
    /** Set where a limit keeps it waiting: it stands for every act that waits because of that limit alone. */
    breach: LimitBreach,
  },
);
export type EscalationView = t.TypeOf<typeof EscalationView>;

/** One live effect at a target: a row on the board. */
export const ContainmentView = record(
  {
    effect_id: id,
    state: oneOf(['applying', 'present', 'unknown', 'undoing']),
    action: id,
    connector: id,
    target: Target,
    reasons: list(ContainmentReason, 256),
    /** UTC at which its last reason ends; null if only a person ends it. */
    due: t.union([instant, t.null]),
    demo: t.boolean,
  },
  {
    since: instant,
    verified: t.boolean,
    verified_at: described(instant, 'The last look that saw it at its target was not before'),
    gone: described(
      record({ at: instant, text: sentence }),
      'Its target does not have it any more before its end: somebody removed it, or the target lost it',
    ),
    reapplied: described(Reapplied, 'It was removed at its target before, and applied again as its policy says'),
    taken_over: t.boolean,
    disruption: described(DisruptionView, 'What it takes away from its target; missing where no connector states it'),
    undo: record({ by: id, why: id, text: sentence }),
    last_error: TargetError,
    lift_requested: t.boolean,
    closable: described(
      t.boolean,
      'Nothing takes it back and nobody knows what came of it: a person who looked at the target may close it',
    ),
  },
);
export type ContainmentView = t.TypeOf<typeof ContainmentView>;

/** For how long nothing is done to a target again without a person, ms; at most 30 days. */
export const AskFor = number({ min: 60_000, max: 2_592_000_000, integer: true });

/** What the event turned out to be, said together with a word on its act. */
export const LabelAlong = described(
  oneOf(LABELS),
  'What the event turned out to be. Left out, a reason that is nothing but a label, such as `false positive`, is it',
);
export const LabelledCount = described(
  number({ min: 0, integer: true }),
  'On how many decisions the label is kept that was said with it; absent if none was said',
);

/** A person's word about a target that holds now. */
export const AsksFirst = record({
  target: Target,
  verb: oneOf(['lift', 'deny']),
  by: id,
  reason: sentence,
  at: instant,
  until: instant,
});
export type AsksFirst = t.TypeOf<typeof AsksFirst>;

/** One decision in a list. */
export const DecisionBrief = record(
  {
    decision_id: id,
    case_id: id,
    decided_at: instant,
    verdict: oneOf(VERDICTS),
    summary: sentence,
    brief: EventBrief,
    acts: list(
      record(
        { act_id: id, action: id, target: Target, result: id, shadow: t.boolean, policy: id },
        { progress: described(ActProgress, 'How it fares now') },
      ),
      64,
    ),
    score: number(),
    bundle_version: number(),
    demo: t.boolean,
    outcome: described(
      oneOf(OUTCOMES),
      'What became of it until now: of several acts, the one that needs a look first',
    ),
  },
  {
    effectless: t.boolean,
    asked: described(Asked, 'It answers somebody who asked before acting: what was answered, and for whom'),
    predecessor: id,
    headline: described(Headline, 'The summary as data, for who words it'),
    nearest: described(NearestMiss, 'Where nothing was proposed: the policy that came nearest, and what was missing'),
  },
);
export type DecisionBrief = t.TypeOf<typeof DecisionBrief>;

/** A decision with everything about it: token, progress of its acts, what was done, what people said. */
export const DecisionDetail = record(
  {
    event: ReceivedEvent,
    decision: Decision,
    actions: list(ActionRecord, 1000),
    feedback: list(Feedback, 200),
    demo: t.boolean,
    outcome: oneOf(OUTCOMES),
  },
  {
    asked: described(Asked, 'It answers somebody who asked before acting'),
    progress: list(ActProgress, 64),
    case_state: id,
    since: described(
      record(
        {},
        {
          updates: record({ count: number({ min: 1, integer: true }), at: instant }),
          severity: oneOf(SEVERITIES),
          outdated: t.boolean,
          acknowledged: t.boolean,
          acknowledged_by: described(oneOf(['reflex']), 'Reflex did, once it was contained; missing: somebody did'),
          over: t.boolean,
        },
      ),
      'What its source said since: how often it reported it again and when last, another severity, that it is decided again, that somebody took it there, that it is over',
    ),
  },
);
export type DecisionDetail = t.TypeOf<typeof DecisionDetail>;

export const TroubleView = record({ code: id, text: sentence });

/** An order to stop is acknowledged within this time (INV-6), ms. Later it is overdue, and never shown as stopped. */
export const ACKNOWLEDGED_WITHIN_MS = 2_000;

/** What a breaker saw, and what happens next. */
export const TrippedView = record(
  {
    wrong: described(number({ min: 0 }), 'Observations that were wrong'),
    of: described(number({ min: 0 }), 'All that counted'),
    since: described(instant, 'Since when'),
    round: described(number({ min: 1, integer: true }), '1 when it tripped; one more for each trial that failed since'),
    trying: described(t.boolean, 'One act may start now, to try it'),
  },
  { probe_at: described(instant, 'About when it is tried; missing: only a person resets it') },
);
export type TrippedView = t.TypeOf<typeof TrippedView>;

/** An order to stop that is in force. */
export const StopView = record(
  { scope: id, who: id, at: instant },
  {
    why: described(sentence, 'Missing: nobody has given a reason yet'),
    why_by: described(id, 'Who gave the reason, where it followed'),
    state: described(
      oneOf(['local', 'ordered', 'overdue', 'acknowledged']),
      'How far the order has come. `local`: only this host has it; `overdue`: some agent may still start effects',
    ),
    acknowledged_ms: described(number({ min: 0 }), 'After so long no effect could start anywhere any more'),
    lasts_ms: described(number({ min: 0 }), 'A pause: it ends by itself. Missing: a person ends it'),
    until: described(instant, 'When the pause ends; missing while no agent with a trusted clock has reckoned it'),
    breaker: described(TrippedView, 'The engine itself gave the order: a breaker tripped'),
  },
);
export type StopView = t.TypeOf<typeof StopView>;

/** Nothing of a scope is undone by itself for a while. */
export const UndoSuspensionView = record(
  { scope: id, who: id, why: sentence, at: instant },
  {
    until: described(
      instant,
      'When it ends at the latest; missing while no agent with a trusted clock has reckoned it',
    ),
  },
);
export type UndoSuspensionView = t.TypeOf<typeof UndoSuspensionView>;

/** Who the caller is and what they may do. */
export const CallerView = record({
  name: id,
  may: list(oneOf(['read', 'respond', 'approve', 'author', 'admin']), 8),
  single_user: t.boolean,
});
export type CallerView = t.TypeOf<typeof CallerView>;

/** One step of what is still loading at start. */
export const LoadingStep = record(
  { id, title: sentence, state: oneOf(['waiting', 'running', 'done', 'failed']) },
  { detail: sentence, done: number(), total: number(), unit: id },
);
export type LoadingStep = t.TypeOf<typeof LoadingStep>;
