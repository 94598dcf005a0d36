import { chmod, chown, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { parseEnvFile } from '../../installer/config/env-file.ts';
import type { RenderInput } from '../../installer/config/release.ts';
import { renderConfig } from '../../installer/config/render-step.ts';
import { renderTemplate } from '../../installer/config/template.ts';
import type { ProductDefinition } from '../../installer/contract/product.ts';
import { facts, gpu, ownedCodegraph, productFile, rejection, renderInput, stepContext } from './fixture.ts';

async function installed(changes: Partial<RenderInput> = {}) {
  const input = await renderInput(changes);
  const output = await renderConfig.run(input, stepContext());
  await renderConfig.verify(output, input, stepContext());
  return { input, output, at: (path: string) => join(output.dir, path) };
}

const check = (input: RenderInput) => renderConfig.check(input, stepContext());
const mode = async (path: string) => ((await stat(path)).mode & 0o7777).toString(8);
const secretsOf = async (path: string) => parseEnvFile(await readFile(path, 'utf8'), path);

/** Every file below, with what would betray that it was touched. */
async function fingerprint(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  const lines = entries.map(async (entry) => {
    const path = join(entry.parentPath, entry.name);
    const { ino, mtimeNs, ctimeNs, mode: bits, size } = await stat(path, { bigint: true });
    return [path, ino, mtimeNs, ctimeNs, bits, size].join(' ');
  });
  return (await Promise.all(lines)).sort();
}

describe('a rendered release', () => {
  test('is found on disk, and the output says where', async () => {
    const { input, output } = await installed();
    expect(output).toMatchObject({
      project: 'codegraph',
      dir: join(input.dataDir, 'releases/7'),
      composeFiles: ['compose.yaml'],
      envFile: '.env',
    });
    expect(await check(input)).toEqual(output);
  });

  test('hands on hooks and smoke tests with their placeholders filled in', async () => {
    const { output } = await installed({ answers: { bind_address: '10.0.0.5', api_port: 8443 } });
    const health = output.smoke.tests.find((smoke) => smoke.id === 'api_health');
    expect(health).toMatchObject({ url: 'http://10.0.0.5:8443/api/v1/health' });
    expect(JSON.stringify([output.smoke, output.hooks])).not.toContain('{{');
  });

  test('keeps secrets from other users and from other files', async () => {
    const { input, output, at } = await installed();
    expect(await mode(at('.env'))).toBe('600');
    expect(await mode(output.dir)).toBe('700');
    const secrets = await secretsOf(at('.env'));
    const others = (await readdir(output.dir, { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile() && entry.name !== '.env')
      .map((entry) => readFile(join(entry.parentPath, entry.name), 'utf8'));
    const texts = [...(await Promise.all(others)), JSON.stringify(output)];
    expect(texts.length).toBeGreaterThan(9);
    for (const { env, length } of input.product.secrets) {
      const secret = secrets.get(env) ?? '';
      expect(secret).toHaveLength(length);
      for (const text of texts) expect(text).not.toContain(secret);
    }
  });

  test("lets containers' users read what is mounted", async () => {
    const { at } = await installed();
    for (const file of ['config.yaml', 'monitoring/rules/codegraph.yml', 'vault/vault.json']) {
      expect(await mode(at(file))).toBe('644');
    }
    for (const folder of ['monitoring/rules', 'monitoring/dashboards']) expect(await mode(at(folder))).toBe('755');
  });

  test('tells of its files, but not the digest of the secrets', async () => {
    const context = stepContext();
    await renderConfig.run(await renderInput(), context);
    const told = context.events.map((event) => (event.kind === 'artifact' ? event.artifact : undefined));
    expect(told).toContainEqual(expect.objectContaining({ name: 'releases/7/.env', digest: null }));
    expect(told).toContainEqual(
      expect.objectContaining({ name: 'releases/7/config.yaml', digest: expect.stringMatching(/^sha256:/) }),
    );
  });

  test('makes the data folders with owner and mode', async () => {
    const { input } = await installed();
    for (const folder of input.product.folders) {
      expect(await mode(join(input.dataDir, folder.path))).toBe(folder.mode.slice(1));
    }
  });

  test('has the GPU overlay only where a GPU is', async () => {
    const llm = { nCtx: 8192, nGpuLayers: -1, nBatch: 512, nThreads: 1 };
    const { input, output, at } = await installed({ facts: facts([gpu]), llm });
    expect(output.composeFiles).toEqual(['compose.yaml', 'compose.gpu.yaml']);
    const overlay = await readFile(at('compose.gpu.yaml'), 'utf8');
    expect(overlay).toContain(gpu.uuid);
    // the card is taken out
    const without = { ...input, facts: facts(), llm: { ...llm, nGpuLayers: 0 } };
    expect(await check(without)).toBeUndefined();
    const again = await renderConfig.run(without, stepContext());
    expect(again.composeFiles).toEqual(['compose.yaml']);
    expect(await readdir(again.dir)).not.toContain('compose.gpu.yaml');
  });
});

describe('rendering again', () => {
  test('touches nothing when nothing changed', async () => {
    const { input } = await installed();
    const before = await fingerprint(input.dataDir);
    expect(await check(input)).toBeDefined();
    expect(await fingerprint(input.dataDir)).toEqual(before);
  });

  test('keeps the secrets when the configuration changes', async () => {
    const { input, at } = await installed();
    const before = await secretsOf(at('.env'));
    const changed = { ...input, answers: { siem_host: '10.9.9.9' } };
    expect(await check(changed)).toBeUndefined();
    await renderConfig.run(changed, stepContext());
    const after = await secretsOf(at('.env'));
    for (const { env } of input.product.secrets) expect(after.get(env)).toBe(before.get(env));
    expect(after.get('SIEM_SYSLOG_HOST')).toBe('10.9.9.9');
  });

  test('carries the secrets into the next release', async () => {
    const { input, at } = await installed();
    const next = await renderConfig.run({ ...input, release: 8 }, stepContext());
    const [old, fresh] = [await secretsOf(at('.env')), await secretsOf(join(next.dir, '.env'))];
    for (const { env } of input.product.secrets) expect(fresh.get(env)).toBe(old.get(env));
  });

  test.each([
    ['a byte of a file', (dir: string) => writeFile(join(dir, 'config.yaml'), 'x')],
    ['the mode of .env', (dir: string) => chmod(join(dir, '.env'), 0o644)],
    ['the mode of the folder', (dir: string) => chmod(dir, 0o755)],
    ['a missing file', (dir: string) => rm(join(dir, 'compose.yaml'))],
    ['a missing secrets file', (dir: string) => rm(join(dir, '.env'))],
    ['a rule that somebody added', (dir: string) => writeFile(join(dir, 'monitoring/rules/own.yml'), 'groups: []')],
    ['an unfinished file', (dir: string) => writeFile(join(dir, '.config.yaml.00.airgap-tmp'), 'x')],
    ['a data folder that is gone', (dir: string) => rm(join(dir, '../../logs'), { recursive: true })],
  ])('notices and repairs %s', async (_, change) => {
    const { input, output } = await installed();
    await change(output.dir);
    expect(await check(input)).toBeUndefined();
    expect(await rejection(renderConfig.verify(output, input, stepContext()))).toMatchObject({ code: 'IO' });
    await renderConfig.run(input, stepContext());
    expect(await check(input)).toEqual(output);
  });

  test('writes only the files that differ', async () => {
    const { input, at } = await installed();
    const before = await stat(at('compose.yaml'));
    await writeFile(at('config.yaml'), 'x');
    await renderConfig.run(input, stepContext());
    expect((await stat(at('compose.yaml'))).mtimeMs).toBe(before.mtimeMs);
    expect(parse(await readFile(at('config.yaml'), 'utf8'))).toHaveProperty('llm');
  });

  test('goes on after a cancellation with the secrets that were made', async () => {
    const input = await renderInput();
    const controller = new AbortController();
    const context = stepContext(controller.signal);
    const cancelAt = { ...context, progress: (done: number) => done === 3 && controller.abort() };
    expect(await rejection(renderConfig.run(input, cancelAt))).toMatchObject({ code: 'CANCELLED' });
    const env = join(input.dataDir, 'releases/7/.env');
    const made = await secretsOf(env);
    await renderConfig.run(input, stepContext());
    expect(await secretsOf(env)).toEqual(made);
  });

  test('gives data folders to the user that the containers run as, or says that root is needed', async () => {
    const own = await ownedCodegraph();
    const folders = own.folders.map((folder) => ({ ...folder, uid: 4242, gid: 4242 }));
    const input = await renderInput({ product: { ...own, folders } });
    if (process.getuid?.() === 0) {
      await renderConfig.run(input, stepContext());
      expect(await stat(join(input.dataDir, 'logs'))).toMatchObject({ uid: 4242, gid: 4242 });
      await chown(join(input.dataDir, 'logs'), 0, 0);
      expect(await check(input)).toBeUndefined();
    } else {
      expect(await rejection(renderConfig.run(input, stepContext()))).toMatchObject({ code: 'NOT_ROOT' });
    }
  });
});

describe('an engine with userns-remap', () => {
  const shifted = (product: ProductDefinition, by: number) => {
    const folders = product.folders.map((folder) => ({ ...folder, uid: folder.uid - by, gid: folder.gid - by }));
    return { ...product, folders };
  };

  test('gets data folders that belong to the shifted users; the unshifted would be another configuration', async () => {
    // shifted from 70 below to whoever runs the tests, so that it needs no root
    const product = shifted(await ownedCodegraph(), -70);
    const input = await renderInput({ product, idOffset: { uid: -70, gid: -70 } });
    await renderConfig.run(input, stepContext());
    const { uid } = await stat(join(input.dataDir, 'data/projects'));
    expect(uid).toBe(process.getuid?.());
    expect(await check(input)).toBeDefined();
    expect(await check({ ...input, idOffset: { uid: 0, gid: 0 } })).toBeUndefined();
  });
});

describe('limits of processors', () => {
  test('are text for Compose, which before 2.24 refuses a number; positive control: `value` gives one', async () => {
    const cpusOf = (text: string) =>
      Object.values((parse(text) as { services: Record<string, Limited> }).services).map(
        ({ deploy }) => deploy.resources.limits.cpus,
      );
    const { output } = await installed();
    const found = cpusOf(await readFile(join(output.dir, 'compose.yaml'), 'utf8'));
    expect(found.length).toBeGreaterThan(5);
    for (const cpus of found) expect(cpus).toMatch(/^\d+$/);
    const template = (await productFile('compose.yaml'))
      .toString('utf8')
      .replaceAll('cpus: "{{hardware', 'cpus: "{{value hardware');
    const typed = renderTemplate(template, output.values, 'compose.yaml');
    expect(cpusOf(typed).filter((cpus) => typeof cpus === 'number')).not.toEqual([]);
  });
});

interface Limited {
  deploy: { resources: { limits: { cpus: unknown } } };
}

describe('refused before anything is written', () => {
  test.each([
    ['an unknown answer', { answers: { nonsense: 1 } }, 'ANSWERS_UNKNOWN_KEY'],
    ['a wrong type', { answers: { api_port: '8000' } }, 'ANSWERS_INVALID'],
    ['an image that the bundle lacks', { images: [] }, 'PRODUCT_FORMAT'],
    ['a data directory that Compose would take for a variable', { dataDir: '/tmp/$HOME' }, 'DATA_DIR_UNUSABLE'],
    ['a relative data directory', { dataDir: 'state' }, 'DATA_DIR_UNUSABLE'],
  ])('%s', async (_, changes, code) => {
    const input = await renderInput(changes);
    expect(await rejection(renderConfig.run(input, stepContext()))).toMatchObject({ code });
    const left = await readdir(input.dataDir).catch(() => []);
    expect(left).toEqual([]);
  });

  test('something that is no folder where data should go', async () => {
    const input = await renderInput({ product: await ownedCodegraph() });
    await mkdir(join(input.dataDir, 'data'));
    await writeFile(join(input.dataDir, 'data/projects'), 'a file');
    expect(await rejection(renderConfig.run(input, stepContext()))).toMatchObject({ code: 'DATA_DIR_UNUSABLE' });
  });
});
