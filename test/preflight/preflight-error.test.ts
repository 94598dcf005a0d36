import { expect, test } from 'vitest';
import { InstallerError } from '../../installer/base/errors.ts';
import { type Assessment, assess } from '../../installer/preflight/assess.ts';
import { preflightError } from '../../installer/preflight/preflight-error.ts';
import { assessment, budget, gigabyte, machine } from './samples.ts';

const taken = { port: 8000, address: '127.0.0.1', service: 'api', state: 'taken', ownedByUs: false } as const;
const foreign = {
  kind: 'volume',
  id: 'codegraph_postgres-data',
  name: 'codegraph_postgres-data',
  site: null,
  project: null,
  service: null,
  subnets: [],
} as const;
const unreachable = { error: new InstallerError('ENGINE_UNREACHABLE', { params: { socket: '/run/docker.sock' } }) };
const denied = { error: new InstallerError('ENGINE_UNREACHABLE', { params: { errno: 'EACCES' } }) };
const weak = machine({ cpu: { ...machine().cpu, usableCores: 1 } });
const user = { uid: 1000, denied: ['/var/lib/x'], readOnly: [] };

const rows: [string, Partial<Assessment>, string, Record<string, unknown>][] = [
  ['a port', { ports: [taken] }, 'PORT_TAKEN', { port: 8000, service: 'api', all: '127.0.0.1:8000' }],
  [
    'two ports',
    { ports: [taken, { ...taken, port: 3000, service: 'grafana' }] },
    'PORT_TAKEN',
    { port: 8000, all: '127.0.0.1:8000, 127.0.0.1:3000' },
  ],
  [
    'two full disks',
    {
      disk: [
        budget({ availableBytes: 99 * gigabyte }),
        budget({ mountPoint: '/data', device: '/dev/sdb', availableBytes: gigabyte }),
      ],
    },
    'DISK_TOO_SMALL',
    { mount: '/data', needed: 100 * gigabyte, available: gigabyte, missing: 99 * gigabyte },
  ],
  ['a small disk with room', { disk: [budget({ sizeBytes: 1 })] }, 'PREFLIGHT_FAILED', { codes: 'DISK_SPACE' }],
  [
    'an address that is not here',
    { ports: [{ ...taken, address: '192.0.2.7', state: 'noAddress' }] },
    'ADDRESS_MISSING',
    { address: '192.0.2.7', addresses: '127.0.0.1, 10.1.2.3' },
  ],
  [
    'names that are taken',
    { taken: [foreign, { ...foreign, kind: 'container', name: 'codegraph-api' }] },
    'NAME_TAKEN',
    { all: 'volume codegraph_postgres-data, container codegraph-api' },
  ],
  ['no engine', { engine: unreachable }, 'ENGINE_UNREACHABLE', { socket: '/run/docker.sock' }],
  ['no compose', { composeVersion: undefined }, 'COMPOSE_MISSING', {}],
  ['no rights', { rights: user }, 'NOT_ROOT', { path: '/var/lib/x' }],
  ['no rights to the engine', { rights: { ...user, denied: [] }, engine: denied }, 'NOT_ROOT', { reason: 'engine' }],
  [
    'a read-only file system',
    { rights: { uid: 0, denied: [], readOnly: ['/mnt/x'] } },
    'DATA_DIR_UNUSABLE',
    { path: '/mnt/x' },
  ],
  ['a weak machine', { facts: weak }, 'PREFLIGHT_FAILED', { codes: 'CPU_CORES', count: 1 }],
  [
    'an old engine',
    { engine: { engine: '20.10.24', api: '1.41', dataRoot: '/d', imageRoot: '/d', idOffset: { uid: 0, gid: 0 } } },
    'PREFLIGHT_FAILED',
    { codes: 'ENGINE_VERSION' },
  ],
  [
    'several kinds',
    { facts: weak, ports: [taken], engine: unreachable },
    'PREFLIGHT_FAILED',
    { codes: 'CPU_CORES, ENGINE_REACHABLE, PORT_FREE', count: 3 },
  ],
];

test.each(rows)('%s', (_name, changes, code, params) => {
  const error = preflightError(assess(assessment(changes)));
  expect(error).toBeInstanceOf(InstallerError);
  expect(error).toMatchObject({ code, params });
});

test('warnings are no error', () => {
  const facts = machine({ clock: { now: '', synchronised: false } });
  expect(preflightError(assess(assessment({ facts })))).toBeUndefined();
});

test('the engine’s own error stays as the cause', () => {
  const error = preflightError(assess(assessment({ engine: unreachable })), unreachable.error);
  expect(error?.cause).toBe(unreachable.error);
});
