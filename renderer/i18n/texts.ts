import { createInstance } from 'i18next';
import type { ErrorCode, TextParams, WireError } from '../../installer/contract/errors.ts';
import type { Finding } from '../../installer/contract/findings.ts';
import { texts as contractTexts, type Language, type TextKey } from '../../installer/contract/texts.ts';
import en from './en.json' with { type: 'json' };
import { type Formats, formats } from './format.ts';
import ru from './ru.json' with { type: 'json' };

type PluralForm = 'zero' | 'one' | 'two' | 'few' | 'many' | 'other';
type WithoutPlural<Key extends string> = Key extends `${infer Base}_${PluralForm}` ? Base : Key;
type KeysOf<Tree, Prefix extends string = ''> = {
  [Key in keyof Tree & string]: Tree[Key] extends string
    ? `${Prefix}${WithoutPlural<Key>}`
    : KeysOf<Tree[Key], `${Prefix}${Key}.`>;
}[keyof Tree & string];

/** Dotted key of a wizard's text. */
export type WizardKey = KeysOf<typeof en>;

/** What stands where a text names a parameter that was not given. */
const missing = '—';
const wizardTexts = { en, ru };

export interface ErrorText {
  title: string;
  cause: string;
  remedy: string;
}

export interface FindingText {
  title: string;
  remedy: string;
  expected: string;
  found: string;
}

/** All texts of one language: the wizard's own (`t`) and the ones that all faces share (`shared`). */
export interface Texts extends Formats {
  readonly language: Language;
  t(key: WizardKey, params?: TextParams): string;
  shared(key: TextKey, params?: TextParams): string;
  error(error: WireError): ErrorText;
  finding(finding: Finding): FindingText;
  step(id: string): string;
  /** The product's own bilingual texts. */
  pick(text: Readonly<Record<Language, string>>): string;
}

export function createTexts(language: Language): Texts {
  const instance = createInstance();
  void instance.init({
    lng: language,
    defaultNS: 'wizard',
    resources: { [language]: { wizard: wizardTexts[language], shared: contractTexts[language] } },
    // The texts are at hand: `t` works when init returns.
    initAsync: false,
    returnNull: false,
    missingInterpolationHandler: () => missing,
    // React escapes.
    interpolation: { escapeValue: false, skipOnVariables: true },
  });
  const format = formats(language);
  const get = (ns: 'wizard' | 'shared', key: string, params: TextParams = {}): string =>
    instance.t(key, { ns, replace: params, ...(typeof params.count === 'number' ? { count: params.count } : {}) });

  const measure = (value: number | string | null, unit: Finding['unit']): string => {
    if (value === null) return '';
    if (typeof value === 'number') return unit === 'bytes' ? format.bytes(value) : format.number(value);
    return unit === 'text' && Object.hasOwn(contractTexts[language].words, value)
      ? get('shared', `words.${value}`)
      : value;
  };
  /** Some advice names options of the command line; here it names the wizard's pages. */
  const remedy = (code: ErrorCode, params: TextParams) =>
    Object.hasOwn(wizardTexts[language].remedies, code)
      ? get('wizard', `remedies.${code}`, params)
      : get('shared', `errors.${code}.remedy`, params);

  return {
    ...format,
    language,
    t: (key, params) => get('wizard', key, params),
    shared: (key, params) => get('shared', key, params),
    error({ code, params, expected = missing, found = missing }) {
      const all = { expected, found, ...params };
      return {
        title: get('shared', `errors.${code}.title`, all),
        cause: get('shared', `errors.${code}.cause`, all),
        remedy: remedy(code, all),
      };
    },
    finding({ code, subject, unit, params, expected, found }) {
      const shown = { expected: measure(expected, unit), found: measure(found, unit) };
      const all = { ...params, subject, expected: shown.expected || missing, found: shown.found || missing };
      const about = (field: 'title' | 'remedy') => {
        const own = `${field}_${subject}`;
        const known = Object.hasOwn(contractTexts[language].findings[code], own);
        return get('shared', `findings.${code}.${known ? own : field}`, all);
      };
      return { title: about('title'), remedy: about('remedy'), ...shown };
    },
    step: (id) => (Object.hasOwn(contractTexts[language].steps, id) ? get('shared', `steps.${id}`) : id),
    pick: (text) => text[language],
  };
}
