import type { Wire } from '../host_parts';
import { parseOptions } from './options';
import { runHost } from './run_host';

/**
 * The standalone host.
 *
 * @param wire puts Reflex' parts together
 * @returns a program: takes the arguments of the command line, without program and script, and returns the exit code
 */
export const standaloneHost =
  (wire: Wire) =>
  async (args: readonly string[]): Promise<number> => {
    const options = parseOptions(args);
    if (options.ok) return runHost(options.value, process.env, wire);
    console.error(options.error);
    return 1;
  };
