import { iso } from '../../../common/iso';
import type { Stopped } from '../../../common/flow/clearance';
import type { ClearedCommand } from '../../../common/flow/command';
import type { Act, Decision } from '../../../common/flow/decision';
import type { ReceivedEvent } from '../../../common/flow/event';
import {
  breachOf,
  clear,
  type BrakeRules,
  type Cleared,
  type ConnectorOffer,
  type ScopeFacts,
} from '../../engine/brakes/clear';
import { aged, emptyLedger, granted, refusalOf, type Ledger } from '../../engine/brakes/ledger';
import { ESCALATION_EXPIRES_MS } from '../../engine/decision/seal';
import { claimed, reasonAdded, reasonOf, reasonRequested, type Effect } from '../../engine/execution/effect';
import type { Built, Plan, View } from '../keeping/commit_queue';
import { contentOf, type Draft } from '../keeping/state_docs';
import {
  caseDraft,
  caseStateOf,
  triedAgain,
  type CaseAct,
  type CaseContent,
  type Resolution,
} from '../keeping/kinds/case';
import { effectDraft, effectId } from '../keeping/kinds/effect';
import { ledgerDraft, ledgerId } from '../keeping/kinds/ledger';
import type { JournalEntry, OutboxEntry } from '../ports';

/*
 * The claim (`protocol.md` section 2): one bulk that creates or replaces the case, claims every effect and reserves in
 * every ledger concerned. The brakes judge each act here, on the documents as they are when the bulk is made.
 */

/** What the claim is judged against. */
export interface ClaimWorld {
  readonly session: string;
  readonly rules: BrakeRules;
  readonly connectors: readonly ConnectorOffer[];
  readonly scopes: ScopeFacts;
  readonly isStopped: (action: string, connector: string | null) => boolean;
  /** Why this agent may start nothing at all right now, apart from a kill switch. */
  readonly standstill: () => string | undefined;
  readonly isDead: (session: string) => boolean;
  /** What was counted within so long, ms, was lost when the state was adopted. */
  readonly isForgotten: (withinMs: number) => boolean;
  /** This agent began to undo it alone, while OpenSearch was away. */
  readonly isUndoneOffline: (effect: Effect) => boolean;
  readonly uuid: () => string;
  /** UTC, ms. */
  readonly now: number;
}

export interface ClaimRequest {
  readonly received: ReceivedEvent;
  readonly decision: Decision;
  /** The case as it is, when it is decided again; absent for a new event. */
  readonly previous?: CaseContent;
  /** A person permitted one of the acts. */
  readonly approval?: { readonly actId: string; readonly resolution: Resolution };
  /** Set when the decision is already on record and only acted upon. */
  readonly recorded?: boolean;
}

/** A command that may be executed once its claim is written. */
export interface Start {
  readonly command: ClearedCommand;
  readonly effectId: string;
  readonly fence: number;
}

/** `moved`: the case is there already, or no longer where it was; nothing was written. */
export type ClaimAnswer =
  | { readonly kind: 'planned'; readonly content: CaseContent; readonly start: readonly Start[] }
  | { readonly kind: 'moved'; readonly content: CaseContent | undefined };

/** An effect that is being changed is asked for again after this, ms. */
export const BUSY_RETRY_MS = 2_000;

interface Draftsman {
  readonly view: View;
  readonly world: ClaimWorld;
  readonly request: ClaimRequest;
  readonly effects: Map<string, Effect>;
  readonly ledgers: Map<string, Ledger>;
  readonly journal: JournalEntry[];
  readonly start: Start[];
}

const isoNow = ({ world }: Draftsman): string => iso(world.now);

const READ_AGAIN = 'read_again';
type Outcome = CaseAct | typeof READ_AGAIN;

const stoppedAct = (act: Act, stopped: Stopped, resolution?: Resolution): CaseAct => {
  const status = { escalate: 'waiting', deny: 'denied', hold: 'held', drop: 'stopped' } as const;
  if (resolution && stopped.then === 'hold')
    return { ...triedAgain({ act_id: act.act_id, status: 'held', resolution }, stopped.text), stopped };
  return {
    act_id: act.act_id,
    status: act.shadow ? 'shadow' : status[stopped.then],
    text: stopped.text,
    stopped,
    ...(resolution ? { resolution } : {}),
  };
};

const journalOf = (command: ClearedCommand, id: string, deadline: string | null, at: string): JournalEntry => ({
  command_id: command.command_id,
  effect_id: id,
  connector: command.connector,
  action: command.action,
  target: command.target,
  deadline,
  at,
});

const reserveAll = (draftsman: Draftsman, cleared: Cleared, id: string): Stopped | typeof READ_AGAIN | undefined => {
  const { view, world, ledgers } = draftsman;
  const { command, reserve } = cleared;
  const changed = new Map<string, Ledger>();
  for (const { terms, onBreach } of reserve) {
    const ledger = ledgerId(terms.limit, terms.scope);
    const seen = view.get(ledger);
    const stored = contentOf('ledger', seen);
    if (stored === undefined && world.isForgotten(terms.within_ms)) return breachOf(terms, onBreach, 'forgotten');
    const current =
      changed.get(ledger) ??
      ledgers.get(ledger) ??
      (stored && seen ? aged(stored, view.now - seen.knownSince) : emptyLedger(terms));
    const refusal = refusalOf(current, terms, command.target.value);
    if (refusal) return view.isFresh(ledger) || stored === undefined ? breachOf(terms, onBreach, refusal) : READ_AGAIN;
    const reservation = {
      target: command.target.value,
      command_id: command.command_id,
      session: world.session,
      effect_id: id,
    };
    changed.set(ledger, granted(current, terms, reservation));
  }
  for (const [ledger, content] of changed) ledgers.set(ledger, content);
  return undefined;
};

const busy = (act: Act, resolution: Resolution | undefined): CaseAct =>
  stoppedAct(
    act,
    { kind: 'stopped', reason: 'target_busy', then: 'hold', text: 'another command is changing this target right now' },
    resolution,
  );

/** The effect is there already, or somebody is at it: join its reasons, or come back. */
const meet = (
  draftsman: Draftsman,
  act: Act,
  { command, effect, id }: { command: ClearedCommand; effect: Effect; id: string },
): Outcome => {
  const { world, request, effects, journal, view } = draftsman;
  // What is remembered of an effect may be long over: only a fresh look says that it is there.
  if (!view.isFresh(id) && !effects.has(id)) return READ_AGAIN;
  const resolution = request.approval?.resolution;
  const base = { act_id: act.act_id, effect_id: id, ...(resolution ? { resolution } : {}) };
  const own = [...effect.reasons, ...effect.requested].find((reason) => reason.command.case_id === command.case_id);
  if (own && effect.state !== 'undoing') {
    return { ...base, command_id: own.command.command_id, status: effect.state === 'present' ? 'present' : 'applying' };
  }
  const changing =
    effect.state !== 'present' ||
    effect.taken_over === true ||
    world.isDead(effect.session) ||
    world.isUndoneOffline(effect);
  if (changing) return busy(act, resolution);
  const reason = reasonOf(command, world.now, request.received.demo ?? false);
  if (effect.session === world.session) {
    journal.push(journalOf(command, id, reason.deadline, isoNow(draftsman)));
    effects.set(id, reasonAdded(effect, reason, { at: isoNow(draftsman), session: world.session, effectId: id }));
    return {
      ...base,
      command_id: command.command_id,
      status: 'present',
      text: 'was there already; now also for this reason',
    };
  }
  effects.set(id, reasonRequested(effect, reason));
  return {
    ...base,
    command_id: command.command_id,
    status: 'applying',
    text: 'is there already; its agent is asked to keep it for this reason too',
  };
};

const claimAct = (draftsman: Draftsman, act: Act): Outcome => {
  const { view, world, request, effects } = draftsman;
  const { decision, received } = request;
  const approval = request.approval?.actId === act.act_id ? request.approval : undefined;
  const clearance = clear({
    act,
    decision,
    commandId: world.uuid(),
    stopped: world.isStopped(act.action, act.connector),
    rules: world.rules,
    connectors: world.connectors,
    scopes: world.scopes,
    ...(approval ? { approval: { user: approval.resolution.by } } : {}),
  });
  if (clearance.kind === 'stopped') return stoppedAct(act, clearance, approval?.resolution);
  const { command } = clearance.command;
  const id = effectId(command.connector, command.action, command.target);
  if (world.isStopped(act.action, command.connector)) {
    return stoppedAct(
      act,
      { kind: 'stopped', reason: 'kill_switch', then: 'escalate', text: 'the kill switch is thrown' },
      approval?.resolution,
    );
  }
  const standstill = world.standstill();
  if (standstill !== undefined)
    return stoppedAct(
      act,
      { kind: 'stopped', reason: 'permit_stale', then: 'hold', text: standstill },
      approval?.resolution,
    );
  const effect = effects.get(id) ?? contentOf('effect', view.get(id));
  if (effect !== undefined && effect.state !== 'absent') return meet(draftsman, act, { command, effect, id });
  const reserved = reserveAll(draftsman, clearance.command, id);
  if (reserved === READ_AGAIN) return READ_AGAIN;
  if (reserved) return stoppedAct(act, reserved, approval?.resolution);
  const reason = reasonOf(command, world.now, received.demo ?? false);
  const next = claimed(effect, reason, { at: isoNow(draftsman), session: world.session, effectId: id });
  effects.set(id, next);
  draftsman.journal.push(journalOf(command, id, reason.deadline, isoNow(draftsman)));
  draftsman.start.push({ command, effectId: id, fence: next.fence });
  return {
    act_id: act.act_id,
    status: 'applying',
    command_id: command.command_id,
    effect_id: id,
    ...(approval ? { resolution: approval.resolution } : {}),
  };
};

/** An act of the case as it was, if this decision leaves it as it is: under way, in effect, or settled by a person. */
const settledBefore = (request: ClaimRequest, act: Act): CaseAct | undefined => {
  const { previous, approval } = request;
  if (approval?.actId === act.act_id || previous?.decision === undefined) return undefined;
  const same = previous.decision.acts.find(
    (each) =>
      each.action === act.action && each.target.value === act.target.value && each.target.host === act.target.host,
  );
  const before = same && previous.acts.find((each) => each.act_id === same.act_id);
  if (!before) return undefined;
  const settled = ['applying', 'unknown', 'present', 'done', 'refused', 'expired'].includes(before.status);
  // What waits for a person never acts by a release alone: only a denial changes it.
  const waits = before.status === 'waiting' && act.result !== 'deny';
  return settled || waits ? { ...before, act_id: act.act_id } : undefined;
};

/** An act that waits for a person lapses by itself, also where the decision permits and a limit stopped it. */
const lapseOf = ({ previous, decision }: ClaimRequest, now: number): number => {
  const waited = previous?.due !== undefined && previous.acts.some((act) => act.status === 'waiting');
  if (waited) return Date.parse(previous.due ?? '');
  return decision.verdict === 'escalate' && decision.next_review_at !== undefined
    ? Date.parse(decision.next_review_at)
    : now + ESCALATION_EXPIRES_MS;
};

const dueOf = (acts: readonly CaseAct[], request: ClaimRequest, now: number): string | undefined => {
  const { next_review_at: review } = request.decision;
  const moments: number[] = [];
  if (acts.some((act) => act.status === 'held')) moments.push(now + BUSY_RETRY_MS);
  if (acts.some((act) => act.status === 'waiting')) moments.push(lapseOf(request, now));
  else if (review !== undefined) moments.push(Date.parse(review));
  return moments.length === 0 ? undefined : iso(Math.min(...moments));
};

/** True while a case is where it was when somebody decided to go on with it. */
const sameStage = (a: CaseContent, b: CaseContent): boolean =>
  a.decision?.decision_id === b.decision?.decision_id &&
  a.claims === b.claims &&
  a.acts.length === b.acts.length &&
  a.acts.every((act, index) => act.status === b.acts[index]?.status);

const buildClaim = (view: View, world: ClaimWorld, request: ClaimRequest): Built<ClaimAnswer> | typeof READ_AGAIN => {
  const { received, decision, previous } = request;
  const stored = contentOf('case', view.get(received.case_id));
  const moved = previous === undefined ? stored !== undefined : stored === undefined || !sameStage(stored, previous);
  if (moved) return { drafts: [], answer: { kind: 'moved', content: stored } };
  const draftsman: Draftsman = { view, world, request, effects: new Map(), ledgers: new Map(), journal: [], start: [] };
  const acts: CaseAct[] = [];
  for (const act of decision.acts) {
    const outcome = settledBefore(request, act) ?? claimAct(draftsman, act);
    if (outcome === READ_AGAIN) return READ_AGAIN;
    acts.push(outcome);
  }
  const at = isoNow(draftsman);
  const due = dueOf(acts, request, world.now);
  const content: CaseContent = {
    received,
    state: caseStateOf(decision, acts),
    decision,
    acts,
    claims: (previous?.claims ?? 0) + (draftsman.start.length > 0 ? 1 : 0),
    ...(due === undefined ? {} : { due }),
  };
  const records: OutboxEntry[] =
    request.recorded === true ? [] : [{ family: 'decisions', id: decision.decision_id, at }];
  const drafts: Draft[] = [
    caseDraft(content, at, records),
    ...[...draftsman.effects].map(([id, effect]) => effectDraft(id, effect, at)),
    ...[...draftsman.ledgers.values()].map((ledger) => ledgerDraft(ledger, at)),
  ];
  return { drafts, journal: draftsman.journal, answer: { kind: 'planned', content, start: draftsman.start } };
};

/** Documents that a claim touches, as far as they are known before it is made. */
const touchedBy = (world: ClaimWorld, { decision }: ClaimRequest): string[] => {
  const ids = new Set<string>();
  for (const act of decision.acts) {
    if (act.shadow || act.result === 'deny') continue;
    for (const { name } of world.connectors.filter(
      (each) => each.actions.includes(act.action) && (act.connector ?? each.name) === each.name,
    )) {
      ids.add(effectId(name, act.action, act.target));
    }
    for (const { name, limit } of world.rules.limits.filter((each) => each.limit.action === act.action)) {
      const scopes = limit.of === undefined ? ['all'] : (world.scopes.scopesOf(limit.of, act.target) ?? []);
      for (const scope of scopes) ids.add(ledgerId(name, scope));
    }
  }
  return [...ids];
};

const effects = (ids: readonly string[]): string[] => ids.filter((id) => id.startsWith('effect:'));

/** The claim of a case as a plan. New events are written without asking first; cases that exist are read. */
export const planClaim = (worldNow: () => ClaimWorld, request: ClaimRequest, fresh: boolean): Plan<ClaimAnswer> => {
  const touched = touchedBy(worldNow(), request);
  const caseId = request.received.case_id;
  const presumed = fresh ? [] : [...effects(touched), ...(request.previous === undefined ? [caseId] : [])];
  return {
    // Ledgers are always read unless remembered: presuming one empty would cost a conflict, not a breach, yet often.
    reads: [caseId, ...touched].filter((id) => !presumed.includes(id)),
    presumedAbsent: presumed,
    build: (view) => buildClaim(view, worldNow(), request),
  };
};
