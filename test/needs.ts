import { readFile } from 'node:fs/promises';
import { missingCommands, TEST_COMMANDS } from './site/host-packages.ts';
import { type Obstacle, obstacleText } from './site/obstacles.ts';

/**
 * What a suite needs of the machine, beyond Node and the packages: to be root, containers, a command of the machine, or all that the suites use
 * (`tools`). Its file says so in a line of its own, `// needs: root, skopeo`; found by running the suites where there is nothing of it (test/bare).
 */
export interface Machine {
  root: boolean;
  obstacles: readonly Obstacle[];
  /** Commands that are not there and could not be installed, and why not. */
  lacking: readonly string[];
  whyLacking: string;
}

/** A suite, or a whole group of them, that cannot run here. */
export interface NotRun {
  what: string;
  /** Suites, that is files. */
  suites: number;
  why: string;
}

export function needsOf(source: string): string[] {
  const [, list = ''] = /^\/\/ needs: (.+)$/m.exec(source) ?? [];
  return list.split(',').flatMap((need) => need.trim() || []);
}

/** Why these needs are not met, for a person; null where they are. Throws for a need that nobody knows. */
export function unmet(needs: readonly string[], machine: Machine): string | null {
  for (const need of needs) {
    if (need === 'root') {
      if (!machine.root) return 'it needs root';
    } else if (need === 'containers') {
      if (machine.obstacles.length > 0)
        return `it needs containers, and they cannot run here: ${obstacleText(machine.obstacles, 'en')}`;
    } else if (need === 'tools') {
      const lacking = machine.lacking.filter((command) => Object.hasOwn(TEST_COMMANDS, command));
      if (lacking.length > 0) return `there is no ${lacking.join(', ')} here: ${machine.whyLacking}`;
    } else if (!Object.hasOwn(COMMANDS, need)) {
      throw new Error(`no suite can need “${need}”: it is neither root nor containers nor tools nor a known command`);
    } else if (machine.lacking.includes(need)) {
      return `there is no ${need} here: ${machine.whyLacking}`;
    }
  }
  return null;
}

/** Commands that suites may need. */
export const COMMANDS = { ...TEST_COMMANDS, chromium: 'chromium' };

/** The files among these that cannot run here, with the reason. */
export async function notRunnable(
  files: readonly string[],
  machine: Machine,
): Promise<{ file: string; why: string }[]> {
  const found: { file: string; why: string }[] = [];
  for (const file of files) {
    const why = unmet(needsOf(await readFile(file, 'utf8')), machine);
    if (why !== null) found.push({ file, why });
  }
  return found;
}

export function lackingCommands(): string[] {
  return missingCommands(COMMANDS);
}
