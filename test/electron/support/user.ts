import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { execa } from 'execa';
import type { Log } from '../../site/paths.ts';

export interface DesktopUser {
  name: string;
  uid: number;
  gid: number;
}

const namePart = 'airgap-desk-';
const ruleFile = (name: string) => `/etc/sudoers.d/${name}`;

/** A user of this machine without rights, for as long as the suite runs: Chromium's sandbox is not for root. useradd(8). */
export async function makeUser(): Promise<{ user: DesktopUser; remove: () => Promise<void> }> {
  const name = `${namePart}${process.pid}`;
  await execa('useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/bin/sh', name]);
  const [uid, gid] = await Promise.all(
    ['-u', '-g'].map(async (flag) => Number((await execa('id', [flag, name])).stdout)),
  );
  if (uid === undefined || gid === undefined) throw new Error(`no ids for ${name}`);
  return { user: { name, uid, gid }, remove: () => removeUser(name) };
}

/** Users of suites that ended without removing theirs. The name holds the process that made it. */
export async function removeStaleUsers(log: Log): Promise<void> {
  const names = (await readFile('/etc/passwd', 'utf8')).match(new RegExp(`^${namePart}\\d+(?=:)`, 'gm')) ?? [];
  for (const name of names) {
    if (existsSync(`/proc/${name.slice(namePart.length)}`)) continue;
    log(`removing ${name}, whose suite ended without it`);
    await removeUser(name);
  }
}

async function removeUser(name: string): Promise<void> {
  await rm(ruleFile(name), { force: true });
  await execa('userdel', ['--force', name]);
}

/** A rule that lets the user become root for this one command, without a password, and nothing else. sudoers(5). */
export async function allowCommand(user: DesktopUser, command: readonly string[]): Promise<() => Promise<void>> {
  const file = ruleFile(user.name);
  const escaped = command.map((part) => part.replace(/[\\,:= ]/g, '\\$&')).join(' ');
  await writeFile(file, `${user.name} ALL=(root) NOPASSWD: ${escaped}\n`, { mode: 0o440 });
  await execa('visudo', ['--check', '--quiet', `--file=${file}`]);
  return () => rm(file, { force: true });
}
