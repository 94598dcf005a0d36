import { InstallerError } from '../../base/errors.ts';
import type { ExecResult } from '../../ports/containers.ts';
import { type CommandOptions, docker } from './docker-command.ts';

/** stdout of a docker command that must succeed. ENGINE_REFUSED when docker says no, with its stderr. */
export async function must(argv: readonly string[], options: CommandOptions): Promise<string> {
  const result = await docker(argv, options);
  if (result.exitCode === 0) return result.stdout;
  throw refusal(argv, result);
}

/** What docker's refusal amounts to: the command without its operands, and the end of what it said. */
export function refusal(argv: readonly string[], { exitCode, stderr }: ExecResult): InstallerError {
  return new InstallerError('ENGINE_REFUSED', {
    params: { operation: `docker ${argv.slice(0, 2).join(' ')}`, exitCode },
    cause: new Error(stderr.trim().slice(-4000)),
  });
}
