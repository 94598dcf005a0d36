/** The few words that the window's own process says; all others are the wizard's (renderer/i18n). */
const texts = {
  en: {
    quitTitle: 'An installation is under way',
    quitDetail:
      'If the window closes now, the installation stops after the step it is in, and goes on from there when it is started again.',
    stay: 'Keep the window open',
    leave: 'Stop and close',
    stoppingTitle: 'The installer is still stopping',
    stoppingDetail: 'It finishes the step it is in. Start it again in a minute.',
  },
  ru: {
    quitTitle: 'Идёт установка',
    quitDetail:
      'Если закрыть окно сейчас, установка остановится после текущего шага и продолжится с этого места при следующем запуске.',
    stay: 'Оставить окно открытым',
    leave: 'Остановить и закрыть',
    stoppingTitle: 'Установщик ещё останавливается',
    stoppingDetail: 'Он завершает текущий шаг. Запустите его снова через минуту.',
  },
} as const;

export type WindowTexts = Readonly<Record<keyof (typeof texts)['en'], string>>;

/** By the system's language (BCP 47); English for all that is not Russian. */
export function windowTexts(locale: string): WindowTexts {
  return locale.toLowerCase().startsWith('ru') ? texts.ru : texts.en;
}
