import { expect, test } from 'vitest';
import { secretForms } from '../../installer/base/secret-forms.ts';

const secret = 'Yb3kQ0pZsW9vTn51Lr8D+/';

test.each([
  '',
  'u',
  'us',
  'codegraph:',
  'a:b:',
])('a secret in base64 behind “%s” is known again, as in HTTP’s Basic', (before) => {
  for (const behind of ['', '@', '@h', '@ho']) {
    const text = Buffer.from(before + secret + behind);
    for (const encoding of ['base64', 'base64url'] as const) {
      expect(secretForms(secret).some((form) => text.toString(encoding).includes(form))).toBe(true);
    }
  }
});

test('positive control: base64 of the secret alone is not found behind another byte', () => {
  const alone = Buffer.from(secret).toString('base64').replaceAll('=', '');
  expect(Buffer.from(`u${secret}`).toString('base64')).not.toContain(alone.slice(0, -1));
  expect(secretForms(secret).some((form) => 'an innocent text'.includes(form))).toBe(false);
});
