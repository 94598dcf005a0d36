import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { isAbsent } from '../../installer/base/is-absent.ts';
import { giveFolder } from '../../installer/base/own-tree.ts';
import { renderConfig } from '../../installer/config/render-step.ts';
import { type ProductDefinition, productDefinition } from '../../installer/contract/product.ts';
import { recordInstallation } from '../../installer/engine/installation.ts';
import { startPlan } from '../../installer/engine/plan-builder.ts';
import type { EnginePorts } from '../../installer/engine/ports.ts';
import type { Job, RunHandle } from '../../installer/engine/runs.ts';
import { releaseSecrets } from '../../installer/engine/secrets.ts';
import { sitePaths } from '../../installer/engine/site-paths.ts';
import { placeModel } from '../../installer/model/place-step.ts';
import type { Step, StepContext } from '../../installer/ports/step.ts';
import { startStack } from '../../installer/stack/up-step.ts';
import { facts } from '../config/fixture.ts';
import { folderBundle } from '../model/folder-bundle.ts';
import type { FakeMachine } from './fake-machine.ts';

const both = (text: string) => ({ en: text, ru: text });
const tier = { cpuCores: 1, ramBytes: 0, diskBytes: 0, vramBytes: 0 };

/** A product with all that an install can leave: a volume, two folders of other users, passwords; release 2 has one more. */
export function walkProduct(release: number): ProductDefinition {
  const secret = (env: string) => ({ env, length: 24, alphabet: 'hex', purpose: both(env) });
  return productDefinition.parse({
    kind: 'airgap-product',
    schema: 1,
    name: 'walk',
    title: 'Walk',
    version: '1.0',
    summary: both('A product for walks'),
    images: [{ name: 'db', ref: 'db:1' }],
    registry: { image: 'db', port: 5000 },
    models: [],
    requires: { engine: '24', compose: '2', tiers: { minimum: tier, recommended: tier, production: tier } },
    inputs: [{ id: 'level', type: 'integer', default: 1, min: 1, max: 9, label: both('Level'), help: both('Level') }],
    secrets: [secret('DB_PASSWORD'), secret('API_KEY'), ...(release > 1 ? [secret('EXTRA_KEY')] : [])],
    environment: { LEVEL: '{{answers.level}}' },
    folders: [
      { path: 'data/projects', uid: 1000, gid: 1000, mode: '0750' },
      { path: 'logs', uid: 1000, gid: 1000, mode: '0750' },
    ],
    compose: { file: 'compose.yaml' },
    files: [],
    ports: [],
    hooks: [],
    smoke: { tests: [] },
  });
}

const compose = Buffer.from('services:\n  db:\n    image: db:1\n    volumes: ["data:/data"]\nvolumes:\n  data: {}\n');

export interface WalkRequest {
  release: number;
  level: number;
  /** The bytes of a GGUF file. */
  model: Buffer;
  machine: FakeMachine;
  /** Asked at every point of a step: throws where the walk wants the run to end. */
  strike: () => void;
}

const image = `127.0.0.1:5000/db@sha256:${'1'.repeat(64)}`;

/** The registry without its HTTP: what it and the images leave on a machine, told and made in the order of the real steps. */
const standInRegistry: Step<{ ports: EnginePorts; machine: FakeMachine; site: string }, true> = {
  id: 'startRegistry',
  weight: 1,
  unit: 'items',
  reversible: true,
  check: async ({ machine }) =>
    machine.objects.has('container airgap-registry') && machine.images.has(image) ? true : undefined,
  async run({ ports, machine, site }, { making, progress }) {
    const { registry } = sitePaths(ports.dataDir);
    if (await isAbsent(registry)) making({ kind: 'folder', name: registry });
    if (!machine.objects.has('container airgap-registry')) making({ kind: 'container', name: 'airgap-registry' });
    await giveFolder(ports.dataDir, 'registry', { uid: 65532, gid: 65532, mode: 0o700 });
    await writeFile(join(registry, 'blob'), 'x');
    progress(1, 2);
    if (!machine.objects.has('container airgap-registry')) machine.add('container', 'airgap-registry', site, null);
    if (!machine.images.has(image)) making({ kind: 'image', name: image });
    machine.images.add(image);
    progress(2, 2);
    return true;
  },
  verify: async () => undefined,
};

/** Containers write into their folders as soon as they run. */
const standInWork: Step<{ dataDir: string }, true> = {
  id: 'runHooks',
  weight: 1,
  unit: 'items',
  reversible: false,
  check: async ({ dataDir }) => ((await isAbsent(join(dataDir, 'data/projects/src'))) ? undefined : true),
  async run({ dataDir }, { progress }) {
    await mkdir(join(dataDir, 'data/projects/src'), { recursive: true });
    progress(1, 1);
    await writeFile(join(dataDir, 'data/projects/src/main.c'), 'int main;');
    return true;
  },
  verify: async () => undefined,
};

/** The same step with the walk's finger on it: before and after its work, and whenever it says something. */
function struck<In, Out>(step: Step<In, Out>, strike: () => void): Step<In, Out> {
  const watched = (context: StepContext): StepContext => ({
    ...context,
    making: (thing) => {
      strike();
      context.making(thing);
      strike();
    },
    progress: (...args) => {
      context.progress(...args);
      strike();
    },
  });
  return {
    ...step,
    check: (input, context) => {
      strike();
      return step.check(input, context);
    },
    async run(input, context) {
      const output = await step.run(input, watched(context));
      strike();
      return output;
    },
  };
}

/** An install of the real steps that leave something, in the plan's order. */
export function walkInstall(ports: EnginePorts, handle: RunHandle, request: WalkRequest): Job {
  const { machine, model, release, strike } = request;
  const site = handle.journal.siteId();
  const paths = sitePaths(ports.dataDir);
  const product = walkProduct(release);
  const digest = `sha256:${'1'.repeat(64)}` as const;
  const plan = startPlan<object>()
    .step('registry', struck(standInRegistry, strike), () => ({ ports, machine, site }))
    .step('placed', struck(placeModel, strike), () => ({
      bundle: folderBundle('/nonexistent', { signed: model, openAs: () => Readable.from([model]) }),
      modelId: 'tiny',
      modelsDir: paths.models,
    }))
    .step('files', struck(renderConfig, strike), ({ placed }) => ({
      product,
      productFile: async () => compose,
      answers: { level: request.level },
      facts: facts(),
      llm: { nCtx: 512, nGpuLayers: 0, nBatch: 256, nThreads: 1 },
      modelPath: placed.path,
      images: [{ name: 'db', ref: 'db:1', digest }],
      registryAddress: '127.0.0.1:5000',
      dataDir: ports.dataDir,
      site,
      idOffset: { uid: 0, gid: 0 },
      release,
    }))
    .derive('recorded', ({ files, placed }) =>
      recordInstallation(handle, {
        product: { name: product.name, title: product.title },
        release,
        rootVersion: 1,
        files,
        model: { path: placed.path, nCtx: 512, nThreads: 1 },
        images: [{ name: 'db', digest }],
        registry: '127.0.0.1:5000',
        secrets: product.secrets.map(({ env }) => env),
        purposes: {},
        network: {},
        folders: product.folders.map(({ path }) => path),
        ports: [],
      }),
    )
    .derive('secrets', ({ files }) => releaseSecrets(files, ['DB_PASSWORD']))
    .step('up', struck(startStack, strike), ({ files, secrets }) => ({
      runtime: ports.runtime,
      files,
      healthTimeoutMs: 5000,
      pollMs: 1,
      steadyMs: 0,
      redact: secrets.redact,
    }))
    .step('worked', struck(standInWork, strike), () => ({ dataDir: ports.dataDir }));
  return { plan, initial: {}, undoOnRefusal: handle.journal.installed() === undefined };
}
