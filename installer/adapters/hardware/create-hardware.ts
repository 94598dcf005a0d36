import { hostname } from 'node:os';
import { harmless, visible } from '../../base/foreign-text.ts';
import { trustedFolder } from '../../base/trusted-path.ts';
import type { HardwareFacts } from '../../contract/facts.ts';
import type { Hardware } from '../../ports/hardware.ts';
import { readClock } from './clock.ts';
import { readCpu } from './cpu.ts';
import { readMemory } from './memory.ts';
import { findMountOf } from './mount-of.ts';
import { listMounts } from './mounts.ts';
import { readNetworks } from './networks.ts';
import { nvidiaFolders, readNvidia } from './nvidia.ts';
import { readOperatingSystem } from './operating-system.ts';
import { portState } from './port-state.ts';

export interface HardwareOptions {
  /** Where procfs is mounted. */
  procDir?: string;
  osReleaseFile?: string;
  /** Folders for nvidia-smi and timedatectl, as in $PATH. */
  path?: string;
  /** Further folders for nvidia-smi. */
  nvidiaFolders?: readonly string[];
  /** For each source of facts on its own; they are asked at the same time. */
  timeoutMs?: number;
}

/** nvidia-smi wakes sleeping GPUs: several seconds each on machines with many and without the persistence daemon. */
const defaultTimeoutMs = 15_000;

/** The Hardware port on a Linux host. Options are for tests; the defaults are the machine this runs on. */
export function createHardware(options: HardwareOptions = {}): Hardware {
  const procDir = options.procDir ?? '/proc';
  const path = options.path ?? process.env.PATH ?? '';
  const folders = options.nvidiaFolders ?? nvidiaFolders.flatMap((folder) => trustedFolder(folder) ?? []);
  const timeoutMs = options.timeoutMs ?? defaultTimeoutMs;

  return {
    async facts(signal?: AbortSignal): Promise<HardwareFacts> {
      signal?.throwIfAborted();
      const notes: string[] = [];
      const [os, cpu, memory, mounts, graphics, clock] = await Promise.all([
        readOperatingSystem(options.osReleaseFile ?? '/etc/os-release', notes),
        readCpu(procDir, timeoutMs, notes),
        readMemory(procDir),
        listMounts(procDir, timeoutMs, notes),
        readNvidia({ path, folders, timeoutMs, signal }),
        readClock(path, timeoutMs, notes, signal),
      ]);
      signal?.throwIfAborted();
      // Mount points, labels and what programs print are chosen by whoever brings the medium.
      const facts: HardwareFacts = {
        hostname: hostname(),
        os,
        cpu,
        memory,
        mounts,
        gpus: graphics.gpus,
        nvidia: graphics.nvidia,
        clock,
        notes: [...notes, ...graphics.notes],
      };
      return harmless(facts, visible);
    },
    mountOf: async (target) => harmless(await findMountOf(target, procDir, timeoutMs), visible),
    portState: (address, port) => portState(procDir, address, port),
    networks: () => readNetworks(procDir),
  };
}
