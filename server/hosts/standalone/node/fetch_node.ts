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
import { NODE_FILE, NODE_RELEASE } from './release';

export interface FetchOptions {
  readonly cache: string;
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

const isTheArchive = async (file: string): Promise<boolean> => (await sha512Of(file)) === NODE_RELEASE.sha512;

const givenArchive = async (file: string): Promise<string> => {
  if (!existsSync(file))
    throw new CannotStart(`there is no file \`${file}\`; give the path of ${NODE_FILE} with --node-zip`);
  const fits = await isTheArchive(file).catch((cause: unknown) => {
    throw new CannotStart(`the file \`${file}\` cannot be read: ${(cause as Error).message}`, { cause });
  });
  if (fits) return file;
  const { groupId, artifactId, version, sha512 } = NODE_RELEASE;
  throw new CannotStart(
    `the file \`${file}\` is not the archive of OpenSearch ${version} (${groupId}:${artifactId}:${version}:zip, sha512 ${sha512.slice(0, 16)}…); fetch it again, or start without --node-zip`,
  );
};

const HOW_ELSE = `check the network (HTTPS_PROXY, MAVEN_REPOSITORY) and start again, it goes on where it stopped; or fetch ${NODE_FILE} elsewhere and give it with --node-zip FILE`;

const downloadTo = async (part: string, { progress, signal, env }: FetchOptions): Promise<void> => {
  const url = await archiveAddress(env);
  const bytes = NODE_RELEASE.bytes;
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
    throw new CannotStart(`OpenSearch could not be downloaded from ${new URL(url).host}: ${why}; ${HOW_ELSE}`, {
      cause,
    });
  }
};

/**
 * The archive of the node: the given one, the one in the cache, or a fresh download. Whatever it is, its sha512 was
 * compared with the one in the source.
 *
 * @returns its path
 * @throws CannotStart
 */
export const fetchNode = async (options: FetchOptions): Promise<string> => {
  const { cache, nodeZip, progress } = options;
  if (nodeZip !== undefined) return givenArchive(nodeZip);
  const file = join(cache, NODE_FILE);
  if (existsSync(file)) return file;
  const part = `${file}.part`;
  await downloadTo(part, options);
  progress({ detail: 'checking what was downloaded' });
  if (!(await isTheArchive(part))) {
    await rm(part, { force: true });
    throw new CannotStart(
      `what was downloaded is not OpenSearch ${NODE_RELEASE.version} (its sha512 is another one) and was thrown away; ${HOW_ELSE}`,
    );
  }
  await rename(part, file);
  return file;
};
