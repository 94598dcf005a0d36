import type { Json } from '../../installer/base/canonical-json.ts';
import { chainHash, chainStart } from '../../installer/base/chain.ts';
import { sha256 } from '../../installer/base/hash.ts';
import type { EngineEventBody } from '../../installer/contract/events.ts';
import type { ReportEvidence } from '../../installer/contract/report.ts';
import type { EventRow } from '../../installer/ports/journal.ts';
import { sealEvidence } from '../../installer/report/seal.ts';

export const run = '2026-11-21T10-15-00Z-4f1c';
const GiB = 1024 ** 3;

export const evidence: ReportEvidence = {
  installer: { version: '0.1.0' },
  who: 'officer',
  host: {
    hostname: 'site-7',
    os: { name: 'Debian GNU/Linux', version: '12 (bookworm)', kernel: '6.1.0-31-amd64', arch: 'x64' },
    cpu: { model: 'AMD EPYC 7543', logicalCores: 16, physicalCores: 8, usableCores: 12, flags: ['avx2'] },
    memory: { totalBytes: 64 * GiB, availableBytes: 60 * GiB, cgroupLimitBytes: null, swapBytes: 0 },
    mounts: [
      { mountPoint: '/', fileSystem: 'ext4', device: '/dev/sda1', sizeBytes: 100 * GiB, availableBytes: 71.3 * GiB },
    ].map((mount) => ({ ...mount, availableBytes: Math.round(mount.availableBytes) })),
    gpus: [
      {
        index: 0,
        name: 'NVIDIA A10',
        uuid: null,
        driver: '550.54',
        computeCapability: '8.6',
        vramBytes: 24 * GiB,
        vramFreeBytes: null,
      },
    ],
    nvidia: { state: 'ok', detail: '' },
    clock: { now: '2026-11-21T10:15:00.000Z', synchronised: false },
    notes: ['The clock is not synchronised <by design>.'],
  },
  engine: { engine: '26.1.5', compose: '2.26.1' },
  bundle: {
    product: 'codegraph',
    title: 'CodeGraph',
    version: '1.2.0',
    release: 3,
    manifestDigest: sha256('manifest'),
    rootVersion: 1,
    rootDigest: sha256('root'),
    signers: [
      { role: 'root', fingerprint: 'SHA256:Jm0H6o2Yl0bq6o3sJm0H6o2Yl0bq6o3sJm0H6o2Yl0b' },
      { role: 'bundle', fingerprint: 'SHA256:9cUo2Yl0bq6o3sJm0H6o2Yl0bq6o3sJm0H6o2Yl0bq6' },
    ],
    images: [
      { name: 'codegraph', ref: 'codegraph:latest', digest: sha256('api'), size: 212_000_000 },
      { name: 'postgres', ref: 'postgres:17-alpine', digest: sha256('postgres'), size: 98_000_000 },
    ],
    models: [{ id: 'tiny', digest: sha256('model'), size: 1_234_567 }],
  },
  overrides: [{ code: 'CLOCK', justification: 'There is no time source on this site; set by hand.' }],
  isolation: {
    at: 1_795_255_000_000,
    interfaces: [
      { name: 'lo', addresses: ['127.0.0.1/8', '::1/128'] },
      { name: 'docker0', addresses: ['172.17.0.1/16'] },
    ],
    routes: ['172.17.0.0/16 dev docker0'],
    defaultRoute: false,
  },
};

const step = (id: string, looksOnly = false) =>
  ({ id, weight: 1, unit: 'items', reversible: true, looksOnly }) as const;

/** A whole install up to its report step; `report` stands for the step that writes the report. */
export const bodies: readonly EngineEventBody[] = [
  {
    kind: 'runStarted',
    action: 'install',
    steps: [step('verify', true), step('loadImages'), step('startStack'), step('smoke', true), step('report', true)],
  },
  { kind: 'stepStarted', step: 'verify' },
  { kind: 'stepFinished', step: 'verify', outcome: 'done', ms: 812.25 },
  {
    kind: 'finding',
    finding: {
      code: 'RAM_TOTAL',
      status: 'pass',
      subject: 'RAM',
      unit: 'bytes',
      expected: 8 * GiB,
      found: 64 * GiB,
      params: {},
    },
  },
  {
    kind: 'finding',
    finding: {
      code: 'CLOCK',
      status: 'warn',
      subject: 'clock',
      unit: 'text',
      expected: null,
      found: null,
      params: {},
    },
  },
  { kind: 'stepStarted', step: 'loadImages' },
  { kind: 'artifact', artifact: { type: 'image', name: 'codegraph', digest: sha256('api'), size: 212_000_000 } },
  { kind: 'log', level: 'info', source: 'loadImages', message: 'two images, 310 MB' },
  { kind: 'stepFinished', step: 'loadImages', outcome: 'done', ms: 14_200 },
  { kind: 'stepStarted', step: 'startStack' },
  { kind: 'service', service: { service: 'api', state: 'starting', detail: '' } },
  { kind: 'service', service: { service: 'postgres', state: 'healthy', detail: 'Up 12 seconds' } },
  { kind: 'service', service: { service: 'api', state: 'healthy', detail: 'Up 8 seconds' } },
  { kind: 'stepFinished', step: 'startStack', outcome: 'done', ms: 21_000 },
  { kind: 'stepStarted', step: 'smoke' },
  {
    kind: 'smoke',
    result: {
      id: 'login',
      status: 'pass',
      title: { en: 'The administrator can log in', ru: 'Администратор может войти' },
      expected: 'HTTP 200 with a token; wrong password refused',
      measured: 'HTTP 200 with a token; wrong password: HTTP 401',
      ms: 310.5,
      params: {},
      error: null,
    },
  },
  { kind: 'stepFinished', step: 'smoke', outcome: 'done', ms: 4100 },
  { kind: 'stepStarted', step: 'report' },
  sealEvidence(evidence),
];

/** Rows as the journal keeps them: chained by the same function. */
export function chained(of: readonly EngineEventBody[] = bodies, runId = run): EventRow[] {
  let hash = chainStart(runId);
  return of.map((body, index) => {
    const event = { run: runId, seq: index + 1, at: 1_795_255_000_000 + index * 1500, body };
    hash = chainHash(hash, event as unknown as Json);
    return { event, hash };
  });
}
