import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ensureRegistryProgram } from './registry-program.ts';

/** The one user of a registry with basic authentication. */
export const registryUser = {
  username: 'vendor',
  password: 'correct horse',
  htpasswd: 'vendor:$2b$05$FbppQrYUxvat6Kty5nEZeu9zwdgEXKKZzLRdbTdO9VTjvB2wEtHHW',
} as const;

export interface RegistryOptions {
  /** Configuration and, unless `storage` says another place, storage go there. */
  dir: string;
  storage?: string;
  tls?: { certificate: string; key: string };
  basic?: boolean;
  /** https://distribution.github.io/distribution/about/configuration/#token */
  token?: { realm: string; service: string; issuer: string; rootcertbundle: string };
}

export interface RunningRegistry {
  /** `127.0.0.1:PORT` */
  address: string;
  storage: string;
  stop(): Promise<void>;
}

/** A real CNCF Distribution on a free loopback port, as a process of its own. */
export async function runRegistry(options: RegistryOptions): Promise<RunningRegistry> {
  const program = await ensureRegistryProgram();
  const { dir, storage = join(dir, 'storage'), tls, basic, token } = options;
  await mkdir(storage, { recursive: true });
  await writeFile(join(dir, 'htpasswd'), `${registryUser.htpasswd}\n`);
  const config = {
    version: 0.1,
    log: { level: 'info', formatter: 'json' },
    storage: { filesystem: { rootdirectory: storage } },
    http: { addr: '127.0.0.1:0', secret: 'test', ...(tls === undefined ? {} : { tls }) },
    ...(basic === true ? { auth: { htpasswd: { realm: 'test', path: join(dir, 'htpasswd') } } } : {}),
    ...(token === undefined ? {} : { auth: { token } }),
  };
  const file = join(dir, 'registry.yml');
  await writeFile(file, JSON.stringify(config));
  const child = spawn(program, ['serve', file], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { PATH: process.env.PATH, OTEL_TRACES_EXPORTER: 'none' },
  });
  const ended = once(child, 'exit');
  const port = await listeningPort(child.stderr);
  return {
    address: `127.0.0.1:${port}`,
    storage,
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** The registry logs where it listens; its log goes on being read, so that it never waits for us. */
function listeningPort(log: NodeJS.ReadableStream): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const seen: string[] = [];
  const lines = createInterface({ input: log });
  lines.on('line', (line) => {
    if (seen.length < 50) seen.push(line);
    const [, port] = /listening on 127\.0\.0\.1:(\d+)/.exec(line) ?? [];
    if (port !== undefined) resolve(Number(port));
  });
  lines.on('close', () => reject(new Error(`the registry ended before it listened:\n${seen.join('\n')}`)));
  return promise;
}
