import type { Language } from '../../installer/contract/texts.ts';
import type { Log } from './paths.ts';

/** What the demonstration speaks unless `--lang` says otherwise; as the command line does. */
export function environmentLanguage(env: NodeJS.ProcessEnv = process.env): Language {
  return (env.AIRGAP_LANG ?? env.LANG ?? '').startsWith('ru') ? 'ru' : 'en';
}

/**
 * The harness speaks English, line by line; the demonstration is for a person. Each line that it can say stands here with `{}` for what
 * varies, and demo-language.test.ts looks through the sources for lines that do not.
 */
const RUSSIAN: readonly (readonly [english: string, russian: string])[] = [
  ['apt-get install {} (missing on this machine)', 'apt-get install {} (на этой машине их нет)'],
  [
    'downloading Docker Engine {} and Compose {} from Debian {} ({}, once)',
    'скачиваются Docker Engine {} и Compose {} из Debian {} ({}, один раз)',
  ],
  [
    'downloading Docker Engine {} and Compose {} from Debian ({}, once)',
    'скачиваются Docker Engine {} и Compose {} из Debian ({}, один раз)',
  ],
  [
    'downloading Docker Engine 26.1 and Compose 2.26 from Debian 13 (80 MB, once)',
    'скачиваются Docker Engine 26.1 и Compose 2.26 из Debian 13 (80 МБ, один раз)',
  ],
  [
    'starting the vendor’s engine to build the stand-in images (minutes when nothing is cached)',
    'запускается Docker Engine поставщика, чтобы собрать образы-заменители (минуты, если кэш пуст)',
  ],
  [
    'making the shared Debian 13 base with debootstrap (half a minute)',
    'debootstrap создаёт общую основу Debian 13 (полминуты)',
  ],
  ['building {}', 'собирается {}'],
  ['saving the images', 'образы сохраняются'],
  [
    'cleaning up after run {}, whose process {} ended without it',
    'уборка после запуска {}: его процесс {} завершился, не убрав за собой',
  ],
  ['airgap {}', 'airgap {}'],
  ['making the isolated site', 'создаётся изолированный объект'],
  [
    'the site is isolated: {} usable default routes, loopback only',
    'объект изолирован: пригодных маршрутов наружу {}, только loopback',
  ],
  [
    'the site is still isolated, with the product running in it',
    'объект по-прежнему изолирован, продукт в нём работает',
  ],
  ['the installation ended with exit code {}', 'установка завершилась с кодом {}'],
  ['removing the site', 'удаляется: объект, его Docker Engine с контейнерами, бандл'],
  [
    'removed: the site, its Docker Engine with all containers, the bundle',
    'удалено: объект, его Docker Engine со всеми контейнерами, бандл',
  ],
  [
    'what stays: the packages and images that were made in {}, for the next run',
    'остаётся: скачанные пакеты и собранные образы в {}, для следующего запуска',
  ],
  [
    'the wizard finds the bundle by itself. The vendor’s root.json came by another way, as it should; its path:',
    'мастер сам найдёт бандл. root.json поставщика пришёл другим путём, как и положено; он здесь:',
  ],
  [
    'and on paper the fingerprint of the vendor’s key, to compare with what the wizard shows:',
    'а на бумаге отпечаток ключа поставщика, чтобы сравнить с тем, что покажет мастер:',
  ],
  [
    'A machine smaller than the product’s minimum goes on with a justification. Ctrl-C here ends it and removes everything.',
    'Если машина меньше минимума продукта, можно продолжить с обоснованием. Ctrl-C здесь завершает работу и удаляет объект и бандл.',
  ],
  ['  {}', '  {}'],
  [
    'containers cannot run here: {}. What works without them is shown, and the rest is named at the end',
    'контейнеры здесь работать не могут: {}. Показано будет то, что можно без них, остальное названо в конце',
  ],
  [
    'it needs containers, and they cannot run here: {}',
    'для этого нужны контейнеры, а они здесь работать не могут: {}',
  ],
  [
    'the images in this bundle are placeholders: building the real stand-ins takes a Docker Engine',
    'образы в этом бандле пустые: чтобы собрать настоящие заменители, нужен Docker Engine',
  ],
  ['readiness of this machine', 'готовность этой машины'],
  ['seeding a registry with the bundle’s images', 'реестр наполняется образами из бандла'],
  [
    'the registry has all {} images, each under the digest that was signed',
    'в реестре все образы ({}), каждый под подписанным дайджестом',
  ],
  ['asking the bundle’s model on this machine', 'вопросы модели из бандла, на этой машине'],
  [
    'the model answered {} of {} known questions rightly, at least {} are needed',
    'модель верно ответила на {} из {} контрольных вопросов, нужно не меньше {}',
  ],
  ['failed: {}: {}', 'не удалось: {}: {}'],
  ['left out: {}', 'пропущено: {}'],
  ['done here: {}', 'сделано здесь: {}'],
];

const pattern = (text: string) =>
  new RegExp(
    `^${text
      .split('{}')
      .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      .join('(.*)')}$`,
    's',
  );
const compiled = RUSSIAN.map(([english, russian]) => ({ pattern: pattern(english), russian }));

/** A line of the harness in Russian; undefined where the table has none. */
export function inRussian(line: string): string | undefined {
  for (const { pattern, russian } of compiled) {
    const found = pattern.exec(line);
    if (found === null) continue;
    const values = found.slice(1);
    return russian.replaceAll('{}', () => values.shift() ?? '');
  }
  return undefined;
}

/** Tells a person what goes on, in their language. */
export const demoLog =
  (language: Language): Log =>
  (line) =>
    console.error(`demo: ${language === 'ru' ? (inRussian(line) ?? line) : line}`);
