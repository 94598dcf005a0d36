import { resolve } from 'node:path';
import { InstallerError } from '../../base/errors.ts';
import { endOf } from '../../base/foreign-text.ts';
import type { ExecResult } from '../../ports/containers.ts';
import type { StackFiles } from '../../ports/runtime.ts';
import { type CommandOptions, docker } from './docker-command.ts';

/** `docker compose` with all that says which stack is meant. Nothing is left to COMPOSE_* or to the working directory. */
export function composeArguments(files: StackFiles, command: readonly string[], profiles: readonly string[] = []) {
  return [
    ...['compose', '--ansi', 'never', '--progress', 'quiet'],
    ...[
      '--project-name',
      files.project,
      '--project-directory',
      resolve(files.dir),
      '--env-file',
      resolve(files.dir, files.envFile),
    ],
    ...files.composeFiles.flatMap((file) => ['--file', resolve(files.dir, file)]),
    ...profiles.flatMap((profile) => ['--profile', profile]),
    ...command,
  ];
}

/** Runs a Compose command and resolves whatever its exit code. */
export function compose(
  files: StackFiles,
  command: readonly string[],
  options: CommandOptions & { profiles?: readonly string[] },
): Promise<ExecResult> {
  return docker(composeArguments(files, command, options.profiles), options);
}

/**
 * Runs a Compose command that must succeed; its stdout. STACK_UP otherwise, with the end of stderr as the cause. stdout is
 * never part of an error: `config` prints the secrets.
 */
export async function composeOrFail(
  files: StackFiles,
  command: readonly string[],
  options: CommandOptions & { profiles?: readonly string[] },
): Promise<string> {
  const { exitCode, stdout, stderr } = await compose(files, command, options);
  if (exitCode === 0) return stdout;
  throw new InstallerError('STACK_UP', {
    params: { command: command[0] ?? '', exitCode },
    cause: new Error(endOf(stderr.trim(), 4000)),
  });
}
