import { parseArgs } from 'util';
import { UsageError } from './command';

interface OptionTypes {
  readonly [name: string]: 'string' | 'boolean';
}

export interface Options {
  readonly paths: readonly string[];
  readonly format: 'text' | 'json';
  readonly text: (name: string) => string | undefined;
  readonly flag: (name: string) => boolean;
}

/**
 * Reads the words of one command; every command takes `--format text|json`.
 *
 * @throws UsageError that says what is wrong
 */
export const optionsIn = (args: readonly string[], known: OptionTypes = {}): Options => {
  const types = { format: 'string' as const, ...known };
  const parse = () => {
    try {
      return parseArgs({
        args: [...args],
        options: Object.fromEntries(Object.entries(types).map(([name, type]) => [name, { type }])),
        allowPositionals: true,
      });
    } catch (cause) {
      throw new UsageError((cause as Error).message.split('. ')[0] ?? 'the options are not right');
    }
  };
  const { values: read, positionals } = parse();
  const values: Readonly<Record<string, unknown>> = read;
  const { format = 'text' } = values;
  if (format !== 'text' && format !== 'json')
    throw new UsageError(`\`--format ${String(format)}\` is not known; say text or json`);
  return {
    paths: positionals,
    format,
    text: (name) => {
      const value = values[name];
      return typeof value === 'string' ? value : undefined;
    },
    flag: (name) => values[name] === true,
  };
};
