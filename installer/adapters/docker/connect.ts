import Docker from 'dockerode';
import { InstallerError } from '../../base/errors.ts';

/** Where the engine listens: a Unix socket's path, or DOCKER_HOST's value (`unix://PATH`, `tcp://HOST:PORT`). */
export type EngineAddress = { socketPath: string } | { dockerHost: string };

/** DOCKER_HOST if set, else the engine's usual socket, as the docker command does it. */
export function engineAddress(env: Readonly<Record<string, string | undefined>>): EngineAddress {
  const dockerHost = env.DOCKER_HOST;
  return dockerHost === undefined || dockerHost === '' ? { socketPath: '/var/run/docker.sock' } : { dockerHost };
}

/** A client of that engine; opens nothing yet. ENGINE_UNREACHABLE for an address of a kind that is not supported. */
export function connect(address: EngineAddress): { docker: Docker; at: string } {
  if ('socketPath' in address) return { docker: onSocket(address.socketPath), at: address.socketPath };
  const at = address.dockerHost;
  if (at.startsWith('unix://')) return { docker: onSocket(at.slice('unix://'.length)), at };
  const url = URL.parse(at);
  if (url === null || url.protocol !== 'tcp:' || url.hostname === '') {
    throw new InstallerError('ENGINE_UNREACHABLE', {
      params: { address: at },
      expected: 'unix://PATH or tcp://HOST:PORT',
      found: at,
    });
  }
  const options = { protocol: 'http', host: url.hostname, port: url.port === '' ? 2375 : Number(url.port) } as const;
  return { docker: new Docker(options), at };
}

/** `host` is set on purpose: left out, dockerode takes it from this process's DOCKER_HOST and forgets the socket. */
function onSocket(socketPath: string): Docker {
  return new Docker({ socketPath, host: undefined } as unknown as Docker.DockerOptions);
}
