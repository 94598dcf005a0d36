import type { Connection } from './client/connection.ts';
import { ConnectionContext } from './client/use-connection.ts';
import { TextsContext } from './i18n/use-texts.ts';
import { Shell } from './shell.tsx';
import { useLanguage } from './state/use-language.ts';
import { useTheme } from './state/use-theme.ts';

export function App({ connection }: { connection: Connection }) {
  const [texts, setLanguage] = useLanguage();
  const [theme, setTheme] = useTheme();
  return (
    <TextsContext value={texts}>
      <ConnectionContext value={connection}>
        <Shell setLanguage={setLanguage} theme={theme} setTheme={setTheme} />
      </ConnectionContext>
    </TextsContext>
  );
}
