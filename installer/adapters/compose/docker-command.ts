import { execa } from 'execa';
import { InstallerError, systemCode } from '../../base/errors.ts';
import { plainText } from '../../base/foreign-text.ts';
import type { ExecResult } from '../../ports/containers.ts';
import { boundedOutput } from '../docker/bounded-output.ts';
import { unusableProgram } from '../hardware/find-program.ts';
import type { Environment } from './docker-config.ts';
import { neutralConfig } from './neutral-config.ts';

/** After SIGTERM, docker and Compose get this long to end before SIGKILL, in ms. */
const forceKillAfterMs = 10_000;

/**
 * The only variables that reach docker. Compose gives the shell's variables precedence over those of the env file, and obeys
 * COMPOSE_*: a POSTGRES_PASSWORD that happens to be exported where the installer runs would silently replace the generated
 * one. `configDir` takes the place of the officer's configuration and home (neutral-config.ts).
 * https://docs.docker.com/compose/how-tos/environment-variables/envvars-precedence/
 */
export function cleanEnvironment({ PATH, DOCKER_HOST }: Environment, configDir: string): Record<string, string> {
  return {
    ...(PATH === undefined ? {} : { PATH }),
    ...(DOCKER_HOST === undefined ? {} : { DOCKER_HOST }),
    HOME: configDir,
    DOCKER_CONFIG: configDir,
  };
}

export interface CommandOptions {
  env: Environment;
  stdin?: string | undefined;
  timeoutMs?: number | undefined;
  signal?: AbortSignal | undefined;
  /** Where stdout goes besides being kept (bounded); for output that must be whole. */
  maxBytes?: number;
}

/**
 * Runs `docker ARGV`. Whatever its exit code, it resolves; COMPOSE_MISSING when there is no docker command or it cannot be started, TIMED_OUT,
 * CANCELLED. On abort and at the time limit: SIGTERM, later SIGKILL. The argv must hold no secret.
 */
export async function docker(argv: readonly string[], options: CommandOptions): Promise<ExecResult> {
  if (options.signal?.aborted) throw new InstallerError('CANCELLED', { cause: options.signal.reason });
  const config = await neutralConfig(options.env);
  try {
    return await run(argv, cleanEnvironment(options.env, config.dir), options);
  } finally {
    await config.remove();
  }
}

async function run(argv: readonly string[], env: Record<string, string>, options: CommandOptions): Promise<ExecResult> {
  const { signal, stdin, timeoutMs } = options;
  const child = execa('docker', argv, {
    // The folder this process was started in may be closed to it: then nothing could be started at all.
    cwd: '/',
    env,
    extendEnv: false,
    input: stdin ?? '',
    buffer: false,
    reject: false,
    forceKillAfterDelay: forceKillAfterMs,
    ...(timeoutMs === undefined ? {} : { timeout: timeoutMs }),
    ...(signal === undefined ? {} : { cancelSignal: signal }),
  });
  const stdout = boundedOutput(options.maxBytes);
  const stderr = boundedOutput();
  child.stdout.on('data', (chunk: Buffer) => stdout.add(chunk));
  child.stderr.on('data', (chunk: Buffer) => stderr.add(chunk));
  const result = await child;
  // execa's own error names the command line and repeats the output: neither goes into ours
  if (result.isCanceled) throw new InstallerError('CANCELLED', { cause: signal?.reason });
  if (result.timedOut) throw new InstallerError('TIMED_OUT', { params: { what: what(argv), ms: timeoutMs ?? 0 } });
  const errno = systemCode(result.cause);
  if (errno === 'ENOENT')
    throw new InstallerError('COMPOSE_MISSING', { found: 'no docker command', cause: result.cause });
  if (result.exitCode === undefined && errno !== undefined) throw await notStarted(errno, options.env, result.cause);
  if (result.exitCode === undefined && result.cause !== undefined) throw result.cause;
  return { exitCode: result.exitCode ?? 128, stdout: stdout.text(), stderr: plainText(stderr.text()) };
}

/** `params.reason` is `unexecutable`; `found` says which file or folder it is about, as far as that can be seen. */
async function notStarted(errno: string, env: Environment, cause: unknown): Promise<InstallerError> {
  const unusable = await unusableProgram('docker', env.PATH ?? '');
  const found = `docker: ${errno}${unusable === undefined ? '' : ` (${unusable.place})`}`;
  return new InstallerError('COMPOSE_MISSING', { params: { reason: 'unexecutable' }, found, cause });
}

function what(argv: readonly string[]): string {
  return `docker ${argv.join(' ')}`.slice(0, 200);
}
