import { CompressionCodecs, CompressionTypes } from 'kafkajs';
import { zstdDecompressSync as zstd } from './zstd';
import { lz4Decompress } from './lz4';
import { snappyDecompress } from './snappy';

/*
 * Kafka's codecs. The library brings gzip; snappy and LZ4 are read by decoders of our own, zstd by Node where it has
 * one (22.15 and later). Nothing is ever written compressed, so there are no encoders.
 */

const reader = (decompress: (bytes: Buffer) => Buffer) => {
  const codec = {
    compress: () => Promise.reject(new Error('Reflex does not write compressed records')),
    decompress: async (bytes: Buffer) => decompress(bytes),
  };
  return () => codec;
};

/** Teaches the library what it does not read by itself; doing so again changes nothing. */
export const registerCodecs = (): void => {
  CompressionCodecs[CompressionTypes.Snappy] = reader(snappyDecompress);
  CompressionCodecs[CompressionTypes.LZ4] = reader(lz4Decompress);
  if (zstd !== undefined) CompressionCodecs[CompressionTypes.ZSTD] = reader(zstd);
};
