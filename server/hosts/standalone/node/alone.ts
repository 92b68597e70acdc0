import { lineLog } from '../../../adapters/system/json_log';
import { CannotStart } from '../cannot_start';
import { foldersFor, makeFolders } from '../folders';
import { Steps } from '../steps';
import { provideNode } from './provide_node';

/** What a test asks for. */
interface AloneOptions {
  readonly data: string;
  /** Open to every program of this machine. */
  readonly port: number;
  /** As the JVM writes it, such as `512m`. */
  readonly heap?: string;
  /** With the security plugin: TLS and users; their files are in `secure` of the data folder. Default false. */
  readonly secure?: boolean;
}

/**
 * Runs an OpenSearch node and nothing else until it is told to stop, for tests. Prints `ready <address>` once it
 * answers. Stops by itself when the program that forked it is gone.
 *
 * @returns the exit code
 */
export const runAlone = async ({ data, port, heap, secure = false }: AloneOptions): Promise<number> => {
  const stopping = new AbortController();
  const told = new Promise<void>((resolve) => {
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => resolve());
    process.once('disconnect', () => resolve());
  });
  void told.then(() => stopping.abort());
  const folders = foldersFor({ data });
  try {
    makeFolders(folders);
    const node = await provideNode({
      options: { nodeHeap: heap, secure },
      openPort: port,
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
