import type { Act } from '../../../common/flow/decision';
import { iso } from '../../../common/iso';
import { present } from '../../../common/present';
import { speakerOf } from '../../../common/flow/intake';
import { placesOf, type ConnectorOffer } from '../../engine/brakes/clear';
import type { Built, Plan, View } from '../keeping/plan';
import { ABSENCES_ID } from '../keeping/kinds/absences';
import { plannedCase, caseStateOf, type CaseAct, type CaseContent } from '../keeping/kinds/case';
import { keepReminders } from '../keeping/kinds/reminders';
import { effectId, effectIds, plannedEffect } from '../keeping/kinds/effect';
import { plannedLedger, ledgerId } from '../keeping/kinds/ledger';
import { contentOf, type PlannedDoc } from '../keeping/state_docs';
import type { OutboxEntry } from '../ports';
import { claimAct, isForAbsent, wordsOf } from './claim_act';
import { READ_AGAIN, type Claiming, type ClaimRequest, type ReadAgain, type Start } from './claiming';
import type { ClaimWorld } from './claim_world';
import { dueOf, hasMoved, isHeld, isLapsed, isToReapply, sameAsBefore, settledBefore } from './earlier_acts';

/*
 * The claim (`protocol.md` section 2): one bulk that creates or replaces the case, claims every effect and reserves in
 * every ledger concerned. The brakes judge each act here, on the documents as they are when the bulk is made.
 */

/** `moved`: the case is there already, or no longer where it was; nothing was written. */
export type ClaimAnswer =
  | {
      readonly kind: 'planned';
      readonly content: CaseContent;
      readonly start: readonly Start[];
      /** Commands that are new with it: they alone are taken back where it lands in part. */
      readonly made: readonly string[];
      /** Commands whose entries in the undo journal are over once it is written. */
      readonly folded: readonly string[];
    }
  | { readonly kind: 'moved'; readonly content: CaseContent | undefined };

const claimActs = (claiming: Claiming): readonly CaseAct[] | ReadAgain => {
  const acts: CaseAct[] = [];
  for (const act of claiming.request.decision.acts) {
    const outcome = settledBefore(claiming.request, act) ?? claimAct(claiming, act);
    if (outcome === READ_AGAIN) return READ_AGAIN;
    acts.push(outcome);
  }
  return acts;
};

const docsOf = ({ world, request, effects, ledgers }: Claiming, content: CaseContent): readonly PlannedDoc[] => {
  const at = iso(world.now);
  const records: readonly OutboxEntry[] =
    request.recorded === true || content.decision !== request.decision
      ? []
      : [{ family: 'decisions', id: request.decision.decision_id, at }];
  return [
    plannedCase(content, at, records),
    ...[...effects].map(([id, effect]) => plannedEffect(id, effect, at)),
    ...[...ledgers.values()].map((ledger) => plannedLedger(ledger, at)),
  ];
};

const claimingOf = (
  view: View,
  world: ClaimWorld,
  request: ClaimRequest,
  effectIds: Claiming['effectIds'],
): Claiming => ({
  view,
  world,
  request,
  effects: new Map(),
  ledgers: new Map(),
  journal: [],
  start: [],
  made: [],
  folded: [],
  effectIds,
});

const buildClaim = (
  view: View,
  world: ClaimWorld,
  request: ClaimRequest,
  idsFor: Claiming['effectIds'],
): Built<ClaimAnswer> | ReadAgain => {
  const { received, decision, previous } = request;
  const stored = contentOf('case', view.get(received.case_id));
  // INVARIANT: expiry never permits. The first of approve, deny and expire wins, by the time of what is written.
  const isLate = request.approval !== undefined && stored !== undefined && isLapsed(stored, world.now);
  if (isLate || hasMoved(stored, previous)) return { docs: [], answer: { kind: 'moved', content: stored } };
  const claiming = claimingOf(view, world, request, idsFor);
  const claimed = claimActs(claiming);
  if (claimed === READ_AGAIN) return READ_AGAIN;
  const acts = keepReminders(claimed, stored);
  const { journal, start, made, folded } = claiming;
  const before = sameAsBefore(request, acts);
  // It only waits on, until the same moment.
  if (previous !== undefined && before !== undefined && !acts.some(isHeld))
    return { docs: [], answer: { kind: 'planned', content: previous, start, made, folded } };
  const decided = before ?? decision;
  const content: CaseContent = {
    received,
    state: caseStateOf(decision, acts),
    decision: decided,
    acts,
    claims: (previous?.claims ?? 0) + (start.length > 0 ? 1 : 0),
    ...present({
      due: dueOf(acts, request, world.now),
      updates: previous?.updates,
      // An approval goes on with the decision that the person saw.
      decided_on: decided === previous?.decision ? previous?.decided_on : undefined,
      acknowledged: previous?.acknowledged,
      acknowledged_by: previous?.acknowledged_by,
      again: request.freed === true ? undefined : previous?.again,
      tries: acts.some(isHeld) ? (previous?.tries ?? 0) + 1 : undefined,
    }),
  };
  return { docs: docsOf(claiming, content), journal, answer: { kind: 'planned', content, start, made, folded } };
};

const isAble = ({ name, actions }: Pick<ConnectorOffer, 'name' | 'actions'>, act: Act): boolean =>
  actions.includes(act.action) && (act.connector ?? name) === name;

/** Effects and ledgers that a claim touches, as far as they are known before it is made. */
const touchedBy = (world: ClaimWorld, { decision, received, approval, previous }: ClaimRequest) => {
  const { brakes } = world;
  const isAgain = previous !== undefined && isToReapply(previous);
  const acts = decision.acts.filter((act) => !act.shadow && act.result !== 'deny');
  const idsFor = new Map<string, readonly string[]>();
  for (const act of acts)
    for (const { name, actions } of brakes.connectors)
      if (isAble({ name, actions }, act))
        idsFor.set(`${name} ${act.act_id}`, effectIds(name, act.action, act.target, brakes.scopes));
  const places = acts.flatMap((act) => {
    const intake = act.result === 'permit' ? speakerOf(received.intake) : undefined;
    const able = brakes.connectors
      .filter(({ name, actions }) => isAble({ name, actions }, act))
      .map(({ name }) => name);
    return placesOf({ ...act, policies: [act.policy.id], connectors: able }, brakes.rules, brakes.scopes, intake);
  });
  const ids = [...idsFor.values()];
  return {
    effects: ids.flat(),
    // What has one name only is claimed unseen; of several, and of what ends later or is applied again,
    // it has to be seen what is live.
    presumed:
      received.order?.extends === undefined && !isAgain ? ids.flatMap((each) => (each.length === 1 ? each : [])) : [],
    // Only what needs no person is held up by what one said before.
    words: acts.filter(({ result }) => result === 'permit').flatMap((act) => wordsOf(world, act)),
    away: approval !== undefined && isForAbsent(approval.resolution) ? [ABSENCES_ID] : [],
    ledgers: places.map(({ limit, scope }) => ledgerId(limit, scope)),
    // As they were read: an inventory that changes until the claim is made must not make it overlook a live effect.
    idsFor: (connector: string, { act_id, action, target }: Act) =>
      idsFor.get(`${connector} ${act_id}`) ?? [effectId(connector, action, target)],
  };
};

/**
 * What would become of the acts of a decision if it were claimed now: by the brakes, the limits with what is left in
 * them, people's words, and what is in effect already. Nothing is reserved, nothing is written.
 */
export const planTrial = (
  worldNow: () => ClaimWorld,
  request: ClaimRequest,
): { readonly reads: readonly string[]; readonly acts: (view: View) => readonly CaseAct[] | ReadAgain } => {
  const { effects, words, away, ledgers, idsFor } = touchedBy(worldNow(), request);
  return {
    reads: [...new Set([...effects, ...words, ...away, ...ledgers])],
    acts: (view) => claimActs(claimingOf(view, worldNow(), request, idsFor)),
  };
};

/**
 * The claim of a case as a plan. New events are written without asking first; cases that exist are read.
 *
 * @param fresh true after a conflict: then nothing is presumed
 */
export const planClaim = (worldNow: () => ClaimWorld, request: ClaimRequest, fresh: boolean): Plan<ClaimAnswer> => {
  const { effects, presumed: unseen, words, away, ledgers, idsFor } = touchedBy(worldNow(), request);
  const caseId = request.received.case_id;
  const presumed = fresh ? [] : [...unseen, ...(request.previous === undefined ? [caseId] : [])];
  return {
    // Ledgers are always read unless remembered: presuming one empty would cost a conflict, not a breach, yet often.
    reads: [...new Set([caseId, ...effects, ...words, ...away, ...ledgers])].filter((id) => !presumed.includes(id)),
    presumedAbsent: presumed,
    build: (view) => buildClaim(view, worldNow(), request, idsFor),
  };
};
