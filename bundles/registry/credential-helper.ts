import { execa } from 'execa';
import { z } from 'zod';
import { InstallerError } from '../../installer/base/errors.ts';
import type { RegistryLogin } from './registry-login.ts';

const helperName = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/;
/** A helper may ask a keyring that has to be unlocked first; ms. */
const timeoutMs = 60_000;
const answer = z.object({ Username: z.string(), Secret: z.string().min(1) });

/**
 * Asks docker's credential helper `docker-credential-NAME` for a registry's login
 * (https://github.com/docker/docker-credential-helpers#development): the name goes in on standard input, the login comes out on
 * standard output, neither is an argument. Undefined: it has none. Throws SOURCE_UNREADABLE for a helper that is not there.
 */
export async function askHelper(name: string, registry: string): Promise<RegistryLogin | undefined> {
  const program = `docker-credential-${name}`;
  if (!helperName.test(name)) throw new InstallerError('SOURCE_UNREADABLE', { params: { file: program } });
  const run = await execa(program, ['get'], {
    // The folder this process was started in may be closed to it: then nothing could be started at all.
    cwd: '/',
    input: registry,
    reject: false,
    timeout: timeoutMs,
    maxBuffer: 65_536,
  });
  if (run.exitCode === undefined) {
    throw new InstallerError('SOURCE_UNREADABLE', {
      params: { file: program },
      expected: 'docker’s credential helper',
    });
  }
  const parsed = run.exitCode === 0 ? answer.safeParse(toJson(run.stdout)) : undefined;
  if (parsed?.data === undefined) return undefined;
  const { Username: username, Secret: secret } = parsed.data;
  return username === '<token>' ? { identityToken: secret } : { username, password: secret };
}

function toJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // what it said may hold the secret: nothing of it is passed on
    return undefined;
  }
}
