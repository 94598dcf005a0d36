import { rm, writeFile } from 'node:fs/promises';
import { execa } from 'execa';

export interface DesktopUser {
  name: string;
  uid: number;
  gid: number;
  remove(): Promise<void>;
}

/** A user of this machine without rights, for as long as the suite runs: Chromium's sandbox is not for root. useradd(8). */
export async function makeUser(): Promise<DesktopUser> {
  const name = `airgap-desk-${process.pid}`;
  await execa('useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/bin/sh', name]);
  const [uid, gid] = await Promise.all(
    ['-u', '-g'].map(async (flag) => Number((await execa('id', [flag, name])).stdout)),
  );
  if (uid === undefined || gid === undefined) throw new Error(`no ids for ${name}`);
  return {
    name,
    uid,
    gid,
    remove: async () => {
      await execa('userdel', [name]);
    },
  };
}

/** A rule that lets the user become root for this one command, without a password, and nothing else. sudoers(5). */
export async function allowCommand(user: DesktopUser, command: readonly string[]): Promise<() => Promise<void>> {
  const file = `/etc/sudoers.d/${user.name}`;
  const escaped = command.map((part) => part.replace(/[\\,:= ]/g, '\\$&')).join(' ');
  await writeFile(file, `${user.name} ALL=(root) NOPASSWD: ${escaped}\n`, { mode: 0o440 });
  await execa('visudo', ['--check', '--quiet', `--file=${file}`]);
  return () => rm(file, { force: true });
}
