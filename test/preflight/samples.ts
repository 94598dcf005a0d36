import type { HardwareFacts } from '../../installer/contract/facts.ts';
import type { Finding, FindingCode } from '../../installer/contract/findings.ts';
import type { ProductDefinition } from '../../installer/contract/product.ts';
import type { Assessment } from '../../installer/preflight/assess.ts';
import type { DiskBudget } from '../../installer/preflight/disk-budget.ts';

export const gigabyte = 1e9;
export const mebibyte = 1024 * 1024;

/** The seeds' table, section 1.1, in the decimal gigabytes it is written in. */
export const requires: ProductDefinition['requires'] = {
  engine: '24.0',
  compose: '2.20',
  tiers: {
    minimum: { cpuCores: 4, ramBytes: 8 * gigabyte, diskBytes: 50 * gigabyte, vramBytes: 0 },
    recommended: { cpuCores: 8, ramBytes: 16 * gigabyte, diskBytes: 100 * gigabyte, vramBytes: 8 * gigabyte },
    production: { cpuCores: 16, ramBytes: 32 * gigabyte, diskBytes: 500 * gigabyte, vramBytes: 24 * gigabyte },
  },
};

export const gpu: HardwareFacts['gpus'][number] = {
  index: 0,
  name: 'NVIDIA L4',
  uuid: 'GPU-1',
  driver: '550.54.15',
  computeCapability: '8.9',
  vramBytes: 24 * gigabyte,
  vramFreeBytes: 24 * gigabyte,
};

/** A machine that reaches every tier. */
export function machine(changes: Partial<HardwareFacts> = {}): HardwareFacts {
  return {
    hostname: 'site',
    os: { name: 'Debian GNU/Linux', version: '12', kernel: '6.1.0', arch: 'x64' },
    cpu: { model: 'CPU', logicalCores: 16, physicalCores: 8, usableCores: 16, flags: ['avx2'] },
    memory: {
      totalBytes: 32 * gigabyte,
      availableBytes: 30 * gigabyte,
      cgroupLimitBytes: null,
      swapBytes: 0,
    },
    mounts: [],
    gpus: [gpu],
    nvidia: { state: 'ok', detail: '' },
    clock: { now: '2026-11-21T12:00:00.000Z', synchronised: true },
    notes: [],
    ...changes,
  };
}

export function budget(changes: Partial<DiskBudget> = {}): DiskBudget {
  return {
    mountPoint: '/',
    device: '/dev/sda1',
    sizeBytes: 500 * gigabyte,
    availableBytes: 400 * gigabyte,
    contentBytes: 90 * gigabyte,
    neededBytes: 100 * gigabyte,
    contents: [{ purpose: 'model', bytes: 90 * gigabyte }],
    ...changes,
  };
}

export function assessment(changes: Partial<Assessment> = {}): Assessment {
  return {
    facts: machine(),
    requires,
    tier: 'production',
    engine: {
      engine: '26.1.5+dfsg1',
      api: '1.45',
      dataRoot: '/var/lib/docker',
      imageRoot: '/var/lib/docker',
      idOffset: { uid: 0, gid: 0 },
    },
    composeVersion: '2.26.1-4',
    ports: [{ port: 8000, address: '127.0.0.1', service: 'api', state: 'free', ownedByUs: false }],
    taken: [],
    addresses: ['127.0.0.1', '10.1.2.3'],
    subnets: [],
    takenSubnets: [],
    proxies: [],
    disk: [budget()],
    modelFit: {
      fits: true,
      ramBytes: gigabyte,
      ramAvailableBytes: 8 * gigabyte,
      vramBytes: gigabyte,
      nGpuLayers: -1,
      nCtx: 8192,
      contextReduced: false,
    },
    rights: { uid: 0, denied: [], readOnly: [] },
    ownersNeeded: true,
    overrides: [],
    ...changes,
  };
}

export function pick(findings: readonly Finding[], code: FindingCode, subject?: string): Finding {
  const found = findings.filter((each) => each.code === code && (subject === undefined || each.subject === subject));
  if (found.length !== 1 || found[0] === undefined) {
    throw new Error(`${found.length} findings ${code} ${subject ?? ''} in ${JSON.stringify(findings)}`);
  }
  return found[0];
}
