import { standaloneHost } from '../../server/hosts/standalone/main';
import { wire } from '../../server/wiring';

/** `npm start`: the standalone host with everything wired into it. */
export const main = standaloneHost(wire);
