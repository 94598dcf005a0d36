import { useEffect, useMemo, useState } from 'react';
import type { Language } from '../../installer/contract/texts.ts';
import { createTexts, type Texts } from '../i18n/texts.ts';
import { preferredLanguage } from '../i18n/use-texts.ts';

const key = 'airgap-language';

export function useLanguage(): [Texts, (language: Language) => void] {
  const [language, setLanguage] = useState(() => preferredLanguage(localStorage.getItem(key), navigator.languages));
  const texts = useMemo(() => createTexts(language), [language]);
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  return [
    texts,
    (next) => {
      localStorage.setItem(key, next);
      setLanguage(next);
    },
  ];
}
