import { lineLog, LOG_LEVELS, type LogLevel } from '../../adapters/system/json_log';
import type { FolderLock } from '../../adapters/system/folder_lock';
import type { Log } from '../../runner/ports';
import type { HostProblem, Wired } from '../host_parts';
import type { Cluster } from './cluster';
import type { ClusterUsers } from './cluster_users';
import { foldersFor, type Folders } from './folders';
import type { HttpHost } from './http/http_host';
import type { HostTls } from './http/host_tls';
import type { ProvidedNode } from './node/provide_node';
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
  node?: ProvidedNode;
  cluster?: Cluster;
  /** Undefined as long as it is not known where they are. */
  users?: ClusterUsers;
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

const USERS_UNKNOWN: HostProblem = {
  code: 'users_unknown',
  text: 'OpenSearch did not say yet whether it has users, so nobody gets in here: where users may exist and are not known, nobody may do anything. It is asked again at each try; orders to stop are given on the machine meanwhile (docs/guides/stop.md)',
};

/** Everything that a person must mend about a host now. */
export const problemsOf = ({
  problems,
  tls,
  users,
  demo,
}: Pick<Host, 'problems' | 'tls' | 'users' | 'demo'>): readonly HostProblem[] => [
  ...problems,
  ...(tls?.problems() ?? []),
  ...(users !== undefined && users.lastSaid === undefined && !demo ? [USERS_UNKNOWN] : []),
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
