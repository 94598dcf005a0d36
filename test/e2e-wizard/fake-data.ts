import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { EngineEventBody, StepInfo } from '../../installer/contract/events.ts';
import type { Finding } from '../../installer/contract/findings.ts';
import { productDefinition } from '../../installer/contract/product.ts';
import type { CheckResult } from '../../installer/contract/requests.ts';
import type { SbomView } from '../../installer/contract/sbom.ts';
import type { OpenedBundle, PlanPreview } from '../../installer/contract/wizard.ts';

const gib = 1024 ** 3;
const digest = `sha256:${'3a5f09c2'.repeat(8)}`;

export const product = productDefinition.parse(parse(readFileSync('bundles/products/codegraph/product.yaml', 'utf8')));

export const steps: StepInfo[] = [
  ['verifyMedia', 1, true],
  ['readiness', 1, true],
  ['checkMedia', 20, true],
  ['startRegistry', 5, false],
  ['loadImages', 40, false],
  ['reseatRegistry', 4, false],
  ['placeModel', 20, false],
  ['renderConfig', 1, false],
  ['startStack', 20, false],
  ['runHooks', 5, false],
  ['smoke', 10, true],
  ['report', 1, false],
].map(([id, weight, looksOnly]) => ({
  id: String(id),
  weight: Number(weight),
  unit: 'bytes' as const,
  reversible: id !== 'runHooks',
  looksOnly: looksOnly === true,
}));

export const opened: OpenedBundle = {
  view: {
    dir: '/media/officer/CODEGRAPH',
    verified: true,
    manifest: {
      kind: 'airgap-bundle',
      schema: 1,
      product: { name: 'codegraph', version: '1.2.0', title: 'CodeGraph' },
      release: 7,
      minimumSourceRelease: 0,
      created: '2026-11-20T09:30:00Z',
      chunkSize: 67_108_864,
      images: product.images.map(({ name, ref }) => ({
        name,
        ref,
        digest,
        mediaType: 'application/vnd.oci.image.manifest.v1+json',
        size: 181_403_648,
        unpackedSize: 502_403_648,
      })),
      models: [{ id: 'main', path: 'models/model.gguf', size: 4_920_734_208, digest }],
      files: [{ path: 'models/model.gguf', size: 4_920_734_208, digest }],
    },
    manifestDigest: digest,
    rootVersion: 2,
    signers: [{ role: 'bundle', fingerprint: 'SHA256:4tZc8LmWq1XyRb7HnVe0JkPu3sGd6fTaOi9BxMv2CwY' }],
    thresholds: [{ role: 'bundle', keys: 1, needed: 1, signed: 1 }],
  },
  rootDigest: `sha256:${'9be1d40f'.repeat(8)}`,
  rootCame: 'separate',
  givenRootDigest: `sha256:${'9be1d40f'.repeat(8)}`,
  rootKeys: [
    { role: 'root', fingerprint: 'SHA256:uN6bVx0mE9p3QhTzY1kLrW7sJd2cGf4aBo8iKvMxPqE' },
    { role: 'bundle', fingerprint: 'SHA256:4tZc8LmWq1XyRb7HnVe0JkPu3sGd6fTaOi9BxMv2CwY' },
  ],
  givenRootVersion: 2,
  product,
  releaseNotes: '# CodeGraph 1.2.0\n\n- Faster answers\n- Alerts by e-mail are off by default\n',
  sbom: ['sbom/codegraph-api.cdx.json', 'sbom/postgres.cdx.json'],
};

/** All that a trusted bundle may still have to say: a rotation, two keys of three, dates that do not fit, a base release. */
export const openedDelta: OpenedBundle = {
  ...opened,
  view: {
    ...opened.view,
    manifest: {
      ...opened.view.manifest,
      expires: '2026-11-21T00:00:00Z',
      base: { release: 6, manifestDigest: digest },
      assumed: [{ path: 'models/old.gguf', size: 1, digest }],
    },
    signers: [
      { role: 'root', fingerprint: 'SHA256:mP2sYc7JvQ4wLx9dRk1TfHn6GzB3oUeAi8Vb5Kt0XyM' },
      { role: 'root', fingerprint: 'SHA256:uN6bVx0mE9p3QhTzY1kLrW7sJd2cGf4aBo8iKvMxPqE' },
      ...opened.view.signers,
      { role: 'bundle', fingerprint: 'SHA256:9wQd3KpXs7VnZ2yHb5TfLr0GmCu8JeAi4oRk1Nx6BtM' },
    ],
    thresholds: [
      { role: 'root', keys: 1, needed: 1, signed: 1 },
      { role: 'bundle', keys: 3, needed: 2, signed: 2 },
    ],
    findings: [
      {
        ...{ code: 'BUNDLE_EXPIRED', status: 'warn', subject: '', unit: 'text', params: { release: 7 } },
        expected: '2026-11-21T00:00:00Z',
        found: '2026-11-22T08:15:00.000Z',
      },
    ],
  },
  givenRootVersion: 1,
};

/** As many components as a large image has; one of them is like no other. */
export const sbom: SbomView = {
  subject: { name: 'codegraph-api:1.2.0', version: digest },
  components: Array.from({ length: 5000 }, (_, index) => ({
    name: index === 4321 ? 'openssl' : `library-${index}`,
    version: `1.${index}-2+deb12u1`,
    type: 'library',
    purl: `pkg:deb/debian/library-${index}@1.${index}-2%2Bdeb12u1?arch=amd64&distro=debian-12`,
    licenses: index % 2 === 0 ? ['MIT'] : ['GPL-2.0-only', 'BSD-3-Clause'],
  })),
  total: 5000,
};

const finding = (code: Finding['code'], status: Finding['status'], rest: Partial<Finding> = {}): Finding => ({
  code,
  status,
  subject: '',
  unit: 'text',
  expected: null,
  found: null,
  params: {},
  ...rest,
});

const findings = (overridden: boolean): Finding[] => [
  overridden
    ? finding('RAM_TOTAL', 'warn', { unit: 'bytes', expected: 7.5 * gib, found: 6 * gib })
    : finding('RAM_TOTAL', 'fail', { unit: 'bytes', expected: 7.5 * gib, found: 6 * gib }),
  finding('GPU_PRESENT', 'warn', { unit: 'count', expected: 1, found: 0 }),
  finding('CLOCK', 'warn', { expected: 'synchronised', found: 'unsynchronised' }),
  finding('CPU_CORES', 'pass', { unit: 'cores', expected: 4, found: 8 }),
  finding('DISK_SPACE', 'pass', { unit: 'bytes', subject: '/var', expected: 21 * gib, found: 112 * gib }),
  finding('ENGINE_VERSION', 'pass', { unit: 'version', expected: '25.0', found: '26.1.5' }),
  finding('PORT_FREE', 'pass', { subject: '127.0.0.1:8000', expected: 'free', found: 'free' }),
];

const disk = [
  {
    mountPoint: '/var',
    device: '/dev/sda2',
    sizeBytes: 200 * gib,
    availableBytes: 112 * gib,
    contentBytes: 17 * gib,
    neededBytes: Math.round(19.2 * gib),
    contents: [
      { purpose: 'registry', bytes: Math.round(1.5 * gib) },
      { purpose: 'images', bytes: Math.round(6.2 * gib) },
      { purpose: 'model', bytes: 4_920_734_208 },
      { purpose: 'release', bytes: 64 * 1024 * 1024 },
    ],
  },
];

export function checkResult(overridden: boolean, withBundle: boolean): CheckResult {
  return {
    status: overridden ? 'warn' : 'fail',
    findings: findings(overridden),
    facts: {
      hostname: 'site-17',
      os: { name: 'Debian GNU/Linux', version: '12', kernel: '6.1.0', arch: 'x64' },
      cpu: { model: 'Xeon', logicalCores: 16, physicalCores: 8, usableCores: 8, flags: [] },
      memory: { totalBytes: 6 * gib, availableBytes: 5 * gib, cgroupLimitBytes: null, swapBytes: 0 },
      mounts: [
        {
          mountPoint: '/var',
          fileSystem: 'ext4',
          device: '/dev/sda2',
          sizeBytes: 200 * gib,
          availableBytes: 112 * gib,
        },
      ],
      gpus: [],
      nvidia: { state: 'none', detail: '' },
      clock: { now: '2026-11-21T10:00:00Z', synchronised: false },
      notes: [],
    },
    modelFit: withBundle
      ? {
          nCtx: 4096,
          nGpuLayers: 12,
          layersOnGpu: 12,
          layersTotal: 33,
          nThreads: 7,
          nBatch: 512,
          ramBytes: Math.round(3.1 * gib),
          vramBytes: 2 * gib,
          kvBytes: gib / 2,
          weightsBytes: Math.round(4.6 * gib),
          ramAvailableBytes: Math.round(3.9 * gib),
          fits: true,
          contextReduced: true,
          reason: 'partialGpu',
        }
      : null,
    disk,
  };
}

export const plan: PlanPreview = {
  steps,
  changes: [
    {
      step: 'startRegistry',
      text: {
        en: 'A container “registry” is started on port 5000.',
        ru: 'Запускается контейнер «registry» на порту 5000.',
      },
    },
    { step: 'loadImages', text: { en: '9 images are stored (1.5 GiB).', ru: 'Сохраняются 9 образов (1,5 ГиБ).' } },
    {
      step: 'placeModel',
      text: {
        en: 'The model is copied to /var/lib/airgap-installer/models.',
        ru: 'Модель копируется в /var/lib/airgap-installer/models.',
      },
    },
    {
      step: 'runHooks',
      text: { en: 'The database is brought to its newest form.', ru: 'База данных приводится к новой структуре.' },
    },
  ],
  disk,
  pointOfNoReturn: 'runHooks',
  answers: {},
  overrides: [],
  digest: `sha256:${'a1b2c3d4'.repeat(8)}`,
};

export const smokeBodies: EngineEventBody[] = [
  ...['api', 'postgres', 'llm', 'grafana'].map(
    (service): EngineEventBody => ({
      kind: 'service',
      service: { service, state: service === 'grafana' ? 'running' : 'healthy', detail: 'HTTP 200' },
    }),
  ),
  {
    kind: 'smoke',
    result: {
      id: 'health',
      status: 'pass',
      title: { en: 'All services are healthy', ru: 'Все службы исправны' },
      expected: '9',
      measured: '9',
      ms: 312,
      params: {},
      error: null,
    },
  },
  // Words without a blank to break at, as the real tests have them.
  {
    kind: 'smoke',
    result: {
      id: 'image_origin',
      status: 'pass',
      title: {
        en: 'All containers run signed images from the local store',
        ru: 'Все контейнеры работают из подписанных образов локального хранилища',
      },
      expected: 'all from 127.0.0.1:5000/…@sha256:, /"database":\\s*"ok"/',
      measured: 'exit code 0: stand-in 0.1 (no parser inside): 0 files -> /tmp/smoke.duckdb',
      ms: 58,
      params: {},
      error: null,
    },
  },
  {
    kind: 'smoke',
    result: {
      id: 'login',
      status: 'pass',
      title: { en: 'The administrator can log in', ru: 'Администратор может войти' },
      expected: 'HTTP 200 with a token; wrong password: HTTP 401 or 403',
      measured: 'HTTP 200 with a token; wrong password: HTTP 401',
      ms: 257,
      params: {},
      error: null,
    },
  },
  {
    kind: 'smoke',
    result: {
      id: 'llm',
      status: 'pass',
      title: { en: 'The language model answers known questions', ru: 'Языковая модель отвечает на известные вопросы' },
      expected: '≥ 8/10',
      measured: '10/10, 23.4 tokens/s',
      ms: 8123,
      params: { tokensPerSecond: 23.4 },
      error: null,
    },
  },
];
