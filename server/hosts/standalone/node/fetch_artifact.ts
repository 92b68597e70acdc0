import { createHash } from 'crypto';
import { createReadStream, existsSync } from 'fs';
import { rename, rm } from 'fs/promises';
import { join } from 'path';
import { pipeline } from 'stream/promises';
import type { LoadingStep } from '../../../../common/api/views';
import { CannotStart } from '../cannot_start';
import { archiveAddress } from './archive_address';
import { download } from './download';
import { Pace } from './pace';
import { fileOf, NODE_RELEASE, type Artifact } from './release';

export interface FetchOptions {
  readonly cache: string;
  /** What is fetched; default the node. */
  readonly artifact?: Artifact;
  /** A copy that the operator brought along. */
  readonly nodeZip?: string;
  readonly progress: (change: Partial<LoadingStep>) => void;
  readonly signal: AbortSignal;
  readonly env: NodeJS.ProcessEnv;
}

const sha512Of = async (file: string): Promise<string> => {
  const hash = createHash('sha512');
  await pipeline(createReadStream(file, { highWaterMark: 1 << 20 }), hash);
  return hash.digest('hex');
};

const isIt = async (file: string, { sha512 }: Artifact): Promise<boolean> => (await sha512Of(file)) === sha512;

const givenArchive = async (file: string, artifact: Artifact): Promise<string> => {
  if (!existsSync(file))
    throw new CannotStart(`there is no file \`${file}\`; give the path of ${fileOf(artifact)} with --node-zip`);
  const fits = await isIt(file, artifact).catch((cause: unknown) => {
    throw new CannotStart(`the file \`${file}\` cannot be read: ${(cause as Error).message}`, { cause });
  });
  if (fits) return file;
  const { groupId, artifactId, version, sha512 } = artifact;
  throw new CannotStart(
    `the file \`${file}\` is not the archive of OpenSearch ${version} (${groupId}:${artifactId}:${version}:zip, sha512 ${sha512.slice(0, 16)}…); fetch it again, or start without --node-zip`,
  );
};

const isNode = ({ artifactId }: Artifact): boolean => artifactId === NODE_RELEASE.artifactId;

const howElse = (artifact: Artifact, cache: string): string => {
  const place = isNode(artifact) ? 'give it with --node-zip FILE' : `put it into \`${cache}\``;
  return `check the network (HTTPS_PROXY, MAVEN_REPOSITORY) and start again, it goes on where it stopped; or fetch ${fileOf(artifact)} elsewhere and ${place}`;
};

/** As people know it. */
const titleOf = (artifact: Artifact): string =>
  isNode(artifact) ? `OpenSearch ${artifact.version}` : `${artifact.artifactId} ${artifact.version}`;

const downloadTo = async (part: string, artifact: Artifact, options: FetchOptions): Promise<void> => {
  const { progress, signal, env, cache } = options;
  const url = await archiveAddress(artifact, env);
  const { bytes } = artifact;
  const pace = new Pace(bytes);
  const show = (done: number): void => progress({ detail: pace.note(done), done, total: bytes, unit: 'bytes' });
  try {
    await download({
      url,
      part,
      bytes,
      signal,
      progress: show,
      troubled: (why) => progress({ detail: `${why}; trying again` }),
    });
  } catch (cause) {
    if (signal.aborted) throw cause;
    const why = (cause as Error).message;
    const what = `${titleOf(artifact)} could not be downloaded from ${new URL(url).host}`;
    throw new CannotStart(`${what}: ${why}; ${howElse(artifact, cache)}`, { cause });
  }
};

/**
 * An artifact: the given one, the one in the cache, or a fresh download. Whatever it is, its sha512 was compared with
 * the one in the source.
 *
 * @returns its path
 * @throws CannotStart
 */
export const fetchArtifact = async (options: FetchOptions): Promise<string> => {
  const { cache, nodeZip, progress, artifact = NODE_RELEASE } = options;
  if (nodeZip !== undefined) return givenArchive(nodeZip, artifact);
  const file = join(cache, fileOf(artifact));
  if (existsSync(file) && (await isIt(file, artifact))) return file;
  const part = `${file}.part`;
  await downloadTo(part, artifact, options);
  progress({ detail: 'checking what was downloaded' });
  if (!(await isIt(part, artifact))) {
    await rm(part, { force: true });
    throw new CannotStart(
      `what was downloaded is not ${titleOf(artifact)} (its sha512 is another one) and was thrown away; ${howElse(artifact, cache)}`,
    );
  }
  await rename(part, file);
  return file;
};
