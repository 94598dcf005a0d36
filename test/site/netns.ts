import { existsSync } from 'node:fs';
import { execa } from 'execa';

/** A network namespace, named as ip-netns(8) does. */
export interface Netns {
  name: string;
  /** The file that nsenter(1) takes. */
  path: string;
  /** Turns a command line into one that runs inside; only the network differs, files and processes are the machine's. */
  enter(argv: readonly string[]): [string, ...string[]];
  delete(): Promise<void>;
}

/**
 * Makes a network namespace that has a loopback interface and nothing else: no route leads out of it.
 * Interfaces that come later (the engine's bridges) get no IPv6 addresses, so that every address in it is a chosen one.
 */
export async function createIsolatedNetns(name: string): Promise<Netns> {
  if (!/^[a-z0-9-]{1,30}$/.test(name)) throw new Error(`not a usable namespace name: ${name}`);
  await execa('ip', ['netns', 'add', name]);
  const netns = openNetns(name);
  await execa('ip', ['-n', name, 'link', 'set', 'lo', 'up']);
  const [command, ...args] = netns.enter(['sysctl', '-q', '-w', 'net.ipv6.conf.default.disable_ipv6=1']);
  await execa(command, args);
  return netns;
}

/** One that exists already. */
export function openNetns(name: string): Netns {
  const path = `/run/netns/${name}`;
  return {
    name,
    path,
    // `ip netns exec` would remount /sys and lose the control groups that an engine needs.
    enter: (argv) => ['nsenter', `--net=${path}`, '--', ...argv],
    delete: () => deleteNetns(name),
  };
}

/** Removes it; does nothing where there is none. */
export async function deleteNetns(name: string): Promise<void> {
  if (existsSync(`/run/netns/${name}`)) await execa('ip', ['netns', 'delete', name]);
}
