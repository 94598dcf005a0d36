import { randomBytes } from 'node:crypto';
import { copyFile, mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSite, type Site } from '../site/site.ts';
import { ensureImages } from '../standins/ensure-images.ts';
import { STAND_INS } from '../standins/images.ts';

const log = (line: string) => console.error(line);
const API = 'http://localhost:8000/api/v1';
const CONFIG = `
llm:
  provider: "local"
  local: { model_path: "\${QWEN3_MODEL_PATH:-/models/model.gguf}", n_ctx: 512, n_gpu_layers: -1, n_batch: 512, n_threads: 1 }
security:
  enabled: true
  dlp: { enabled: true, webhook: { enabled: false } }
`;

let site: Site;
let secrets: Record<string, string>;

/** `docker ARGS` in the site; never throws, so that exit codes can be looked at. */
const docker = (...args: string[]) =>
  site.exec(['docker', ...args], { reject: false, all: true, env: secrets, stdin: 'ignore' });
const compose = (...args: string[]) =>
  docker('compose', '-f', join(import.meta.dirname, 'standins.compose.yaml'), ...args);
const inApi = (...args: string[]) => docker('exec', 'standins-api-1', ...args);

/** Asks the API from inside its container; the status stands last. */
async function ask(path: string, body?: object, token?: string) {
  const post = body ? ['--json', JSON.stringify(body)] : [];
  const bearer = token ? ['-H', `Authorization: Bearer ${token}`] : [];
  const { stdout } = await inApi('curl', '-s', '-w', '\n%{http_code}', ...post, ...bearer, `${API}${path}`);
  const [json, status] = stdout.split('\n');
  return { status: Number(status), json: JSON.parse(json ?? '') as Record<string, unknown> };
}

beforeAll(async () => {
  const dir = await mkdtemp(join(tmpdir(), 'standins-'));
  const { archives } = await ensureImages(log);
  site = await createSite({ dir, log });
  for (const archive of archives) await site.exec(['docker', 'load', '--quiet', '--input', archive]);
  const made = () => randomBytes(24).toString('hex');
  secrets = { DIR: dir, POSTGRES_PASSWORD: made(), API_JWT_SECRET: made(), API_ADMIN_PASSWORD: made() };
  await writeFile(join(dir, 'config.yaml'), CONFIG);
  await copyFile(join(import.meta.dirname, '../fixtures/tiny-llm/tiny-q8_0.gguf'), join(dir, 'model.gguf'));
  for (const name of ['pg-as-root', 'registry']) await mkdir(join(dir, name));
  // The containers' users must be able to pass through it.
  await site.exec(['chmod', '755', dir]);
  const up = await compose('up', '--detach', '--wait', '--wait-timeout', '120');
  if (up.exitCode !== 0) throw new Error(`${up.all}\n${(await compose('logs')).stdout}`);
});
afterAll(() => site?.destroy());

test('each says in a label what it is, and runs without root unless the official image begins with it', async () => {
  for (const { ref, kind, says } of STAND_INS) {
    const { stdout } = await docker('image', 'inspect', '--format', '{{json .Config}}', ref);
    const config = JSON.parse(stdout) as { Labels: Record<string, string>; User: string };
    expect(config.Labels, ref).toEqual({ [`io.airgap-installer.${kind}`]: says });
    if (['postgres:17-alpine', 'registry:2'].includes(ref)) expect(config.User, ref).toBe('');
    else expect(config.User, ref).toMatch(/^[1-9]\d*:\d+$/);
  }
});

test('all are healthy with a read-only root, no capability, no new privileges', async () => {
  const { stdout } = await compose('ps', '--format', '{{.Service}} {{.Health}}');
  expect(stdout.split('\n').sort()).toEqual(
    'alertmanager api grafana llm postgres postgres-as-root prometheus registry vault'
      .split(' ')
      .map((name) => `${name} healthy`),
  );
});

test('the stubs refuse by name what they do not do', async () => {
  const get = async (service: string, url: string) =>
    (await docker('exec', `standins-${service}-1`, 'wget', '-S', '-q', '-O-', url)).all;
  // A new Vault is not initialised, which is 501 unless the question says otherwise.
  expect(await get('vault', 'http://localhost:8200/v1/sys/health')).toContain('501');
  const refused = await get('grafana', 'http://localhost:3000/api/datasources');
  expect(refused).toContain('501');
  expect(
    (await compose('logs', 'grafana', 'vault')).stdout.match(/stub of .*answers only its health check/g),
  ).toHaveLength(2);
});

test('the API is ready once its migrations are at head', async () => {
  expect((await ask('/health')).status).toBe(200);
  expect(await ask('/health/ready')).toMatchObject({ status: 503, json: { database: true, revision: null } });
  expect((await inApi('python', '-m', 'alembic', 'upgrade', '0001')).exitCode).toBe(0);
  expect((await ask('/health/ready')).status).toBe(503);
  expect((await inApi('python', '-m', 'alembic', 'upgrade', 'head')).exitCode).toBe(0);
  expect((await inApi('python', '-m', 'alembic', 'current')).stdout).toBe('0002 (head)');
  expect((await ask('/health/ready')).status).toBe(200);
});

test('create-admin creates once and never changes a password', async () => {
  const create = (...more: string[]) =>
    inApi('python', '-m', 'src.api.cli', 'create-admin', '--username', 'admin', ...more);
  expect(await create()).toMatchObject({ exitCode: 0, stdout: 'administrator admin created' });
  const again = await create('--password', 'another-password');
  expect(again).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('exists already') });
  expect((await ask('/auth/login', { username: 'admin', password: 'another-password' })).status).toBe(401);
  const login = await ask('/auth/login', { username: 'admin', password: secrets.API_ADMIN_PASSWORD });
  expect(login.status).toBe(200);

  const token = String(login.json.access_token);
  expect(await ask('/auth/me', undefined, token)).toMatchObject({ json: { username: 'admin', role: 'admin' } });
  expect((await ask('/auth/me', undefined, `${token.slice(0, -4)}AAAA`)).status).toBe(401);
  const question = { message: 'What is the capital of France?' };
  expect((await ask('/chat', question)).status).toBe(401);
  expect(await ask('/chat', question, token)).toMatchObject({ status: 200, json: { answer: 'Paris' } });
});

test('the metrics of both versions of the guide are there', async () => {
  const { stdout } = await inApi('curl', '-s', `${API}/metrics`);
  const names =
    `rag_active_requests rag_total_requests rag_scenario_duration_seconds_bucket rag_llm_latency_seconds_bucket
    rag_llm_tokens_total rag_llm_errors_total rag_cache_hits_total rag_cache_misses_total http_requests_total
    http_request_duration_seconds_bucket dlp_blocks_total llm_requests_total llm_tokens_total`.split(/\s+/);
  for (const name of names) expect(stdout).toMatch(new RegExp(`^${name}(\\{.*\\})? [0-9.e+-]+$`, 'm'));
});

test('DLP masks addresses in answers', async () => {
  const program = 'from src.api.dlp import mask; print(mask("ask ivan.petrov@site.local now"))';
  expect((await inApi('python', '-c', program)).stdout).toBe("('ask [EMAIL] now', 1)");
});

test.each([
  { wrong: 'an empty config.yaml', config: '', says: 'must hold a mapping' },
  { wrong: 'not YAML', config: 'a: [', says: 'is not YAML' },
  {
    wrong: 'a provider that lies outside',
    config: CONFIG.replace('"local"', '"yandex"'),
    says: 'llm.provider is "yandex"',
  },
  {
    wrong: 'a number that is none',
    config: CONFIG.replace('n_ctx: 512', 'n_ctx: lots'),
    says: 'llm.local.n_ctx must be of type int',
  },
  {
    wrong: 'a webhook',
    config: CONFIG.replace('webhook: { enabled: false }', 'webhook: { enabled: true }'),
    says: 'must be false',
  },
])('the API does not start with $wrong', async ({ config, says }) => {
  const path = join(secrets.DIR ?? '', 'wrong.yaml');
  await writeFile(path, config);
  const flags = ['--rm', '--network=none', '--volume', `${path}:/app/config.yaml:ro`];
  const database = 'DATABASE_URL=postgresql+asyncpg://nobody@nowhere/none';
  const { exitCode, all } = await docker(
    'run',
    ...flags,
    '--env',
    database,
    '--env',
    'API_JWT_SECRET',
    'codegraph:latest',
  );
  expect(exitCode).toBe(1);
  expect(all).toContain(says);
});

test('no log of any of them holds a secret', async () => {
  const { stdout } = await compose('logs', '--no-color');
  expect(stdout).toContain('stub of Grafana'); // the logs are really there
  for (const name of ['POSTGRES_PASSWORD', 'API_JWT_SECRET', 'API_ADMIN_PASSWORD']) {
    expect(stdout.includes(secrets[name] ?? ''), name).toBe(false);
  }
});
