/**
 * `node read-class.ts DIR`: reads the archives DIR/N.hostile one after the other in this process, so that its memory can be measured
 * (they are made in another), and prints one JSON document: how each ended, what was left or changed around it, and the resident
 * memory at its highest.
 */
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { asInstallerError } from '../../../installer/base/errors.ts';
import { makeTinyBundle } from '../../fixtures/make-bundle.ts';
import { peakBytes } from '../process-usage.ts';
import { snapshot } from '../tree-snapshot.ts';
import { escapedName } from './vector.ts';

const [dir = ''] = process.argv.slice(2);
const results: { code: string; because: string; escaped: string[] }[] = [];

for (let index = 0; existsSync(join(dir, `${index}.hostile`)); index++) {
  // the output lies deep inside, with canaries on every level above it
  const work = join(dir, String(index), 'a/b/c');
  await mkdir(work, { recursive: true });
  const archive = join(work, 'images.hostile');
  await rename(join(dir, `${index}.hostile`), archive);
  for (const level of ['', 'a', 'a/b', 'a/b/c']) await writeFile(join(dir, String(index), level, 'canary'), 'alive');
  const around = async () => snapshot(join(dir, String(index)), ['a/b/c']);
  const before = await around();
  let [code, because] = ['taken', ''];
  await makeTinyBundle(work, { images: [archive] }).catch((error: unknown) => {
    const refusal = asInstallerError(error);
    code = refusal.code;
    because = String(refusal.params.what ?? '');
  });
  const after = await around();
  const escaped = after.filter((line) => !before.includes(line));
  for (const place of [`/tmp/${escapedName}`, `/${escapedName}`, escapedName])
    if (existsSync(place)) escaped.push(place);
  if (code !== 'taken') {
    const left = await readdir(work);
    const made = [
      'images.hostile',
      'images.tar',
      'canary',
      'key-1',
      'key-1.pub',
      'product',
      'root.json',
      'root.json.1.sig',
    ];
    escaped.push(...left.filter((entry) => !made.includes(entry)));
  }
  results.push({ code, because, escaped });
  await rm(join(dir, String(index)), { recursive: true });
}

console.log(JSON.stringify({ results, peakBytes: await peakBytes(process.pid) }));
