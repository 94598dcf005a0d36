import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPackage } from '@electron/asar';

/** What Electron's own distribution has as default_app.asar, as far as it is needed here: runs the folder it is given. */
const main = `
const path = require('node:path');
const folder = path.resolve(process.argv[1] ?? '.');
require(path.join(folder, require(path.join(folder, 'package.json')).main));
`;

/** Writes it into a `resources` folder; package-app.ts takes it out again. */
export async function addDefaultApp(resources: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'airgap-default-app-'));
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'airgap-installer', main: 'main.js' }));
    await writeFile(join(folder, 'main.js'), main);
    await createPackage(folder, join(resources, 'default_app.asar'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
