import { execFile } from 'child_process';
import { createHash } from 'crypto';
import { mkdtemp, readFile, rm, writeFile } from 'fs/promises';
import { tmpdir } from 'os';
import { join } from 'path';
import { gunzipSync } from 'zlib';
import type { Guards } from '../../../common/policy/bundle';
import { err, ok, type Result } from '../../../common/result';
import type { GuardCompiler, GuardTrouble } from '../../runner/ports';
import { GUARD_BUILTINS } from './guard_builtins';
import { checkedFaults, invalid, missingEntry } from './guard_faults';
import { entryPoint } from './guard_host';

/*
 * Rego guards become one WebAssembly module, by the real `opa` and with a file of capabilities that leaves out
 * whatever reaches the network, the clock or chance. Only compiling needs `opa`; running the module does not.
 */

const PATIENCE_MS = 60_000;
const MOST_OUTPUT = 64 * 1024 * 1024;
const NAME = /^[a-z][a-z0-9_]{0,79}$/;

interface Opa {
  readonly program: string;
  /** Where the texts are. */
  readonly folder: string;
}

interface Said {
  readonly done: boolean;
  readonly text: string;
}

const noOpa = (program: string, why: string): Result<never, GuardTrouble> =>
  err({
    code: 'no_opa',
    message: `guards are compiled by \`opa\`, which ${why} as \`${program}\`; install Open Policy Agent, or name it with \`policies.opa\` or REFLEX_OPA`,
    faults: [],
  });

/** Only what a program needs to run: what else is in the environment may be a secret. */
const plainEnvironment = (): NodeJS.ProcessEnv => ({ PATH: process.env.PATH, HOME: tmpdir(), TMPDIR: tmpdir() });

const run = ({ program, folder }: Opa, args: readonly string[]): Promise<Result<Said, GuardTrouble>> =>
  new Promise((resolve) => {
    const options = {
      cwd: folder,
      encoding: 'utf8',
      timeout: PATIENCE_MS,
      maxBuffer: MOST_OUTPUT,
      env: plainEnvironment(),
    } as const;
    execFile(program, args, options, (cause, stdout, stderr) => {
      if (cause === null) return resolve(ok({ done: true, text: stdout }));
      // Only a program that ran and said no has a number; all else says that it could not run, or not to its end.
      if (typeof cause.code === 'number') return resolve(ok({ done: false, text: `${stdout}${stderr}`.trim() }));
      const why =
        cause.killed === true
          ? 'did not answer in time'
          : cause.code === 'ENOENT'
            ? 'is not here'
            : `cannot be run (${String(cause.code)})`;
      resolve(noOpa(program, why));
    });
  });

interface Capabilities {
  readonly builtins: ReadonlyArray<{ readonly name: string }>;
}

/** What this `opa` can, without what a guard may not, as a file. */
const writeCapabilities = async (opa: Opa): Promise<Result<string, GuardTrouble>> => {
  const said = await run(opa, ['capabilities', '--current']);
  if (!said.ok) return said;
  if (!said.value.done) return noOpa(opa.program, 'is too old or another program');
  const all = JSON.parse(said.value.text) as Capabilities;
  const builtins = all.builtins.filter(({ name }) => GUARD_BUILTINS.has(name));
  const file = 'capabilities.json';
  await writeFile(join(opa.folder, file), JSON.stringify({ ...all, builtins, allow_net: [] }));
  return ok(file);
};

/** One file of the archive that `opa build` wrote. */
const fileIn = (archive: Buffer, wanted: string): Buffer | undefined => {
  for (let at = 0; at + 512 <= archive.length;) {
    const name = archive
      .subarray(at, at + 100)
      .toString('utf8')
      .replace(/\0.*$/s, '');
    const size = parseInt(archive.subarray(at + 124, at + 136).toString('latin1'), 8);
    if (name === '' || Number.isNaN(size)) return undefined;
    if (name.replace(/^\//, '') === wanted) return Buffer.from(archive.subarray(at + 512, at + 512 + size));
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return undefined;
};

/** What is wrong with guards that were not built: `opa check` names the places, where it finds anything. */
const whyNot = async (opa: Opa, args: readonly string[], built: string): Promise<Result<never, GuardTrouble>> => {
  const checked = await run(opa, ['check', '--format', 'json', ...args]);
  if (!checked.ok) return checked;
  return err(invalid(checkedFaults(checked.value.text) ?? missingEntry(built), built));
};

const build = async (sources: ReadonlyMap<string, string>, opa: Opa): Promise<Result<Guards, GuardTrouble>> => {
  const capabilities = await writeCapabilities(opa);
  if (!capabilities.ok) return capabilities;
  const names = [...sources.keys()].sort();
  await Promise.all(names.map((name) => writeFile(join(opa.folder, `${name}.rego`), sources.get(name) ?? '')));
  const entries = names.flatMap((name) => ['-e', entryPoint(name)]);
  const checked = ['--capabilities', capabilities.value, ...names.map((name) => `${name}.rego`)];
  const built = await run(opa, ['build', '-t', 'wasm', ...entries, '-o', 'out.tar.gz', ...checked]);
  if (!built.ok) return built;
  if (!built.value.done) return whyNot(opa, checked, built.value.text);
  const wasm = fileIn(gunzipSync(await readFile(join(opa.folder, 'out.tar.gz'))), 'policy.wasm');
  if (!wasm) return err(invalid([], '`opa build` made no module'));
  return ok({ sources, wasm: new Uint8Array(wasm), digest: createHash('sha256').update(wasm).digest('hex') });
};

/**
 * Compiles guards.
 *
 * @param sources texts by name; a guard `x` is `data.reflex.guards.x.allow`
 * @param program `opa`; default of the path
 */
export const compileGuards = async (
  sources: ReadonlyMap<string, string>,
  program = 'opa',
): Promise<Result<Guards, GuardTrouble>> => {
  const wrong = [...sources.keys()].find((name) => !NAME.test(name));
  if (wrong !== undefined) {
    const message = `\`${wrong}\` is no name of a guard; use small letters, digits and \`_\``;
    return err(invalid([{ file: `${wrong}.rego`, line: 1, column: 1, code: 'guard_invalid', message }], message));
  }
  const folder = await mkdtemp(join(tmpdir(), 'reflex-guards-'));
  try {
    return await build(sources, { program, folder });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

/** The compiler by the name of its program. */
export const opaCompiler = (program?: string): GuardCompiler => ({
  compile: (sources) => compileGuards(sources, program),
});
