import { z } from 'zod';
import { InstallerError } from '../../base/errors.ts';
import type { StackFiles, StackRuntime } from '../../ports/runtime.ts';
import { compose, composeOrFail } from './compose-command.ts';
import { docker, type Environment } from './docker-command.ts';
import { projectContainers } from './project-containers.ts';

/** `config` of a stack with hundreds of services stays far below this. */
const maxConfigBytes = 64 * 1024 * 1024;

const renderedConfig = z.object({ services: z.record(z.string(), z.object({ image: z.string().optional() })) });

/**
 * Docker Compose behind the port, through its command line. Of `env` (default: this process's) only PATH, HOME, DOCKER_HOST and
 * DOCKER_CONFIG are used.
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
      const options = { env, signal, profiles: ['*'], maxBytes: maxConfigBytes };
      const config = parseConfig(await composeOrFail(files, ['config', '--format', 'json'], options));
      return Object.fromEntries(Object.entries(config.services).map(([service, { image }]) => [service, image ?? '']));
    },

    services: async (files, signal) => lines(await composeOrFail(files, ['config', '--services'], { env, signal })),

    async up(files, signal) {
      const flags = ['--detach', '--no-build', '--pull', 'never', '--remove-orphans', '--quiet-pull'];
      await composeOrFail(files, ['up', ...flags], { env, signal });
    },

    list: async (project, signal) => (await projectContainers(project, { env, signal })).map(({ info }) => info),

    async isCurrent(files, signal) {
      const [wanted, found] = await Promise.all([
        configHashes(files, { env, signal }),
        projectContainers(files.project, { env, signal }),
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
      compose(files, ['exec', '--no-TTY', service, ...argv], { env, stdin, timeoutMs, signal }),

    runOneOff: (files, service, argv, { timeoutMs, signal }) =>
      compose(files, ['run', '--rm', '--no-TTY', '--quiet-pull', service, ...argv], {
        env,
        timeoutMs,
        signal,
        profiles: ['*'],
      }),

    async logs(files, service, count) {
      const flags = ['--no-color', '--no-log-prefix', '--tail', String(count)];
      return composeOrFail(files, ['logs', ...flags, service], { env, profiles: ['*'] });
    },

    async down(files, { volumes, signal }) {
      const flags = ['--remove-orphans', ...(volumes ? ['--volumes'] : [])];
      await composeOrFail(files, ['down', ...flags], { env, signal, profiles: ['*'] });
    },
  };
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
async function configHashes(
  files: StackFiles,
  options: { env: Environment; signal?: AbortSignal | undefined },
): Promise<Record<string, string>> {
  const printed = await composeOrFail(files, ['config', '--hash', '*'], options);
  return Object.fromEntries(lines(printed).map((line) => line.split(' ') as [string, string]));
}

function lines(text: string): string[] {
  return text.split('\n').filter((line) => line.trim() !== '');
}
