import { execFileSync } from 'child_process';
import { createHash } from 'crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { gunzipSync } from 'zlib';
import type { Guards } from '../../../common/policy/bundle';
import { err, ok, type Result } from '../../../common/result';
import { GUARD_BUILTINS } from './guard_builtins';
import { entryPoint } from './guard_host';

/*
 * Rego guards become one WebAssembly module, by the real `opa` and with a file of capabilities that leaves out
 * whatever reaches the network, the clock or chance. Only building a bundle needs `opa`; running it does not.
 */

const PATIENCE_MS = 60_000;
const NAME = /^[a-z][a-z0-9_]{0,79}$/;

/** Why there is no module: `opa` is not here, or what it says of the guards, line by line. */
export interface GuardFault {
  readonly code: 'no_opa' | 'guard_invalid';
  readonly message: string;
}

const run = (program: string, args: readonly string[], cwd: string): Result<string, GuardFault> => {
  try {
    return ok(execFileSync(program, args, { cwd, encoding: 'utf8', timeout: PATIENCE_MS, maxBuffer: 64 * 1024 * 1024, stdio: ['ignore', 'pipe', 'pipe'] })); // prettier-ignore
  } catch (cause) {
    const { code, stdout = '', stderr = '', message } = cause as NodeJS.ErrnoException & { stdout?: string; stderr?: string }; // prettier-ignore
    if (code === 'ENOENT')
      return err({
        code: 'no_opa',
        message: `guards are compiled by \`opa\`, which is not here as \`${program}\`; install Open Policy Agent, or name it with REFLEX_OPA`,
      });
    return err({ code: 'guard_invalid', message: `${stdout}${stderr}`.trim() || message });
  }
};

interface Capabilities {
  readonly builtins: ReadonlyArray<{ readonly name: string }>;
}

/** What this `opa` can, without what a guard may not. */
const capabilities = (program: string, folder: string): Result<string, GuardFault> => {
  const said = run(program, ['capabilities', '--current'], folder);
  if (!said.ok) return said;
  const all = JSON.parse(said.value) as Capabilities;
  const builtins = all.builtins.filter(({ name }) => GUARD_BUILTINS.has(name));
  const file = join(folder, 'capabilities.json');
  writeFileSync(file, JSON.stringify({ ...all, builtins, allow_net: [] }));
  return ok(file);
};

/** One file of the archive that `opa build` wrote. */
const fileIn = (archive: Buffer, wanted: string): Buffer | undefined => {
  for (let at = 0; at + 512 <= archive.length;) {
    const name = archive.subarray(at, at + 100).toString('utf8').replace(/\0.*$/s, ''); // prettier-ignore
    const size = parseInt(archive.subarray(at + 124, at + 136).toString('latin1'), 8);
    if (name === '' || Number.isNaN(size)) return undefined;
    if (name.replace(/^\//, '') === wanted) return Buffer.from(archive.subarray(at + 512, at + 512 + size));
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return undefined;
};

const build = (sources: ReadonlyMap<string, string>, program: string, folder: string): Result<Guards, GuardFault> => {
  const file = capabilities(program, folder);
  if (!file.ok) return file;
  const names = [...sources.keys()].sort();
  for (const name of names) writeFileSync(join(folder, `${name}.rego`), sources.get(name) ?? '');
  const entries = names.flatMap((name) => ['-e', entryPoint(name)]);
  const files = names.map((name) => `${name}.rego`);
  const built = run(program, ['build', '-t', 'wasm', '--capabilities', file.value, ...entries, '-o', 'out.tar.gz', ...files], folder); // prettier-ignore
  if (!built.ok) return built;
  const wasm = fileIn(gunzipSync(readFileSync(join(folder, 'out.tar.gz'))), 'policy.wasm');
  if (!wasm) return err({ code: 'guard_invalid', message: '`opa build` made no module' });
  return ok({ sources, wasm: new Uint8Array(wasm), digest: createHash('sha256').update(wasm).digest('hex') });
};

/**
 * Compiles guards.
 *
 * @param sources texts by name; a guard `x` is `data.reflex.guards.x.allow`
 * @param program `opa`; default of the path
 */
export const compileGuards = (sources: ReadonlyMap<string, string>, program = 'opa'): Result<Guards, GuardFault> => {
  const wrong = [...sources.keys()].find((name) => !NAME.test(name));
  if (wrong !== undefined)
    return err({
      code: 'guard_invalid',
      message: `\`${wrong}\` is no name of a guard; use small letters, digits and \`_\``,
    });
  const folder = mkdtempSync(join(tmpdir(), 'reflex-guards-'));
  try {
    return build(sources, program, folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
