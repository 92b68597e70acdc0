import { lineLog, LOG_LEVELS, type LogLevel } from '../../adapters/system/json_log';
import type { FolderLock } from '../../adapters/system/folder_lock';
import type { Log } from '../../runner/ports';
import type { HostProblem, Wired } from '../host_parts';
import type { Cluster } from './cluster';
import { foldersFor, type Folders } from './folders';
import type { HttpHost } from './http/http_host';
import type { HostTls } from './http/host_tls';
import type { RunningNode } from './node/run_node';
import type { Options } from './options';
import { Steps } from './steps';
import { listenForStop, type StopSignals } from './stop_signals';
import { Terminal } from './terminal';

/** What a running host consists of, as far as it has come. */
export interface Host {
  readonly options: Options;
  readonly env: NodeJS.ProcessEnv;
  readonly folders: Folders;
  readonly terminal: Terminal;
  readonly log: Log;
  readonly steps: Steps;
  readonly stop: StopSignals;
  lock?: FolderLock;
  http?: HttpHost;
  /** Defined where it listens with TLS. */
  tls?: HostTls;
  node?: RunningNode;
  cluster?: Cluster;
  wired?: Wired;
  /** What a person must mend about this host. */
  problems: readonly HostProblem[];
  /** Settles when the start is through, one way or the other. */
  started?: Promise<void>;
  /** The demo runs now. */
  demo: boolean;
  /** Routes of Reflex answer. */
  ready: boolean;
}

/** Everything that a person must mend about a host now. */
export const problemsOf = ({ problems, tls }: Pick<Host, 'problems' | 'tls'>): readonly HostProblem[] => [
  ...problems,
  ...(tls?.problems() ?? []),
];

const levelIn = (env: NodeJS.ProcessEnv): LogLevel =>
  LOG_LEVELS.find((level) => level === env.REFLEX_LOG_LEVEL) ?? 'info';

/** A host of which nothing runs yet. */
export const makeHost = (options: Options, env: NodeJS.ProcessEnv): Host => {
  const terminal = new Terminal(process.stdout);
  const host: Host = {
    options,
    env,
    folders: foldersFor(options),
    terminal,
    log: lineLog({ stream: terminal, utc: Date.now, level: levelIn(env) }),
    steps: new Steps(terminal.step),
    stop: listenForStop(() => {
      host.node?.kill();
      process.exit(130);
    }),
    problems: [],
    demo: false,
    ready: false,
  };
  return host;
};
