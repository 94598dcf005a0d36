import { createInstance, type i18n } from 'i18next';
import type { TextParams, WireError } from '../contract/errors.ts';
import type { Finding } from '../contract/findings.ts';
import { type Language, type TextKey, texts } from '../contract/texts.ts';
import { type Formats, formats } from './format.ts';

export type { Language } from '../contract/texts.ts';

/** What stands where a text names a parameter that was not given. */
const missing = '—';

export interface ErrorText {
  title: string;
  cause: string;
  remedy: string;
}

export interface FindingText {
  title: string;
  remedy: string;
  /** Formatted by the finding's unit; empty where it has none. */
  expected: string;
  found: string;
}

/** Texts of one language. Values from outside are inserted as they are: nothing in them is interpolated or escaped. */
export interface Localiser extends Formats {
  readonly language: Language;
  error(error: WireError): ErrorText;
  finding(finding: Finding): FindingText;
  /** The title of a step; the id itself where it is not known. */
  step(id: string): string;
  /** `count` chooses the plural form. */
  t(key: TextKey, params?: TextParams): string;
}

/** @param timeZone IANA name for dates; the machine's own by default. */
export function localiser(language: Language, timeZone?: string): Localiser {
  const instance = start(language);
  const format = formats(language, timeZone);
  const text = (key: string, params: TextParams = {}): string =>
    // `replace` keeps parameters apart from i18next's own options (lng, context, defaultValue …).
    instance.t(key, { replace: params, ...(typeof params.count === 'number' ? { count: params.count } : {}) });

  const measure = (value: number | string | null, unit: Finding['unit']): string => {
    if (value === null) return '';
    if (typeof value === 'number') return unit === 'bytes' ? format.bytes(value) : format.number(value);
    return unit === 'text' && Object.hasOwn(texts[language].words, value) ? text(`words.${value}`) : value;
  };

  return {
    ...format,
    language,
    error({ code, params, expected = missing, found = missing }) {
      const all = { expected, found, ...params };
      return {
        title: text(`errors.${code}.title`, all),
        cause: text(`errors.${code}.cause`, all),
        remedy: text(`errors.${code}.remedy`, all),
      };
    },
    finding({ code, subject, unit, params, expected, found }) {
      const shown = { expected: measure(expected, unit), found: measure(found, unit) };
      const all = { ...params, subject, expected: shown.expected || missing, found: shown.found || missing };
      const about = (field: 'title' | 'remedy') => {
        // A subject may have a text of its own: DISK_SPACE is about a mount point, or about the tier.
        const own = `${field}_${subject}`;
        return text(`findings.${code}.${Object.hasOwn(texts[language].findings[code], own) ? own : field}`, all);
      };
      return { title: about('title'), remedy: about('remedy'), ...shown };
    },
    step: (id) => (Object.hasOwn(texts[language].steps, id) ? text(`steps.${id}`) : id),
    t: text,
  };
}

function start(language: Language): i18n {
  const instance = createInstance();
  void instance.init({
    lng: language,
    resources: { [language]: { translation: texts[language] } },
    // The texts are at hand: `t` works when init returns.
    initAsync: false,
    returnNull: false,
    missingInterpolationHandler: () => missing,
    // HTML is escaped where HTML is made (report/html/), a terminal needs none.
    interpolation: { escapeValue: false, skipOnVariables: true },
  });
  return instance;
}
