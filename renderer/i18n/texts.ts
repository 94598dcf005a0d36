import { createInstance } from 'i18next';
import type { TextParams } from '../../installer/contract/errors.ts';
import { texts as contractTexts, type Language, type TextKey } from '../../installer/contract/texts.ts';
import { missing, type Wording, wording } from '../../installer/contract/wording.ts';
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

const wizardTexts = { en, ru };

/** All texts of one language: the wizard's own (`t`) and the ones that all faces share (`shared`). */
export interface Texts extends Formats, Wording {
  readonly language: Language;
  t(key: WizardKey, params?: TextParams): string;
  shared(key: TextKey, params?: TextParams): string;
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
  const words = wording(language, format, (key, params) => get('shared', key, params));

  return {
    ...format,
    ...words,
    language,
    t: (key, params) => get('wizard', key, params),
    shared: (key, params) => get('shared', key, params),
    error(error) {
      const text = words.error(error);
      const key = `remedies.${error.code}`;
      // Some advice names options and commands of the terminal; here it names pages and buttons.
      return Object.hasOwn(wizardTexts[language].remedies, error.code)
        ? { ...text, remedy: get('wizard', key, error.params) }
        : text;
    },
    pick: (text) => text[language],
  };
}
