import { mkdirSync, readFileSync, statSync } from 'fs';
import { join, resolve } from 'path';
import { parseArgs } from 'util';
import { bundleTarball } from '../../adapters/opa/bundle_tarball';
import { lockFolder } from '../../adapters/system/folder_lock';
import { statementIn } from '../../engine/policy/verify_bundle';
import { Answering } from './answer';
import { adopted, type SignerRules } from './judge';
import { Ledger } from './ledger';
import { serveSigner } from './serve';
import { keyInFile, keyInModule, type SignerKey } from './signer_key';

/* `reflex signer …`: the process of its own user that keeps the key which signs releases. */

export interface SignerIo {
  readonly out: (line: string) => void;
  readonly err: (line: string) => void;
  readonly now: () => number;
  /** Resolves once the process is told to end. */
  readonly ended: Promise<unknown>;
}

const DONE = 0;
const FAILED = 2;
const HOUR_MS = 3_600_000;

const HELP = `Usage: reflex signer COMMAND [options]

Commands:
  serve            sign what the host that decides asks for at a Unix socket, until it is ended
  key              print the public key, for \`signing.signer.public_key_file\` of that host
  adopt BUNDLE     the version in this bundle file was signed elsewhere, and is in force: count it as signed here
  log              what was signed, oldest first, one JSON document a line

Where the key is, one of:
  --key FILE                          a private key on P-256 (PKCS #8, PEM)
  --module FILE --token NAME --label NAME --pin-file FILE
                                      a key that a PKCS #11 module keeps, by OpenSC's \`pkcs11-tool\`

Options:
  --folder DIR     where it writes down what it signed; default /var/lib/reflex-signer
  --socket FILE    default: \`socket\` in that folder
  --fresh-hours N  longest time for which it says that a version is the newest; default 168
  --per-hour N     most signatures within an hour; default 60
  --single-user    there is nobody who could approve what another one wrote`;

const OPTIONS = {
  key: { type: 'string' },
  module: { type: 'string' },
  token: { type: 'string' },
  label: { type: 'string' },
  'pin-file': { type: 'string' },
  folder: { type: 'string' },
  socket: { type: 'string' },
  'fresh-hours': { type: 'string' },
  'per-hour': { type: 'string' },
  'single-user': { type: 'boolean' },
} as const;

type Values = ReturnType<typeof parseArgs<{ options: typeof OPTIONS; allowPositionals: true }>>['values'];

const folderOf = ({ folder = '/var/lib/reflex-signer' }: Values): string => {
  const path = resolve(folder);
  mkdirSync(path, { recursive: true, mode: 0o750 });
  return path;
};

const ledgerOf = (values: Values): Promise<Ledger> => Ledger.open(join(folderOf(values), 'signed.jsonl'));

const READ_BY_OTHERS = 0o077;

const keyOf = async (values: Values): Promise<SignerKey> => {
  const { key, module, token, label } = values;
  const pinFile = values['pin-file'];
  if (key !== undefined) {
    if ((statSync(key).mode & READ_BY_OTHERS) !== 0)
      throw new Error(`others can read \`${key}\`; the key is to be the signer's alone (chmod 600)`);
    return keyInFile(key);
  }
  if (module === undefined || token === undefined || label === undefined || pinFile === undefined)
    throw new Error('name the key with --key, or with --module, --token, --label and --pin-file');
  return keyInModule({ module, token, label, pinFile });
};

const numberOf = (text: string | undefined, name: string, otherwise: number): number => {
  const value = text === undefined ? otherwise : Number(text);
  if (!Number.isInteger(value) || value < 1) throw new Error(`--${name} takes a whole number from 1 on`);
  return value;
};

const rulesOf = (values: Values): SignerRules => ({
  singleUser: values['single-user'] ?? false,
  mostFreshMs: numberOf(values['fresh-hours'], 'fresh-hours', 168) * HOUR_MS,
  mostPerHour: numberOf(values['per-hour'], 'per-hour', 60),
});

const serve = async (values: Values, io: SignerIo): Promise<void> => {
  const [key, rules, folder] = [await keyOf(values), rulesOf(values), folderOf(values)];
  const lock = await lockFolder(folder);
  try {
    const parts = { key, rules, ledger: await ledgerOf(values), now: io.now, say: io.out };
    const socket = resolve(values.socket ?? join(folder, 'socket'));
    const close = await serveSigner(new Answering(parts), socket);
    io.out(`the signer with key ${key.keyId} answers at ${socket}`);
    await io.ended;
    await close();
  } finally {
    await lock.release();
  }
};

const adopt = async (values: Values, io: SignerIo, file: string | undefined): Promise<void> => {
  if (file === undefined) throw new Error('`signer adopt` takes the bundle that is in force');
  const files = bundleTarball.unpack(readFileSync(file));
  const statement = files.ok ? statementIn(files.value) : files;
  if (!statement.ok) throw new Error(`\`${file}\`: ${statement.error.message}`);
  const lock = await lockFolder(folderOf(values));
  try {
    (await ledgerOf(values)).append(adopted(statement.value, io.now()));
  } finally {
    await lock.release();
  }
  io.out(`version ${statement.value.version} counts as signed here`);
};

const run = async (name: string, { values, words }: { values: Values; words: string[] }, io: SignerIo) => {
  switch (name) {
    case 'serve':
      return serve(values, io);
    case 'key':
      return io.out((await keyOf(values)).publicPem.trim());
    case 'adopt':
      return adopt(values, io, words[0]);
    case 'log':
      return (await ledgerOf(values)).signed.forEach((entry) => io.out(JSON.stringify(entry)));
    default:
      throw new Error(`there is no command \`signer ${name}\`; \`reflex signer help\` lists them`);
  }
};

/**
 * Runs one of the commands of a signer.
 *
 * @param args after `signer`
 * @returns the exit code
 */
export const runSignerCommand = async (args: readonly string[], io: SignerIo): Promise<number> => {
  const [name = 'help', ...rest] = args;
  if (name === 'help' || [...args].some((word) => word === '--help' || word === '-h')) {
    io.out(HELP);
    return DONE;
  }
  try {
    const { values, positionals } = parseArgs({ args: rest, options: OPTIONS, allowPositionals: true });
    await run(name, { values, words: positionals }, io);
    return DONE;
  } catch (cause) {
    io.err(`reflex: ${(cause as Error).message}`);
    return FAILED;
  }
};
