import { parseArgs } from 'util';
import { err, ok, type Result } from '../../../common/result';
import list from './options.json';

/** What `npm start` was asked for. */
export interface Options {
  readonly port: number;
  readonly nodeZip?: string;
  /** As the JVM writes it, such as `512m`. */
  readonly nodeHeap?: string;
  readonly data?: string;
  readonly cache?: string;
  readonly config?: string;
  readonly demo: 'as_it_was' | 'off' | 'again';
  readonly open: boolean;
  /** The node has users. */
  readonly secure: boolean;
}

const DEFAULT_PORT = '5680';

const portIn = (name: string, text: string): Result<number, string> => {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  return port >= 1024 && port <= 65_535
    ? ok(port)
    : err(`\`--${name} ${text}\` is no port; give a number from 1024 to 65535`);
};

const isNodePort = (arg: string): boolean => arg === '--node-port' || arg.startsWith('--node-port=');

const parsed = (args: readonly string[]): Result<Record<string, string | boolean | undefined>, string> => {
  const options = Object.fromEntries(
    list.map((each) => [each.name, { type: 'value' in each ? ('string' as const) : ('boolean' as const) }]),
  );
  try {
    return ok(parseArgs({ args: [...args], options, strict: true }).values);
  } catch (cause) {
    const [first = ''] = (cause as Error).message.split('. ');
    return err(`${first}; \`npm start -- --help\` lists the options`);
  }
};

const textOf = (value: string | boolean | undefined): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

/** @returns the options, or what is wrong with them in a sentence */
export const parseOptions = (args: readonly string[]): Result<Options, string> => {
  if (args.some(isNodePort))
    return err('`--node-port` is gone: the OpenSearch node has no fixed port any more; start without it');
  const given = parsed(args);
  if (!given.ok) return given;
  const { value } = given;
  const port = portIn('port', textOf(value.port) ?? DEFAULT_PORT);
  if (!port.ok) return port;
  const nodeHeap = textOf(value['node-heap']);
  if (nodeHeap !== undefined && !/^[1-9]\d{0,5}[mg]$/i.test(nodeHeap))
    return err(`\`--node-heap ${nodeHeap}\` is no size; give one such as 512m or 2g`);
  const secure = value.secure === true;
  if (secure && value.demo === true)
    return err('`--demo` has users of its own and does not go with `--secure`; start with one of the two');
  return ok({
    port: port.value,
    secure,
    nodeZip: textOf(value['node-zip']),
    nodeHeap,
    data: textOf(value.data),
    cache: textOf(value.cache),
    config: textOf(value.config),
    demo: secure || value['no-demo'] === true ? 'off' : value.demo === true ? 'again' : 'as_it_was',
    open: value.open === true,
  });
};
