/** `npm run demo` as a newcomer runs it: it ends with 0, says where product and report are, and leaves nothing behind, however it ends. */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { airgap } from './support/airgap.ts';

const demo = join(import.meta.dirname, '../site/demo.ts');

let out: string;
beforeAll(async () => {
  out = await mkdtemp(join(tmpdir(), 'airgap-demo-out-'));
});
afterAll(() => rm(out, { recursive: true, force: true }));

/** Sites, namespaces and demo folders on this machine. */
async function traces(): Promise<string[]> {
  const [sites, folders, { stdout: namespaces }] = await Promise.all([
    readdir('/run/airgap-site').catch(() => []),
    readdir('/var/tmp'),
    execa('ip', ['netns', 'list']),
  ]);
  const demoFolders = folders.filter((name) => name.startsWith('airgap-demo-'));
  return [...sites, ...demoFolders, ...namespaces.split('\n').filter((name) => name.startsWith('airgap-site'))].sort();
}

it('npm run demo exits 0, asserts that no default route exists, and writes a report that verifies', async () => {
  const before = await traces();
  const args = [demo, '--out', out, '--keep'];
  const { exitCode, stderr } = await execa(process.execPath, args, { reject: false, stdin: 'ignore' });
  expect(exitCode, stderr).toBe(0);
  expect(stderr).toMatch(/the site is isolated: 0 usable default routes/);
  expect(stderr).toMatch(/still isolated, with the product running/);
  const reports = (await readdir(out)).filter((name) => name.endsWith('.json'));
  expect(reports).toHaveLength(1);
  expect(stderr).toContain(join(out, reports[0] ?? ''));
  expect((await airgap('report', 'verify', join(out, reports[0] ?? ''))).exitCode).toBe(0);

  // What a person is told at the end: where the product is, one command to enter, one to remove.
  const [address = ''] = /http:\/\/127\.0\.0\.1:\d+\/(?= {2}api$)/m.exec(stderr) ?? [];
  const [enter = ''] = /(?<=^ {2})\/run\/airgap-site\/[0-9a-f]+\/enter$/m.exec(stderr) ?? [];
  const [remove = ''] = /(?<=^ {2})\/run\/airgap-site\/[0-9a-f]+\/remove$/m.exec(stderr) ?? [];
  const inside = `airgap --json status && docker ps --quiet | wc -l && wget -q -O- ${address}api/v1/health`;
  const { stdout } = await execa(enter, ['-c', inside], { env: { SHELL: '/bin/sh' }, stdin: 'ignore' });
  expect(stdout).toContain('"healthy":true');
  await expect(execa('wget', ['-q', '-O-', '--tries=1', `${address}api/v1/health`])).rejects.toThrow();
  await execa(remove);
  expect(await traces()).toEqual(before);
});

it('Ctrl-C in mid-install leaves no container, namespace, daemon or folder', async () => {
  const before = await traces();
  // A terminal sends Ctrl-C to the whole foreground group: the demo and the installer that it has started.
  const run = execa(process.execPath, [demo, '--out', out], { reject: false, stdin: 'ignore', detached: true });
  await new Promise<void>((resolve, reject) => {
    let seen = '';
    run.stderr.on('data', (chunk: Buffer) => {
      seen += chunk.toString();
      // The site's engine is up and images are on their way.
      if (seen.includes('Load images')) resolve();
    });
    run.stderr.once('end', () => reject(new Error(`the demo ended early: ${seen}`)));
  });
  process.kill(-(run.pid ?? Number.NaN), 'SIGINT');
  const ended = await run;
  expect(ended.signal).toBe('SIGINT');
  expect(ended.stderr).toMatch(/^demo: removed: the site, its Docker Engine with all containers, the bundle$/m);
  expect(await traces(), ended.stderr).toEqual(before);
});
