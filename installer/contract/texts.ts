import en from './texts/en.json' with { type: 'json' };
import ru from './texts/ru.json' with { type: 'json' };

/** The languages of everything an officer reads. */
export const languages = ['en', 'ru'] as const;
export type Language = (typeof languages)[number];

type PluralForm = 'zero' | 'one' | 'two' | 'few' | 'many' | 'other';
type WithoutPlural<Key extends string> = Key extends `${infer Base}_${PluralForm}` ? Base : Key;
type KeysOf<Tree, Prefix extends string = ''> = {
  [Key in keyof Tree & string]: Tree[Key] extends string
    ? `${Prefix}${WithoutPlural<Key>}`
    : KeysOf<Tree[Key], `${Prefix}${Key}.`>;
}[keyof Tree & string];

/** Dotted key of a text; plural forms (https://www.i18next.com/translation-function/plurals) share one key. */
export type TextKey = KeysOf<typeof en>;

/** All texts by language; test/contract/texts.test.ts holds both to the same keys and parameters. */
export const texts = { en, ru } as const satisfies Record<Language, object>;

/** A text without parameters in both languages, as results that outlive the choice of a language carry it. */
export function inBoth<Group extends keyof typeof en>(
  group: Group,
  key: keyof (typeof en)[Group] & keyof (typeof ru)[Group],
): { en: string; ru: string } {
  return { en: String(en[group][key]), ru: String(ru[group][key]) };
}
