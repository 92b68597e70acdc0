import type { Decision } from '../../../../common/flow/decision';
import { onExpiryOf, type OnExpiry } from '../../../../common/flow/demand';
import { nearestMisses } from '../../../../common/flow/nearest_miss';
import { present } from '../../../../common/present';
import type { CaseAct, CaseContent } from '../../keeping/kinds/case';
import type { AboutAct } from '../../keeping/kinds/hand_over';

/*
 * What is told of an act that waits. Only what is named here leaves: never the report itself, which may hold anything.
 * It is kept with the hand-over, so that its end can be told when the case has shrunk. Pure.
 */

/** An act that waits for a person, with its case and its decision. */
export interface WaitingAct {
  readonly content: CaseContent;
  readonly decision: Decision;
  readonly act: Decision['acts'][number];
  readonly progress: CaseAct;
}

const MOST_LINES = 12;
const LONGEST_LINE = 500;

/** Characters that move the reader, or the line: a report may be full of them. */
const MOVING = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+/g;

/** A text of a report as one short line. */
export const plain = (text: string, longest = LONGEST_LINE): string => {
  const line = text.replace(MOVING, ' ').trim();
  return line.length > longest ? `${line.slice(0, longest - 1)}…` : line;
};

const plainOf = (text: string | undefined): string | undefined => (text === undefined ? undefined : plain(text));

/** An act is left to a person for reasons of its own, else for those of the whole decision. */
const whyItWaits = ({ act, decision, progress: { text } }: WaitingAct): string[] => {
  const said = (act.reasons.length > 0 ? act.reasons : decision.reasons).map((reason) => reason.text);
  const lines = [...(text === undefined ? [] : [text]), ...said].map((line) => plain(line));
  return [...new Set(lines)].filter((line) => line !== '').slice(0, MOST_LINES);
};

const missOf = (decision: Decision): AboutAct['nearest_miss'] => {
  const [nearest] = nearestMisses(decision);
  if (nearest === undefined) return undefined;
  const unmet = nearest.unmet.slice(0, MOST_LINES).map(({ clause }) => plain(clause));
  return { policy: nearest.policy.id, unmet };
};

/** What a policy lets wait on does so once. */
const withoutAnswer = ({ act: { demands = [] }, progress: { late } }: WaitingAct): OnExpiry =>
  late === undefined ? onExpiryOf(demands) : 'deny';

export const aboutAct = (waiting: WaitingAct): AboutAct => {
  const { content, decision, act } = waiting;
  const { received, due } = content;
  const { event, intake } = received;
  return {
    action: act.action,
    target: act.target,
    policy: act.policy.id,
    ttl_ms: act.ttl_ms,
    why: whyItWaits(waiting),
    source: intake,
    event_id: plain(event.event_id),
    event_timestamp: event.timestamp,
    severity: event.severity,
    confidence: event.confidence,
    ...present({
      connector: act.connector ?? undefined,
      rule: event.rule && present({ id: plainOf(event.rule.id), name: plainOf(event.rule.name) }),
      nearest_miss: missOf(decision),
      until: due,
      without_answer: due === undefined ? undefined : withoutAnswer(waiting),
    }),
  };
};
