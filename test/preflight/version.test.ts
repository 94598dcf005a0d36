import { expect, test } from 'vitest';
import { isAtLeast } from '../../installer/preflight/version.ts';

test.each([
  ['26.1.5+dfsg1', '24.0', true],
  ['26.1.5+dfsg1', '26.1.5', true],
  ['26.1.5+dfsg1', '26.1.6', false],
  ['24.0.0', '24.0', true],
  ['24', '24.0.0', true],
  ['23.9.99', '24.0', false],
  ['9.0.0', '24.0', false],
  ['24.0.7-0ubuntu4', '24.0.7', true],
  ['18.09.1-ce', '18.9.1', true],
  ['v2.26.1-4', '2.26.1', true],
  ['2.9.0', '2.20', false],
  ['v2.20.0-desktop.1', '2.20', true],
  ['27.0.0-rc.1', '27.0.0', false],
  ['27.0.0-rc1', '26.9', true],
  ['27.0.0~rc1', '27.0', false],
  ['27.0.0-rc.1', '27.0.0-rc.1', true],
  ['dev', '1.0', false],
  ['', '1.0', false],
  ['24.0.0', 'any', false],
])('%s is at least %s: %s', (found, required, expected) => {
  expect(isAtLeast(found, required)).toBe(expected);
});
