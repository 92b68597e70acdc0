import { execFileSync } from 'child_process';
import { readFileSync } from 'fs';
import { join } from 'path';
import { buildSync } from 'esbuild';

const ROOT = join(__dirname, '..', '..');

/** Stands in for the OpenSearch node: answers on the port that it gets as its argument. */
export const SMALL_NODE = `
  require('http')
    .createServer((request, response) => response.end('seen ' + request.url))
    .listen(Number(process.argv[1]), '127.0.0.1');
`;

/** Bundles the helper's program. @returns its file */
export const buildHelper = (folder: string): string => {
  const outfile = join(folder, 'node_helper.js');
  const entry = join(ROOT, 'server/hosts/standalone/node/helper/inside.ts');
  buildSync({ entryPoints: [entry], bundle: true, platform: 'node', target: 'node20', outfile, logLevel: 'error' });
  return outfile;
};

/** Why no process gets a network namespace of its own here; undefined if it does. */
export const noNamespaces = (): string | undefined => {
  const flags = process.getuid?.() === 0 ? [] : ['--user', '--map-current-user', '--keep-caps'];
  try {
    execFileSync('unshare', [...flags, '--net', 'true'], { stdio: 'ignore' });
    return undefined;
  } catch {
    return 'this system gives nobody a network namespace';
  }
};

/** True while it runs; what has ended and was not fetched yet does not. */
export const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    const stat = process.platform === 'linux' ? readFileSync(`/proc/${pid}/stat`, 'utf8') : '';
    return !/\) Z /.test(stat);
  } catch {
    return false;
  }
};
