import { describe, expect, test } from 'vitest';
import { errorCategories } from '../../installer/contract/errors.ts';
import { answerExpectations } from '../../installer/contract/expectations.ts';
import { findingCodes } from '../../installer/contract/findings.ts';
import { languages, texts } from '../../installer/contract/texts.ts';

/** Dotted key → text, for every leaf. */
function leaves(tree: object, prefix = ''): Map<string, string> {
  return new Map(
    Object.entries(tree).flatMap(([key, value]): [string, string][] =>
      typeof value === 'string' ? [[`${prefix}${key}`, value]] : [...leaves(value, `${prefix}${key}.`)],
    ),
  );
}

const pluralForm = /_(zero|one|two|few|many|other)$/;
const baseKeys = (tree: object) =>
  [...new Set([...leaves(tree).keys()].map((key) => key.replace(pluralForm, '')))].sort();

/** Names between braces, by key without plural form: forms may leave out a number, so they are united. */
function parameters(tree: object): Record<string, string[]> {
  const found: Record<string, Set<string>> = {};
  for (const [key, text] of leaves(tree)) {
    const names = [...text.matchAll(/\{\{\s*([^},\s]+)[^}]*\}\}/g)].map(([, name]) => name ?? '');
    found[key.replace(pluralForm, '')] ??= new Set();
    for (const name of names) found[key.replace(pluralForm, '')]?.add(name);
  }
  return Object.fromEntries(Object.entries(found).map(([key, names]) => [key, [...names].sort()]));
}

describe.each(languages)('texts in %s', (language) => {
  const { errors, findings, steps } = texts[language];

  test('name title, cause and remedy of every error code, and of no other', () => {
    expect(Object.keys(errors).sort()).toEqual(Object.keys(errorCategories).sort());
    for (const [code, text] of Object.entries(errors)) {
      expect(Object.keys(text).sort(), code).toEqual(['cause', 'remedy', 'title']);
    }
  });

  test('name title and remedy of every finding code, and of no other', () => {
    expect(Object.keys(findings).sort()).toEqual([...findingCodes].sort());
    for (const [code, text] of Object.entries(findings)) {
      const fields = Object.keys(text).map((field) => field.replace(/_[a-z]+$/, ''));
      expect([...new Set(fields)].sort(), code).toEqual(['remedy', 'title']);
    }
  });

  test('name every expectation of an answer, and no other', () => {
    expect(Object.keys(texts[language].expects).sort()).toEqual([...answerExpectations].sort());
  });

  test('name the steps of an install', () => {
    const ids = ['verifyMedia', 'readiness', 'checkMedia', 'startRegistry', 'loadImages', 'placeModel', 'renderConfig'];
    expect(Object.keys(steps)).toEqual(expect.arrayContaining([...ids, 'startStack', 'runHooks', 'smoke', 'report']));
  });

  test('are never empty, have balanced braces and no blanks at the ends', () => {
    for (const [key, text] of leaves(texts[language])) {
      expect(text.trim(), key).toBe(text);
      expect(text, key).not.toBe('');
      expect(text.replaceAll(/\{\{[^{}]+\}\}/g, ''), key).not.toMatch(/[{}]/);
    }
  });

  test('have every plural form that the language knows', () => {
    const forms = [...new Intl.PluralRules(language).resolvedOptions().pluralCategories].sort();
    const byBase = new Map<string, string[]>();
    for (const key of [...leaves(texts[language]).keys()].filter((each) => pluralForm.test(each))) {
      const base = key.replace(pluralForm, '');
      byBase.set(base, [...(byBase.get(base) ?? []), pluralForm.exec(key)?.[1] ?? 'none']);
    }
    expect(byBase.size).toBeGreaterThan(0);
    for (const [base, found] of byBase) expect(found.sort(), base).toEqual(forms);
  });

  test('send nobody to the internet', () => {
    for (const [key, text] of leaves(texts[language])) {
      expect(text, key).not.toMatch(/https?:|www\.|download|скача|загрузите/i);
    }
  });
});

test('both languages have the same keys', () => {
  expect(baseKeys(texts.ru)).toEqual(baseKeys(texts.en));
});

test('both languages name the same parameters', () => {
  expect(parameters(texts.ru)).toEqual(parameters(texts.en));
});

test('Russian texts are Russian, English ones are not', () => {
  // Names of things and units that are written alike in both.
  const alike = new Set(['findings.ENGINE_REACHABLE.title', 'report.labels.engine', 'report.labels.compose']);
  for (const [key, text] of leaves(texts.ru)) if (!alike.has(key)) expect(text, key).toMatch(/[а-яё]/i);
  for (const [key, text] of leaves(texts.en)) expect(text, key).not.toMatch(/[а-яё]/i);
});

test('remedies say what to do, not only what is wrong', () => {
  for (const language of languages) {
    for (const [code, { remedy }] of Object.entries(texts[language].errors)) {
      expect(remedy.length, `${language} ${code}`).toBeGreaterThan(30);
    }
  }
});
