import { describe, expect, test } from 'vitest';
import { checkAnswers } from '../../installer/config/answers.ts';
import { inputProblem } from '../../installer/config/input-types.ts';
import type { Answers, ProductInput } from '../../installer/contract/product.ts';
import { codegraph, thrown } from './fixture.ts';

const product = await codegraph();
const check = (answers: Answers) => checkAnswers(product, answers).values;

describe('checked answers', () => {
  test('are the presets where nothing was said', () => {
    expect(check({})).toEqual(Object.fromEntries(product.inputs.map((input) => [input.id, input.default])));
  });

  test('take the place of presets', () => {
    expect(check({ api_port: 8443, siem_host: '10.1.2.3', siem_enabled: false })).toMatchObject({
      api_port: 8443,
      siem_host: '10.1.2.3',
      siem_enabled: false,
      log_level: 'INFO',
    });
  });

  test('publish localhost as an address, which is what Docker takes', () => {
    expect(check({ bind_address: 'localhost' }).bind_address).toBe('127.0.0.1');
  });

  test('suggest the name that was meant', () => {
    expect(thrown(() => check({ api_prot: 8443 }))).toMatchObject({
      code: 'ANSWERS_UNKNOWN_KEY',
      params: { key: 'api_prot', suggestion: 'api_port' },
    });
  });

  test('suggest nothing when no name is near', () => {
    const error = thrown(() => check({ colour_of_the_sky: 'blue' }));
    expect(error).toMatchObject({ code: 'ANSWERS_UNKNOWN_KEY', expected: expect.stringContaining('bind_address') });
    expect(error).not.toHaveProperty('params.suggestion');
  });

  test.each(['__proto__', 'constructor', 'toString'])('know no setting called %s', (key) => {
    expect(thrown(() => check(Object.fromEntries([[key, 'x']])))).toMatchObject({ code: 'ANSWERS_UNKNOWN_KEY' });
  });

  test('refuse one port for two services', () => {
    expect(thrown(() => check({ api_port: 9090 }))).toMatchObject({
      code: 'ANSWERS_INVALID',
      params: { key: 'prometheus_port' },
      found: '9090 (api_port)',
    });
  });

  test("refuse the registry's port", () => {
    expect(thrown(() => check({ grafana_port: 5000 }))).toMatchObject({ params: { key: 'grafana_port' } });
  });

  test('let the registry have another port, and refuse that one then', () => {
    expect(check({ registry_port: 5001, grafana_port: 5000 })).toMatchObject({ grafana_port: 5000 });
    expect(thrown(() => check({ registry_port: 5001, grafana_port: 5001 }))).toMatchObject({ code: 'ANSWERS_INVALID' });
  });

  test.each([
    '172.28.0.0',
    '172.28.0.1/16',
    '172.28.0.0/15',
    '172.28.0.0/27',
    '8.8.0.0/16',
    '192.168.0.0/15',
    'fd00::/64',
    '',
    '172.28.0.0/16$',
  ])('refuse %j as the network of the containers', (container_network) => {
    expect(thrown(() => check({ container_network }))).toMatchObject({
      code: 'ANSWERS_INVALID',
      params: { key: 'container_network', expects: 'subnet', min: 16, max: 26 },
    });
  });

  test('let another machine use the same port number', () => {
    expect(check({ siem_port: 8000 })).toMatchObject({ siem_port: 8000, api_port: 8000 });
  });
});

const base = { id: 'x', label: { en: 'x', ru: 'х' }, help: { en: 'x', ru: 'х' } };
const inputs: Record<string, ProductInput> = {
  host: { ...base, type: 'host', default: 'a' },
  address: { ...base, type: 'address', default: '127.0.0.1' },
  port: { ...base, type: 'port', default: 1 },
  url: { ...base, type: 'url', default: 'http://a' },
  optionalUrl: { ...base, type: 'url', default: '' },
  username: { ...base, type: 'username', default: 'admin' },
  boolean: { ...base, type: 'boolean', default: true },
  integer: { ...base, type: 'integer', default: 1, min: 1, max: 9 },
  choice: { ...base, type: 'choice', default: 'a', options: ['a', 'b'] },
};

const problem = (type: string, value: string | number | boolean) => inputProblem(inputs[type] as ProductInput, value);

describe('allowed values', () => {
  test.each([
    ['host', 'siem.local'],
    ['host', '10.0.0.1'],
    ['host', 'fd00::1'],
    ['host', `${'a'.repeat(63)}.b`],
    ['address', '0.0.0.0'],
    ['address', '::1'],
    ['address', 'localhost'],
    ['port', 65_535],
    ['url', 'https://vault.site.example:8200/v1?x=1'],
    ['url', 'http://[fd00::1]:8200'],
    ['url', 'http://a'],
    ['optionalUrl', ''],
    ['username', 'Ivan.Petrov-2'],
    ['boolean', false],
    ['integer', 9],
    ['choice', 'b'],
  ])('%s %s', (type, value) => expect(problem(type, value)).toBeUndefined());
});

describe('refused values', () => {
  test.each([
    ['host', '999.1.1.1'],
    ['host', '-a.local'],
    ['host', 'a_b'],
    ['host', ''],
    ['host', `${'a'.repeat(64)}.b`],
    ['host', 'a..b'],
    ['host', 'сервер.local'],
    ['host', true],
    ['address', 'siem.local'],
    ['address', '127.0.0.1:80'],
    ['address', 'fe80::1%eth0'],
    ['port', 0],
    ['port', 65_536],
    ['port', 80.5],
    ['port', Number.NaN],
    ['port', '8000'],
    ['url', ''],
    ['url', 'ftp://a'],
    ['url', 'vault.local:8200'],
    ['url', 'http://user:password@a'],
    ['url', 'http://999.999.999.999'],
    ['url', 'http:///path'],
    ['username', '1admin'],
    ['username', ''],
    ['username', 'a'.repeat(33)],
    ['boolean', 'true'],
    ['boolean', 1],
    ['integer', 10],
    ['integer', '5'],
    ['choice', 'c'],
    ['choice', true],
  ])('%s %s', (type, value) => expect(problem(type, value)).toEqual(expect.any(String)));

  // each of these would end a string or start a variable in .env, YAML, JSON or Compose files
  const injections = [
    "x' \nPOSTGRES_PASSWORD='known",
    'x\nPOSTGRES_PASSWORD=known',
    'x"',
    "x'",
    '$HOME',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: Compose's syntax, not JavaScript's
    'x${API_JWT_SECRET}',
    '$(id)',
    'x`id`',
    'x\\',
    'x y',
    'x\u0000',
    'x\u2028y',
    '{{paths.data}}',
  ];
  const textTypes = ['host', 'address', 'url', 'optionalUrl', 'username', 'choice'];
  test.each(
    textTypes.flatMap((type) => injections.map((value) => [type, value])),
  )('injection through %s: %j', (type = '', value = '') => {
    expect(problem(type, value)).toEqual(expect.any(String));
    expect(problem(type, `http://${value}`)).toEqual(expect.any(String));
  });
});
