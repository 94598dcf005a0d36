import { execFile } from 'node:child_process';
import { cp, mkdir, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { InstallerError } from '../../installer/base/errors.ts';
import { sha256 } from '../../installer/base/hash.ts';
import { errorCategories } from '../../installer/contract/errors.ts';
import { type BundleManifest, bundleManifest } from '../../installer/contract/manifest.ts';
import { blobPath, imageManifest } from '../../installer/contract/oci.ts';
import { openMedia } from '../../installer/media/open-media.ts';
import { fullMedium } from '../fixtures/full-medium.ts';
import { ggufFile } from '../fixtures/gguf.ts';
import { type Files, rootBytes, writeMedium } from '../fixtures/trust-medium.ts';
import { workDirs } from '../fixtures/work-dir.ts';
import { firstRoot, honest } from '../trust/tuf/honest.ts';
import { type Answers, changingMedia } from './media/changing-media.ts';
import { type Installed, load, type Stage } from './media/load.ts';
import { Tally } from './tally.ts';

const run = promisify(execFile);
const workDir = workDirs();
const { contents, images, models } = fullMedium();
const files: Files = honest({ contents, manifest: { images, models }, chunkSize: 65_536 });
const older: Files = honest({
  contents,
  manifest: { images: images.slice(0, 2), models, release: 1 },
  chunkSize: 65_536,
});
const manifest: BundleManifest = bundleManifest.parse(JSON.parse(String(files.get('bundle.json'))));
const root = rootBytes(firstRoot);
const tally = new Tally('media that answer differently on the second read', 'caught or harmless', 20);

const of = (path: string): Buffer => files.get(path) ?? Buffer.alloc(0);
const flip = (path: string): Buffer => {
  const bytes = Buffer.from(of(path));
  bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
  return bytes;
};
const [firstImage, , registryImage] = images;
const imagePath = blobPath(firstImage?.digest ?? '');
const firstManifest = imageManifest.parse(JSON.parse(String(of(imagePath))));
const config = blobPath(firstManifest.config.digest);
const layer = blobPath(firstManifest.layers[1]?.digest ?? '');
const bootLayer = blobPath(
  imageManifest.parse(JSON.parse(String(of(blobPath(registryImage?.digest ?? ''))))).layers[1]?.digest ?? '',
);
const part = 'models/tiny.gguf.part002';
/** The parts are opened by the look at the header, by the first pass, and when the model is placed. */
const atPlacing = (answer: Buffer | null): Answers => ({ [part]: ['good', answer] });

const scripts: readonly [name: string, answers: Answers][] = [
  ['a layer that changes after the first pass', { [layer]: ['good', flip(layer)] }],
  ['a layer that is cut short after the first pass', { [layer]: ['good', of(layer).subarray(1)] }],
  ['a layer that grows after the first pass', { [layer]: ['good', Buffer.concat([of(layer), Buffer.from('x')])] }],
  ['a layer that disappears after the first pass', { [layer]: ['good', null] }],
  ['a layer that is good every other time', { [layer]: ['good', flip(layer), 'good', flip(layer)] }],
  ['a layer that is bad in the first pass and good ever after', { [layer]: [flip(layer), 'good'] }],
  ['a layer that changes when the engine loads the registry from it', { [bootLayer]: ['good', flip(bootLayer)] }],
  [
    'a layer that changes after the engine has loaded the registry from it',
    { [bootLayer]: ['good', 'good', flip(bootLayer)] },
  ],
  ['a configuration that changes after the first pass', { [config]: ['good', flip(config)] }],
  ['a manifest that changes after it was checked', { [imagePath]: ['good', flip(imagePath)] }],
  ['a manifest that changes after the first pass', { [imagePath]: ['good', 'good', flip(imagePath)] }],
  [
    'a manifest that is another image’s from the third read on',
    { [imagePath]: ['good', 'good', of(blobPath(registryImage?.digest ?? ''))] },
  ],
  ['weights that change after the first pass', atPlacing(flip(part))],
  ['weights that are another part’s after the first pass', atPlacing(of('models/tiny.gguf.part001'))],
  ['weights that are cut short after the first pass', atPlacing(of(part).subarray(0, 9))],
  ['weights that grow after the first pass', atPlacing(Buffer.concat([of(part), of(part)]))],
  ['weights that disappear after the first pass', atPlacing(null)],
  [
    'a model header that is none when it is looked at early',
    { 'models/tiny.gguf.part001': [Buffer.alloc(200_000), 'good'] },
  ],
  [
    'a model header that is another model’s when it is looked at early',
    { 'models/tiny.gguf.part001': [Buffer.concat([ggufFile(), Buffer.alloc(199_000)]), 'good'] },
  ],
  [
    'a template that changes after the first pass',
    { 'product/monitoring/rules.yml': ['good', flip('product/monitoring/rules.yml')] },
  ],
  [
    'a Compose file that changes after the first pass',
    { 'product/compose.yaml': ['good', flip('product/compose.yaml')] },
  ],
  [
    'a Compose file that grows after the first pass',
    { 'product/compose.yaml': ['good', Buffer.from('services: { evil: {} }\n')] },
  ],
  [
    'a product definition that is good every other time',
    { 'product/product.yaml': ['good', flip('product/product.yaml'), 'good'] },
  ],
  ['an SBOM that changes after the first pass', { 'sbom/tiny.cdx.json': ['good', flip('sbom/tiny.cdx.json')] }],
  ['a list that changes after it was verified', { 'bundle.json': ['good', flip('bundle.json')] }],
  [
    'a list that is an older release’s, signed as well, after it was verified',
    { 'bundle.json': ['good', older.get('bundle.json') ?? null] },
  ],
  ['a signature that changes after it was verified', { 'bundle.json.1.sig': ['good', Buffer.from('x')] }],
  ['a root that changes after it was verified', { 'root.json': ['good', Buffer.from('{}')] }],
];

const replaced = (path: string, by: (whole: string) => Promise<unknown>) => async (dir: string) => {
  await rm(join(dir, path), { recursive: true });
  await by(join(dir, path));
};
/** The same with a real folder, changed between the passes. */
const acts: readonly [name: string, stage: Stage, act: (dir: string) => Promise<unknown>][] = [
  ['a file replaced by another of its size', 'pass', (dir) => writeFile(join(dir, layer), flip(layer))],
  ['a file replaced by a link to another file', 'pass', replaced(layer, (whole) => symlink('/etc/passwd', whole))],
  [
    'a file replaced by a link to itself elsewhere',
    'pass',
    async (dir) => {
      await rename(join(dir, layer), join(dir, '../elsewhere'));
      await symlink(join(dir, '../elsewhere'), join(dir, layer));
    },
  ],
  ['a file replaced by a FIFO', 'pass', replaced(layer, (whole) => run('mkfifo', [whole]))],
  ['a file replaced by a folder', 'pass', replaced(layer, (whole) => mkdir(whole))],
  [
    'a folder replaced by a link',
    'pass',
    async (dir) => {
      await rename(join(dir, 'product'), join(dir, '../product'));
      await symlink('../product', join(dir, 'product'));
    },
  ],
  ['a part cut short', 'pass', (dir) => truncate(join(dir, part), 10)],
  ['a part that grows to 1 TiB', 'pass', (dir) => truncate(join(dir, part), 2 ** 40)],
  ['a part removed', 'pass', (dir) => rm(join(dir, part))],
  [
    'another stick in the first one’s place, after the signatures',
    'trust',
    async (dir) => {
      await rename(dir, `${dir}.first`);
      await writeMedium(dir, older);
    },
  ],
  [
    'another stick in the first one’s place, after the first pass',
    'pass',
    async (dir) => {
      await rename(dir, `${dir}.first`);
      await cp(`${dir}.first`, dir, { recursive: true });
      await writeFile(join(dir, part), flip(part));
    },
  ],
  ['the stick pulled out after the first pass', 'pass', (dir) => rename(dir, `${dir}.gone`)],
];

/** True: all that came onto the machine is what the signed list says of it. */
function isVerified(installed: Installed): boolean {
  return [...installed].every(([name, bytes]) => {
    if (name === 'root.json') return bytes.equals(root);
    const engine = /^engine (sha256:.*)$/.exec(name)?.[1];
    const digest = engine ?? manifest.files.find((file) => file.path === name)?.digest;
    return sha256(bytes) === digest;
  });
}

async function outcome(work: (installed: Installed) => Promise<void>): Promise<string> {
  const installed: Installed = new Map();
  let end = 'harmless';
  try {
    await work(installed);
  } catch (error) {
    if (!(error instanceof InstallerError)) throw error;
    // a model header is looked at before it is verified, so it may be refused for what it is
    end = errorCategories[error.code] === 'untrusted' || error.code.startsWith('GGUF_') ? 'caught' : error.code;
  }
  if (!isVerified(installed)) return `installed what was not verified (${end})`;
  const whole = manifest.files.filter((file) => !/^(index.json|oci-layout)$/.test(file.path)).length;
  return end === 'harmless' && [...installed.keys()].filter((name) => !/^(engine |root)/.test(name)).length !== whole
    ? 'incomplete'
    : end;
}

async function scripted(answers: Answers): Promise<string> {
  const dir = await workDir();
  await writeFile(join(dir, 'root.json'), root);
  return outcome((installed) =>
    load(changingMedia(files, answers), root, { dir, rootFile: join(dir, 'root.json'), installed }),
  );
}

describe('a stick with a controller of its own', () => {
  it.each(scripts)('%s', async (name, answers) => {
    const end = await scripted(answers);
    tally.add(`${name}: ${end}`, end === 'caught' || end === 'harmless');
    expect(['caught', 'harmless']).toContain(end);
  });
});

describe('a stick on which somebody works meanwhile', () => {
  it.each(acts)('%s', async (name, stage, act) => {
    const dir = await workDir();
    const stick = join(dir, 'stick');
    await writeMedium(stick, files);
    await writeFile(join(dir, 'root.json'), root);
    const media = await openMedia(stick);
    const between = async (now: Stage) => {
      if (now === stage) await act(stick);
    };
    const end = await outcome((installed) =>
      load(media, root, { dir, rootFile: join(dir, 'root.json'), installed, between }),
    );
    tally.add(`${name}: ${end}`, end === 'caught');
    expect(end).toBe('caught');
  });
});

describe('positive controls', () => {
  it('an honest stick is installed whole', async () => {
    expect(await scripted({})).toBe('harmless');
  });

  it('a loader that trusts the first pass would have installed what was not verified', async () => {
    const media = changingMedia(files, { [layer]: ['good', flip(layer)] });
    expect(sha256(await media.read(layer, 1e6))).toBe(manifest.files.find(({ path }) => path === layer)?.digest);
    const installed: Installed = new Map([[layer, await media.read(layer, 1e6)]]);
    expect(isVerified(installed)).toBe(false);
  });
});

afterAll(() => {
  tally.close();
});
