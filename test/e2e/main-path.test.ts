/**
 * The whole path on an isolated site, once: signed bundle in, running and tested product out. The engine, the registry,
 * PostgreSQL, Prometheus and the language model are real; what is a stand-in says so (README, "What is real").
 */
import { chmod, mkdtemp, open, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { readJournal } from '../../installer/adapters/journal/open-journal.ts';
import { sha256 } from '../../installer/base/hash.ts';
import { bundleManifest } from '../../installer/contract/manifest.ts';
import { flipBits } from '../fixtures/damage-model.ts';
import { demoOverrides } from '../site/demo-bundle.ts';
import { createSite, type Site } from '../site/site.ts';
import { waitFor } from '../site/wait-for.ts';
import { airgap, airgapIn, bodies, type CliResult, errorOf } from './support/airgap.ts';
import { watchProcessLists } from './support/process-watch.ts';
import { engineState, filesBelow } from './support/snapshot.ts';

const demo = inject('demo');
const installArgs = ['install', '--yes', '--bundle', demo.bundle, '--root', demo.root, ...demoOverrides];

let dir: string;
let site: Site;
let first: CliResult;
let processes: { commandLines: Set<string>; rounds: number };

beforeAll(async () => {
  dir = await mkdtemp('/var/tmp/airgap-main-');
  site = await createSite({ dir: join(dir, 'site'), log: console.error });
  await site.assertIsolated();
  const watch = watchProcessLists();
  first = await airgapIn(site, installArgs);
  processes = watch.stop();
});

afterAll(async () => {
  await site?.destroy();
  await rm(dir, { recursive: true, force: true });
});

const compose = (...args: string[]) =>
  site.exec(['docker', 'compose', '--project-name', 'codegraph', ...args], { reject: false });

const getJson = async (url: string): Promise<unknown> => {
  const { stdout } = await site.exec(['wget', '--quiet', '--output-document=-', '--timeout=10', url]);
  return JSON.parse(String(stdout));
};

const secretNames = ['POSTGRES_PASSWORD', 'API_JWT_SECRET', 'API_ADMIN_PASSWORD', 'GRAFANA_ADMIN_PASSWORD'];

async function secrets(): Promise<Map<string, string>> {
  const env = parseEnv(await readFile(join(site.dataDir, 'releases/1/.env'), 'utf8'));
  return new Map(secretNames.map((name) => [name, env[name] ?? '']));
}

describe('install in the isolated site', () => {
  it('ends with exit code 0 and every step done', () => {
    expect(first.exitCode).toBe(0);
    expect(bodies(first, 'runFinished')).toMatchObject([{ outcome: 'done', error: null }]);
  });

  it('ran in a namespace without a default route, and the namespace still has none with the product running', async () => {
    const { interfaces } = await site.assertIsolated();
    expect(interfaces.map(({ ifname }) => ifname)).toContain('lo');
  });

  it('streams gapless events whose progress never goes back', () => {
    const journaled = first.events.filter(({ body }) => body.kind !== 'progress').map(({ seq }) => seq);
    expect(journaled).toEqual(journaled.map((_, index) => index + 1));
    const fractions = bodies(first, 'progress').map(({ fraction }) => fraction);
    expect(fractions.length).toBeGreaterThan(10);
    expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));
  });

  it('remembers the root and the release beyond it all, and reports how the root came', async () => {
    const journal = readJournal(site.dataDir);
    const bytes = await readFile(demo.root);
    expect(journal?.trustedRoot()).toMatchObject({ version: 1, digest: sha256(bytes) });
    expect(journal?.highWaterMark()).toBe(1);
    journal?.close();
    const reports = join(site.dataDir, 'reports');
    const [file = ''] = (await readdir(reports)).filter((name) => name.endsWith('.json'));
    const { evidence } = JSON.parse(await readFile(join(reports, file), 'utf8'));
    expect(evidence).toMatchObject({ officer: null, root: { came: 'separate', compared: false } });
  });

  it('leaves every service healthy', async () => {
    const { stdout } = await site.exec(['docker', 'ps', '--all', '--format', '{{.Names}} {{.Status}}']);
    const lines = String(stdout)
      .split('\n')
      .filter((line) => line.startsWith('codegraph'));
    expect(lines.length).toBeGreaterThanOrEqual(7);
    for (const line of lines) expect(line).toContain('(healthy)');
  });

  it('brings the database to the head migration (alembic current is head)', async () => {
    const { stdout } = await compose('exec', '-T', 'api', 'python', '-m', 'alembic', 'current');
    expect(String(stdout)).toMatch(/\(head\)/);
  });

  it('made the administrator, who can log in to the API; a wrong password cannot', async () => {
    const password = (await secrets()).get('API_ADMIN_PASSWORD') ?? '';
    const login = async (value: string) => {
      const body = JSON.stringify({ username: 'admin', password: value });
      const script = `const r = await fetch('http://127.0.0.1:8000/api/v1/auth/login', {method: 'POST', headers: {'content-type': 'application/json'}, body: process.env.BODY}); console.log(r.status, await r.text())`;
      const { stdout } = await site.exec([process.execPath, '--input-type=module', '-e', script], {
        env: { BODY: body },
      });
      return String(stdout);
    };
    expect(await login(password)).toMatch(/^200 .*access_token/);
    expect(await login(`${password}x`)).toMatch(/^401 /);
  });

  it('has the API as a healthy target of Prometheus', async () => {
    const answer = (await getJson('http://127.0.0.1:9090/api/v1/targets?state=active')) as {
      data: { activeTargets: { labels: { job: string }; health: string }[] };
    };
    const api = answer.data.activeTargets.filter(({ labels }) => labels.job === 'codegraph-api');
    expect(api.map(({ health }) => health)).toEqual(['up']);
  });

  it('runs every container by digest out of the local registry', async () => {
    const { stdout } = await site.exec(['docker', 'ps', '--all', '--format', '{{.ID}}']);
    const ids = String(stdout).split('\n').filter(Boolean);
    const { stdout: refs } = await site.exec(['docker', 'inspect', '--format', '{{.Config.Image}}', ...ids]);
    const manifest = bundleManifest.parse(JSON.parse(await readFile(join(demo.bundle, 'bundle.json'), 'utf8')));
    const known = new Set(manifest.images.map(({ name, digest }) => `127.0.0.1:5000/${name}@${digest}`));
    const found = String(refs).split('\n').filter(Boolean);
    expect(found.length).toBeGreaterThanOrEqual(8);
    for (const ref of found) expect(known).toContain(ref);
  });

  it('publishes no port beyond loopback', async () => {
    const { stdout } = await site.exec(['docker', 'ps', '--format', '{{.Ports}}']);
    expect(String(stdout)).toMatch(/127\.0\.0\.1:8000->/);
    expect(String(stdout)).not.toMatch(/0\.0\.0\.0:|\[::\]:/);
  });

  it('wrote a report that verifies, and one changed byte in its events does not', async () => {
    const found = await airgapIn(site, ['report']);
    const json = (found.documents[0] as { files: string[] }).files.find((file) => file.endsWith('.json')) ?? '';
    expect((await airgap('report', 'verify', json)).exitCode).toBe(0);
    const forged = join(dir, 'forged.json');
    await writeFile(forged, (await readFile(json, 'utf8')).replace('"outcome": "done"', '"outcome": "failed"'));
    const verdict = await airgap('--json', 'report', 'verify', forged);
    expect(verdict.exitCode).toBe(1);
    expect(errorOf(verdict)?.code).toBe('REPORT_CHAIN');
  });
});

describe('secrets', () => {
  it('are in .env with mode 0600, long and all different', async () => {
    expect((await stat(join(site.dataDir, 'releases/1/.env'))).mode & 0o777).toBe(0o600);
    const values = [...(await secrets()).values()];
    for (const value of values) expect(value.length).toBeGreaterThanOrEqual(24);
    expect(new Set(values).size).toBe(values.length);
  });

  it('are found nowhere else: data directory, container logs, command output, report, process lists during the run', async () => {
    const values = [...(await secrets()).values()];
    const leaks = (text: string) => values.some((value) => text.includes(value));
    const inFiles: string[] = [];
    for (const name of Object.keys(await filesBelow(site.dataDir))) {
      const path = join(site.dataDir, name);
      if ((await stat(path)).isFile() && leaks(await readFile(path, 'latin1'))) inFiles.push(name);
    }
    expect(inFiles).toEqual(['releases/1/.env']);
    for (const name of ['journal.db', 'journal.db-wal']) {
      const content = await readFile(join(site.dataDir, name), 'latin1').catch(() => '');
      expect(leaks(content)).toBe(false);
    }
    const { stdout } = await site.exec(['docker', 'ps', '--all', '--format', '{{.Names}}']);
    for (const name of String(stdout).split('\n').filter(Boolean)) {
      const logs = await site.exec(['docker', 'logs', name], { all: true });
      expect([name, leaks(String(logs.all))]).toEqual([name, false]);
    }
    expect(leaks(first.stdout) || leaks(first.stderr)).toBe(false);
    expect(processes.rounds).toBeGreaterThan(100);
    expect([...processes.commandLines].filter(leaks)).toEqual([]);
  });

  it('positive control: the process watch sees a secret on a command line', async () => {
    const watch = watchProcessLists();
    await site.exec(['sh', '-c', 'sleep 0.3; :', 'a-secret-on-a-command-line']);
    expect([...watch.stop().commandLines].some((line) => line.includes('a-secret-on-a-command-line'))).toBe(true);
  });
});

describe('install a second time', () => {
  it('changes nothing on disk but the journal, and nothing in the engine', async () => {
    const before = { files: await filesBelow(site.dataDir), engine: await engineState(site) };
    const second = await airgapIn(site, installArgs);
    expect(bodies(second, 'runFinished')).toMatchObject([{ outcome: 'unchanged', error: null }]);
    expect(second.exitCode).toBe(0);
    expect({ files: await filesBelow(site.dataDir), engine: await engineState(site) }).toEqual(before);
    console.error(`second install: ${Math.round(bodies(second, 'runFinished')[0]?.ms ?? 0)} ms in the engine`);
  });
});

describe('passwords that people changed on purpose', () => {
  const smokeOf = (run: CliResult, id: string) =>
    bodies(run, 'smoke')
      .map(({ result }) => result)
      .find((result) => result.id === id);

  it('the administrator’s: the next install changes nothing, smoke passes and does not say that a login succeeded', async () => {
    expect(smokeOf(first, 'admin_login')).toMatchObject({ status: 'pass', params: { login: 'accepted' } });
    const script = `
      import json, os, urllib.request
      def post(path, body, token=None):
          headers = {"Content-Type": "application/json", **({"Authorization": "Bearer " + token} if token else {})}
          return urllib.request.urlopen(urllib.request.Request("http://127.0.0.1:8000/api/v1/auth/" + path, json.dumps(body).encode(), headers)).read()
      first = os.environ["API_ADMIN_PASSWORD"]
      token = json.loads(post("login", {"username": "admin", "password": first}))["access_token"]
      post("password", {"current": first, "new": "chosen by the administrator"}, token)`;
    const lines = script.split('\n').map((line) => line.replace(/^ {6}/, ''));
    await site.exec(['docker', 'exec', 'codegraph-api', 'python', '-c', lines.join('\n')]);
    const again = await airgapIn(site, installArgs);
    expect(bodies(again, 'runFinished')).toMatchObject([{ outcome: 'unchanged', error: null }]);
    const smoke = await airgapIn(site, ['smoke']);
    expect(smoke.exitCode).toBe(0);
    const login = smokeOf(smoke, 'admin_login');
    expect(login).toMatchObject({ status: 'pass', params: { login: 'changed' } });
    expect(login?.title.en).toContain('no longer valid');
    expect(login?.measured).toMatch(/^first password: HTTP 401 \(accepted .*\); wrong password: HTTP 401$/);
  });

  it('the database’s, changed there and in .env: the next install takes it over', async () => {
    const file = join(site.dataDir, 'releases/1/.env');
    const rotated = 'rotatedByTheAdministrator0123456';
    const former = (await secrets()).get('POSTGRES_PASSWORD') ?? '';
    const alter = `ALTER USER codegraph PASSWORD '${rotated}'`;
    await site.exec(['docker', 'exec', 'codegraph-postgres', 'psql', '-U', 'codegraph', '-c', alter]);
    await writeFile(file, (await readFile(file, 'utf8')).replace(former, rotated));
    const again = await airgapIn(site, installArgs);
    expect(bodies(again, 'runFinished')).toMatchObject([{ outcome: 'done', error: null }]);
    expect((await secrets()).get('POSTGRES_PASSWORD')).toBe(rotated);
  });
});

describe('the LLM smoke test has teeth', () => {
  const smokeOf = (run: CliResult) =>
    Object.fromEntries(bodies(run, 'smoke').map(({ result }) => [result.id, result.error?.code ?? result.status]));

  /** Overwrites the placed model in place, as a dying disk would, and restarts what has it in memory. */
  async function overwriteModel(content: Buffer): Promise<void> {
    const manifest = bundleManifest.parse(JSON.parse(await readFile(join(demo.bundle, 'bundle.json'), 'utf8')));
    const hex = manifest.models[0]?.digest.slice('sha256:'.length) ?? '';
    const path = join(site.dataDir, 'models', hex, 'model.gguf');
    await chmod(path, 0o644);
    const handle = await open(path, 'r+');
    await handle.write(content, 0, content.length, 0);
    await handle.sync();
    await handle.close();
    await site.exec(['docker', 'restart', '--time', '1', 'codegraph-llm']);
    const healthy = async () => {
      const argv = ['docker', 'inspect', '--format', '{{.State.Health.Status}}', 'codegraph-llm'];
      return String((await site.exec(argv)).stdout).trim() === 'healthy';
    };
    expect(await waitFor(healthy, 120_000), 'the restarted model server is healthy').toBe(true);
  }

  it('passes with the shipped model, on the host and through the served API', () => {
    expect(smokeOf(first)).toMatchObject({ llm_host: 'pass', llm_served: 'pass' });
  });

  it('fails with SMOKE_LLM_ANSWERS on the host and through the served API after 300 flipped bits, while the file still loads', async () => {
    const model = join(import.meta.dirname, '../fixtures/tiny-llm/tiny-q8_0.gguf');
    const damaged = join(dir, 'damaged.gguf');
    await flipBits(model, damaged, { count: 300, seed: 1 });
    await overwriteModel(await readFile(damaged));
    const run = await airgapIn(site, ['smoke']);
    expect(run.exitCode).toBe(1);
    expect(smokeOf(run)).toMatchObject({ llm_host: 'SMOKE_LLM_ANSWERS', llm_served: 'SMOKE_LLM_ANSWERS' });
    await overwriteModel(await readFile(model));
    const again = await airgapIn(site, ['smoke']);
    expect(smokeOf(again)).toMatchObject({ llm_host: 'pass', llm_served: 'pass' });
    expect(again.exitCode).toBe(0);
  });
});

describe('status and uninstall', () => {
  it('status knows the product, its release and the state of each service', async () => {
    const run = await airgapIn(site, ['status']);
    expect(run.documents[0]).toMatchObject({ installed: { product: 'codegraph', release: 1 }, healthy: true });
  });

  it('uninstall with --remove-data leaves no container, volume, image or file but journal and reports', async () => {
    const run = await airgapIn(site, ['uninstall', '--yes', '--remove-data']);
    expect(run.exitCode).toBe(0);
    const state = await engineState(site);
    expect(state).toMatchObject({ containers: [], images: [], volumes: [] });
    expect(state.networks?.filter((line) => line.includes('codegraph'))).toEqual([]);
    const left = Object.keys(await filesBelow(site.dataDir)).filter((name) => !name.startsWith('reports'));
    expect(left).toEqual([]);
    const status = await airgapIn(site, ['status']);
    expect(status.documents[0]).toMatchObject({ installed: null });
  });
});
