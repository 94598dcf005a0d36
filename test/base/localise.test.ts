import { describe, expect, test } from 'vitest';
import { localiser } from '../../installer/base/localise.ts';
import type { Finding } from '../../installer/contract/findings.ts';
import { formats } from '../../installer/contract/format.ts';

const en = localiser('en', 'UTC');
const ru = localiser('ru', 'UTC');
const plain = (text: string) => text.replaceAll(/[\u00a0\u202f]/g, ' ');

const disk: Finding = {
  code: 'DISK_SPACE',
  status: 'fail',
  subject: '/var',
  unit: 'bytes',
  expected: 50 * 1024 ** 3,
  found: 1024 ** 2,
  params: {},
};

describe('errors', () => {
  test('are told in the language asked for, with their parameters', () => {
    const error = { code: 'BUNDLE_FILE_MISSING', params: { file: 'models/a.gguf' } } as const;
    expect(en.error(error).remedy).toMatch(/^Copy models\/a\.gguf to the stick again/);
    expect(ru.error(error).remedy).toMatch(/^Заново скопируйте models\/a\.gguf на USB-накопитель/);
  });

  test('show a dash for a parameter that was not given', () => {
    expect(en.error({ code: 'IO', params: { path: '/x' } }).cause).toBe(
      'The operating system could not read or write /x (—).',
    );
  });

  test('hostile parameters: texts from a medium are neither interpolated, nested nor escaped', () => {
    const file = '{{dir}} $t(errors.IO.title) <b>&';
    expect(en.error({ code: 'BUNDLE_FILE_SIZE', params: { file, dir: 'WRONG' } }).cause).toContain(file);
  });

  test('hostile parameters: names of i18next options are parameters, not options', () => {
    const params = { lng: 'ru', context: 'x', defaultValue: 'y', ns: 'z', count: 2, returnObjects: true, replace: 'r' };
    expect(en.error({ code: 'INTERNAL', params }).title).toBe('A mistake in the installer');
  });
});

describe('findings', () => {
  test('show what was expected and found in their unit', () => {
    const text = en.finding(disk);
    expect(plain(text.expected)).toBe('50 GiB');
    expect(plain(text.found)).toBe('1 MiB');
    expect(plain(text.remedy)).toContain('Free at least 50 GiB on /var');
    expect(plain(ru.finding(disk).remedy)).toContain('Освободите не меньше 50 ГиБ на /var');
  });

  test('have a text of their own where the subject asks for it', () => {
    expect(en.finding({ ...disk, subject: 'tier' }).title).toBe('Size of the disks');
    expect(en.finding(disk).title).toBe('Free disk space');
  });

  test('translate words, leave versions as they are, and nothing for null', () => {
    const clock: Finding = { ...disk, code: 'CLOCK', unit: 'text', expected: 'synchronised', found: null };
    expect(ru.finding(clock)).toMatchObject({ expected: 'синхронизированы', found: '' });
    const version: Finding = { ...disk, code: 'ENGINE_VERSION', unit: 'version', expected: '25.0', found: 'free' };
    expect(ru.finding(version)).toMatchObject({ expected: '25.0', found: 'free' });
  });
});

test('steps have titles; an unknown id stays what it is, also one that objects inherit', () => {
  expect(en.step('verifyMedia')).toBe('Verify signatures');
  expect(ru.step('verifyMedia')).toBe('Проверка подписей');
  expect(en.step('somethingElse')).toBe('somethingElse');
  expect(en.step('constructor')).toBe('constructor');
});

test.each([
  [1, '1 событие'],
  [3, '3 события'],
  [11, '11 событий'],
  [21, '21 событие'],
  [105, '105 событий'],
])('Russian plurals: %i', (count, expected) => {
  expect(ru.t('counts.events', { count })).toBe(expected);
});

test('two localisers do not disturb each other', () => {
  expect([en, ru, en].map((each) => each.t('report.yes'))).toEqual(['yes', 'да', 'yes']);
});

describe('formats', () => {
  test.each([
    [0, '0 B', '0 Б'],
    [1023, '1,023 B', '1 023 Б'],
    [1024, '1 KiB', '1 КиБ'],
    [1024 ** 2 - 1, '1 MiB', '1 МиБ'],
    [3.6e9, '3.4 GiB', '3,4 ГиБ'],
    [5 * 1024 ** 5, '5,120 TiB', '5 120 ТиБ'],
  ])('%d bytes', (value, english, russian) => {
    expect(plain(en.bytes(value))).toBe(english);
    expect(plain(ru.bytes(value))).toBe(russian);
  });

  test.each([
    [0, '0 ms'],
    [999.4, '999 ms'],
    [999.6, '1 s'],
    [12_345, '12.3 s'],
    [59_960, '1 min 0 s'],
    [3_599_600, '1 h 0 min'],
    [3_725_000, '1 h 2 min'],
  ])('%d ms', (value, expected) => {
    expect(plain(en.duration(value))).toBe(expected);
  });

  test('dates say their time zone', () => {
    expect(plain(formats('en', 'Europe/Moscow').date(1.7e12))).toBe('15 November 2023 at 01:13:20 GMT+3');
    expect(plain(formats('ru', 'Europe/Moscow').date(1.7e12))).toBe('15 ноября 2023 г. в 01:13:20 GMT+3');
  });
});
