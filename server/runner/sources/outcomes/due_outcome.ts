import { present } from '../../../../common/present';
import type { Transition } from '../../../../common/api/outcome_document';
import type { DecisionRecord } from '../../../../common/flow/decision';
import type { Intake } from '../../../../common/flow/intake';
import type { ActionRecord } from '../../../../common/flow/outcome';
import type { Effect } from '../../../engine/execution/effect';
import type { CaseContent } from '../../keeping/kinds/case';
import type { FedRecord, PlacedDecision } from '../../ports';
import { recordOf, type Records } from '../../record/records';

/* Which outcome a record of the evidence is, and of whose report. Pure. */

/** What a receiver wants to hear. */
export interface Wishes {
  /** Sources whose reports it hears of; `*` is every id of that kind. */
  readonly source: Intake;
  readonly tell: readonly Transition[];
}

/** What is known beside the records of one page. */
export interface Known {
  readonly cases: ReadonlyMap<string, CaseContent>;
  readonly effects: ReadonlyMap<string, Effect>;
  readonly decisions: ReadonlyMap<string, PlacedDecision>;
}

/** One outcome that is to be told. */
export interface DueOutcome {
  readonly transition: Transition;
  readonly key: string;
  /** UTC. */
  readonly at: string;
  readonly decided: DecisionRecord;
  /** As it is now, if it is still the case of that decision. */
  readonly content: CaseContent | undefined;
  readonly action?: ActionRecord;
  readonly person?: { readonly by: string; readonly act_id: string; readonly reason?: string };
}

/**
 * - `none`: nothing to tell
 * - `early`: its decision is on record and was not read yet; it is told after that
 * - `missing`: its decision is not on record, or not yet
 */
export type Due = DueOutcome | 'none' | 'early' | 'missing';

const OVER: readonly string[] = ['denied', 'stopped', 'refused', 'expired'];

/** Nothing of it will start: policies deny it, or the brakes refused what they permitted. */
const isDenied = ({ decision }: DecisionRecord, content: CaseContent | undefined): boolean => {
  if (decision.verdict === 'deny') return true;
  const acts = content?.acts.filter(({ status }) => status !== 'shadow') ?? [];
  return acts.length > 0 && acts.every(({ status }) => OVER.includes(status));
};

/** States of a command of which somebody may want to hear. */
const TOLD_STATES = [
  'succeeded',
  'failed',
  'unknown',
  'verified_present',
  'verified_absent',
  'gone',
  'seen_again',
  'reason_added',
  'undone',
  'undo_failed',
  'undo_refused',
  'late_effect_removed',
] as const satisfies ReadonlyArray<ActionRecord['state']>;

/** What a further reason joins, as far as it matters here. */
const JOINED = { state: 'present', verified: true } as const;

/** What a state of a command is to whoever reported. A further reason joins what is verified already, or is not yet. */
const transitionOf = (
  state: ActionRecord['state'],
  effect: Pick<Effect, 'state' | 'verified'> | undefined,
): Transition | undefined => {
  switch (state) {
    case 'succeeded':
      return 'sent';
    case 'verified_present':
    case 'seen_again':
      return 'verified';
    case 'reason_added':
      return effect?.state === 'present' && effect.verified === true ? 'verified' : undefined;
    case 'undone':
    case 'verified_absent':
    case 'gone':
    case 'late_effect_removed':
      return 'ended';
    case 'failed':
    case 'undo_failed':
    case 'undo_refused':
      return 'failed';
    case 'unknown':
      return 'unknown';
    case 'claimed':
    case 'sent':
    case 'reason_folded':
    case 'undo_started':
    case 'taken_over':
    case 'taken_back':
    // A person's word about what Reflex could not see: what the source was told stands.
    case 'closed_by_person':
      return undefined;
  }
};

const isWanted = ({ source }: Wishes, { intake, demo }: DecisionRecord['event']): boolean =>
  demo !== true && source.type === intake.type && (source.id === '*' || source.id === intake.id);

/** `decided` stands for every decision, also for one that is denied. */
const wants = ({ tell }: Wishes, transition: Transition): boolean =>
  tell.includes(transition) || (transition === 'denied' && tell.includes('decided'));

const decisionIdOf = ({ decision, closed }: CaseContent): string | undefined =>
  decision?.decision_id ?? closed?.decision_id;

/** The case as it is now, if it still goes by this decision. */
const currentCase = (known: Known, { decision }: DecisionRecord): CaseContent | undefined => {
  const content = known.cases.get(decision.case_id);
  return content && decisionIdOf(content) === decision.decision_id ? content : undefined;
};

const actionOf = ({ family, body }: Pick<FedRecord, 'family' | 'body'>): ActionRecord | undefined => {
  // Changes of the health of connectors and agents are filed with them.
  if (family !== 'actions' || !('command' in body)) return undefined;
  return recordOf('actions', body);
};

/** The refusal of a person, if that is what an entry of the audit says. */
const refusalOf = ({ family, body }: Pick<FedRecord, 'family' | 'body'>): Records['audit'] | undefined => {
  if (family !== 'audit') return undefined;
  const entry = recordOf('audit', body);
  return entry.verb === 'deny' && entry.outcome === 'done' && entry.object.type === 'escalation' ? entry : undefined;
};

/** Cases, effects and decisions that have to be looked up for a record. */
export const wantedFor = (
  record: FedRecord,
): { readonly caseId?: string; readonly effectId?: string; readonly decisionId?: string } => {
  if (record.family === 'decisions') return { caseId: recordOf('decisions', record.body).decision.case_id };
  const action = actionOf(record);
  if (action !== undefined)
    return {
      caseId: action.command.case_id,
      decisionId: action.command.decision_id,
      ...present({ effectId: action.state === 'reason_added' ? action.effect_id : undefined }),
    };
  return present({ caseId: refusalOf(record)?.case_id });
};

/** The decision by which a case goes, to be looked up for what a person refused. */
export const decisionOfCase = (known: Pick<Known, 'cases'>, record: FedRecord): string | undefined => {
  const caseId = refusalOf(record)?.case_id;
  const content = caseId === undefined ? undefined : known.cases.get(caseId);
  return content && decisionIdOf(content);
};

type Part = Pick<DueOutcome, 'transition' | 'action' | 'person'>;

/** A decision that is on record behind the place where reading stands comes first. */
const ofLater = (
  { id, at, after }: FedRecord,
  { known, wishes }: { readonly known: Known; readonly wishes: Wishes },
  { decisionId, kind, part }: { readonly decisionId: string; readonly kind: string; readonly part: Part },
): Due => {
  const placed = known.decisions.get(decisionId);
  if (placed === undefined) return 'missing';
  const decided = recordOf('decisions', placed.body);
  if (!isWanted(wishes, decided.event)) return 'none';
  if (!placed.isBefore(after)) return 'early';
  return { ...part, key: `${kind}:${id}`, at, decided, content: currentCase(known, decided) };
};

const ofDecision = ({ id, at, body }: FedRecord, known: Known, wishes: Wishes): Due => {
  const decided = recordOf('decisions', body);
  if (decided.decision.effectless === true || !isWanted(wishes, decided.event)) return 'none';
  const content = currentCase(known, decided);
  const transition = isDenied(decided, content) ? 'denied' : 'decided';
  return wants(wishes, transition) ? { transition, key: `decision:${id}`, at, decided, content } : 'none';
};

const ofRefusal = (
  record: FedRecord,
  entry: Records['audit'],
  about: { readonly known: Known; readonly wishes: Wishes },
): Due => {
  const decisionId = decisionOfCase(about.known, record);
  // A case that is gone was over 90 days ago.
  if (decisionId === undefined || !wants(about.wishes, 'denied')) return 'none';
  const person = { by: entry.by, act_id: entry.act_id ?? '', ...present({ reason: entry.text }) };
  return ofLater(record, about, { decisionId, kind: 'person', part: { transition: 'denied', person } });
};

/** What a record of the evidence is to a receiver. */
export const dueOutcome = (record: FedRecord, known: Known, wishes: Wishes): Due => {
  if (record.family === 'decisions') return ofDecision(record, known, wishes);
  const refusal = refusalOf(record);
  if (refusal !== undefined) return ofRefusal(record, refusal, { known, wishes });
  const action = actionOf(record);
  if (action === undefined) return 'none';
  const transition = transitionOf(action.state, known.effects.get(action.effect_id));
  if (transition === undefined || !wants(wishes, transition)) return 'none';
  const { decision_id: decisionId } = action.command;
  return ofLater(record, { known, wishes }, { decisionId, kind: 'command', part: { transition, action } });
};

/** Whether decisions themselves are told. */
export const wantsDecisions = ({ tell }: Pick<Wishes, 'tell'>): boolean =>
  tell.includes('decided') || tell.includes('denied');

/** States of commands that a receiver may have to hear of. */
export const wantedStates = ({ tell }: Pick<Wishes, 'tell'>): readonly string[] =>
  TOLD_STATES.filter((state) => {
    const transition = transitionOf(state, JOINED);
    return transition !== undefined && tell.includes(transition);
  });
