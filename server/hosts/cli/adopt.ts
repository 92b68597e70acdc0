import { userInfo } from 'os';
import { writeAdoptOrder } from '../adopt_file';
import { EXIT, type Outcome } from './outcome';

const ORDERED = {
  state: [
    'Ordered. The Reflex of this folder adopts the state within seconds if it runs, else when it starts.',
    'It rebuilds what is in effect from the targets, the journal and the records, and starts nothing until somebody',
    'takes back the kill switch that it throws.',
  ],
  folder: [
    'Ordered. The Reflex of this folder goes on with it within seconds if it runs, else when it starts, and once',
    'OpenSearch answers. Every other copy of the folder is refused from then on. It waits while another one still runs.',
  ],
} as const;

/**
 * Orders the agent of this machine to adopt the state, or its data folder.
 *
 * @param folder of that agent
 */
export const adopt = (folder: string, reason: string, what: keyof typeof ORDERED = 'state'): Outcome => {
  try {
    writeAdoptOrder(folder, { who: userInfo().username, why: reason }, what);
  } catch (cause) {
    return { exit: EXIT.error, lines: [`the order cannot be written (${(cause as Error).message}); is --data right?`] };
  }
  return { exit: EXIT.done, lines: [...ORDERED[what]] };
};
