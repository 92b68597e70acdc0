import { backtest } from './backtest';
import { build } from './build';
import { coverage } from './coverage';
import { POLICY_EXIT, UsageError, type PolicyCommand, type PolicyIo } from './command';
import { diff } from './diff';
import { fresh } from './fresh';
import { inspect } from './inspect';
import { keyring } from './keyring';
import { lint } from './lint';
import { rhythm } from './rhythm';
import { sign } from './sign';
import { test } from './test_command';
import { verify } from './verify';

/** The words after `reflex policies`, in the order of their use. */
export const POLICY_COMMANDS: readonly PolicyCommand[] = [
  lint,
  test,
  coverage,
  diff,
  backtest,
  rhythm,
  build,
  sign,
  verify,
  inspect,
  fresh,
  keyring,
];

const help = (): string =>
  [
    'Usage: reflex policies COMMAND [options]',
    '',
    'Commands:',
    ...POLICY_COMMANDS.map(({ usage }) => `  ${usage}`),
    '',
    'Paths are files or folders; without one, `policies` in this folder, else this folder. Exit code 0: all is well,',
    '1: the policies are at fault, 2: the command could not do its work, 3: nothing is at fault, but some tests were',
    'skipped, for they ask a Rego guard and `opa` is not here. --format json prints one JSON document.',
  ].join('\n');

/**
 * Runs one of the commands about policies.
 *
 * @param args after `policies`
 * @returns the exit code
 */
export const runPolicyCommand = async (args: readonly string[], io: PolicyIo): Promise<number> => {
  const [name = 'help', ...rest] = args;
  if (name === 'help' || name === '--help' || name === '-h' || rest.includes('--help') || rest.includes('-h')) {
    io.out(help());
    return POLICY_EXIT.done;
  }
  const command = POLICY_COMMANDS.find((each) => each.name === name);
  if (!command) {
    io.err(`reflex: there is no command \`policies ${name}\`; \`reflex policies help\` lists them`);
    return POLICY_EXIT.error;
  }
  try {
    return await command.run(rest, io);
  } catch (cause) {
    if (!(cause instanceof UsageError)) throw cause;
    io.err(`reflex: ${cause.message}`);
    return POLICY_EXIT.error;
  }
};
