import { createInstance, type i18n } from 'i18next';
import type { TextParams } from '../contract/errors.ts';
import { type Formats, formats } from '../contract/format.ts';
import { type Language, type TextKey, texts } from '../contract/texts.ts';
import { missing, type Wording, wording } from '../contract/wording.ts';

export type { Language } from '../contract/texts.ts';

/** Texts of one language. Values from outside are inserted as they are: nothing in them is interpolated or escaped. */
export interface Localiser extends Formats, Wording {
  readonly language: Language;
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

  return {
    ...format,
    ...wording(language, format, text),
    language,
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
