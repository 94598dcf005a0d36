import { expect, test } from 'vitest';
import { InstallerError, toWire } from '../../installer/base/errors.ts';
import { redactError } from '../../installer/stack/redaction.ts';

test('a secret is taken out of every link of an error’s chain', () => {
  const error = new InstallerError('STACK_UP', {
    params: { command: 'up' },
    found: 'found s3cret',
    cause: new Error('first s3cret', { cause: new InstallerError('IO', { cause: new Error('deep s3cret') }) }),
  });
  const wire = JSON.stringify(toWire(redactError(error, (text) => text.replaceAll('s3cret', '***'))));
  expect(wire).not.toContain('s3cret');
  expect(wire).toContain('first ***');
  expect(wire).toContain('deep ***');
  expect(JSON.stringify(toWire(error))).toContain('deep s3cret');
});
