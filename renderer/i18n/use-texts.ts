import { createContext, useContext } from 'react';
import type { Language } from '../../installer/contract/texts.ts';
import type { Texts } from './texts.ts';

export const TextsContext = createContext<Texts | null>(null);

/** The texts of the chosen language. */
export function useTexts(): Texts {
  const texts = useContext(TextsContext);
  if (texts === null) throw new Error('no texts above this component');
  return texts;
}

/** The language of the browser or desktop where it is one of ours; English otherwise. */
export function preferredLanguage(stored: string | null, wanted: readonly string[]): Language {
  if (stored === 'en' || stored === 'ru') return stored;
  const first = wanted.map((tag) => tag.slice(0, 2).toLowerCase()).find((tag) => tag === 'en' || tag === 'ru');
  return first === 'ru' ? 'ru' : 'en';
}
