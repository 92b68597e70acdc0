import { readFile } from 'fs/promises';
import { extname, join } from 'path';

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,200}$/;
/** Names that esbuild and we put a hash of the content into. */
const HASHED = /-[A-Z0-9a-f]{8}\.\w+$/;

interface StaticFile {
  readonly content: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

/** A file of a flat folder; undefined if there is none of that name. */
export const staticFile = async (folder: string, name: string): Promise<StaticFile | undefined> => {
  const type = TYPES[extname(name)];
  if (!NAME.test(name) || type === undefined) return undefined;
  try {
    const content = await readFile(join(folder, name));
    const caching = HASHED.test(name) ? 'public, max-age=31536000, immutable' : 'no-store';
    return { content, headers: { 'content-type': type, 'cache-control': caching } };
  } catch {
    return undefined;
  }
};
