import { present } from '../../../common/present';
import type { Identities } from '../../engine/entity/identity';
import { countedAs } from '../../engine/entity/target_keys';
import { driftCarried } from '../../engine/execution/drift_mark';
import type { Effect } from '../../engine/execution/effect';
import type { AgentWith, JoinedWith, ShiftWith } from '../agent/views';
import type { HereOnlyView } from '../../../common/api/routes';
import type { LimitFilled } from '../../../common/api/many_as_one';
import type { ContainmentView, EscalationView } from '../../../common/api/views';
import { err, ok, type Result } from '../../../common/result';
import { actionNamed } from '../../../common/policy/actions';
import { SEVERITIES } from '../../../common/flow/event';
import type { Agent } from '../agent/agent';
import { isAway } from '../keeping/session_lost';
import { contentOf, findAll } from '../keeping/state_docs';
import { isCutFacet } from '../keeping/kinds/facet';
import type { Facets, StateDoc } from '../ports';
import { audit } from '../record/audit';
import { NOT_JOINED, refusal, type Refusal } from '../record/refusal';
import { DEFAULT_ASK_MS, say } from '../facts/words';
import { expectedLoss, factsOfAct } from '../../engine/decision/stakes';
import { disruptionAt } from './disruptions';
import { withHandOvers } from './hand_overs';
import { hereOnlyView } from './here_only';
import { withApprovals } from './approvals';
import { breachEscalations } from './limit_breaches';
import { limitsFilled } from './limits_filled';
import type { Wanted } from './sought';
import { withResumes } from './resumed';
import { containmentView } from './views';
import { MOST_LISTED, waitingActs } from './waiting';
import type { Shift } from '../agent/shift';

const rank = (view: EscalationView): number => SEVERITIES.indexOf(view.event.severity);

/** Most severe first, then oldest. */
const byUrgency = (a: EscalationView, b: EscalationView): number =>
  rank(b) - rank(a) || (a.waiting_since < b.waiting_since ? -1 : 1);

/** The same act on the same thing, however it is written: by the inventory, as it would be one effect. */
const aimOf = ({ act }: { readonly act: Pick<EscalationView['act'], 'action' | 'target'> }, who: Identities): string =>
  `${act.action} ${countedAs(act.target, who)}`;

type Breached = NonNullable<EscalationView['breach']>;

/** Escalations with what each takes away from its target, by which they are weighed, and what would take less. */
const withDisruption = (
  agent: AgentWith<'connectors' | 'inventory'>,
  views: readonly EscalationView[],
): readonly EscalationView[] =>
  views.map((view) => {
    const { act, facts, score } = view;
    const disruption = disruptionAt(agent, act);
    if (disruption === undefined) return view;
    const about = factsOfAct({ inputs: { assets: facts } }, act);
    return {
      ...view,
      disruption,
      loss: expectedLoss(act, about, { score: score.value, disruption: disruption.share }),
    };
  });

/** Escalations with what approving each would fill, also those that one limit refuses together. */
const withLimits = async (
  agent: AgentWith<'bundles' | 'clock' | 'inventory' | 'store'>,
  views: readonly EscalationView[],
): Promise<readonly EscalationView[]> => {
  const all = [...views, ...views.flatMap(({ breach }) => breach?.others ?? [])];
  const filled = await limitsFilled(
    agent,
    all.map(({ act }) => act),
  );
  const known = new Map<object, LimitFilled[]>(all.map((each, index) => [each, [...(filled[index] ?? [])]]));
  const who = agent.parts.inventory;
  const ofBreach = (breach: Breached): Breached => ({
    ...breach,
    others: breach.others.map((other) => ({ ...other, aim: aimOf(other, who), limits: known.get(other) ?? [] })),
  });
  return views.map((view) => ({
    ...view,
    aim: aimOf(view, who),
    limits: known.get(view) ?? [],
    ...present({ breach: view.breach && ofBreach(view.breach) }),
  }));
};

/** What does not expire comes last; of two that expire at once, the more urgent first. */
const byExpiry = (a: EscalationView, b: EscalationView): number => {
  const [one, other] = [a.expires_at ?? '~', b.expires_at ?? '~'];
  return one === other ? byUrgency(a, b) : one < other ? -1 : 1;
};

interface Waiting {
  readonly total: number;
  readonly escalations: readonly EscalationView[];
  /** There are more than are listed; `total` is how many at least. */
  readonly at_least?: true;
}

/** Acts that wait for a person, the first to expire first. What one limit refuses is one of them. */
export const listEscalations = async (
  agent: AgentWith<'absences' | 'bundles' | 'clock' | 'connectors' | 'evidence' | 'inventory' | 'store'>,
): Promise<Waiting> => {
  const [{ total: found, views, isCut }, breached] = await Promise.all([
    waitingActs(agent.parts.store, { utc: agent.parts.clock.utc(), away: agent.parts.absences }),
    breachEscalations(agent, byUrgency),
  ]);
  const aimed = views.map((view) => ({ view, aim: aimOf(view, agent.parts.inventory) }));
  const counts = new Map<string, number>();
  for (const { aim } of aimed) counts.set(aim, (counts.get(aim) ?? 0) + 1);
  const alone = aimed.map(({ view, aim }) => ({ ...view, same_target: (counts.get(aim) ?? 1) - 1 }));
  // A limit stands for many: none of them may fall off the end of a full list.
  const room = Math.max(0, MOST_LISTED - breached.length);
  const sorted = [...alone.slice(0, room), ...breached].sort(byExpiry).slice(0, MOST_LISTED);
  const told = await withHandOvers(agent, withDisruption(agent, sorted));
  const escalations = await withLimits(agent, await withResumes(agent, told));
  const total = found + breached.length;
  return { total, escalations, ...(isCut || total > escalations.length ? { at_least: true } : {}) };
};

/** Since when the session of an effect has seen all that it keeps at that connector, as it said with its heartbeat. */
const seenSince = ({ shift }: JoinedWith<'session'>, { session, connector }: Effect): string | undefined =>
  shift?.parts.session.saysOfItself(session)?.live?.[connector]?.seen_since;

interface Board {
  readonly total: number;
  readonly containments: readonly ContainmentView[];
  readonly here_only?: HereOnlyView;
}

type Lister = AgentWith<'connectors' | 'inventory' | 'store'> &
  JoinedWith<'session'> &
  Pick<Agent, 'knownHere' | 'allHere'>;

/** The board while the state cannot be asked: nothing of it is shown, rather than a part as if it were everything. */
const boardHere = (here: Agent['knownHere']): Board => ({
  total: 0,
  containments: [],
  here_only: hereOnlyView(here, MOST_LISTED),
});

type IsWanted = Wanted['isIt'];

/** Of what the journal tells, what is about the wanted thing. */
const wantedHere = (here: Agent['knownHere'], isWanted: IsWanted | undefined): Agent['knownHere'] => {
  if (isWanted === undefined) return here;
  const effects = [...here.effects].filter(([, entries]) => entries.some(({ target }) => isWanted(target)));
  return { ...here, effects: new Map(effects) };
};

/**
 * What is in effect because of us, soonest to end first. Where the state does not answer, or is not the one that this
 * agent knows: what this machine's own journal tells.
 *
 * @param wanted only what is about this thing; everything if not given
 */
export const listContainments = async (agent: Lister, wanted?: Pick<Wanted, 'isIt'>): Promise<Board> => {
  const here = wantedHere(agent.knownHere, wanted?.isIt);
  if (here.state !== 'asked') return boardHere(here);
  try {
    const board = await (wanted === undefined ? boardOfState(agent) : boardOfThing(agent, wanted.isIt));
    return here.effects.size === 0 ? board : { ...board, here_only: hereOnlyView(here, MOST_LISTED) };
  } catch (cause) {
    if (!isAway(cause)) throw cause;
    return boardHere(wantedHere(agent.allHere, wanted?.isIt));
  }
};

type BoardOf = AgentWith<'connectors' | 'inventory' | 'store'> & JoinedWith<'session'>;

const IN_EFFECT = { kinds: ['effect'], notStates: ['absent'] } as const;

const viewOf = (agent: BoardOf, doc: StateDoc): readonly ContainmentView[] => {
  const effect = contentOf('effect', doc);
  const view = effect && containmentView(doc.id, effect, seenSince(agent, effect));
  return view ? [{ ...view, ...present({ disruption: disruptionAt(agent, view) }) }] : [];
};

const boardOfState = async (agent: BoardOf): Promise<Board> => {
  const docs = await agent.parts.store.search({ ...IN_EFFECT, limit: MOST_LISTED, sort: 'due' });
  const containments = await withApprovals(
    agent,
    docs.flatMap((doc) => viewOf(agent, doc)),
  );
  // Who sees a thousand must hear that there are more.
  const isCut = docs.length === MOST_LISTED;
  const total = isCut ? await agent.parts.store.count(IN_EFFECT) : containments.length;
  return { total: Math.max(total, containments.length), containments };
};

const soonestToEnd = (one: ContainmentView, other: ContainmentView): number =>
  (one.due ?? '~') < (other.due ?? '~') ? -1 : 1;

/** So many effects are read whole at once. */
const READ_AT_ONCE = 500;

/**
 * Whether an effect may be about the wanted thing, by what it is listed by. A file or a process may be on it, and a
 * text that was cut may go on: those have to be read.
 */
const mayBeWanted = ({ action, target }: Facets, isWanted: IsWanted): boolean => {
  const type = action === undefined ? undefined : actionNamed(action)?.target;
  if (type === undefined || type === 'file' || type === 'process' || target === undefined) return true;
  return isCutFacet(target) || isWanted({ type, value: target });
};

/**
 * Every effect is looked at, however many there are: "not contained" must not mean "not among the first". Only what may
 * be meant is read whole.
 */
const boardOfThing = async (agent: BoardOf, isWanted: IsWanted): Promise<Board> => {
  const { store } = agent.parts;
  const ids: string[] = [];
  for await (const { id, facets } of findAll(store, { ...IN_EFFECT, bare: true }))
    if (mayBeWanted(facets, isWanted)) ids.push(id);
  const found: ContainmentView[] = [];
  for (let start = 0; start < ids.length; start += READ_AT_ONCE) {
    const docs = await store.getMany(ids.slice(start, start + READ_AT_ONCE));
    // By now one of them may have ended.
    for (const doc of docs.values())
      if (contentOf('effect', doc)?.state !== 'absent')
        found.push(...viewOf(agent, doc).filter(({ target }) => isWanted(target)));
  }
  const shown = found.sort(soonestToEnd).slice(0, MOST_LISTED);
  return { total: found.length, containments: await withApprovals(agent, shown) };
};

/** One effect as it is now. */
export const getContainment = async (
  agent: BoardOf,
  effectId: string,
): Promise<Result<{ readonly state: string; readonly containment?: ContainmentView }, Refusal>> => {
  const effect = contentOf('effect', await agent.parts.store.get(effectId));
  if (!effect) return err(refusal('not_found', `there is no effect \`${effectId}\``));
  const view = containmentView(effectId, effect, seenSince(agent, effect));
  const disruption = view && disruptionAt(agent, view);
  const [containment] = view === undefined ? [] : await withApprovals(agent, [{ ...view, ...present({ disruption }) }]);
  return ok({ state: effect.state, ...present({ containment }) });
};

const NOTHING_TO_LIFT = refusal('not_found', 'there is nothing to lift: it is not in effect any more');

/** The longest time for which one of its reasons wanted it, ms. */
const longestTtl = ({ reasons }: Effect): number =>
  Math.max(0, ...reasons.map(({ command }) => command.ttl_ms ?? 0)) || DEFAULT_ASK_MS;

/** What was lifted, and the decisions that wanted it. */
interface Lifted {
  readonly effectId: string;
  readonly decisions: readonly string[];
}

/** A person ends an effect now. Its owner undoes it; the page sees it go. */
export const liftContainment = async (
  agent: AgentWith<'chance' | 'clock' | 'evidence' | 'inventory' | 'store' | 'words'> & {
    readonly shift: (Pick<Shift, 'effects'> & ShiftWith<'commits'>) | undefined;
  },
  effectId: string,
  wish: {
    readonly by: string;
    readonly reason: string;
    readonly force: boolean;
    /** For how long its target asks first, ms; default as long as the effect would last at most. */
    readonly askForMs: number | undefined;
  },
): Promise<Result<Lifted, Refusal>> => {
  const { shift } = agent;
  if (!shift) return err(NOT_JOINED);
  const effect = contentOf('effect', await agent.parts.store.get(effectId));
  const { clock } = agent.parts;
  // Removed at its target, and on its way to be applied again: a person's word stops that, too.
  const isOver =
    effect?.state !== 'absent' ? effect === undefined : driftCarried(effect.drift, clock.utc()) === undefined;
  if (effect === undefined || isOver) return err(NOTHING_TO_LIFT);
  const { by, reason, askForMs = longestTtl(effect) } = wish;
  // INVARIANT: before the lift, so that a crash in between leaves "asks first", never "acts again".
  const said = await say(
    { ...agent.parts, commits: shift.parts.commits },
    { target: effect.target, verb: 'lift', by, reason, askForMs },
  );
  if (!said.ok) return said;
  const lifted = await shift.effects.lift(effectId, { by: wish.by, text: wish.reason, force: wish.force });
  if (!lifted && effect.state !== 'absent') return err(NOTHING_TO_LIFT);
  await audit(agent, {
    verb: 'lift',
    by: wish.by,
    object: { type: 'effect', id: effectId },
    effect_id: effectId,
    text: wish.reason,
  });
  return ok({ effectId, decisions: effect.reasons.map(({ command }) => command.decision_id) });
};
