import { lineLog } from '../../../adapters/system/json_log';
import { CannotStart } from '../cannot_start';
import { foldersFor, makeFolders } from '../folders';
import { parseOptions } from '../options';
import { Steps } from '../steps';
import { provideNode } from './provide_node';

/**
 * Runs an OpenSearch node and nothing else until it is told to stop, for tests. Prints `ready <address>` once it
 * answers. Stops by itself when the program that forked it is gone.
 *
 * @param args the options of `npm start`
 * @returns the exit code
 */
export const runAlone = async (args: readonly string[]): Promise<number> => {
  const options = parseOptions(args);
  if (!options.ok) {
    console.error(options.error);
    return 1;
  }
  const stopping = new AbortController();
  const told = new Promise<void>((resolve) => {
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => resolve());
    process.once('disconnect', () => resolve());
  });
  void told.then(() => stopping.abort());
  const folders = foldersFor(options.value);
  try {
    makeFolders(folders);
    const node = await provideNode({
      options: options.value,
      folders,
      steps: new Steps(({ title, state, detail }) => console.error(`${title}: ${state}${detail ? `, ${detail}` : ''}`)),
      log: lineLog({ stream: process.stderr, utc: Date.now }),
      signal: stopping.signal,
      env: process.env,
    });
    console.log(`ready ${node.url}`);
    await told;
    await node.stop();
    return 0;
  } catch (cause) {
    console.error(cause instanceof CannotStart ? cause.message : cause);
    return stopping.signal.aborted ? 0 : 1;
  }
};
