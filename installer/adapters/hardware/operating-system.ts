import { readFile } from 'node:fs/promises';
import { arch, release } from 'node:os';
import { systemCode } from '../../base/errors.ts';
import type { HardwareFacts } from '../../contract/facts.ts';

/**
 * Name and version from os-release(5). Not systeminformation's osInfo(): it runs `hostname -f` synchronously, which asks
 * the name server (a packet) and blocks this process until that gives up.
 */
export async function readOperatingSystem(osReleaseFile: string, notes: string[]): Promise<HardwareFacts['os']> {
  let table = '';
  try {
    table = await readFile(osReleaseFile, 'utf8');
  } catch (error) {
    const code = systemCode(error);
    if (code === undefined) throw error;
    notes.push(`operating system: ${osReleaseFile} could not be read (${code})`);
  }
  const value = (key: string): string => {
    const raw = new RegExp(`^${key}=(.*)$`, 'm').exec(table)?.[1] ?? '';
    return raw.trim().replace(/^(["'])(.*)\1$/, '$2');
  };
  return {
    name: value('NAME') || 'unknown',
    // rolling releases have no version
    version: value('VERSION_ID') || value('BUILD_ID'),
    kernel: release(),
    arch: arch(),
  };
}
