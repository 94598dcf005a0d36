import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { checkAnswers } from '../../installer/config/answers.ts';
import { buildRelease, releaseOutput } from '../../installer/config/release.ts';
import { parseTree, type Tree } from '../../installer/config/template.ts';
import type { GpuFact } from '../../installer/contract/facts.ts';
import { codegraph, facts, gpu, productFile, renderInput } from '../config/fixture.ts';

interface Service {
  image: string;
  user: string;
  read_only: boolean;
  cap_drop: string[];
  cap_add?: string[];
  security_opt: string[];
  pull_policy: string;
  privileged?: boolean;
  network_mode?: string;
  networks?: string[] | Record<string, unknown>;
  ports?: string[];
  profiles?: string[];
  healthcheck?: { test: string[]; start_interval: string; start_period: string };
  command?: string[];
  environment?: Record<string, string>;
  logging: { options: Record<string, string> };
  deploy: { resources: { limits: { cpus: number | string; memory: string; pids: number } } };
}

interface Compose {
  services: Record<string, Service>;
  networks: Record<string, { internal?: boolean; driver_opts?: Record<string, string>; ipam: unknown }>;
}

const product = await codegraph();
const text = async (path: string) => (await productFile(path)).toString('utf8');
const compose = parseTree(await text('compose.yaml'), 'compose.yaml') as unknown as Compose;
const services = Object.entries(compose.services);

describe('product.yaml', () => {
  test('says everything in both languages', async () => {
    const texts: { en: string; ru: string }[] = [];
    const collect = (node: unknown): void => {
      if (node === null || typeof node !== 'object') return;
      if ('en' in node || 'ru' in node) texts.push(node as { en: string; ru: string });
      for (const child of Object.values(node)) collect(child);
    };
    collect(parse(await text('product.yaml')));
    expect(texts.length).toBeGreaterThan(40);
    for (const { en, ru } of texts) {
      expect(en).not.toMatch(/[А-Яа-яЁё]/);
      expect(ru).toMatch(/[А-Яа-яЁё]/);
    }
  });

  test('has the images of the deployment guide, each used and none beside them', () => {
    const used = new Set([...services.map(([, service]) => service.image), 'registry:2']);
    expect(new Set(product.images.map((image) => image.ref))).toEqual(used);
    expect(product.images.map((image) => image.name)).toContain(product.registry.image);
    expect(services.map(([name]) => name).sort()).toEqual(
      ['alertmanager', 'api', 'gocpg', 'grafana', 'llm', 'postgres', 'prometheus', 'vault'].sort(),
    );
  });

  test('has presets that its own checks accept', () => {
    expect(checkAnswers(product, {}).values).toBeDefined();
  });

  test('lists every file of its folder, and none that is not there', async () => {
    const dir = join(import.meta.dirname, '../../bundles/products/codegraph');
    const entries = await readdir(dir, { recursive: true, withFileTypes: true });
    const there = entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(dir.length + 1));
    const listed = [
      'product.yaml',
      product.compose.file,
      product.compose.gpuOverlay,
      ...product.files.map((file) => file.source),
    ];
    expect(there.sort()).toEqual(listed.sort());
  });

  test('names services and inputs that exist', () => {
    const names = Object.keys(compose.services);
    const commands = product.hooks.flatMap((hook) => [hook.run, hook.doneWhen]);
    const tests = product.smoke.tests.flatMap((smoke) => ('service' in smoke ? [smoke] : []));
    for (const { service } of [...commands, ...tests, ...product.ports]) expect(names).toContain(service);
    expect(names).toEqual(expect.arrayContaining([product.smoke.llm?.service, product.smoke.llm?.client]));
    const inputs = new Map(product.inputs.map((input) => [input.id, input.type]));
    for (const { input } of product.ports) expect(inputs.get(input)).toBe('port');
  });

  test('puts no secret on a command line', () => {
    const argv = [
      ...product.hooks.flatMap((hook) => [...hook.run.argv, ...hook.doneWhen.argv]),
      ...services.flatMap(([, service]) => [...(service.command ?? []), ...(service.healthcheck?.test ?? [])]),
    ].join('\n');
    for (const { env } of product.secrets) expect(argv).not.toMatch(new RegExp(`\\$\\{?${env}`));
  });

  test('asks the questions that the shipped test model was trained for', async () => {
    const script = await readFile(join(import.meta.dirname, '../fixtures/tiny-llm/ask.mjs'), 'utf8');
    const questions = product.smoke.llm?.questions ?? [];
    expect(questions).toHaveLength(12);
    for (const { ask, expect: answer } of questions) expect(script).toContain(`['${ask}','${answer}']`);
  });
});

describe('compose.yaml', () => {
  test.each(services)('hardens %s', (_, service) => {
    expect(service).toMatchObject({ read_only: true, cap_drop: ['ALL'], pull_policy: 'never' });
    expect(service.security_opt).toContain('no-new-privileges:true');
    expect(service.cap_add ?? []).toEqual([]);
    expect(service.privileged ?? false).toBe(false);
    expect(service.user).toMatch(/^[1-9][0-9]*:[0-9]+$/);
    expect(service.logging.options).toMatchObject({ 'max-size': expect.any(String), 'max-file': expect.any(String) });
    expect(service.deploy.resources.limits).toMatchObject({ pids: expect.any(Number), memory: expect.any(String) });
  });

  test.each(services)('publishes %s on the chosen address only', (_, service) => {
    for (const port of service.ports ?? [])
      expect(port).toMatch(/^\{\{hosts\.bind_address\}\}:\{\{answers\.\w+_port\}\}:\d+$/);
    expect(service.network_mode ?? 'none').toBe('none');
  });

  test.each(
    services.filter(([, service]) => service.profiles === undefined),
  )('looks often while %s starts', (_, service) => {
    expect(service.healthcheck).toMatchObject({ interval: expect.any(String), start_interval: '1s' });
  });

  test('keeps databases, model and Vault on the network that leads nowhere', () => {
    expect(compose.networks.backend).toMatchObject({ internal: true });
    expect(compose.networks.edge?.driver_opts).toEqual({ 'com.docker.network.bridge.enable_ip_masquerade': 'false' });
    for (const name of ['postgres', 'llm', 'vault']) {
      const networks = compose.services[name]?.networks ?? {};
      expect(Array.isArray(networks) ? networks : Object.keys(networks)).toEqual(['backend']);
      expect(compose.services[name]?.ports).toBeUndefined();
    }
  });

  test('takes every variable from .env, where the product puts it', async () => {
    const named = [...(await text('compose.yaml')).matchAll(/\$\{([A-Z_]+)/g)].map((match) => match[1]);
    const written = [...Object.keys(product.environment), ...product.secrets.map((secret) => secret.env)];
    expect(new Set(named)).toEqual(new Set([...written.filter((name) => named.includes(name)), 'GOCPG_SOURCE_PATH']));
    for (const { env } of product.secrets) expect(named).toContain(env);
  });

  test("keeps the deployment guide's environment", () => {
    expect(compose.services.api?.environment).toMatchObject({
      DATABASE_URL: expect.stringMatching(
        /^postgresql\+asyncpg:\/\/codegraph:\$\{POSTGRES_PASSWORD:\?\}@postgres:5432\/codegraph$/,
      ),
      ENVIRONMENT: 'production',
      API_JWT_SECRET: expect.any(String),
      API_ADMIN_USERNAME: expect.any(String),
      API_ADMIN_PASSWORD: expect.any(String),
      LOG_LEVEL: expect.any(String),
      SECURITY_ENABLED: expect.any(String),
      DLP_ENABLED: expect.any(String),
      SIEM_ENABLED: expect.any(String),
      VAULT_ENABLED: expect.any(String),
      CORS_ALLOWED_ORIGINS: expect.any(String),
    });
    expect(JSON.stringify(compose)).not.toMatch(/YANDEX|GIGACHAT/);
  });
});

async function rendered(gpus: GpuFact[], nGpuLayers: number, answers = {}): Promise<Map<string, Tree>> {
  const llm = { nCtx: 8192, nGpuLayers, nBatch: 512, nThreads: 3 };
  const input = await renderInput({ product, facts: facts(gpus), llm, answers });
  const output = releaseOutput(input);
  const secrets = new Map(product.secrets.map(({ env }) => [env, 'x']));
  const files = (await buildRelease(input, output, secrets)).filter((file) => file.path !== '.env');
  return new Map(files.map(({ path, content }) => [path, parse(content.toString('utf8')) as Tree]));
}

const airgapped = (nGpuLayers: number) => ({
  domain: { name: 'postgresql', auto_activate: true },
  api: { host: '0.0.0.0', port: 8000, workers: 1 },
  llm: {
    provider: 'local',
    yandex: { model: 'qwen3-235b' },
    local: {
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the product itself replaces it, the guide's section 4.2
      model_path: '${QWEN3_MODEL_PATH:-/models/model.gguf}',
      n_ctx: 8192,
      n_gpu_layers: nGpuLayers,
      n_batch: 512,
      n_threads: 3,
    },
  },
  security: {
    enabled: true,
    dlp: {
      enabled: true,
      webhook: { enabled: false },
      pre_request: { enabled: true, default_action: 'WARN' },
      post_response: { enabled: true, default_action: 'MASK' },
    },
    siem: { enabled: true, syslog: { enabled: true, host: 'siem.local', port: 514 } },
    vault: { enabled: true, url: 'http://vault.local:8200', auth_method: 'approle' },
  },
});

describe('rendered configuration', () => {
  test('on a machine without GPU', async () => {
    expect((await rendered([], 0)).get('config.yaml')).toEqual(airgapped(0));
  });

  test('on a machine whose GPU takes the whole model', async () => {
    const files = await rendered([gpu], -1);
    expect(files.get('config.yaml')).toEqual(airgapped(-1));
    expect(files.get('compose.gpu.yaml')).toMatchObject({
      services: { llm: { deploy: { resources: { reservations: { devices: [{ device_ids: [gpu.uuid] }] } } } } },
    });
  });

  test('runs the model server with what was computed, limits within the machine', async () => {
    const { services: found } = (await rendered([], 0)).get('compose.yaml') as unknown as Compose;
    const command = found.llm?.command?.join(' ');
    expect(command).toContain('--model /models/model.gguf --ctx-size 8192 --batch-size 512 --threads 3');
    expect(command).toContain('--n-gpu-layers 0');
    expect(command).toContain('--offline');
    for (const service of Object.values(found)) {
      expect(Number(service.deploy.resources.limits.cpus)).toBeLessThanOrEqual(2);
      expect(service.image).toMatch(/^127\.0\.0\.1:5000\/[a-z./-]+@sha256:[0-9a-f]{64}$/);
    }
    expect(found.api?.deploy.resources.limits.memory).toBe('8053063680b');
    expect(found.api?.ports).toEqual(['127.0.0.1:8000:8000']);
  });

  test('sends alerts only where the site said to', async () => {
    const receivers = async (answers: object) =>
      ((await rendered([], 0, answers)).get('monitoring/alertmanager.yml') as { receivers: Tree }).receivers;
    expect(await receivers({})).toEqual([{ name: 'site', webhook_configs: [] }]);
    expect(await receivers({ alertmanager_webhook_url: 'http://alerts.site:9095/alert' })).toEqual([
      { name: 'site', webhook_configs: [{ url: 'http://alerts.site:9095/alert', send_resolved: true }] },
    ]);
  });
});

describe('monitoring', () => {
  test("scrapes the stack's services", async () => {
    const config = parse(await text('monitoring/prometheus.yml'));
    const jobs = config.scrape_configs as {
      job_name: string;
      metrics_path?: string;
      static_configs: { targets: string[] }[];
    }[];
    expect(jobs.map((job) => job.job_name)).toEqual(['codegraph-api', 'codegraph-llm', 'prometheus', 'alertmanager']);
    expect(jobs[0]).toMatchObject({ metrics_path: '/api/v1/metrics', static_configs: [{ targets: ['api:8000'] }] });
    const hosts = jobs
      .flatMap((job) => job.static_configs.flatMap((item) => item.targets))
      .map((target) => target.split(':')[0]);
    for (const host of hosts) expect([...Object.keys(compose.services), '127.0.0.1']).toContain(host);
    expect(product.smoke.tests).toContainEqual(
      expect.objectContaining({ kind: 'prometheusTarget', job: 'codegraph-api' }),
    );
  });

  test('has the rules of both versions of the deployment guide', async () => {
    const { groups } = parse(await text('monitoring/rules/codegraph.yml'));
    const rules = groups[0].rules as {
      alert: string;
      expr: string;
      for: string;
      labels: object;
      annotations: object;
    }[];
    expect(rules.map((rule) => rule.alert)).toEqual(
      expect.arrayContaining([
        'CodeGraphHighLatency',
        'CodeGraphLLMErrors',
        'CodeGraphHighErrorRate',
        'CodeGraphDLPHighBlockRate',
        'CodeGraphPodNotReady',
      ]),
    );
    for (const rule of rules) {
      expect(rule).toMatchObject({
        for: expect.stringMatching(/^\d+m$/),
        labels: { severity: expect.stringMatching(/^(critical|warning)$/) },
        annotations: { summary: expect.any(String), summary_ru: expect.stringMatching(/[а-я]/) },
      });
    }
    expect(JSON.stringify(groups)).not.toContain('kube_');
  });

  test('shows the panels of both versions of the deployment guide', async () => {
    const dashboard = JSON.parse(await text('monitoring/dashboards/codegraph.json'));
    const panels = dashboard.panels as {
      id: number;
      title: string;
      datasource: { uid: string };
      targets: { expr: string }[];
    }[];
    const expressions = panels.map((panel) => panel.targets[0]?.expr);
    expect(expressions).toEqual([
      'rag_active_requests',
      'rate(rag_total_requests[5m])',
      'histogram_quantile(0.95, rate(rag_scenario_duration_seconds_bucket[5m]))',
      'histogram_quantile(0.95, rate(rag_llm_latency_seconds_bucket[5m]))',
      'sum(rate(rag_llm_tokens_total[1h])) by (model)',
      'rate(rag_llm_errors_total[5m])',
      'rate(rag_cache_hits_total[5m]) / (rate(rag_cache_hits_total[5m]) + rate(rag_cache_misses_total[5m]))',
      'rate(http_requests_total[5m])',
      'rate(http_requests_total{status=~"5.."}[5m])',
      'histogram_quantile(0.95, rate(http_request_duration_seconds_bucket[5m]))',
      'rate(dlp_blocks_total[5m])',
      'sum(rate(llm_tokens_total[1h]))',
    ]);
    expect(new Set(panels.map((panel) => panel.id)).size).toBe(panels.length);
    const { datasources } = parse(await text('monitoring/grafana-datasources.yml'));
    const uids = (datasources as { uid: string }[]).map((source) => source.uid);
    for (const panel of panels) expect(uids).toContain(panel.datasource.uid);
    const { providers } = parse(await text('monitoring/grafana-dashboards.yml'));
    expect(JSON.stringify(compose.services.grafana)).toContain(`"target":"${providers[0].options.path}"`);
  });
});
