import type { Agent } from 'http';
import type { Socket } from 'net';
import { setTimeout as pause } from 'timers/promises';
import type { LoadingStep } from '../../../../common/api/views';
import type { Log } from '../../../runner/ports';
import { CannotStart } from '../cannot_start';
import { isReady, type NodeAddress } from './ask_node';
import { ClosedAgent } from './helper/closed_agent';
import { securedAgent, type AgentTls } from './secure/secured_agent';
import { startNodeProcess, type NodeProcess, type NodeProcessOptions } from './node_process';
import { endOrphan, forgetPid, notePid } from './orphan';

interface RunNodeOptions extends Omit<NodeProcessOptions, 'troubled'> {
  readonly port: number;
  /** Of its cluster. */
  readonly name: string;
  /** Where the pid is noted. */
  readonly folder: string;
  readonly progress: (change: Partial<LoadingStep>) => void;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** Whom to believe and who to be, where the node speaks TLS. */
  readonly tls?: AgentTls;
}

/** A node that is kept running. */
export interface RunningNode {
  readonly url: string;
  /** The only way to a closed node; undefined if any program of this machine can connect to it without TLS. */
  readonly agent: Agent | undefined;
  /** Makes a connection to a closed node; undefined if it has a port of this machine. */
  readonly connect: (() => Promise<Socket>) | undefined;
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
  readonly agent: Agent | undefined;
  readonly connect: (() => Promise<Socket>) | undefined;
  private readonly options: RunNodeOptions;
  private readonly address: NodeAddress;
  private current: NodeProcess | undefined;
  private stopping = false;
  private keeping: Promise<void> = Promise.resolve();

  constructor(options: RunNodeOptions) {
    const { port, name, closed, tls } = options;
    this.options = options;
    this.url = `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`;
    const connect = (): Promise<Socket> => this.connected();
    this.connect = closed ? connect : undefined;
    this.agent = tls === undefined ? (closed ? new ClosedAgent(connect) : undefined) : securedAgent(tls, this.connect);
    this.address = { name, url: this.url, agent: this.agent };
  }

  /** Resolves once the node answers. Throws if it ends before. */
  async start(): Promise<void> {
    const node = await this.launch().catch((cause: Error) => {
      throw new CannotStart(`the OpenSearch node cannot be started: ${cause.message}`, { cause });
    });
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
    this.current?.kill();
  }

  private async connected(): Promise<Socket> {
    if (this.current === undefined) throw new Error('the OpenSearch node is not running yet');
    return this.current.connect(this.options.port);
  }

  private async launch(): Promise<NodeProcess> {
    const { progress, log } = this.options;
    let answers = false;
    const node = await startNodeProcess({
      ...this.options,
      troubled: (line) => {
        // What it says while it ends is of no use to anybody.
        if (this.stopping) return;
        if (answers) log.warn('the OpenSearch node logs an error', { line });
        else progress({ detail: line });
      },
    });
    this.current = node;
    // Told to stop while it was started.
    if (this.stopping) void node.stop();
    if (node.pid !== undefined) await notePid(this.options.folder, node.pid);
    void this.waitFor(node).then(() => {
      answers = true;
    });
    return node;
  }

  private async waitFor(node: NodeProcess): Promise<boolean> {
    while (!node.hasEnded() && !this.stopping) {
      if (await isReady(this.address)) return true;
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
    let node: NodeProcess | undefined = first;
    let pauseMs = FIRST_PAUSE_MS;
    let startedAt = performance.now();
    for (;;) {
      const how = node === undefined ? 'it could not be started' : await node.ended;
      if (this.stopping) return;
      if (performance.now() - startedAt > WELL_AFTER_MS) pauseMs = FIRST_PAUSE_MS;
      const said = node?.log.verdict() ?? '';
      log.error('THE OPENSEARCH NODE STOPPED and is started again', { how, said, in_ms: pauseMs });
      await pause(pauseMs);
      pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
      if (this.stopping) return;
      startedAt = performance.now();
      node = await this.launchAgain();
      if (node !== undefined && (await this.waitFor(node)))
        log.info('the OpenSearch node is up again', { pid: node.pid });
    }
  }

  /** Undefined if that cannot be done now. A closed node is never started as an open one instead. */
  private async launchAgain(): Promise<NodeProcess | undefined> {
    const { folder, folders, log } = this.options;
    try {
      // Only the helper may be gone, and the node with nobody above it still on its data.
      await endOrphan(folder, folders.config);
      return await this.launch();
    } catch (cause) {
      log.error('the OpenSearch node cannot be started', { why: (cause as Error).message });
      return undefined;
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
  return keeper;
};
