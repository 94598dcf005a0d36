import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';

/**
 * The person behind sudo(8) or pkexec(1), where the environment that they set says so: the report names who, not `root`. pkexec gives
 * only the user's number; without an entry for it in passwd(5) the number itself stands for the person.
 */
export function requestingUser(env: NodeJS.ProcessEnv = process.env, passwd = '/etc/passwd'): string {
  if (env.SUDO_USER) return env.SUDO_USER;
  if (env.PKEXEC_UID && /^\d+$/.test(env.PKEXEC_UID)) return nameOf(env.PKEXEC_UID, passwd) ?? `uid ${env.PKEXEC_UID}`;
  return userInfo().username;
}

function nameOf(uid: string, passwd: string): string | undefined {
  const entries = readFileSync(passwd, 'utf8').split('\n');
  return entries.map((line) => line.split(':')).find(([, , id]) => id === uid)?.[0];
}
