/** `npm run demo -- --lang ru` speaks Russian from its first line to its last: whatever the harness can say is in the table. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { environmentLanguage, inRussian } from './demo-language.ts';

/** What is written between `log(` or `say(` and the end of the text, with X for each value that is put in. */
function linesSaid(source: string): string[] {
  const calls = source.matchAll(/(?<!console\.)\b(?:log|say)\(\s*(?:'((?:[^'\\]|\\.)*)'|`((?:[^`\\]|\\.)*)`)/g);
  return [...calls].map(([, plain, template]) => plain ?? template?.replace(/\$\{(?:[^{}]|\{[^}]*\})*\}/g, 'X') ?? '');
}

it('every line of the harness and of the demonstration has one', async () => {
  const untold: string[] = [];
  let seen = 0;
  for (const folder of ['site', 'standins']) {
    const dir = join(import.meta.dirname, '..', folder);
    for (const name of (await readdir(dir)).filter((file) => /(?<!\.test)\.ts$/.test(file))) {
      const said = linesSaid(await readFile(join(dir, name), 'utf8'));
      seen += said.length;
      untold.push(...said.filter((line) => inRussian(line) === undefined));
    }
  }
  expect(seen).toBeGreaterThan(20);
  expect(untold).toEqual([]);
});

it('the values of a line stay; positive control: a line that is not in the table is noticed', () => {
  expect(inRussian('building codegraph:latest')).toBe('собирается codegraph:latest');
  expect(inRussian('something that nobody has translated')).toBeUndefined();
  expect(linesSaid(['log("no"); log(', "'one'); say(\n  `two $", '{a.b({ c })} three`,\n)'].join(''))).toEqual([
    'one',
    'two X three',
  ]);
});

it('follows the environment as the command line does', () => {
  expect(environmentLanguage({ LANG: 'ru_RU.UTF-8' })).toBe('ru');
  expect(environmentLanguage({ LANG: 'ru_RU.UTF-8', AIRGAP_LANG: 'en' })).toBe('en');
  expect(environmentLanguage({})).toBe('en');
});
