import type { ClearedCommand } from '../../common/flow/command';
import type { Target } from '../../common/flow/decision';
import { ok } from '../../common/result';
import type { CallContext, CallOutcome, Connector, UndoOutcome } from '../../server/runner/ports';
import type { Dice, Scheduler } from '../fakes/scheduler';
import type { Climate } from './climate';
import type { Box, Network, Weather } from './network';
import type { Planted } from './planted_bugs';
import { keyOf, targetKey, type SimTarget } from './sim_target';
import type { Tally } from './tally';

const REQUEST_TIMEOUT_MS = 2_000;
export const SETTLE_MS = 3_000;
/** Where somebody removes effects by hand, agents ask for theirs so often. */
export const VERIFY_EVERY_MS = 5_000;
/** What takes effect must be seen within the settle time, also by a second observer that is behind. */
const slowestMs = (climate: Climate): number => SETTLE_MS - (climate.has('second_observer') ? 1_000 : 100);

export interface Sending {
  readonly agent: string;
  readonly command: ClearedCommand;
  readonly at: number;
  readonly box: Box;
}

/** One order to undo, as it truly fared. */
export interface Undoing {
  readonly box: Box;
  readonly key: string;
  readonly fate: 'lost' | 'late' | 'in_time' | 'refused';
  /** It was given by an agent that did not reach the store. */
  readonly isAlone: boolean;
}

/** What happens at the targets, told as it happens. */
export interface TargetEvents {
  readonly connecting: (agent: string, ms: number) => void;
  readonly sending: (sending: Sending) => void;
  readonly undoing: (undoing: Undoing) => void;
  /** The target did certainly not carry it out. */
  readonly refused: (command: ClearedCommand) => void;
  readonly onWire: (command: ClearedCommand, isOnWire: boolean) => void;
}

interface SimConnectorOptions {
  readonly scheduler: Scheduler;
  readonly dice: Dice;
  readonly network: Network;
  readonly target: SimTarget;
  readonly climate: Climate;
  readonly planted: Planted;
  readonly weather: () => Weather;
  /** Whether a process reaches the store now. */
  readonly reachesStore: (box: Box) => boolean;
  readonly tally: Tally;
  readonly events: TargetEvents;
}

/** Who uses the connector, and for what it is. */
interface ConnectorOf {
  readonly name: string;
  readonly actions: readonly string[];
  readonly agent: string;
  readonly box: Box;
}

/** As a target answers 202: the order is in its queue. */
const TAKEN = { code: 'taken', message: 'taken, not carried out yet', retryable: false };
const STALE_FENCE = { code: 'stale_fence', message: 'a newer order was here before', retryable: false };

/** Planted: the same order twice, with an undoing in between by the target itself. */
const doubleSend = ({ scheduler, target }: SimConnectorOptions, command: ClearedCommand): void => {
  const key = targetKey(command.action, command.target);
  scheduler.after(500, () => target.remove(key, [command.command_id], scheduler.now));
  scheduler.after(600, () => target.apply(key, command.command_id, scheduler.now));
};

/** The request was written: what becomes of it. */
const afterFirstByte = (
  options: SimConnectorOptions,
  command: ClearedCommand,
  fence: number,
  answer: (delayMs: number, outcome: CallOutcome) => void,
): void => {
  const { scheduler, dice, target, planted, tally, events } = options;
  const { targetFails, targetLost, slow, lostAnswer } = options.weather();
  const error = { code: 'simulated', message: 'simulated', retryable: dice.chance(0.5) };
  const refuse = (why: typeof error): void => {
    events.refused(command);
    answer(dice.between(1, 50), { kind: 'failed', error: why });
  };
  if (dice.chance(targetFails)) {
    tally.note('target_failed');
    return refuse(error);
  }
  if (dice.chance(targetLost)) return tally.note('target_lost');
  events.onWire(command, true);
  const isSlow = dice.chance(slow * 3);
  if (isSlow) tally.note('target_slow');
  const isTaken = options.climate.has('taken_only') && dice.chance(0.4);
  if (isTaken) {
    tally.note('taken_only');
    target.isPending(targetKey(command.action, command.target), SETTLE_MS);
    answer(dice.between(0.5, 20), { kind: 'unknown', error: TAKEN });
  }
  const travel = isTaken
    ? dice.between(200, slowestMs(options.climate))
    : isSlow
      ? dice.between(100, slowestMs(options.climate))
      : dice.between(0.5, 20);
  scheduler.after(planted.settleLie === true ? SETTLE_MS * 4 : travel, () => {
    events.onWire(command, false);
    if (!target.admits(targetKey(command.action, command.target), fence)) return refuse(STALE_FENCE);
    if (options.climate.has('hollow') && dice.chance(0.1)) {
      tally.note('hollow');
      return answer(1, { kind: 'succeeded' });
    }
    target.land(command);
    if (isTaken) return;
    if (dice.chance(targetFails)) return answer(1, { kind: 'unknown', error: { ...error, retryable: true } });
    if (!dice.chance(lostAnswer * 5)) answer(dice.between(0.5, 20), { kind: 'succeeded' });
  });
};

const executeAt =
  (options: SimConnectorOptions, { agent, box }: ConnectorOf) =>
  (command: ClearedCommand, { mayStart, fence }: CallContext): Promise<CallOutcome> =>
    new Promise((resolve) => {
      const { scheduler, dice, planted, events } = options;
      const connecting = dice.chance(0.15) ? dice.between(500, REQUEST_TIMEOUT_MS - 100) : dice.between(0.2, 5);
      events.connecting(agent, connecting);
      scheduler.after(connecting, () =>
        box.deliver(() => {
          if (planted.asksNobody !== true && !mayStart()) return resolve({ kind: 'not_started', why: 'may not start' });
          events.sending({ agent, command, at: scheduler.now, box });
          if (planted.sendsTwice === true) doubleSend(options, command);
          afterFirstByte(options, command, fence, (delay, outcome) =>
            scheduler.after(delay, () => box.deliver(() => resolve(outcome))),
          );
        }),
      );
    });

const undoAt =
  (options: SimConnectorOptions, { box }: ConnectorOf): Connector['undo'] =>
  (handle, { fence }) =>
    new Promise<UndoOutcome>((resolve) => {
      const { scheduler, dice, target, climate, planted, tally, events } = options;
      const key = keyOf(handle);
      const isAlone = !options.reachesStore(box);
      const answer = (outcome: UndoOutcome): void =>
        scheduler.after(dice.between(0.5, 20), () => box.deliver(() => resolve(outcome)));
      if (climate.has('undo_lost') && dice.chance(0.1)) {
        tally.note('undo_lost');
        return events.undoing({ box, key, isAlone, fate: 'lost' });
      }
      const isLate = climate.has('undo_late') && dice.chance(0.5);
      events.undoing({ box, key, isAlone, fate: isLate ? 'late' : 'in_time' });
      const travel = isLate ? dice.between(100, 2_500) : dice.between(0.5, 20);
      scheduler.after(planted.undoSleeps === true ? 60_000 : travel, () => {
        if (!target.admits(key, fence)) {
          events.undoing({ box, key, isAlone, fate: 'refused' });
          return answer({ kind: 'failed', error: STALE_FENCE });
        }
        const isEnded = planted.undoLie !== true && target.end(handle);
        if (isEnded && isLate) tally.note('undo_late');
        if (isEnded && isAlone) tally.note('long_cuts');
        if (!dice.chance(options.weather().lostAnswer * 5)) answer({ kind: 'succeeded' });
      });
    });

const extendAt =
  (options: SimConnectorOptions, { box }: ConnectorOf): NonNullable<Connector['extend']> =>
  async (handle, lastsMs) => {
    const { network, dice, target } = options;
    await network.wait(box, dice.between(0.5, 20));
    if (target.extend(handle, lastsMs)) return { kind: 'succeeded' };
    return { kind: 'failed', error: { code: 'not_there', message: 'there is nothing of that mark', retryable: false } };
  };

/** A connector as one process uses it. */
export const simConnector = (options: SimConnectorOptions, owner: ConnectorOf): Connector => {
  const { dice, target, network, climate } = options;
  const { name, actions, box } = owner;
  return {
    name,
    kind: 'fake',
    capabilities: {
      actions,
      idempotency: target.idempotency,
      native_ttl: climate.has('native_ttl'),
      settle_time_ms: SETTLE_MS,
      request_timeout_ms: REQUEST_TIMEOUT_MS,
      tagged: !climate.has('untagged'),
      second_observer: climate.has('second_observer'),
      retries: ['no_answer', 'simulated', 'refused'],
      promises: {},
    },
    execute: executeAt(options, owner),
    verify: async (handle) => {
      await network.wait(box, dice.between(0.5, 20));
      if (dice.chance(options.weather().targetFails)) return { state: 'unknown' };
      if (options.planted.targetsBlind === true && options.scheduler.now > 20_000) return { state: 'absent' };
      if (target.isUndecided(keyOf(handle))) return { state: 'unknown', text: 'pending' };
      return { state: target.shows(handle) ? 'present' : 'absent' };
    },
    undo: undoAt(options, owner),
    ...(climate.has('native_ttl') ? { extend: extendAt(options, owner) } : {}),
    cancel: async () => network.wait(box, 1),
    list: async () =>
      ok(
        [...target.entries].flatMap(([key, command_id]) => {
          const [action = '', type = '', value = ''] = key.split(/[ :]/);
          if (!actions.includes(action)) return [];
          const mark = climate.has('untagged') ? {} : { command_id };
          return [{ action, target: { type, value } as Target, ...mark }];
        }),
      ),
    status: async () => ({ state: 'ok', text: '' }),
  };
};
