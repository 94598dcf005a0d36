import { mkdtempSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { createLlamaRuntime } from '../../installer/adapters/llama/create-llama-runtime.ts';
import type { Language } from '../../installer/contract/texts.ts';
import { openVerified } from '../../installer/engine/open-bundle.ts';
import { readProduct } from '../../installer/engine/product.ts';
import { siteTrust } from '../../installer/engine/site-trust.ts';
import { checkModel } from '../../installer/model/check-model.ts';
import type { VerifiedBundle } from '../../installer/ports/verified-bundle.ts';
import { readImageTrees, releaseTag } from '../../installer/registry/bundle-images.ts';
import { registryClient } from '../../installer/registry/client.ts';
import { isPushed, pushImages } from '../../installer/registry/push.ts';
import { askHost } from '../../installer/smoke/llm/ask-host.ts';
import { judge, requireAnswers } from '../../installer/smoke/llm/judge.ts';
import { runRegistry } from '../bundles/support/run-registry.ts';
import { legacyArchive, syntheticImage } from '../fixtures/image-archives.ts';
import { STAND_INS } from '../standins/images.ts';
import { onTermination } from './cleanup.ts';
import { airgapArgv, createDemoBundle, makeVendor } from './demo-bundle.ts';
import { type Obstacle, obstacleText } from './obstacles.ts';
import { cacheRoot, type Log } from './paths.ts';

/** What a person is told of what was done and what was not. */
const parts = {
  bundle: { en: 'a bundle created and signed', ru: 'бандл создан и подписан' },
  verify: { en: 'signatures and every byte verified', ru: 'подписи и каждый байт проверены' },
  check: { en: 'readiness judged', ru: 'готовность оценена' },
  registry: { en: 'a registry seeded with the images', ru: 'реестр наполнен образами' },
  model: { en: 'the model asked', ru: 'модель спрошена' },
  rest: {
    en: 'the isolated site, the installation with its containers, migrations, login and tests, the report',
    ru: 'изолированный объект, установка с контейнерами, миграциями, входом и проверками, отчёт',
  },
} as const satisfies Record<string, Record<Language, string>>;

/** Exit codes of `airgap check` that are an answer about the machine: ready, not ready, ready with warnings. */
const answers = new Set([0, 3, 4]);

/**
 * The path as far as it goes where no container can run: bundle, signatures, readiness, registry, model. Says first that this is not all,
 * and at the end what was left out. The exit code: 0 when all of that went well.
 */
export async function demoWithoutContainers(why: readonly Obstacle[], language: Language, say: Log): Promise<number> {
  say(
    `containers cannot run here: ${obstacleText(why, language)}. What works without them is shown, and the rest is named at the end`,
  );
  let dir = '';
  // What is being written in this moment may come between: it is looked through again.
  const remove = () => rm(dir, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  // Before there is a folder: Ctrl-C may follow the first line at once.
  const calm = onTermination(async () => {
    if (dir !== '') await remove();
  });
  dir = mkdtempSync(join(tmpdir(), 'airgap-demo-'));
  const done: string[] = [];
  const left: string[] = [parts.rest[language]];
  let failed = false;
  const part = async (name: Exclude<keyof typeof parts, 'rest'>, work: () => Promise<void>): Promise<boolean> => {
    try {
      await work();
      done.push(parts[name][language]);
      return true;
    } catch (error) {
      failed = true;
      left.push(parts[name][language]);
      const message = error instanceof Error ? error.message : String(error);
      say(`failed: ${parts[name][language]}: ${message.split('\n')[0]}`);
      return false;
    }
  };
  try {
    await ensureCache(dir);
    const vendor = await makeVendor(join(dir, 'vendor'), say);
    const root = vendor.root;
    const bundle = join(dir, 'bundle');
    const airgap = async (...args: string[]) => {
      say(`airgap ${args.join(' ')}`);
      const [command = '', ...rest] = airgapArgv('--data-dir', join(dir, 'state'), '--lang', language, ...args);
      const { exitCode } = await execa(command, rest, { stdio: ['ignore', 'inherit', 'inherit'], reject: false });
      return exitCode ?? -1;
    };
    const made = await part('bundle', async () => {
      say('the images in this bundle are placeholders: building the real stand-ins takes a Docker Engine');
      const archive = join(dir, 'images.tar');
      await writeFile(archive, legacyArchive(STAND_INS.map(({ ref, says }) => syntheticImage(ref, [says]))));
      await createDemoBundle({ archives: [archive], vendor, bundle }, say);
    });
    if (made) {
      await part('verify', async () => {
        const exitCode = await airgap('bundle', 'verify', bundle, '--root', root);
        if (exitCode !== 0) throw new Error(`exit code ${exitCode}`);
      });
      await part('check', async () => {
        say('readiness of this machine');
        const exitCode = await airgap('check', '--bundle', bundle, '--root', root);
        if (!answers.has(exitCode)) throw new Error(`exit code ${exitCode}`);
      });
      const opened = async () => (await openVerified({ dir: bundle, root, site: siteTrust(undefined) })).bundle;
      await part('registry', async () => seedRegistry(join(dir, 'registry'), await opened(), say));
      await part('model', async () => askModel(bundle, await opened(), say));
    }
  } finally {
    await remove();
    calm();
  }
  say(`done here: ${done.join('; ')}`);
  say(`left out: ${left.join('; ')}`);
  return failed ? 1 : 0;
}

/** A user without a home of their own has no cache either. */
async function ensureCache(dir: string): Promise<void> {
  try {
    await mkdir(cacheRoot(), { recursive: true });
  } catch {
    process.env.AIRGAP_CACHE = join(dir, 'cache');
  }
}

async function seedRegistry(dir: string, bundle: VerifiedBundle, say: Log): Promise<void> {
  say('seeding a registry with the bundle’s images');
  const registry = await runRegistry({ dir });
  const client = registryClient(registry.address);
  try {
    const trees = await readImageTrees(bundle);
    const tag = releaseTag(bundle);
    await pushImages(bundle, trees, { client, tag });
    for (const tree of trees) if (!(await isPushed(client, tree, tag))) throw new Error(`${tree.name} is not whole`);
    say(`the registry has all ${trees.length} images, each under the digest that was signed`);
  } finally {
    client.close();
    await registry.stop();
  }
}

async function askModel(dir: string, bundle: VerifiedBundle, say: Log): Promise<void> {
  say('asking the bundle’s model on this machine');
  const { smoke } = await readProduct(bundle);
  const [model] = bundle.manifest.models;
  if (smoke.llm === undefined || model === undefined) throw new Error('the product has no model to ask');
  const { questions, maxTokens, minimumCorrect } = smoke.llm;
  const limits = { nCtx: 512, threads: 1, maxTokens };
  const replies = await askHost(createLlamaRuntime(), await checkModel(join(dir, model.path)), questions, limits);
  const judgement = judge(questions, replies, minimumCorrect);
  requireAnswers(judgement, 'host');
  const { correct, total } = judgement;
  say(`the model answered ${correct} of ${total} known questions rightly, at least ${minimumCorrect} are needed`);
}
