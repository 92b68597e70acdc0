import type { ClearedCommand } from '../../../common/flow/command';
import type { Act } from '../../../common/flow/decision';
import { present } from '../../../common/present';
import { forGood } from '../../engine/brakes/extension';
import { tooLong } from '../../engine/brakes/longest';
import { commandsGone, reasonAdded, reasonRequested, type Effect } from '../../engine/execution/effect';
import { reasonOf } from '../../engine/execution/reasons';
import { outlasts } from '../../engine/execution/told_longer';
import type { CaseAct } from '../keeping/kinds/case';
import { journalEntryOf } from '../keeping/kinds/effect';
import { momentOf, READ_AGAIN, resolutionFor, stoppedAct, type Claiming, type ReadAgain } from './claiming';

/** An effect that is there already, and the command that wants it too. */
interface Meeting {
  readonly act: Act;
  readonly command: ClearedCommand;
  readonly effect: Effect;
  readonly id: string;
}

const BUSY = {
  kind: 'stopped',
  reason: 'target_busy',
  then: 'hold',
  text: 'another command is changing this target right now',
} as const;

/** Nobody can join it now: it comes or goes, or whoever could confirm a reason is dead or took it over. */
const isChanging = ({ world }: Claiming, { id, effect }: Meeting): boolean =>
  effect.state !== 'present' ||
  effect.taken_over === true ||
  world.known.isDead(effect.session) ||
  world.known.isUndoneOffline(id, effect);

const TAKEN_OVER = {
  ...BUSY,
  text: 'the agent that began it is gone: it takes no further reason, and ends in its time',
} as const;

const ENDS_BY_ITSELF = {
  ...BUSY,
  text: 'its target ends it by itself, sooner than this act, and cannot be told to keep it longer',
} as const;

/** An owner answers within about a second: so many may ask it at a time, so that the document stays small. */
const MOST_REQUESTED = 64;

const CROWDED = {
  ...BUSY,
  text: 'too many ask its agent to keep it for their reasons too; asked again later',
} as const;

const GONE = {
  ...BUSY,
  text: 'it was in effect here and is gone: somebody removed it, or the target lost it; applied anew once that has ended, or is lifted',
} as const;

/** The case has a reason of it already, of an earlier claim. */
const ownReason = ({ effect, command }: Meeting) =>
  [...effect.reasons, ...effect.requested].find((reason) => reason.command.case_id === command.case_id);

/** Its owner is asked for nothing: this agent is it, and its target need not be told. */
const joinsAtOnce = ({ world }: Claiming, { session, connector }: Effect): boolean =>
  session === world.session && world.known.endsHow(connector) === 'when_told';

/**
 * Joins an effect that is there: at once as its owner, else once its owner has confirmed it. Where the target ends it
 * by itself, the owner too has to tell the target first: a reason that counts before would end early if the owner died.
 */
const join = (claiming: Claiming, { command, effect, id }: Meeting): Pick<CaseAct, 'status' | 'text'> => {
  const { world, request, effects, journal, made, folded } = claiming;
  const reason = reasonOf(command, world.now, request.received.demo ?? false);
  made.push(command.command_id);
  if (joinsAtOnce(claiming, effect)) {
    const moment = momentOf(claiming, id);
    const joined = reasonAdded(effect, reason, moment);
    const counted = joined.reasons.find((each) => each.command.command_id === command.command_id) ?? reason;
    journal.push(journalEntryOf(id, counted, { at: moment.at, fence: effect.fence, ...world.stamp }));
    effects.set(id, joined);
    folded.push(...commandsGone(effect, joined));
    return { status: 'present', text: 'was there already; now also for this reason' };
  }
  effects.set(id, reasonRequested(effect, reason));
  return { status: 'applying', text: 'is there already; its agent is asked to keep it for this reason too' };
};

/** The effect is there already, or somebody is at it: join its reasons, or come back. */
export const meetEffect = (claiming: Claiming, { command: named, ...met }: Meeting): CaseAct | ReadAgain => {
  const { view, effects, request } = claiming;
  const { act, effect, id } = met;
  // The target knows it by the name that it was claimed by: whatever is sent or undone for this reason uses that.
  const command = { ...named, target: effect.target };
  const meeting = { ...met, command };
  // What is remembered of an effect may be long over: only a fresh look says that it is there.
  if (!view.isFresh(id) && !effects.has(id)) return READ_AGAIN;
  const resolution = resolutionFor(request, act);
  const base = { act_id: act.act_id, effect_id: id, ...present({ resolution }) };
  const own = ownReason(meeting);
  if (own && effect.state !== 'undoing') {
    const { command_id } = own.command;
    if (effect.state === 'present' && effect.gone)
      return { ...base, command_id, status: 'gone', text: effect.gone.text };
    return { ...base, command_id, status: effect.state === 'present' ? 'present' : 'applying' };
  }
  const { order } = request.received;
  if (order?.extends !== undefined && effect.taken_over === true)
    return stoppedAct(act, forGood(order, TAKEN_OVER), resolution);
  if (isChanging(claiming, meeting)) return stoppedAct(act, BUSY, resolution);
  if (effect.gone) return stoppedAct(act, forGood(order, GONE), resolution);
  const { deadline } = reasonOf(command, claiming.world.now, false);
  if (claiming.world.known.endsHow(effect.connector) === 'for_good' && outlasts(effect, deadline))
    return stoppedAct(act, forGood(order, ENDS_BY_ITSELF), resolution);
  const { brakes, now } = claiming.world;
  const long = tooLong(act, brakes.rules.longest ?? [], { now, effect });
  if (long) return stoppedAct(act, long, resolution);
  if (!joinsAtOnce(claiming, effect) && effect.requested.length >= MOST_REQUESTED)
    return stoppedAct(act, CROWDED, resolution);
  return { ...base, command_id: command.command_id, ...join(claiming, meeting) };
};
