import { describe, expect, it } from 'vitest';
import { readGguf } from '../../installer/base/gguf/header.ts';
import { ggufLimits } from '../../installer/base/gguf/limits.ts';
import { errorOf } from '../fixtures/error-code.ts';
import { array, entry, ggufFile, llamaEntries, u64 } from '../fixtures/gguf.ts';
import { bufferSource, endlessSource } from './buffer-source.ts';
import { hostileHeaders } from './hostile-headers.ts';

const windowBytes = 256 * 1024;

describe('hostile GGUF headers', () => {
  it.each(hostileHeaders)('$threat: $code', async ({ bytes, code }) => {
    const source = bufferSource(bytes);
    const error = await errorOf(readGguf(source, bytes.length));
    expect(error.code).toBe(code);
    expect(error.expected).not.toBe('');
    expect(error.found).not.toBe('');
    expect(source.largestRead).toBeLessThanOrEqual(windowBytes);
  });

  it('are at least sixty, each under its own name', () => {
    expect(new Set(hostileHeaders.map((header) => header.threat)).size).toBe(hostileHeaders.length);
    expect(hostileHeaders.length).toBeGreaterThanOrEqual(60);
  });

  it('differ from a file that is taken', async () => {
    const good = ggufFile();
    await expect(readGguf(bufferSource(good), good.length)).resolves.toMatchObject({ architecture: 'llama' });
  });

  it.each([
    ['an endless vocabulary', array('string', ggufLimits.arrayLength, []), u64(32), 'GGUF_LIMIT'],
    [
      'endless arrays of empty arrays',
      array('array', ggufLimits.arrayLength, []),
      array('array', 0, []),
      'GGUF_MALFORMED',
    ],
    ['one key without end', array('uint8', 0, []), entry('k', 'array', array('uint8', 0, [])), 'GGUF_MALFORMED'],
  ])('%s cannot make the reader read or hold more than its limits', async (_threat, start, unit, code) => {
    const head = ggufFile({
      keyCount: ggufLimits.metadataKeys,
      entries: [...llamaEntries, entry('x', 'array', start)],
      tensors: [],
      tensorCount: 1,
      padding: false,
      dataBytes: 0,
    });
    const source = endlessSource(head, unit);
    const error = await errorOf(readGguf(source, 2 ** 50));
    expect(error.code).toBe(code);
    expect(source.largestRead).toBeLessThanOrEqual(windowBytes);
    expect(source.bytesRead).toBeLessThanOrEqual(ggufLimits.headerBytes + windowBytes);
  });

  it('a source that gives less than the file promises (a stick pulled out) is truncated, not zeros', async () => {
    const good = ggufFile();
    const error = await errorOf(readGguf(bufferSource(good.subarray(0, 60)), good.length));
    expect(error.code).toBe('GGUF_TRUNCATED');
  });
});
