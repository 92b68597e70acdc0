import * as zlib from 'zlib';

const MOST_BYTES = 64 * 1024 * 1024;

type Zstd = (bytes: Buffer, options: { readonly maxOutputLength: number }) => Buffer;
const native = (zlib as unknown as { readonly zstdDecompressSync?: Zstd }).zstdDecompressSync;

/** Node's own decoder for zstd; undefined before Node 22.15. */
export const zstdDecompressSync: ((bytes: Buffer) => Buffer) | undefined =
  native && ((bytes) => native(bytes, { maxOutputLength: MOST_BYTES }));
