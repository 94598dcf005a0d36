import { isZstdMagic } from './zstd-frames.ts';

export type Compression = 'none' | 'gzip' | 'zstd';

/** By magic number: RFC 1952 (2.3.1), RFC 8878 (3.1.1, 3.1.2). Names and media types are hearsay. */
export function detectCompression(start: Buffer): Compression {
  if (start.length >= 2 && start.readUInt16BE() === 0x1f8b) return 'gzip';
  if (start.length >= 4 && isZstdMagic(start.readUInt32LE())) return 'zstd';
  return 'none';
}

/** Node.js names them Z_… and ZSTD_…, whatever library is below. */
export function isZlibError(error: unknown): error is Error & { code: unknown } {
  return error instanceof Error && 'code' in error && /^(Z_|ZSTD_)/.test(String(error.code));
}

/** True for the error of compressed data that ends too early. */
export function isCutOff(error: unknown): boolean {
  return isZlibError(error) && (error.code === 'Z_BUF_ERROR' || error.code === 'ZSTD_truncated');
}
