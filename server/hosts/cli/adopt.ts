import { userInfo } from 'os';
import { writeAdoptOrder } from '../adopt_file';
import { EXIT, type Outcome } from './outcome';

/**
 * Orders the agent of this machine to adopt the state.
 *
 * @param folder of that agent
 */
export const adopt = (folder: string, reason: string): Outcome => {
  try {
    writeAdoptOrder(folder, { who: userInfo().username, why: reason });
  } catch (cause) {
    return { exit: EXIT.error, lines: [`the order cannot be written (${(cause as Error).message}); is --data right?`] };
  }
  return {
    exit: EXIT.done,
    lines: [
      'Ordered. The Reflex of this folder adopts the state within seconds if it runs, else when it starts.',
      'It rebuilds what is in effect from the targets, the journal and the records, and starts nothing until somebody',
      'takes back the kill switch that it throws.',
    ],
  };
};
