import { spawn } from 'child_process';
import { join } from 'path';
import { buildSync } from 'esbuild';

/**
 * Runs a script as a process of its own and kills it with SIGKILL in the middle of what it does.
 *
 * @param script TypeScript that may import modules of this checkout by paths from its root; it prints what was
 *   acknowledged to it, a line each
 * @param afterLines how many lines are waited for before the kill
 * @returns every line that it printed
 */
export const killedInTheMiddle = async (script: string, folder: string, afterLines: number): Promise<string[]> => {
  const outfile = join(folder, 'child.js');
  const root = join(__dirname, '..', '..');
  buildSync({
    stdin: { contents: script, resolveDir: root, loader: 'ts' },
    bundle: true,
    platform: 'node',
    target: 'node20',
    outfile,
    logLevel: 'error',
  });
  const child = spawn(process.execPath, [outfile], { stdio: ['ignore', 'pipe', 'inherit'] });
  const closed = new Promise((resolve) => child.once('close', resolve));
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
    if (printed.split('\n').length > afterLines) child.kill('SIGKILL');
  });
  await closed;
  return printed.split('\n').slice(0, -1);
};
