import { InstallerError } from '../../installer/base/errors.ts';
import type { ExecResult } from '../../installer/ports/containers.ts';
import type { ServiceInfo, StackRuntime } from '../../installer/ports/runtime.ts';

export interface FakeStack {
  services: string[];
  containers: ServiceInfo[];
  /** What a command gives; the default says nothing and ends with 0. */
  onCommand: (kind: 'exec' | 'oneOff', service: string, argv: readonly string[]) => ExecResult | Promise<ExecResult>;
}

export const registry = '127.0.0.1:5000';
export const apiDigest = `sha256:${'a'.repeat(64)}` as const;
export const images = [{ name: 'codegraph', digest: apiDigest }];

export function container(service: string, more: Partial<ServiceInfo> = {}): ServiceInfo {
  return {
    service,
    container: `site-${service}-1`,
    imageRef: `${registry}/codegraph@${apiDigest}`,
    imageId: 'sha256:0',
    state: 'healthy',
    detail: '',
    exitCode: null,
    hasHealthcheck: true,
    restarts: 0,
    ...more,
  };
}

/** The port's fake: a stack as a test wants it. What smoke tests must not do is refused. */
export function fakeRuntime(stack: Partial<FakeStack> = {}): StackRuntime {
  const { services = ['api'], containers = [container('api')], onCommand } = stack;
  const quiet: ExecResult = { exitCode: 0, stdout: '', stderr: '' };
  const refuse = () => Promise.reject(new InstallerError('INTERNAL', { params: { what: 'smoke tests only look' } }));
  return {
    version: async () => '2.26.1',
    images: refuse,
    services: async () => services,
    names: refuse,
    up: refuse,
    list: async () => containers,
    isCurrent: refuse,
    exec: async (_files, service, argv) => onCommand?.('exec', service, argv) ?? quiet,
    runOneOff: async (_files, service, argv) => onCommand?.('oneOff', service, argv) ?? quiet,
    logs: refuse,
    inventory: refuse,
    owned: refuse,
    removeOwned: refuse,
  };
}
