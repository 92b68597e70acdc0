import type { HttpClient } from 'isomorphic-git';
import { GitFault } from './fault';
import { git } from './library';
import { FOLLOWED, type Line } from './line';
import type { Objects } from './objects';

interface RemoteOptions {
  /** HTTPS, or HTTP on the loopback; without user and password. */
  readonly remote: string;
  readonly branch: string;
  readonly http: HttpClient;
  /** What the remote calls the holder of the token. */
  readonly user: string;
  /** Asked for each time, so that a new token counts at once. */
  readonly token: () => Promise<string | undefined>;
}

const OUTGOING = 'refs/reflex/outgoing';
const MOST_NAMED = 5;

const authorization = async ({ user, token }: RemoteOptions): Promise<Record<string, string>> => {
  const value = await token();
  if (value === undefined) return {};
  return { authorization: `Basic ${Buffer.from(`${user}:${value}`).toString('base64')}` };
};

/** Heads of the remote's branches by full name. */
const headsOf = async (options: RemoteOptions): Promise<ReadonlyMap<string, string>> => {
  const refs = await git().listServerRefs({
    http: options.http,
    url: options.remote,
    headers: await authorization(options),
    protocolVersion: 1,
  });
  return new Map(refs.filter(({ ref }) => ref.startsWith('refs/heads/')).map(({ ref, oid }) => [ref, oid]));
};

const branchMissing = (branch: string, heads: ReadonlyMap<string, string>): GitFault => {
  const names = [...heads.keys()].map((ref) => `\`${ref.slice('refs/heads/'.length)}\``);
  const others = `${names.slice(0, MOST_NAMED).join(', ')}${names.length > MOST_NAMED ? ', …' : ''}`;
  return new GitFault(
    'branch_missing',
    `the remote has no branch \`${branch}\`, only ${others}; create it there, or name another one in \`policies.git.branch\``,
  );
};

const isHere = async (objects: Objects, commit: string): Promise<boolean> => {
  try {
    await git().readCommit({ ...objects, oid: commit });
    return true;
  } catch {
    return false;
  }
};

const fetchFrom = async (options: RemoteOptions, objects: Objects): Promise<string | undefined> => {
  const ref = `refs/heads/${options.branch}`;
  const heads = await headsOf(options);
  if (heads.size === 0) return undefined;
  const head = heads.get(ref);
  if (head === undefined) throw branchMissing(options.branch, heads);
  const followed = await git()
    .resolveRef({ ...objects, ref: FOLLOWED })
    .catch(() => undefined);
  if (followed === head && (await isHere(objects, head))) return head;
  // The library will not fetch without a note of where to.
  await git().addRemote({ ...objects, remote: 'origin', url: options.remote, force: true });
  const { fetchHead } = await git().fetch({
    ...objects,
    http: options.http,
    url: options.remote,
    headers: await authorization(options),
    ref: FOLLOWED,
    remoteRef: ref,
    singleBranch: true,
    tags: false,
  });
  return fetchHead ?? undefined;
};

/** Why a push did not come through: somebody was faster, or the remote did not want it. */
const afterRefusal = async (
  options: RemoteOptions,
  cause: unknown,
  { commit, expected }: { readonly commit: string; readonly expected: string | undefined },
): Promise<'published' | 'moved'> => {
  const { code } = cause as { readonly code?: string };
  if (code === 'PushRejectedError' || code === 'UserCanceledError') return 'moved';
  if (code !== 'GitPushError') throw cause;
  const head = (await headsOf(options)).get(`refs/heads/${options.branch}`);
  if (head === commit) return 'published';
  if (head !== expected) return 'moved';
  throw cause;
};

/** A branch behind HTTP. */
export const remoteLine = (options: RemoteOptions): Line => {
  const ref = `refs/heads/${options.branch}`;
  return {
    fetch: (objects) => fetchFrom(options, objects),
    publish: async (objects, commit, expected) => {
      await git().writeRef({ ...objects, ref: OUTGOING, value: commit, force: true });
      try {
        await git().push({
          ...objects,
          http: options.http,
          url: options.remote,
          headers: await authorization(options),
          ref: OUTGOING,
          remoteRef: ref,
          // The library would also push onto another head than the one that was looked at, if that is an ancestor.
          onPrePush: ({ remoteRef: { oid } }) => (/^0+$/.test(oid) ? undefined : oid) === expected,
        });
        return 'published';
      } catch (cause) {
        return afterRefusal(options, cause, { commit, expected });
      }
    },
  };
};
