import { fork, type ChildProcess } from 'child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'fs';
import { join } from 'path';
import { freePort } from '../targets/processes';
import { until } from '../targets/until';

const START_MS = 10 * 60_000;
const AGAIN_MS = 150_000;
const ASK_MS = 2_000;

/** A real OpenSearch node that can be killed and started again on its own data. */
export class DrillNode {
  readonly url: string;
  private readonly folder: string;
  private readonly program: string;
  private keeper: ChildProcess | undefined;

  private constructor(root: string, folder: string, port: number) {
    this.folder = folder;
    this.url = `http://127.0.0.1:${port}`;
    // A program of its own, so that the channel to it is its leash: without us the node ends.
    this.program = join(folder, 'run_node.js');
    const built = JSON.stringify(join(root, 'target/server/node.js'));
    const options = JSON.stringify({ data: join(folder, 'search'), port, heap: '512m' });
    writeFileSync(this.program, `require(${built}).runAlone(${options}).then((code) => process.exit(code));\n`);
  }

  /** Downloads it first if it is not in the cache. */
  static async start(root: string, folder: string): Promise<DrillNode> {
    mkdirSync(join(folder, 'search'), { recursive: true });
    // The node runs as another user where this is root's.
    chmodSync(join(folder, 'search'), 0o711);
    const node = new DrillNode(root, folder, await freePort());
    node.launch();
    await until('the OpenSearch node to answer', () => node.answers(), { withinMs: START_MS, everyMs: 500 });
    return node;
  }

  private launch(): void {
    this.keeper = fork(this.program, [], { stdio: 'ignore' });
  }

  /** It takes requests. */
  async answers(): Promise<boolean> {
    try {
      const url = `${this.url}/_cluster/health?wait_for_status=yellow&timeout=1s`;
      return (await fetch(url, { signal: AbortSignal.timeout(ASK_MS) })).status === 200;
    } catch {
      return false;
    }
  }

  /** SIGKILL to the node, and to the program that would start it again. @returns true once nobody answers any more */
  async kill(): Promise<boolean> {
    const pid = Number(readFileSync(join(this.folder, 'search', 'node.pid'), 'utf8'));
    if (!readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(join(this.folder, 'search')))
      throw new Error('the noted process is not the node of this drill');
    // The node first: it would end in order once it has nobody above it.
    process.kill(pid, 'SIGKILL');
    await this.killKeeper();
    await until('the node to be gone', async () => !(await this.answers()), { withinMs: 20_000 });
    return true;
  }

  /** Starts it again on its data; resolves once it answers. */
  async restart(): Promise<void> {
    this.launch();
    await until('the OpenSearch node to answer again', () => this.answers(), { withinMs: AGAIN_MS, everyMs: 200 });
  }

  private async killKeeper(): Promise<void> {
    const { keeper } = this;
    if (keeper === undefined || keeper.exitCode !== null || keeper.signalCode !== null) return;
    const gone = new Promise((resolve) => keeper.once('exit', resolve));
    keeper.kill('SIGKILL');
    await gone;
  }

  /** Stops it in order. */
  async end(): Promise<void> {
    const { keeper } = this;
    if (keeper === undefined || keeper.exitCode !== null || keeper.signalCode !== null) return;
    const gone = new Promise((resolve) => keeper.once('exit', resolve));
    keeper.kill('SIGTERM');
    await gone;
  }
}
