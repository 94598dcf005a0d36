import type { Transform } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';

export type Compression = 'none' | 'gzip' | 'zstd';

/** By magic number: RFC 1952 (2.3.1), RFC 8878 (3.1.1). Names and media types are hearsay. */
export function detectCompression(start: Buffer): Compression {
  if (start.length >= 2 && start.readUInt16BE() === 0x1f8b) return 'gzip';
  if (start.length >= 4 && start.readUInt32LE() === 0xfd2fb528) return 'zstd';
  return 'none';
}

export function createDecompress(compression: Exclude<Compression, 'none'>): Transform {
  return compression === 'gzip' ? createGunzip() : createZstdDecompress();
}

/** Node.js names them Z_… and ZSTD_…, whatever library is below. */
export function isZlibError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /^(Z_|ZSTD_)/.test(String(error.code));
}
