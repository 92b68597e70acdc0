import type { AssetFacts, Decision, Reason } from '../../../../common/flow/decision';
import type { EventBrief } from '../../../../common/api/views';
import { digestOf } from '../../../engine/digest/digest';
import type { Planned } from '../planned';

/* Somebody is asked what they would have answered, after an act was answered (docs/decisions/068). */

export type OpinionVerb = 'approve' | 'deny';

/** What was answered, as the first person saw it. */
export interface Shown {
  readonly act: Decision['acts'][number];
  readonly brief: EventBrief;
  readonly why: readonly Reason[];
  readonly score: number;
  readonly facts: readonly AssetFacts[];
}

export interface OpinionContent {
  readonly case_id: string;
  readonly decision_id: string;
  readonly shown: Shown;
  /** Nobody is told of it before they said theirs. */
  readonly answered: { readonly verb: OpinionVerb; readonly by: string; readonly at: string };
  /** Who is not asked: everybody who had a word in the answer, or asked for the act. */
  readonly not_for: readonly string[];
  /** UTC. */
  readonly asked_at: string;
  /** UTC; from then on nobody is asked any more. */
  readonly until: string;
  readonly opinion?: {
    readonly verb: OpinionVerb;
    readonly by: string;
    readonly at: string;
    readonly reason: string;
  };
}

/** For so long somebody is asked, ms. */
export const ASKED_FOR_MS = 7 * 86_400_000;
/** So many are asked at once; beyond that none are added. */
export const MOST_ASKED_AT_ONCE = 200;

export const opinionId = (decisionId: string, actId: string): string =>
  `opinion:${digestOf([decisionId, actId]).slice(0, 32)}`;

/** Search for those that nobody has given yet. */
export const asked = { kinds: ['opinion'], states: ['asked'] } as const;

export const plannedOpinion = (id: string, content: OpinionContent): Planned<'opinion', OpinionContent> => ({
  id,
  kind: 'opinion',
  content,
  facets: {
    state: content.opinion === undefined ? 'asked' : 'given',
    at: content.opinion?.at ?? content.asked_at,
    due: content.until,
  },
});
