import { describe, expect, test } from 'vitest';
import { type ErrorCode, errorCategories } from '../../installer/contract/errors.ts';
import { texts as contractTexts, languages } from '../../installer/contract/texts.ts';
import en from '../../renderer/i18n/en.json' with { type: 'json' };
import ru from '../../renderer/i18n/ru.json' with { type: 'json' };
import { createTexts } from '../../renderer/i18n/texts.ts';
import { preferredLanguage } from '../../renderer/i18n/use-texts.ts';

type Tree = { [key: string]: string | Tree };

function leaves(tree: Tree, prefix = ''): [string, string][] {
  return Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'string' ? [[prefix + key, value] as [string, string]] : leaves(value, `${prefix}${key}.`),
  );
}

const pluralForm = /_(zero|one|two|few|many|other)$/;
const params = (text: string) => [...new Set([...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]))].sort();

describe('the wizard in two languages', () => {
  const byLanguage = { en: leaves(en), ru: leaves(ru) };

  test('both have the same texts with the same parameters', () => {
    const described = (texts: [string, string][]) =>
      new Map(texts.map(([key, text]) => [key.replace(pluralForm, ''), params(text).join()]));
    expect(described(byLanguage.ru)).toEqual(described(byLanguage.en));
  });

  test.each(languages)('every plural has all forms of the language: %s', (language) => {
    const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
    const keys = new Set(byLanguage[language].map(([key]) => key));
    const plural = [...keys].filter((key) => pluralForm.test(key)).map((key) => key.replace(pluralForm, ''));
    for (const key of plural) for (const form of forms) expect(keys).toContain(`${key}_${form}`);
  });

  test('no Russian text was left in English', () => {
    for (const [key, text] of byLanguage.ru) {
      const words = text.replace(/\{\{\w+\}\}/g, '').replace(/[^\p{L}]/gu, '');
      if (words !== '') expect(text, key).toMatch(/[а-яё]/i);
    }
  });

  test('plurals, numbers, sizes and times are written as the language does', () => {
    const texts = createTexts('ru');
    expect(texts.t('trust.images', { count: 1 })).toBe('1 образ');
    expect(texts.t('trust.images', { count: 3 })).toBe('3 образа');
    expect(texts.t('trust.images', { count: 11 })).toBe('11 образов');
    expect(texts.bytes(1.5 * 1024 ** 3)).toBe('1,5\u00a0ГиБ');
    expect(createTexts('en').bytes(1.5 * 1024 ** 3)).toBe('1.5\u00a0GiB');
    expect(createTexts('en').percent(0.999)).toBe('99%');
  });

  test('a value from outside is never taken for a text with parameters', () => {
    const { cause } = createTexts('en').error({ code: 'BUNDLE_FILE_CHANGED', params: { file: '{{dir}} $t(x)' } });
    expect(cause).toContain('{{dir}} $t(x)');
  });

  test('the language of the desktop counts until one is chosen', () => {
    expect(preferredLanguage(null, ['de', 'ru-RU', 'en'])).toBe('ru');
    expect(preferredLanguage('en', ['ru-RU'])).toBe('en');
    expect(preferredLanguage('xx', [])).toBe('en');
  });
});

describe('advice in a window', () => {
  /** Codes of the vendor's side and of the terminal: no window ever shows them. */
  const elsewhere =
    /^(SOURCE_(?!RELEASE)|SBOM_|DELTA_BASE_FORMAT|SIGN_KEY_|OUTPUT_|USAGE|WIZARD_|ADDRESS_|ANSWERS_FORMAT|DECLINED|NO_TERMINAL|ROOT_CHANGED)/;
  /** Options, keys and commands of a terminal; how the installer itself is started is said in both. */
  const terminal =
    /--(?!data-dir)|Ctrl-C|same command|ту же команду|airgap (?!uninstall|root replace” in a terminal|root replace» в терминале)/;

  test.each(languages)('names nothing of the command line: %s', (language) => {
    const texts = createTexts(language);
    for (const code of Object.keys(errorCategories) as ErrorCode[]) {
      if (elsewhere.test(code)) continue;
      const { title, cause, remedy } = texts.error({ code, params: {} });
      expect(`${title} ${cause} ${remedy}`, code).not.toMatch(terminal);
    }
    for (const [code, fields] of Object.entries(contractTexts[language].findings)) {
      expect(Object.values(fields).join(' '), code).not.toMatch(terminal);
    }
  });

  test('what an answer should have been is said in the chosen language', () => {
    const problem = { code: 'ANSWERS_INVALID' as const, expected: 'a whole number from 1 to 9' };
    const params = { key: 'x', expects: 'integer', min: 1, max: 9 };
    expect(createTexts('ru').error({ ...problem, params }).expected).toBe('целое число от 1 до 9');
    expect(createTexts('ru').error({ ...problem, params: {} }).expected).toBe('a whole number from 1 to 9');
  });
});
