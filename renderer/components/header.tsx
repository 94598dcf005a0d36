import { Button, ToggleGroup, ToggleGroupItem } from '@patternfly/react-core';
import { MoonIcon, SunIcon } from '@patternfly/react-icons';
import { type Language, languages } from '../../installer/contract/texts.ts';
import { useTexts } from '../i18n/use-texts.ts';
import type { Theme } from '../state/use-theme.ts';

interface HeaderProps {
  setLanguage: (language: Language) => void;
  theme: Theme;
  setTheme: (theme: Theme) => void;
}

/** Each language by its own name: who needs the switch may not read the other one. */
const names: Readonly<Record<Language, string>> = { en: 'English', ru: 'Русский' };

export function Header({ setLanguage, theme, setTheme }: HeaderProps) {
  const texts = useTexts();
  const other = theme === 'dark' ? 'light' : 'dark';
  return (
    <header className="wz-head">
      <span className="wz-brand">{texts.t('app.title')}</span>
      <ToggleGroup aria-label={texts.t('app.language')}>
        {languages.map((language) => (
          <ToggleGroupItem
            key={language}
            text={<span lang={language}>{names[language]}</span>}
            buttonId={`language-${language}`}
            isSelected={texts.language === language}
            onChange={() => setLanguage(language)}
          />
        ))}
      </ToggleGroup>
      <Button
        variant="plain"
        aria-label={texts.t(`app.theme.${other}`)}
        icon={theme === 'dark' ? <SunIcon aria-hidden /> : <MoonIcon aria-hidden />}
        onClick={() => setTheme(other)}
      />
    </header>
  );
}
