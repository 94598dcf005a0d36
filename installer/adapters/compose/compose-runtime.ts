import { z } from 'zod';
import { InstallerError } from '../../base/errors.ts';
import { plainText } from '../../base/foreign-text.ts';
import { nameTaken } from '../../base/name-taken.ts';
import type { ExecResult } from '../../ports/containers.ts';
import type { StackFiles, StackNames, StackRuntime } from '../../ports/runtime.ts';
import { takenNames } from '../../ports/taken-names.ts';
import { compose, composeOrFail } from './compose-command.ts';
import { type CommandOptions, docker } from './docker-command.ts';
import type { Environment } from './docker-config.ts';
import { listObjects } from './inventory.ts';
import { projectContainers } from './project-containers.ts';
import { proxySettings } from './proxy-settings.ts';
import { removeOwned } from './remove-owned.ts';

/** `config` of a stack with hundreds of services stays far below this. */
const maxConfigBytes = 64 * 1024 * 1024;
/** Each list that readiness and presets wait for, in ms: an engine that hangs must not hang the page. */
const listMs = 30_000;

const named = z.record(z.string(), z.object({ name: z.string().optional() }).nullable());
const renderedConfig = z.object({
  services: z.record(z.string(), z.object({ image: z.string().optional(), container_name: z.string().optional() })),
  networks: named.default({}),
  volumes: named.default({}),
});

/**
 * Docker Compose behind the port, through its command line. Of `env` (default: this process's) only PATH and DOCKER_HOST reach
 * it; HOME and DOCKER_CONFIG say where plugins may lie and which settings are kept away.
 */
export function createComposeRuntime(options: { env?: Environment } = {}): StackRuntime {
  const env = options.env ?? process.env;
  return {
    async version(signal) {
      try {
        const { exitCode, stdout } = await docker(['compose', 'version', '--short'], { env, signal });
        return exitCode === 0 ? stdout.trim().replace(/^v/, '') : undefined;
      } catch (error) {
        const missing = error instanceof InstallerError && error.code === 'COMPOSE_MISSING';
        if (missing && error.params.reason === undefined) return undefined;
        throw error;
      }
    },

    async images(files, signal) {
      const config = await configOf(files, { env, signal });
      return Object.fromEntries(Object.entries(config.services).map(([service, { image }]) => [service, image ?? '']));
    },

    services: async (files, signal) => lines(await composeOrFail(files, ['config', '--services'], { env, signal })),

    names: async (files, signal) => namesOf(await configOf(files, { env, signal }), files.project),

    async up(files, signal) {
      const config = await configOf(files, { env, signal });
      const objects = await listObjects({ env, signal });
      const taken = takenNames(namesOf(config, files.project), objects, files.site);
      if (taken.length > 0) throw nameTaken(taken);
      const orphans = objects.filter(
        ({ kind, site, project, service }) =>
          kind === 'container' &&
          site === files.site &&
          project === files.project &&
          !(String(service) in config.services),
      );
      if (orphans.length > 0) await removeOwned(files.site, orphans, { env, signal, anonymousVolumes: false });
      // not --remove-orphans: Compose goes by the project's name, whosever containers they are
      const flags = ['--detach', '--no-build', '--pull', 'never', '--quiet-pull'];
      await composeOrFail(files, ['up', ...flags], { env, signal });
    },

    list: async (stack, signal) => (await projectContainers(stack, { env, signal })).map(({ info }) => info),

    async isCurrent(files, signal) {
      const [wanted, found] = await Promise.all([
        configHashes(files, { env, signal }),
        projectContainers(files, { env, signal }),
      ]);
      const current = (service: string, hash: string) =>
        found.some(
          ({ info, configHash }) =>
            info.service === service && configHash === hash && (info.state === 'healthy' || info.state === 'running'),
        );
      return (
        Object.keys(wanted).length > 0 &&
        Object.entries(wanted).every(([service, hash]) => current(service, hash)) &&
        found.every(({ info }) => info.service in wanted)
      );
    },

    exec: (files, service, argv, { stdin, timeoutMs, signal }) =>
      spoken(compose(files, ['exec', '--no-TTY', service, ...argv], { env, stdin, timeoutMs, signal })),

    // Without profiles: `run` enables the service's own, and with all of them Compose before 2.26 says "no such service".
    runOneOff: (files, service, argv, { timeoutMs, signal }) =>
      spoken(compose(files, ['run', '--rm', '--no-TTY', '--quiet-pull', service, ...argv], { env, timeoutMs, signal })),

    async logs(files, service, count) {
      const flags = ['--no-color', '--no-log-prefix', '--tail', String(count)];
      return plainText(await composeOrFail(files, ['logs', ...flags, service], { env, profiles: ['*'] }));
    },

    proxies: () => proxySettings(env),
    inventory: (signal) => listObjects({ env, signal, timeoutMs: listMs }),
    owned: (site, signal) => listObjects({ env, signal }, site),
    removeOwned: (site, objects, { anonymousVolumes, signal }) =>
      removeOwned(site, objects, { env, signal, anonymousVolumes }),
  };
}

/** The whole configuration with the names that Compose gives, services of all profiles included. */
async function configOf(files: StackFiles, options: CommandOptions): Promise<z.infer<typeof renderedConfig>> {
  const wide = { ...options, profiles: ['*'], maxBytes: maxConfigBytes };
  return parseConfig(await composeOrFail(files, ['config', '--format', 'json'], wide));
}

function namesOf({ services, networks, volumes }: z.infer<typeof renderedConfig>, project: string): StackNames {
  const ofAll = (things: z.infer<typeof named>) =>
    Object.entries(things).map(([key, thing]) => thing?.name ?? `${project}_${key}`);
  return {
    project,
    containers: Object.entries(services).map(([key, { container_name }]) => container_name ?? `${project}-${key}-1`),
    networks: ofAll(networks),
    volumes: ofAll(volumes),
  };
}

/** What a container printed, for people and patterns: it may try to steer whoever reads it. */
async function spoken(command: Promise<ExecResult>): Promise<ExecResult> {
  const { exitCode, stdout, stderr } = await command;
  return { exitCode, stdout: plainText(stdout), stderr };
}

/** Never lets the text into an error: it holds the secrets. */
function parseConfig(text: string): z.infer<typeof renderedConfig> {
  try {
    return renderedConfig.parse(JSON.parse(text));
  } catch {
    throw new InstallerError('STACK_UP', { params: { command: 'config', exitCode: 0 }, found: 'no usable JSON' });
  }
}

/** Service → hash of its configuration, as Compose also puts it on the container. */
async function configHashes(files: StackFiles, options: CommandOptions): Promise<Record<string, string>> {
  const printed = await composeOrFail(files, ['config', '--hash', '*'], options);
  return Object.fromEntries(lines(printed).map((line) => line.split(' ') as [string, string]));
}

function lines(text: string): string[] {
  return text.split('\n').filter((line) => line.trim() !== '');
}
