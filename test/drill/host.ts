import { spawn, type ChildProcess } from 'child_process';
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { join } from 'path';
import { freePort } from '../targets/processes';
import { until } from '../targets/until';
import { TOKEN } from './fleet_settings';
import type { HostName, HostOutage, Observer } from './observer';

/** What a host answered. */
interface HostAnswer {
  readonly status: number;
  readonly body: unknown;
}

interface HostOptions {
  readonly name: HostName;
  /** Folder of the sources. */
  readonly root: string;
  /** Folder for its settings and its log. */
  readonly folder: string;
  readonly dataFolder: string;
  /** Address of OpenSearch. */
  readonly node: string;
  readonly settings: object;
  readonly observer: Observer;
}

const START_MS = 120_000;
const ASK_MS = 10_000;

/** A whole standalone host in a process of its own, as `npm start` starts it. */
export class DrillHost {
  readonly name: HostName;
  private readonly options: HostOptions;
  private readonly port: number;
  private child: ChildProcess | undefined;
  private gone: Promise<NodeJS.Signals | null> = Promise.resolve(null);

  private constructor(options: HostOptions, port: number) {
    this.name = options.name;
    this.options = options;
    this.port = port;
  }

  static async make(options: HostOptions): Promise<DrillHost> {
    mkdirSync(options.dataFolder, { recursive: true });
    writeFileSync(join(options.folder, `${options.name}.yml`), JSON.stringify(options.settings));
    return new DrillHost(options, await freePort());
  }

  get dataFolder(): string {
    return this.options.dataFolder;
  }

  /** Starts the process; it is not ready by then. */
  start(): void {
    const { root, folder, dataFolder, node, name } = this.options;
    const log = openSync(join(folder, `${name}.log`), 'a');
    const args = ['--port', String(this.port), '--data', dataFolder, '--no-demo'];
    const child = spawn(
      process.execPath,
      [join(root, 'scripts/start.js'), ...args, '--config', join(folder, `${name}.yml`)],
      { cwd: root, stdio: ['ignore', log, log], env: { ...process.env, OPENSEARCH_HOSTS: node } },
    );
    closeSync(log);
    const endWithUs = (): void => void child.kill('SIGKILL');
    process.once('exit', endWithUs);
    this.gone = new Promise((resolve) =>
      child.once('exit', (_code, signal) => {
        process.off('exit', endWithUs);
        resolve(signal);
      }),
    );
    this.child = child;
  }

  private get running(): ChildProcess {
    if (this.child === undefined || this.child.exitCode !== null || this.child.signalCode !== null)
      throw new Error(`${this.name} does not run`);
    return this.child;
  }

  /** Any answer at its port. */
  isListening(): Promise<boolean> {
    return this.status().then((status) => status !== undefined);
  }

  /** It decides. */
  async isReady(): Promise<boolean> {
    return (await this.status())?.loading === false;
  }

  private async status(): Promise<
    { readonly loading: boolean; readonly bundle?: { readonly version: number } } | undefined
  > {
    try {
      return (await this.ask('GET', '/status')).body as { loading: boolean };
    } catch {
      return undefined;
    }
  }

  untilReady(withinMs = START_MS): Promise<void> {
    return until(`${this.name} to be ready`, () => this.isReady(), { withinMs, everyMs: 500 });
  }

  /** Which version of the policies is in force there. */
  async bundleVersion(): Promise<number> {
    return (await this.status())?.bundle?.version ?? 0;
  }

  /** Asks the API as the host's owner. @throws where nobody answers */
  ask(method: string, path: string, body?: unknown): Promise<HostAnswer> {
    const key = readFileSync(join(this.dataFolder, 'key'), 'utf8').trim();
    return this.request(method, path, { authorization: `Reflex ${key}` }, body);
  }

  /** The same; any answer but a success is an error. */
  async must(method: string, path: string, body?: unknown): Promise<unknown> {
    const answer = await this.ask(method, path, body);
    if (answer.status >= 300)
      throw new Error(`${method} ${path} was answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  /** Hands in an event as a program would. @throws where nobody answers */
  handIn(event: object): Promise<HostAnswer> {
    return this.request('POST', '/events', { authorization: `Bearer ${TOKEN}` }, event);
  }

  private async request(
    method: string,
    path: string,
    headers: Record<string, string>,
    body?: unknown,
  ): Promise<HostAnswer> {
    const answer = await fetch(`http://127.0.0.1:${this.port}/api/reflex${path}`, {
      method,
      headers: { 'content-type': 'application/json', 'osd-xsrf': 'drill', ...headers },
      signal: AbortSignal.timeout(ASK_MS),
      ...(method === 'GET' ? {} : { body: JSON.stringify(body ?? {}) }),
    });
    const text = await answer.text();
    return { status: answer.status, body: text === '' ? undefined : (JSON.parse(text) as unknown) };
  }

  /** SIGKILL in the middle of whatever it does. @returns true if that is what ended it */
  async kill(): Promise<boolean> {
    const { observer } = this.options;
    const child = this.running;
    const from = observer.now();
    child.kill('SIGKILL');
    const signal = await this.gone;
    observer.outages[this.name].push({ kind: 'crash', from });
    return signal === 'SIGKILL';
  }

  /** Starts it again after a crash; resolves once it listens. */
  async restart(): Promise<void> {
    this.start();
    await until(`${this.name} to listen`, () => this.isListening(), { withinMs: START_MS, everyMs: 100 });
    const last = this.options.observer.outages[this.name].at(-1);
    if (last !== undefined) last.to = this.options.observer.now();
  }

  /** Nothing of it runs for some time. @returns true if the system says that it stood still */
  async freeze(ms: number): Promise<boolean> {
    const { observer } = this.options;
    const child = this.running;
    const outage: HostOutage = { kind: 'freeze', from: observer.now() };
    observer.outages[this.name].push(outage);
    child.kill('SIGSTOP');
    await new Promise((resolve) => setTimeout(resolve, ms));
    const stood = /\) T /.test(readFileSync(`/proc/${child.pid}/stat`, 'utf8'));
    child.kill('SIGCONT');
    outage.to = observer.now();
    return stood;
  }

  /** The stop file, as a person would make it. */
  touchStopFile(): void {
    writeFileSync(join(this.dataFolder, 'agent', 'stop.json'), '');
  }

  removeStopFile(): void {
    rmSync(join(this.dataFolder, 'agent', 'stop.json'), { force: true });
  }

  /** Ends it, by its own id. */
  async end(): Promise<void> {
    if (this.child === undefined || this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.kill('SIGKILL');
    await this.gone;
  }
}
