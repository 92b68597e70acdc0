import { execFile } from 'child_process';
import { promisify } from 'util';
import type { Command } from './messages';

const run = promisify(execFile);
const PATIENCE_MS = 5_000;

/**
 * The kernel ends the node when its parent is gone, even if that was killed. The rights that a user has within a
 * namespace of their own are for the helper alone.
 */
const LEASH = ['--pdeathsig', 'KILL', '--ambient-caps', '-all', '--inh-caps', '-all'];

/** The command on a leash; as it was where the system has none. */
export const onLeash = async (command: Command): Promise<Command> => {
  try {
    await run('setpriv', [...LEASH, 'true'], { cwd: '/', timeout: PATIENCE_MS, ...command.user });
    return { ...command, program: 'setpriv', args: [...LEASH, command.program, ...command.args] };
  } catch {
    return command;
  }
};
