import { setTimeout as pause } from 'timers/promises';
import type { LoadingStep } from '../../../../common/api/views';
import type { Log } from '../../../runner/ports';
import { CannotStart } from '../cannot_start';
import { isReady } from './ask_node';
import { startNodeProcess, type NodeProcess, type NodeProcessOptions } from './node_process';
import { forgetPid, notePid } from './orphan';

interface RunNodeOptions extends Omit<NodeProcessOptions, 'troubled'> {
  readonly port: number;
  /** Where the pid is noted. */
  readonly folder: string;
  readonly progress: (change: Partial<LoadingStep>) => void;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/** A node that is kept running. */
export interface RunningNode {
  readonly url: string;
  readonly stop: () => Promise<void>;
  /** At once, without a goodbye. */
  readonly kill: () => void;
}

const POLL_MS = 250;
const LONGEST_START_MS = 5 * 60_000;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;
/** A node that ran for so long was well; the pauses between restarts begin anew, ms. */
const WELL_AFTER_MS = 60_000;

/** Starts the node, keeps it running, and says loudly when it did not stay. */
class NodeKeeper implements RunningNode {
  readonly url: string;
  private readonly options: RunNodeOptions;
  private current: NodeProcess | undefined;
  private stopping = false;
  private keeping: Promise<void> = Promise.resolve();

  constructor(options: RunNodeOptions) {
    this.options = options;
    this.url = `http://127.0.0.1:${options.port}`;
  }

  /** Resolves once the node answers. Throws if it ends before. */
  async start(): Promise<void> {
    const node = await this.launch();
    await this.untilReady(node);
    this.keeping = this.keep(node);
  }

  async stop(): Promise<void> {
    this.stopping = true;
    await this.current?.stop();
    await this.keeping;
    await forgetPid(this.options.folder);
  }

  kill(): void {
    this.stopping = true;
    const { current } = this;
    if (current !== undefined && !current.hasEnded() && current.pid > 0) process.kill(current.pid, 'SIGKILL');
  }

  private async launch(): Promise<NodeProcess> {
    const { progress, log } = this.options;
    let answers = false;
    const node = startNodeProcess({
      ...this.options,
      troubled: (line) => {
        // What it says while it ends is of no use to anybody.
        if (this.stopping) return;
        if (answers) log.warn('the OpenSearch node logs an error', { line });
        else progress({ detail: line });
      },
    });
    this.current = node;
    await notePid(this.options.folder, node.pid);
    void this.waitFor(node).then(() => {
      answers = true;
    });
    return node;
  }

  private async waitFor(node: NodeProcess): Promise<boolean> {
    while (!node.hasEnded() && !this.stopping) {
      if (await isReady(this.options.port)) return true;
      await pause(POLL_MS);
    }
    return false;
  }

  private async untilReady(node: NodeProcess): Promise<void> {
    const { folders, signal } = this.options;
    const tooLong = pause(LONGEST_START_MS, 'too long' as const, { ref: false, signal });
    const outcome = await Promise.race([this.waitFor(node), node.ended, tooLong]);
    if (outcome === true) return;
    await node.stop();
    if (signal.aborted) throw new CannotStart('the start was broken off');
    const why = outcome === 'too long' ? 'it did not answer within five minutes' : await node.ended;
    throw new CannotStart(
      `the OpenSearch node did not start (${why}): ${node.log.verdict() || 'it said nothing'}; its log is in \`${folders.logs}\``,
    );
  }

  private async keep(first: NodeProcess): Promise<void> {
    const { log } = this.options;
    let node = first;
    let pauseMs = FIRST_PAUSE_MS;
    let startedAt = performance.now();
    for (;;) {
      const how = await node.ended;
      if (this.stopping) return;
      if (performance.now() - startedAt > WELL_AFTER_MS) pauseMs = FIRST_PAUSE_MS;
      log.error('THE OPENSEARCH NODE STOPPED and is started again', { how, said: node.log.verdict(), in_ms: pauseMs });
      await pause(pauseMs);
      pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
      if (this.stopping) return;
      startedAt = performance.now();
      node = await this.launch();
      if (await this.waitFor(node)) log.info('the OpenSearch node is up again', { pid: node.pid });
    }
  }
}

/**
 * Starts the node and keeps it running: when it ends unexpectedly it is started again, with growing pauses.
 *
 * @throws CannotStart if it does not come up at first
 */
export const runNode = async (options: RunNodeOptions): Promise<RunningNode> => {
  const keeper = new NodeKeeper(options);
  options.signal.addEventListener('abort', () => void keeper.stop());
  await keeper.start();
  return { url: keeper.url, stop: () => keeper.stop(), kill: () => keeper.kill() };
};
