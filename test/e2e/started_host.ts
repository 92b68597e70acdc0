import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { freePort, start } from '../targets/processes';
import { until } from '../targets/until';

/** What was decided about an event, as far as it was by the time of the answer. */
export interface Decided {
  readonly verdict: string;
  readonly decision_id: string;
}

/** A standalone host, started as a user would, with a node and data of its own. */
export interface StartedHost {
  /** With the key that lets its owner in. */
  readonly address: string;
  /** Hands in an event as a program would; answers what was decided. */
  readonly handIn: (event: object) => Promise<Decided>;
  /** The same with several at once, each of which must be accepted. */
  readonly handInAll: (events: readonly object[]) => Promise<readonly Decided[]>;
  /** The end of what it printed, for a test that fails. */
  readonly printed: () => string;
  readonly pid: number;
  readonly port: number;
  /** Its data folder. */
  readonly data: string;
  /** Ends it in order. */
  readonly stop: () => Promise<void>;
  /** SIGKILL; resolves once it is gone. */
  readonly kill: () => Promise<void>;
}

/** What may be otherwise than at a first start. */
interface HostOptions {
  /** Of an earlier start; default a new one. */
  readonly folder?: string;
  readonly args?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
}

const ROOT = join(__dirname, '..', '..');
/** The node is stopped in order first. */
const STOP_PATIENCE_MS = 60_000;

/** A folder for the data of hosts. */
export const hostFolder = (): { readonly folder: string; readonly remove: () => void } => {
  const folder = mkdtempSync(join(tmpdir(), 'reflex-e2e-'));
  // The node runs as another user where this is root's.
  chmodSync(folder, 0o711);
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
};

/** Starts it and resolves as soon as it prints its address: it is not ready by then. */
export const startHost = async (options: HostOptions = {}): Promise<StartedHost> => {
  const own = options.folder === undefined ? hostFolder() : undefined;
  const port = await freePort();
  const data = join(options.folder ?? own?.folder ?? '', 'data');
  const args = ['--port', String(port), '--data', data, ...(options.args ?? [])];
  const host = start(process.execPath, [join(ROOT, 'scripts', 'start.js'), ...args], options.env);
  const stop = async (): Promise<void> => {
    await host.stop(STOP_PATIENCE_MS);
    own?.remove();
  };
  const addressIn = (text: string): string | undefined => /http:\/\/\S+#key=\S+/.exec(text)?.[0];
  try {
    await until(
      'the address of the page',
      () => {
        if (host.process.exitCode !== null) throw new Error('the host ended');
        return addressIn(host.output()) !== undefined;
      },
      { withinMs: 120_000 },
    );
  } catch (cause) {
    await stop();
    throw new Error(`the host did not start: ${host.output()}`, { cause });
  }
  const handInAll = async (events: readonly object[]): Promise<readonly Decided[]> => {
    const token = readFileSync(join(data, 'agent', 'intake-token'), 'utf8').trim();
    const answer = await fetch(`http://127.0.0.1:${port}/api/reflex/events`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(events.length === 1 ? events[0] : events),
    });
    const { results } = (await answer.json()) as { results: ReadonlyArray<Partial<Decided>> };
    if (answer.status !== 202)
      throw new Error(`the events were answered ${answer.status}: ${JSON.stringify(results)?.slice(0, 1_000)}`);
    return results.map(({ verdict = '', decision_id = '' }) => ({ verdict, decision_id }));
  };
  return {
    address: addressIn(host.output()) ?? '',
    handIn: async (event) => (await handInAll([event]))[0] ?? { verdict: '', decision_id: '' },
    handInAll,
    printed: host.output,
    pid: host.process.pid ?? 0,
    port,
    data,
    stop,
    kill: async () => {
      const gone = new Promise((resolve) => host.process.once('exit', resolve));
      host.process.kill('SIGKILL');
      await gone;
    },
  };
};
