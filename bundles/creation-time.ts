import { InstallerError } from '../installer/base/errors.ts';
import type { CreateOptions } from './create-types.ts';

/** As given, else SOURCE_DATE_EPOCH (https://reproducible-builds.org/specs/source-date-epoch/), else now. Throws USAGE. */
export function creationTime(options: CreateOptions): Date {
  if (options.created !== undefined) return options.created;
  const epoch = process.env.SOURCE_DATE_EPOCH;
  if (epoch === undefined || epoch === '') return new Date();
  if (/^\d{1,11}$/.test(epoch)) return new Date(Number(epoch) * 1000);
  throw new InstallerError('USAGE', { params: { what: `SOURCE_DATE_EPOCH=${epoch}` } });
}
