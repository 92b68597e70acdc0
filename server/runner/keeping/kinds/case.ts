import { present } from '../../../../common/present';
import type { ActStatus } from '../../../../common/api/progress';
import type { Stopped } from '../../../../common/flow/clearance';
import type { Decision } from '../../../../common/flow/decision';
import type { OnExpiry } from '../../../../common/flow/demand';
import type { Asked } from '../../../../common/flow/asked';
import type { ReceivedEvent } from '../../../../common/flow/event';
import { aloneBecause, factsOfAct } from '../../../engine/decision/stakes';
import type { ActFate } from '../../../engine/execution/after_outcome';
import type { Reapply } from '../../../engine/execution/drift';
import type { Facets, OutboxEntry } from '../../ports';
import type { Standing } from './absences';
import { shortFacet } from './facet';
import type { Planned } from '../planned';
import type { Reminded } from './reminded';

export const CASE_STATES = ['accepted', 'held', 'waiting', 'applying', 'decided'] as const;
export type CaseState = (typeof CASE_STATES)[number];

/** What a person decided about an act. */
export interface Resolution {
  readonly verb: 'approved' | 'denied' | 'expired' | 'lifted';
  readonly by: string;
  readonly at: string;
  readonly reason: string;
  readonly four_eyes: boolean;
  /** With which roles an approval was given, where a policy names roles. */
  readonly roles?: readonly string[];
  /** For whom it was approved, who is away. */
  readonly stands_for?: Standing;
  /** Who approved it before, where it took several people. */
  readonly others?: ReadonlyArray<Pick<Approval, 'by' | 'at' | 'reason' | 'roles' | 'stands_for'>>;
}

/** An approval of one person, of an act that takes several. It counts for what was seen, and for a time. */
export interface Approval {
  readonly by: string;
  /** UTC. */
  readonly at: string;
  readonly reason: string;
  readonly roles?: readonly string[];
  /** For whom, who is away. It counts as long as that is so. */
  readonly stands_for?: Standing;
  /** Digest of what the person saw. */
  readonly seen: string;
}

export interface CaseAct {
  readonly act_id: string;
  readonly status: ActStatus;
  readonly text?: string;
  readonly stopped?: Stopped;
  readonly command_id?: string;
  readonly effect_id?: string;
  readonly resolution?: Resolution;
  /** Approvals that wait for those of others. */
  readonly approvals?: readonly Approval[];
  /** Nobody answered in time, and a policy lets it wait on: how, and until when (UTC). */
  readonly late?: { readonly how: Exclude<OnExpiry, 'deny'>; readonly until: string };
  /** People were told again that it waits. */
  readonly reminded?: Reminded;
  /** Its effect was removed at the target, and is to be applied again, or was. */
  readonly reapply?: Reapply;
  /** Approved on a host without the role `act`, for one that has it. It counts until then (UTC), for what was seen. */
  readonly handed?: { readonly resolution: Resolution; readonly seen: string; readonly until: string };
}

/**
 * An act that did not come about and may be tried again: looked at again soon, or by a person where a person's word
 * had started it. No approval outlives the request in which it was given (INV-10).
 */
export const triedAgain = (
  { resolution, command_id: _id, effect_id: _effect, approvals: _approvals, ...act }: CaseAct,
  text: string,
): CaseAct =>
  resolution?.verb === 'approved'
    ? { ...act, status: 'waiting', text: `${resolution.by} approved it, but ${text}` }
    : { ...act, status: 'held', text };

/** An act whose effect was removed at its target: claimed once more, or by a person where a person's word began it. */
export const removedAct = (
  act: CaseAct,
  { to, text, reapply }: { readonly to: 'again' | 'person'; readonly text: string; readonly reapply: Reapply },
): CaseAct => {
  const { late: _late, reminded: _reminded, ...next } = triedAgain(act, text);
  return to === 'again' ? { ...next, reapply } : { ...next, status: 'waiting', text, reapply };
};

/** It is not applied again: told as what it came to before. */
export const leftGone = (
  { act_id, reapply }: Pick<CaseAct, 'act_id'> & Required<Pick<CaseAct, 'reapply'>>,
  why: string,
): CaseAct => ({
  ...{ act_id, status: 'gone', ...reapply.was, reapply },
  text: `removed at the target before its end, and not applied again: ${why}`,
});

const withoutCommand = ({ command_id: _id, effect_id: _effect, resolution: _resolution, ...act }: CaseAct): CaseAct =>
  act;

const withoutText = ({ text: _text, ...act }: CaseAct): CaseAct => act;

/** An act after its command: in effect, found out about, tried again, with a person, or over. */
export const actAfter = (act: CaseAct, fate: ActFate): CaseAct => {
  switch (fate.to) {
    case 'present':
    case 'done':
      return { ...(act.status === 'gone' ? withoutText(act) : act), status: fate.to };
    case 'gone':
    case 'unknown':
      return { ...act, status: fate.to, text: fate.text };
    case 'again':
      return triedAgain(act, fate.text);
    case 'person':
      return { ...withoutCommand(act), status: 'waiting', text: fate.text };
    case 'denied':
      return { ...withoutCommand(act), status: 'denied', text: fate.text };
  }
};

/**
 * What somebody asked before acting (docs/decisions/095). The case of a question is decided from the start, and its
 * decision is effectless: whatever is approved in it, no agent of any version executes it.
 */
export interface AskedFor extends Asked {
  /** Digest of everything that was asked but the time. */
  readonly question: string;
  /** The act that a person may permit to the asker, and until when (UTC) that can be requested. */
  readonly requestable?: { readonly act_id: string; readonly until: string };
  /** People are asked: why, since when and until when, UTC. */
  readonly request?: { readonly reason: string; readonly at: string; readonly until: string };
  /** The approval was used: by which question, and when, UTC. */
  readonly used?: { readonly by: string; readonly at: string };
}

/** Everything about one accepted event. Created once: this is the deduplication. */
export interface CaseContent {
  readonly received: ReceivedEvent;
  readonly state: CaseState;
  readonly decision?: Decision;
  readonly acts: readonly CaseAct[];
  /** How often commands of it were claimed. */
  readonly claims: number;
  /** How often in a row it was held because something stood in its way; the next look waits longer each time. */
  readonly tries?: number;
  /** UTC; when it is looked at again, or lapses while it waits for a person. */
  readonly due?: string;
  readonly note?: string;
  /**
   * Set once it is decided for good and has shrunk: what was decided. The digest of the record stays, so that a record
   * that is lost can be named.
   */
  readonly closed?: { readonly decision_id: string; readonly hash: string; readonly verdict: Decision['verdict'] };
  /** Its alert was acknowledged at the source: by somebody, or by Reflex once it was contained. */
  readonly acknowledged?: boolean;
  readonly acknowledged_by?: 'reflex';
  /** How often its source reported it again with newer data, and when it did so last, UTC. */
  readonly updates?: { readonly count: number; readonly at: string };
  /** What its decision was made on, where its source said something newer since: the record needs it. */
  readonly decided_on?: ReceivedEvent;
  /** Its source said something newer that policies read: it is decided again. */
  readonly outdated?: true;
  /** Who wants what only the kill switch held to be decided again, and since when, UTC. */
  readonly again?: { readonly by: string; readonly at: string };
  /** It is a question by the Authorization API, and what was answered. */
  readonly asked?: AskedFor;
}

/** It came to an effect, which may still be there: also what is gone before its end has to be ended. */
export const cameToEffect = (status: ActStatus): boolean => status === 'present' || status === 'gone';

/** A case that is decided for good as it stays: who it was, its digest, and what became of it. */
export const closedCase = ({
  received,
  state,
  decision,
  acts,
  claims,
  acknowledged,
  acknowledged_by,
  updates,
}: CaseContent): CaseContent => {
  const { case_id, intake, digest, received_at, demo, source_state } = received;
  const { event_id, timestamp, confidence, severity } = received.event;
  const event = { event_id, timestamp, confidence, severity };
  return {
    received: { case_id, intake, digest, received_at, event, ...present({ demo, source_state }) },
    state,
    acts: acts.map(({ text: _text, stopped, ...act }) => ({
      ...act,
      ...present({ stopped: stopped && { ...stopped, text: '' } }),
    })),
    claims,
    ...present({
      acknowledged,
      acknowledged_by,
      updates,
      closed: decision && { decision_id: decision.decision_id, hash: decision.hash, verdict: decision.verdict },
    }),
  };
};

const stateOfActs = (acts: readonly CaseAct[]): CaseState => {
  const has = (...statuses: ActStatus[]): boolean => acts.some((act) => statuses.includes(act.status));
  if (has('applying', 'unknown')) return 'applying';
  if (has('held')) return 'held';
  return has('waiting') ? 'waiting' : 'decided';
};

/** The state of a case follows from its acts and its verdict. */
export const caseStateOf = (decision: Decision | undefined, acts: readonly CaseAct[]): CaseState => {
  if (decision === undefined) return 'accepted';
  const state = stateOfActs(acts);
  if (state !== 'decided' || decision.effectless === true) return decision.effectless === true ? 'decided' : state;
  if (decision.verdict === 'hold' || (decision.held?.some((act) => !act.shadow) ?? false)) return 'held';
  return decision.verdict === 'escalate' && acts.every((act) => act.status === 'shadow') ? 'waiting' : 'decided';
};

/** Instead of its severity, which its source claims: an act of it is answered by itself. No severity is called so. */
export const STANDS_ALONE = 'stands_alone';

/** Whether an act of a case waits that nobody may answer together with others. */
const standsAlone = ({ acts, decision }: CaseContent): boolean =>
  decision !== undefined &&
  acts.some(({ act_id, status }) => {
    const act = status === 'waiting' ? decision.acts.find((each) => each.act_id === act_id) : undefined;
    return act !== undefined && aloneBecause(act, factsOfAct(decision, act)) !== undefined;
  });

/** The limit because of which alone a case waits; undefined if it waits for another cause as well, or not at all. */
const limitOf = ({ state, acts }: CaseContent, isAlone: boolean): string | undefined => {
  // INVARIANT: what is answered by itself is no line among those that one limit refuses (X21).
  if (state !== 'waiting' || isAlone) return undefined;
  const limits = new Set(acts.filter(({ status }) => status === 'waiting').map(({ stopped }) => stopped?.limit));
  const [limit] = limits;
  return limits.size === 1 ? limit : undefined;
};

/** No limit is named so. */
const HANDED_OVER = ':handed_over';

const isHandedOver = ({ acts }: CaseContent): boolean =>
  acts.some((act) => act.status === 'waiting' && act.handed !== undefined);

/** No limit is named so either. */
const REQUESTED_BY_ASKER = ':requested_by_asker';

const waitsForAsker = ({ acts, asked }: CaseContent): boolean =>
  asked?.request !== undefined && acts.some(({ status }) => status === 'waiting');

/** Search for questions of askers that wait for a person. Their cases are decided: nothing is executed for them. */
export const requestedByAskers = {
  kinds: ['case'],
  states: ['decided'],
  requested: true,
  policies: [REQUESTED_BY_ASKER],
} as const;

/** Search for cases with an act that was approved for another agent. */
export const handedOver = {
  kinds: ['case'],
  states: ['waiting', 'applying', 'held'],
  requested: true,
  policies: [HANDED_OVER],
} as const;

/** Search for cases that wait only because of these limits. */
export const openByLimits = (policies: readonly string[]) =>
  ({ kinds: ['case'], states: ['waiting'], requested: true, policies }) as const;

/** Search for cases that are marked in any way: they wait only because of a limit, or are handed over. */
export const openMarked = { kinds: ['case'], states: ['waiting'], requested: true } as const;

/** Of such cases the limit; undefined if they are handed over. */
export const limitOfMarked = ({ policy }: Facets): string | undefined => (policy === HANDED_OVER ? undefined : policy);

/** UTC after every moment at which something can be due. */
const EVER = '9999-12-31T00:00:00.000Z';

/** Search for decided cases that will be looked at once more: permits before their time ends. */
export const REVIEWED = { states: ['decided'], dueBefore: EVER } as const;

/** Those of these sessions. */
export const toReview = (owners: readonly string[]) => ({ owners, ...REVIEWED }) as const;

export const plannedCase = (
  content: CaseContent,
  at: string,
  records: readonly OutboxEntry[] = [],
): Planned<'case', CaseContent> => {
  const { event } = content.received;
  const main = content.decision?.acts.find((act) => !act.shadow);
  const isAlone = standsAlone(content);
  const handedOrAsked = isHandedOver(content) ? HANDED_OVER : waitsForAsker(content) ? REQUESTED_BY_ASKER : undefined;
  const why = handedOrAsked ?? limitOf(content, isAlone);
  return {
    id: content.received.case_id,
    kind: 'case',
    content,
    records,
    facets: {
      state: content.state,
      at,
      severity: isAlone ? STANDS_ALONE : event.severity,
      ...present({
        due: content.due,
        action: main?.action,
        target: main && shortFacet(main.target.value),
        policy: why ?? main?.policy.id,
        requested: why === undefined && content.closed === undefined ? undefined : true,
      }),
      demo: content.received.demo ?? false,
    },
  };
};
