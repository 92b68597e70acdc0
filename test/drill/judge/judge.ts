import type { RunLog } from '../observer';
import { effectsOf } from './effects';
import { judgeEvents, type ListedDecision } from './events';
import type { Finding } from './finding';
import { judgeLate } from './late';
import { judgeLimits } from './limits';
import { judgeStops } from './stops';
import { judgeWrong } from './wrong';

/** Judges a run by what the target and the senders saw; only what was decided is taken from Reflex. */
export const judge = (log: RunLog, decisions: readonly ListedDecision[]): readonly Finding[] => {
  const effects = effectsOf(log);
  return [
    ...judgeWrong(log, effects),
    ...judgeLimits(log, effects),
    ...judgeStops(log, effects),
    ...judgeEvents(log, decisions),
    ...judgeLate(log, effects),
  ];
};
