import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { parse } from 'yaml';
import type { SiteImage } from '../../installer/config/compose.ts';
import type { RenderInput } from '../../installer/config/release.ts';
import type { GpuFact, HardwareFacts } from '../../installer/contract/facts.ts';
import { type ProductDefinition, productDefinition } from '../../installer/contract/product.ts';
import type { StepContext, StepEventBody } from '../../installer/ports/step.ts';

const productDir = join(import.meta.dirname, '../../bundles/products/codegraph');

/** A file of the CodeGraph product, as the bundle would hand it out. */
export function productFile(path: string): Promise<Buffer> {
  return readFile(join(productDir, path));
}

export async function codegraph(): Promise<ProductDefinition> {
  return productDefinition.parse(parse((await productFile('product.yaml')).toString('utf8')));
}

/** CodeGraph with data folders that whoever runs the tests may own. */
export async function ownedCodegraph(): Promise<ProductDefinition> {
  const product = await codegraph();
  const own = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
  return { ...product, folders: product.folders.map((folder) => ({ ...folder, ...own })) };
}

/** A digest of the given digit, distinct per image. */
export function images(product: ProductDefinition): SiteImage[] {
  return product.images.map((image, index) => ({
    ...image,
    digest: `sha256:${(index + 1).toString(16).padStart(64, '0')}`,
  }));
}

export const gpu: GpuFact = {
  index: 0,
  name: 'NVIDIA L4',
  uuid: 'GPU-5d5ba0c6-d33d-2b2c-524d-9e3d8d2b8a77',
  driver: '570.10',
  computeCapability: '8.9',
  vramBytes: 24 * 2 ** 30,
  vramFreeBytes: 23 * 2 ** 30,
};

/** A machine with 2 cores and a little under 8 GiB. */
export function facts(gpus: GpuFact[] = []): HardwareFacts {
  return {
    hostname: 'site',
    os: { name: 'Debian', version: '12', kernel: '6.1', arch: 'x64' },
    cpu: { model: 'any', logicalCores: 2, physicalCores: 2, usableCores: 2, flags: [] },
    memory: { totalBytes: 8_200_000_000, availableBytes: 7_000_000_000, cgroupLimitBytes: null, swapBytes: 0 },
    mounts: [],
    gpus,
    nvidia: { state: gpus.length > 0 ? 'ok' : 'none', detail: '' },
    clock: { now: '2026-11-21T00:00:00Z', synchronised: true },
    notes: [],
  };
}

export async function temporaryDir(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'airgap-config-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

export async function renderInput(changes: Partial<RenderInput> = {}): Promise<RenderInput> {
  const product = changes.product ?? (await ownedCodegraph());
  const dataDir = changes.dataDir ?? (await temporaryDir());
  return {
    product,
    productFile,
    answers: {},
    facts: facts(),
    llm: { nCtx: 512, nGpuLayers: 0, nBatch: 256, nThreads: 1 },
    modelPath: join(dataDir, 'models/abc/model.gguf'),
    images: images(product),
    registryAddress: '127.0.0.1:5000',
    dataDir,
    site: 'f'.repeat(32),
    idOffset: { uid: 0, gid: 0 },
    release: 7,
    ...changes,
  };
}

export function stepContext(signal = new AbortController().signal): StepContext & { events: StepEventBody[] } {
  const events: StepEventBody[] = [];
  return {
    signal,
    progress: () => undefined,
    making: () => undefined,
    isOurs: () => false,
    emit: (event) => events.push(event),
    events,
  };
}

/** The error that work rejects with; fails the test where it does not. */
export async function rejection(work: Promise<unknown>): Promise<unknown> {
  try {
    await work;
  } catch (error) {
    return error;
  }
  throw new Error('was expected to fail and did not');
}

/** The error that a function throws. */
export function thrown(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error('was expected to fail and did not');
}
