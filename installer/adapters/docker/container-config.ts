import type Docker from 'dockerode';
import type { ContainerSpec } from '../../ports/containers.ts';

/**
 * From the port's specification to the engine's. What the installer starts itself never needs a capability, so it gets none,
 * and no way to gain any.
 */
export function containerConfig(spec: ContainerSpec): Docker.ContainerCreateOptions {
  return {
    name: spec.name,
    Image: spec.image,
    Labels: { ...spec.labels },
    Env: Object.entries(spec.env ?? {}).map(([name, value]) => `${name}=${value}`),
    ...(spec.command === undefined ? {} : { Cmd: [...spec.command] }),
    ...(spec.user === undefined ? {} : { User: spec.user }),
    ExposedPorts: Object.fromEntries(spec.ports.map(({ container }) => [`${container}/tcp`, {}])),
    HostConfig: {
      Binds: spec.binds.map(({ source, target, readOnly }) => `${source}:${target}:${readOnly ? 'ro' : 'rw'}`),
      Tmpfs: Object.fromEntries((spec.tmpfs ?? []).map((path) => [path, 'rw,noexec,nosuid,nodev'])),
      PortBindings: Object.fromEntries(
        spec.ports.map((port) => [
          `${port.container}/tcp`,
          [{ HostIp: port.hostAddress, HostPort: String(port.hostPort) }],
        ]),
      ),
      RestartPolicy: { Name: spec.restart },
      ReadonlyRootfs: spec.readOnlyRoot,
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges'],
      LogConfig: { Type: 'json-file', Config: { 'max-size': '10m', 'max-file': '3' } },
      ...(spec.memoryBytes === undefined ? {} : { Memory: spec.memoryBytes }),
    },
  };
}
