import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { asInstallerError, InstallerError } from '../base/errors.ts';
import { type VerifiedReport, verifyReport } from './verify-report.ts';

/** More than any run's log comes to. */
const maxReportBytes = 256 * 1024 * 1024;

/**
 * Reads a report file that may come from anywhere and verifies it (verify-report.ts).
 * @throws REPORT_FORMAT when it is not a report, REPORT_CHAIN when it was changed, IO when it cannot be read.
 */
export async function verifyReportFile(path: string, writtenDown?: string): Promise<VerifiedReport> {
  const text = await readBounded(path).catch((error: unknown) => {
    throw asInstallerError(error);
  });
  let candidate: unknown;
  try {
    candidate = JSON.parse(text);
  } catch (cause) {
    throw new InstallerError('REPORT_FORMAT', { params: { file: path, field: '-' }, cause });
  }
  try {
    return verifyReport(candidate, writtenDown);
  } catch (error) {
    if (error instanceof RangeError) {
      // nested so deeply that recursion has no stack left
      throw new InstallerError('REPORT_FORMAT', { params: { file: path, field: '-' }, cause: error });
    }
    if (error instanceof InstallerError && error.code === 'REPORT_FORMAT') {
      throw new InstallerError('REPORT_FORMAT', { params: { ...error.params, file: path }, cause: error });
    }
    throw error;
  }
}

async function readBounded(path: string): Promise<string> {
  // opening a FIFO would wait for a writer for ever, and a device never ends
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stats = await handle.stat();
    const { size } = stats;
    if (!stats.isFile())
      throw new InstallerError('REPORT_FORMAT', { params: { file: path, field: '-' }, expected: 'a file' });
    if (size > maxReportBytes) {
      throw new InstallerError('REPORT_FORMAT', {
        params: { file: path, field: '-' },
        expected: `<= ${maxReportBytes}`,
        found: size,
      });
    }
    return await handle.readFile('utf8');
  } finally {
    await handle.close();
  }
}
