import { execFileSync } from 'child_process';
import { mkdirSync, writeFileSync } from 'fs';
import { join } from 'path';
import { buildSync } from 'esbuild';
import { CHANGE_FREEZE } from '../../../test/builders/guards';
import { temporaryFolder } from '../../../test/contracts/temporary_folder';
import { opaProgram, whyNotOpa } from '../../../test/targets/opa';
import { compileGuards } from './compile_guards';

/* A thread starts from a file, so that file has to be in whatever is installed. */

interface Plugin {
  readonly serverBundles: () => Promise<ReadonlyArray<readonly [path: string, content: Uint8Array]>>;
}

const root = join(__dirname, '..', '..', '..');
const plugin = require(join(root, 'scripts', 'bundle', 'plugin')) as Plugin;
const why = whyNotOpa();
const { folder, remove } = temporaryFolder();
afterAll(remove);

/** What a server does with its guards, as short as it can be. */
const SCRIPT = `
import { readFileSync } from 'fs';
import { join } from 'path';
import { WasmGuardHost } from './server/adapters/opa/guard_host';

const guards = { wasm: readFileSync(join(__dirname, 'guards.wasm')), digest: 'd' };
const host = new WasmGuardHost({ monotonic: () => performance.now(), mostMs: 10_000 });
void host.prepare(guards).then(() => {
  console.log(JSON.stringify(host.ask(guards, 'change_freeze', { act: { action: 'block_ip' } })));
});
`;

(why === undefined ? it : it.skip)(
  'the zip has the file of the thread, which needs nothing beside it and keeps no process from ending',
  async () => {
    const guards = await compileGuards(new Map([['change_freeze', CHANGE_FREEZE]]), opaProgram());
    if (!guards.ok) throw new Error(guards.error.message);
    const files = await plugin.serverBundles();
    const late = ['server/ec2_sdk.js', 'server/iam_sdk.js', 'server/waf_sdk.js'];
    expect(files.map(([path]) => path).sort()).toEqual(['server/guard_worker.js', 'server/index.js', ...late].sort());
    for (const [path, content] of files) {
      mkdirSync(join(folder, 'server'), { recursive: true });
      writeFileSync(join(folder, path), content);
    }
    writeFileSync(join(folder, 'server', 'guards.wasm'), guards.value.wasm);
    buildSync({
      stdin: { contents: SCRIPT, resolveDir: root, loader: 'ts' },
      bundle: true,
      platform: 'node',
      target: 'node20',
      outfile: join(folder, 'server', 'script.js'),
      logLevel: 'error',
    });
    const said = execFileSync(process.execPath, [join(folder, 'server', 'script.js')], {
      encoding: 'utf8',
      timeout: 30_000,
      env: {},
    });
    expect(JSON.parse(said)).toEqual({ allowed: true });
  },
  60_000,
);
