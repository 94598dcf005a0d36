/** No archive's, registry's or mirror's host stands in the code: where packages come from is for the machine to say. */
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { expect, it } from 'vitest';

const repository = join(import.meta.dirname, '../..');

/** Hosts that serve packages. Documents of the same owners may be cited. */
const named =
  /\b(?:(?:deb|ftp|security|archive|snapshot|mirrors?|cdn[\w-]*|httpredir)(?:\.[\w-]+)*\.(?:debian|ubuntu)\.(?:org|com|net)|registry\.(?:npmjs|yarnpkg)\.\w+|registry\.npmmirror\.com|pypi\.org|files\.pythonhosted\.org|proxy\.golang\.org)\b/gi;
/** An address that ends as apt's archives do, at any host. RFC 2606 keeps `.example` for what is none. */
const shaped = /\bhttps?:\/\/(?![\w.-]*\.example\b)[\w.-]+(?::\d+)?\/(?:debian|ubuntu)(?:-security)?(?![\w-])/gi;

const hostsIn = (text: string): string[] => [...text.matchAll(named), ...text.matchAll(shaped)].map(([at]) => at);

/** Where there is no git either. What is ignored is not ours. */
async function filesBelow(dir: string): Promise<string[]> {
  const ignored = new Set(['node_modules', 'dist', 'coverage', '.git', '.vitest', '__pycache__']);
  const entries = (await readdir(dir, { withFileTypes: true })).filter(({ name }) => !ignored.has(name));
  const below = await Promise.all(
    entries.filter((entry) => entry.isDirectory()).map(({ name }) => filesBelow(join(dir, name))),
  );
  return [...entries.filter((entry) => entry.isFile()).map(({ name }) => join(dir, name)), ...below.flat()];
}

it('no file of the repository names one', async () => {
  const files = (await filesBelow(repository)).filter((file) => !/package-lock\.json$|\.(gguf|png|woff2?)$/.test(file));
  expect(files.length).toBeGreaterThan(500);
  const found: string[] = [];
  for (const file of files) {
    found.push(...hostsIn(await readFile(file, 'utf8')).map((host) => `${relative(repository, file)}: ${host}`));
  }
  expect(found).toEqual([]);
});

it.each([
  ['a mirror', ['http://deb', 'debian.org/debian'].join('.')],
  ['a country’s mirror', ['deb http://ftp.de', 'debian.org/debian trixie main'].join('.')],
  ['a company’s mirror', ['https://apt.corp', 'internal/debian-security'].join('.')],
  ['a registry', ['https://registry', 'npmjs.org/'].join('.')],
])('positive control: %s is noticed', (_, text) => {
  expect(hostsIn(text)).not.toEqual([]);
});

it('positive control: a document and a reserved name are not', () => {
  expect(hostsIn('https://manpages.debian.org/x http://a.example/debian https://docs.docker.com/debian-guide')).toEqual(
    [],
  );
});
