import { randomUUID } from 'crypto';
import { existsSync } from 'fs';
import { mkdir, readFile, rm } from 'fs/promises';
import { join } from 'path';
import type { Result } from '../../../common/result';
import type {
  CommitInfo,
  NewCommit,
  PolicyRepository,
  PolicyTree,
  RepositoryFault,
  RepositoryPlace,
} from '../../runner/ports';
import { durableFiles, takeRefusal } from './durable_files';
import { embeddedLine, resolved } from './embedded_line';
import { attempt, faultOf } from './fault';
import { descendsFrom, logBetween, logOfFile } from './history';
import { httpClient, type HttpClientOptions } from './http_client';
import { git } from './library';
import { FOLLOWED, type Line } from './line';
import { objectsIn, type Objects } from './objects';
import { readPolicyTree } from './read_tree';
import { remoteLine } from './remote_line';
import { writeTreeWith } from './write_tree';

interface Options {
  /** Of the bare repository; made if it is not there. */
  readonly gitdir: string;
  readonly place: RepositoryPlace;
  readonly line: Line;
}

/** A bare repository on this disk, with its branch here or elsewhere. One piece of work at a time. */
class GitRepository implements PolicyRepository {
  private readonly options: Options;
  private last: Promise<unknown> = Promise.resolve();

  constructor(options: Options) {
    this.options = options;
  }

  get place(): RepositoryPlace {
    return this.options.place;
  }

  get folder(): string {
    const { place } = this.options;
    return place.kind === 'remote' && place.path !== '' ? `${place.path}/policies` : 'policies';
  }

  followed(): Promise<Result<string | undefined, RepositoryFault>> {
    return this.inTurn((objects) => resolved(objects, FOLLOWED));
  }

  fetch(): Promise<Result<string | undefined, RepositoryFault>> {
    const { line, gitdir, place } = this.options;
    return this.inTurn(async (objects) => {
      try {
        const head = await line.fetch(objects);
        if (head !== undefined) await git().readCommit({ ...objects, oid: head });
        return head;
      } catch (cause) {
        // A copy of what is elsewhere can be made anew.
        if (place.kind !== 'remote' || faultOf(cause).code !== 'damaged') throw cause;
        await rm(gitdir, { recursive: true, force: true });
        await initialise(gitdir, place.branch);
        return line.fetch(objectsIn(gitdir));
      }
    });
  }

  follow(commit: string): Promise<Result<true, RepositoryFault>> {
    return this.inTurn(async (objects) => {
      await git().writeRef({ ...objects, ref: FOLLOWED, value: commit, force: true });
      return true as const;
    });
  }

  read(commit: string): Promise<Result<PolicyTree, RepositoryFault>> {
    return this.inTurn((objects) => readPolicyTree(objects, commit, this.folder));
  }

  descends(newer: string, older: string): Promise<Result<boolean, RepositoryFault>> {
    return this.inTurn((objects) => descendsFrom(objects, newer, older));
  }

  log(from: string, options: { readonly until?: string; readonly most: number }) {
    return this.inTurn((objects) => logBetween(objects, from, options));
  }

  fileLog(from: string, path: string, most: number): Promise<Result<readonly CommitInfo[], RepositoryFault>> {
    return this.inTurn((objects) => logOfFile(objects, from, { path, most }));
  }

  commit({ parent, files, message, author, committer, at }: NewCommit): Promise<Result<string, RepositoryFault>> {
    return this.inTurn(async (objects) => {
      const before = parent && (await git().readCommit({ ...objects, oid: parent })).commit.tree;
      const tree = (await writeTreeWith(objects, before, files)) ?? (await git().writeTree({ ...objects, tree: [] }));
      const when = { timestamp: Math.floor(at / 1_000), timezoneOffset: 0 };
      return git().writeCommit({
        ...objects,
        commit: {
          tree,
          parent: parent === undefined ? [] : [parent],
          author: { ...author, ...when },
          committer: { ...committer, ...when },
          message,
        },
      });
    });
  }

  publish(commit: string, expected: string | undefined): Promise<Result<'published' | 'moved', RepositoryFault>> {
    return this.inTurn((objects) => this.options.line.publish(objects, commit, expected));
  }

  private inTurn<Value>(work: (objects: Objects) => Promise<Value>): Promise<Result<Value, RepositoryFault>> {
    const { gitdir, place } = this.options;
    const next = this.last.then(() =>
      attempt(async () => {
        if (!existsSync(join(gitdir, 'config'))) await initialise(gitdir, place.branch);
        try {
          return await work(objectsIn(gitdir));
        } catch (cause) {
          throw takeRefusal(gitdir) ?? cause;
        }
      }),
    );
    this.last = next;
    return next;
  }
}

const initialise = async (gitdir: string, branch: string): Promise<void> => {
  await mkdir(gitdir, { recursive: true, mode: 0o700 });
  await git().init({ fs: durableFiles, gitdir, bare: true, defaultBranch: branch });
};

const ID_FILE = 'reflex-id';

/** The id of the repository in a folder, made with it. */
const idIn = async (gitdir: string): Promise<string> => {
  const path = join(gitdir, ID_FILE);
  const known = await readFile(path, 'utf8').catch(() => undefined);
  if (known !== undefined) return known.trim();
  const id = randomUUID();
  await mkdir(gitdir, { recursive: true, mode: 0o700 });
  await durableFiles.promises.writeFile(path, `${id}\n`);
  return id;
};

/** The repository that Reflex makes for itself. */
export const embeddedRepository = async (gitdir: string, branch = 'main'): Promise<PolicyRepository> =>
  new GitRepository({
    gitdir,
    place: { kind: 'embedded', id: await idIn(gitdir), branch },
    line: embeddedLine(branch),
  });

export interface RemoteRepositoryOptions extends HttpClientOptions {
  /** HTTPS, or HTTP on the loopback; without user and password. */
  readonly remote: string;
  readonly branch: string;
  /** Where `policies/` is within it; empty at its root. */
  readonly path: string;
  readonly user: string;
  readonly token: () => Promise<string | undefined>;
}

/** A copy of a repository that is elsewhere. */
export const remoteRepository = (
  gitdir: string,
  { remote, branch, path, user, token, ...http }: RemoteRepositoryOptions,
): PolicyRepository =>
  new GitRepository({
    gitdir,
    place: { kind: 'remote', remote, branch, path },
    line: remoteLine({ remote, branch, user, token, http: httpClient(http) }),
  });
