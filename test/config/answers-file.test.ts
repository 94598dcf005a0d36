import { describe, expect, test } from 'vitest';
import { parseAnswersFile } from '../../installer/config/answers-file.ts';
import { thrown } from './fixture.ts';

const read = (text: string) => parseAnswersFile(text, 'answers.yaml');

describe('an answers file', () => {
  test('is YAML', () => {
    expect(read('# comment\nbind_address: 10.0.0.5\napi_port: 8443\nsiem_enabled: false\n')).toEqual({
      bind_address: '10.0.0.5',
      api_port: 8443,
      siem_enabled: false,
    });
  });

  test('or JSON', () => {
    expect(read('{"api_port": 8443, "log_level": "DEBUG"}')).toEqual({ api_port: 8443, log_level: 'DEBUG' });
  });

  test('or empty', () => expect(read('\n')).toEqual({}));

  // `off` and `no` are text in YAML 1.2: a log level NO must not become false
  test('takes only true and false for booleans', () => expect(read('a: off')).toEqual({ a: 'off' }));

  test.each([
    ['a list', '- a\n- b'],
    ['a single text', 'hello'],
    ['a broken mapping', 'a: [1\nb: 2'],
    ['a duplicate name', 'api_port: 1\napi_port: 2'],
    ['a tag', 'a: !!js/function "x"'],
    ['two documents', 'a: 1\n---\nb: 2'],
    ['an anchor and its alias', 'a: &x 1\nb: *x'],
    ['a name that is not text', '[1, 2]: 3'],
    ['more than a form can hold', `a: ${'x'.repeat(70_000)}`],
  ])('is refused when it is %s', (_, text) => {
    expect(thrown(() => read(text))).toMatchObject({ code: 'ANSWERS_FORMAT', params: { file: 'answers.yaml' } });
  });

  test.each([
    ['a list', 'a: [1]', 'a list'],
    ['a mapping', 'a: {b: 1}', 'a mapping'],
    ['nothing', 'a:', 'nothing'],
  ])('is refused when a value is %s', (_, text, found) => {
    expect(thrown(() => read(text))).toMatchObject({ code: 'ANSWERS_INVALID', params: { key: 'a' }, found });
  });

  test('says the line of a mistake', () => {
    expect(thrown(() => read('a: 1\nb: "unfinished'))).toMatchObject({ found: expect.stringContaining('line 2') });
  });
});

describe('hostile answers files', () => {
  test('billion laughs', () => {
    const lines = ['a0: &a0 [x,x,x,x,x,x,x,x,x]'];
    for (let n = 1; n < 12; n++)
      lines.push(
        `a${n}: &a${n} [${Array(9)
          .fill(`*a${n - 1}`)
          .join(',')}]`,
      );
    expect(thrown(() => read(lines.join('\n')))).toMatchObject({ code: 'ANSWERS_FORMAT' });
  });

  test('nesting that exhausts the stack', () => {
    expect(thrown(() => read(`a: ${'['.repeat(60_000)}`))).toMatchObject({ code: 'ANSWERS_FORMAT' });
  });

  test('prototype pollution', () => {
    const found = read('__proto__: polluted\nconstructor: too');
    expect(Object.keys(found)).toEqual(['__proto__', 'constructor']);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});
