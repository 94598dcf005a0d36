import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { renderText } from '../../installer/config/placeholders.ts';
import { renderTemplate, type Tree } from '../../installer/config/template.ts';
import { thrown } from './fixture.ts';

const values = {
  'answers.port': 8000,
  'answers.on': true,
  'answers.host': 'siem.local',
  'answers.none': '',
  'hw.ram': 4096,
};
const render = (text: string, file = 't.yaml') => renderTemplate(text, values, file);
const tree = (text: string) => parse(render(text)) as Tree;

describe('placeholders', () => {
  test('stay text, as the quotes around them say; `value` gives the type of the value', () => {
    const rendered = tree('{a: "{{answers.port}}", b: "{{value answers.port}}", c: "{{ value answers.on }}"}');
    expect(rendered).toEqual({ a: '8000', b: 8000, c: true });
  });

  test('become text inside text', () => {
    expect(tree('url: "http://{{answers.host}}:{{answers.port}}/"')).toEqual({ url: 'http://siem.local:8000/' });
  });

  test('compute limits', () => {
    expect(tree('{a: "{{min 8GiB hw.ram}}b", b: "{{min 4 answers.port}}", c: "{{max 1MiB hw.ram}}"}')).toEqual({
      a: '4096b',
      b: '4',
      c: String(2 ** 20),
    });
  });

  test('leave out the list item around an empty optional value, and no more', () => {
    expect(tree('r: [{name: n, hooks: [{url: "{{optional answers.none}}", x: 1}]}]')).toEqual({
      r: [{ name: 'n', hooks: [] }],
    });
    expect(tree('hooks: [{url: "{{optional answers.host}}"}]')).toEqual({ hooks: [{ url: 'siem.local' }] });
  });

  test.each([
    ['an unknown name', 'a: "{{answers.secret}}"', 'answers.secret'],
    ['an inherited name', 'a: "{{constructor}}"', 'constructor'],
    ['an unknown function', 'a: "{{exec answers.port}}"', 'exec answers.port'],
    ['a limit of text', 'a: "{{min 4 answers.host}}"', 'answers.host'],
    ['the type of a value inside text', 'a: "x{{value answers.port}}"', 'value answers.port'],
    ['optional inside text', 'a: "x{{optional answers.none}}"', 'optional answers.none'],
    ['an unfinished placeholder', 'a: "{{answers.port"', '{{answers.port'],
  ])('fail on %s', (_, text, name) => {
    expect(thrown(() => render(text))).toMatchObject({
      code: 'TEMPLATE_UNKNOWN_VALUE',
      params: { name, file: 't.yaml' },
    });
  });

  test('fail in keys', () => {
    expect(thrown(() => render('"{{answers.host}}": 1'))).toMatchObject({ code: 'PRODUCT_FORMAT' });
  });

  test('fail when an optional value stands in no list', () => {
    expect(thrown(() => render('a: "{{optional answers.none}}"'))).toMatchObject({ code: 'PRODUCT_FORMAT' });
  });

  test('are replaced once: a value cannot bring in another', () => {
    expect(renderText('{{a}}', { a: '{{b}}', b: 'secret' }, 't')).toBe('{{b}}');
  });

  test('let Compose variables stand', () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: Compose's syntax, not JavaScript's
    const text = 'a: "${QWEN3_MODEL_PATH:-/models/model.gguf}"';
    expect(tree(text)).toEqual(parse(text));
  });
});

describe('printed templates', () => {
  test('are the same bytes every time', () => {
    const text = 'b: 1\na: {y: [1, 2], x: "{{value answers.on}}"}';
    expect(render(text)).toBe(render(text));
  });

  // YAML 1.1 readers (PyYAML, Compose) take these for a boolean, a number, a time
  test.each(['on', 'no', '0644', '1:30', '1e3', '~'])('quote the text %s', (text) => {
    expect(render(`a: "${text}"`)).toBe(`a: "${text}"\n`);
  });

  test('resolve anchors and merge keys, so that each service says all it is', () => {
    const rendered = render('x-h: &h {a: 1}\ns: {<<: *h, b: 2}');
    expect(parse(rendered)).toEqual({ 'x-h': { a: 1 }, s: { a: 1, b: 2 } });
    expect(rendered).not.toMatch(/[&*<]/);
  });

  test('are JSON where the file is JSON', () => {
    expect(JSON.parse(render('{"a": "{{answers.port}}"}', 't.json'))).toEqual({ a: '8000' });
  });

  test.each([
    ['broken YAML', 'a: [1'],
    ['a duplicate key', 'a: 1\na: 2'],
    ['two documents', 'a: 1\n---\nb: 2'],
    ['too many aliases', `a: &a [${'x,'.repeat(50)}]\nb: &b [${'*a,'.repeat(50)}]\nc: [${'*b,'.repeat(50)}]`],
    ['too much text', `a: ${'x'.repeat(2 ** 20)}`],
  ])('refuse %s', (_, text) => {
    expect(thrown(() => render(text))).toMatchObject({ code: 'PRODUCT_FORMAT', params: { file: 't.yaml' } });
  });
});
