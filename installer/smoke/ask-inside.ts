import type { HttpAnswer } from './http-request.ts';
import type { SmokeContext } from './verdict.ts';

/**
 * One POST of JSON from inside a service's own container, with its curl: it reaches that container and nobody else, whoever
 * listens on the ports of the machine. The body goes over standard input and never stands in a list of processes. Follows no
 * redirect, uses no proxy.
 */
export async function postInside(
  service: string,
  { url, json }: { url: string; json: unknown },
  { runtime, files, limits, signal }: Pick<SmokeContext, 'runtime' | 'files' | 'limits' | 'signal'>,
): Promise<HttpAnswer> {
  const argv = [
    ...['curl', '--silent', '--show-error', '--noproxy', '*', '--max-time', String(Math.ceil(limits.requestMs / 1000))],
    ...['--header', 'content-type: application/json', '--data-binary', '@-', '--write-out', '\n%{http_code}', url],
  ];
  const { exitCode, stdout } = await runtime.exec(files, service, argv, {
    stdin: JSON.stringify(json),
    timeoutMs: limits.requestMs * 2,
    signal,
  });
  const end = stdout.lastIndexOf('\n');
  const status = Number(stdout.slice(end + 1));
  // https://curl.se/docs/manpage.html#EXIT: 7 no connection, 28 too late; 126 and 127 are the shell's for a missing curl.
  if (exitCode !== 0 || !Number.isInteger(status)) return { answered: false, why: `${service}: curl ${exitCode}` };
  return { answered: true, status, body: stdout.slice(0, Math.max(0, end)) };
}
