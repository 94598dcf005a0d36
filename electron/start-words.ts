/** The language of what `npm start` says on the terminal: as the command line's, of `--lang`, AIRGAP_LANG or LANG. */
export function startLanguage(args: readonly string[], env: NodeJS.ProcessEnv): 'en' | 'ru' {
  const flag = args.findIndex((arg) => arg === '--lang' || arg.startsWith('--lang='));
  const asked = flag < 0 ? undefined : args[flag]?.slice('--lang='.length) || args[flag + 1];
  return (asked ?? env.AIRGAP_LANG ?? env.LANG ?? '').startsWith('ru') ? 'ru' : 'en';
}

/** English → Russian; why-no-window.ts and start.ts have no other words than these. */
export const RUSSIAN: Readonly<Record<string, string>> = {
  'no Electron binary was found (npm does not install one)': 'программа Electron не найдена (npm её не ставит)',
  'there is no display (neither DISPLAY nor WAYLAND_DISPLAY is set)':
    'нет экрана (не заданы ни DISPLAY, ни WAYLAND_DISPLAY)',
  'this is root, and the window never runs as root: start it as the user who is logged in':
    'это root, а окно никогда не работает от root: запустите от имени пользователя, вошедшего в систему',
  'the wizard’s pages have not been built': 'страницы мастера не собраны',
  'Chromium’s sandbox cannot work here (no user namespaces for ordinary users, chrome-sandbox is not setuid root)':
    'песочница Chromium здесь не работает (нет пространств имён для обычных пользователей, у chrome-sandbox нет setuid root)',
  'the demonstration’s site needs root, and the window never runs as root':
    'демонстрационному объекту нужен root, а окно никогда не работает от root',
  'the browser was asked for': 'запрошен браузер',
};

/** @param why one of the reasons above */
export function noWindow(why: string, language: 'en' | 'ru'): string {
  return language === 'ru'
    ? `Окна не будет: ${RUSSIAN[why] ?? why}. Откройте в браузере адрес, который появится ниже.`
    : `No window here: ${why}. Open the address that appears below in a browser.`;
}
