import { iso } from '../../../common/iso';
import type { ReadCommitResult } from 'isomorphic-git';
import type { CommitInfo } from '../../runner/ports';
import { git } from './library';
import type { Objects } from './objects';

const MOST_KNOWN = 20_000;

const infoOf = ({ oid, commit }: ReadCommitResult): CommitInfo => ({
  id: oid,
  parents: commit.parent,
  message: commit.message,
  author: { name: commit.author.name, email: commit.author.email },
  committer: { name: commit.committer.name, email: commit.committer.email },
  at: iso(commit.author.timestamp * 1_000),
});

/** True if the older commit is the newer one or one of its ancestors. */
export const descendsFrom = async (objects: Objects, newer: string, older: string): Promise<boolean> =>
  newer === older || git().isDescendent({ ...objects, oid: newer, ancestor: older, depth: -1 });

/** Commits of `from` that `until` does not have, newest first. */
export const logBetween = async (
  objects: Objects,
  from: string,
  { until, most }: { readonly until?: string; readonly most: number },
): Promise<readonly CommitInfo[]> => {
  if (until === undefined) return (await git().log({ ...objects, ref: from, depth: most })).map(infoOf);
  const known = new Set((await git().log({ ...objects, ref: until, depth: MOST_KNOWN })).map(({ oid }) => oid));
  const found: ReadCommitResult[] = [];
  const waiting = known.has(from) ? [] : [from];
  const seen = new Set(waiting);
  while (waiting.length > 0 && found.length < most) {
    const commit = await git().readCommit({ ...objects, oid: waiting.shift() ?? '' });
    found.push(commit);
    for (const parent of commit.commit.parent) {
      if (known.has(parent) || seen.has(parent)) continue;
      seen.add(parent);
      waiting.push(parent);
    }
  }
  return found.map(infoOf);
};

/** Commits that changed a file, newest first; also of one that is gone. */
export const logOfFile = async (
  objects: Objects,
  from: string,
  { path, most }: { readonly path: string; readonly most: number },
): Promise<readonly CommitInfo[]> =>
  (await git().log({ ...objects, ref: from, filepath: path, force: true })).slice(0, most).map(infoOf);
