/** Where containers cannot run, that is known before anything is begun. */
// needs: root, containers
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { obstacles, obstacleText } from './obstacles.ts';

const repository = join(import.meta.dirname, '../..');

describe('what stands in the way', () => {
  const obstaclesUnder = async (...setpriv: string[]) => {
    const script = `import { obstacles } from './test/site/obstacles.ts'; console.log(JSON.stringify(obstacles()))`;
    const argv = [...setpriv, process.execPath, '--input-type=module', '--eval', script];
    const { stdout } = await execa('setpriv', argv, { cwd: repository });
    return JSON.parse(stdout) as string[];
  };

  it('a root whose container gives it no rights cannot make namespaces', async () => {
    const found = await obstaclesUnder('--bounding-set=-all', '--inh-caps=-all');
    expect(found).toContain('namespaces');
    expect(obstacleText(['root', 'namespaces'], 'en')).toMatch(/^this user is not root; no network and mount/);
  });

  it('positive control: with all rights there is nothing in the way', async () => {
    expect(await obstaclesUnder('--inh-caps=-all')).toEqual(obstacles());
    expect(obstacles()).toEqual([]);
  });
});
