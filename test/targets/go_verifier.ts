import { execFileSync } from 'child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'fs';
import { join } from 'path';
import { cacheFolder } from './cache_folder';
import { installMissing } from './debian_packages';
import { saidBy } from './programs';

/* Go's own verifier of notes and trees, built once from `go/main.go` with the module `golang.org/x/mod`. */

const MODULE = 'golang.org/x/mod@v0.22.0';
const GO_MOD = 'module reflex.test/verifier\n\ngo 1.19\n';

const go = (args: readonly string[], cwd: string): void => {
  const env = { ...process.env, GOFLAGS: '-mod=mod', GOTOOLCHAIN: 'auto', CGO_ENABLED: '0' };
  execFileSync('go', args, { cwd, env, stdio: ['ignore', 'ignore', 'pipe'], timeout: 300_000 });
};

const build = (program: string): void => {
  mkdirSync(cacheFolder(), { recursive: true });
  const work = mkdtempSync(join(cacheFolder(), 'go-'));
  try {
    copyFileSync(join(__dirname, 'go', 'main.go'), join(work, 'main.go'));
    writeFileSync(join(work, 'go.mod'), GO_MOD);
    go(['get', MODULE], work);
    go(['build', '-o', 'verifier', '.'], work);
    renameSync(join(work, 'verifier'), program);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
};

const place = (): string => cacheFolder(`go-verifier-1-${process.arch}`);

/** Why Go's verifier cannot be had on this machine, or undefined if it can; fetched and built the first time. */
export const whyNoGo = (): string | undefined => {
  try {
    if (existsSync(place())) return undefined;
    installMissing([['go', 'golang-go']]);
    build(place());
    return undefined;
  } catch (cause) {
    return `Go's verifier cannot be had: ${saidBy(cause)}`;
  }
};

/** What it says of a signed tree; throws with what is wrong. */
export const goVerifies = (request: object): string => {
  try {
    return execFileSync(place(), { input: JSON.stringify(request), encoding: 'utf8', timeout: 30_000 }).trim();
  } catch (cause) {
    throw new Error(String((cause as { stdout?: string }).stdout ?? cause).trim());
  }
};
