import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { ensureImages } from '../standins/ensure-images.ts';
import type { Log } from './paths.ts';

const repository = join(import.meta.dirname, '../..');
const main = join(repository, 'installer/faces/cli/main.ts');

/** argv of the command line, on this Node. */
export const airgapArgv = (...args: string[]): string[] => [process.execPath, main, ...args];

export const tinyModel = join(repository, 'test/fixtures/tiny-llm/tiny-q8_0.gguf');

export interface DemoBundle {
  /** The bundle, as it would stand on the stick. */
  bundle: string;
  /** The root.json that the officer has from elsewhere. */
  root: string;
  signKey: string;
}

/** A vendor's key and root, made with the command line as a vendor would. */
export async function makeVendor(dir: string, log: Log): Promise<Pick<DemoBundle, 'root' | 'signKey'>> {
  await mkdir(dir, { recursive: true });
  const signKey = join(dir, 'vendor.key');
  const root = join(dir, 'root.json');
  await run(log, ['bundle', 'keygen', '--out', signKey]);
  await run(log, ['bundle', 'root', '--key', `${signKey}.pub`, '--sign-key', signKey, '--out', root]);
  return { root, signKey };
}

/** Creates and signs the demo product's bundle from the stand-in images and the small model. */
export async function makeDemoBundle(
  dir: string,
  log: Log,
  options: { release?: number; model?: string; vendor?: Pick<DemoBundle, 'root' | 'signKey'>; name?: string } = {},
): Promise<DemoBundle> {
  const { archives } = await ensureImages(log);
  const vendor = options.vendor ?? (await makeVendor(join(dir, 'vendor'), log));
  const bundle = join(dir, options.name ?? 'bundle');
  await createDemoBundle({ ...options, archives, vendor, bundle }, log);
  return { bundle, root: vendor.root, signKey: vendor.signKey };
}

/** `airgap bundle create` for the demo product. */
export async function createDemoBundle(
  from: {
    archives: readonly string[];
    vendor: Pick<DemoBundle, 'root' | 'signKey'>;
    bundle: string;
    release?: number;
    model?: string;
  },
  log: Log,
): Promise<void> {
  const { archives, vendor, bundle } = from;
  await run(log, [
    'bundle',
    'create',
    '--product',
    join(repository, 'bundles/products/codegraph'),
    ...archives.flatMap((archive) => ['--images', archive]),
    '--model',
    from.model ?? tinyModel,
    '--release',
    String(from.release ?? 1),
    '--root',
    vendor.root,
    '--sign-key',
    vendor.signKey,
    '--out',
    bundle,
  ]);
}

async function run(log: Log, args: string[]): Promise<void> {
  log(`airgap ${args.join(' ')}`);
  await execa(process.execPath, [main, ...args], { stdin: 'ignore' });
}

/** Why a demonstration goes on where an officer would stop: the machine is smaller than the product's minimum. */
export const demoOverrides: string[] = ['CPU_CORES', 'RAM_TOTAL', 'DISK_SPACE'].flatMap((code) => [
  '--override',
  `${code}=demonstration on a small machine, not for production`,
]);
