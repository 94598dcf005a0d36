import type { Duplex } from 'node:stream';
import type Docker from 'dockerode';
import { InstallerError } from '../../base/errors.ts';
import { plainText } from '../../base/foreign-text.ts';
import type { ContainerEngine, ExecResult } from '../../ports/containers.ts';
import { boundedOutput } from './bounded-output.ts';
import { frames } from './demux.ts';
import { asking } from './failure.ts';

/**
 * Commands in running containers: https://docs.docker.com/reference/api/engine/version/v1.45/#tag/Exec
 * At the time limit (TIMED_OUT) or on abort the connection is cut; the engine has no way to end the command itself.
 */
export function execCall(docker: Docker, at: string): ContainerEngine['exec'] {
  return (nameOrId, argv, { stdin, env, timeoutMs, signal }) => {
    const operation = `exec in ${nameOrId}`;
    return asking({ at, operation, signal }, async (): Promise<ExecResult> => {
      const exec = await docker.getContainer(nameOrId).exec({
        Cmd: [...argv],
        Env: Object.entries(env ?? {}).map(([name, value]) => `${name}=${value}`),
        AttachStdin: stdin !== undefined,
        AttachStdout: true,
        AttachStderr: true,
        Tty: false,
      });
      const stream = await exec.start({ hijack: true, stdin: true, Tty: false });
      const timeout = AbortSignal.timeout(timeoutMs);
      const ending = signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
      try {
        const output = await converse(stream, stdin, ending);
        const { ExitCode } = await exec.inspect();
        return { exitCode: ExitCode ?? -1, ...output };
      } catch (error) {
        if (signal?.aborted || !timeout.aborted) throw error;
        throw new InstallerError('TIMED_OUT', { params: { what: operation, ms: timeoutMs }, cause: error });
      }
    });
  };
}

/** Writes stdin, closes it, and reads both outputs to their end. */
async function converse(stream: Duplex, stdin: string | undefined, ending: AbortSignal) {
  const cut = () => stream.destroy(new Error('cut off', { cause: ending.reason }));
  if (ending.aborted) cut();
  ending.addEventListener('abort', cut, { once: true });
  // What breaks is told by the reading below; after its end there is nobody to tell.
  stream.on('error', () => undefined);
  const outputs = { stdout: boundedOutput(), stderr: boundedOutput() };
  try {
    stream.end(stdin ?? '');
    for await (const frame of frames(stream as AsyncIterable<Buffer>)) outputs[frame.stream].add(frame.chunk);
  } finally {
    ending.removeEventListener('abort', cut);
    stream.destroy();
  }
  return { stdout: plainText(outputs.stdout.text()), stderr: plainText(outputs.stderr.text()) };
}
