// needs: root
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { beforeAll, expect, test } from 'vitest';
import { openJournal } from '../../installer/adapters/journal/open-journal.ts';
import { workDirs } from '../fixtures/work-dir.ts';

const workDir = workDirs();
const program = join(import.meta.dirname, 'support/save-support-data.ts');

/** Real mounts in a mount namespace of the child's own, which go with it: a write-protected medium and a full one. */
const withMedia = `
  mount -t tmpfs -o ro none "$MEDIA/protected"
  mount -t tmpfs -o size=64k none "$MEDIA/full"
  dd if=/dev/zero of="$MEDIA/full/filler" bs=4k count=16 2>/dev/null
  exec "$@"`;

let media = '';
let dataDir = '';

beforeAll(async () => {
  media = await workDir();
  dataDir = join(media, 'data');
  for (const name of ['protected', 'full', 'free']) await mkdir(join(media, name));
  await writeFile(join(media, 'file'), '');
  const journal = openJournal(dataDir);
  for (let run = 1; run <= 20; run += 1) {
    journal.beginRun({ id: `r${run}`, action: 'install', startedAt: run, user: 'root', host: 'site' });
    const body = { kind: 'log' as const, level: 'info' as const, source: 'test', message: 'x'.repeat(5000) };
    journal.append({ run: `r${run}`, seq: 1, at: run, body });
  }
  journal.close();
});

function save(how: 'now' | 'packing-first', rounds: number, folders: readonly string[]) {
  const command = [process.execPath, program, how, String(rounds), dataDir, ...folders];
  return execa('unshare', ['--mount', 'sh', '-ec', withMedia, 'sh', ...command], {
    env: { MEDIA: media },
    cwd: media,
    reject: false,
  });
}

test('support data that cannot be saved ends nothing but the saving, and the reason is told as it is', async () => {
  const at = (name: string) => join(media, name);
  const refusals = [
    [at('protected'), 'FOLDER_UNWRITABLE', { dir: at('protected'), errno: 'EROFS' }],
    ['/proc', 'FOLDER_UNWRITABLE', { dir: '/proc', errno: 'ENOENT' }],
    [at('full'), 'DISK_FULL', { path: expect.stringMatching(/\/full$/) }],
    [at('nosuch'), 'PATH_MISSING', { path: at('nosuch') }],
    ['nosuch/relative', 'PATH_MISSING', { path: resolve(media, 'nosuch/relative') }],
    [at('file'), 'NOT_A_FOLDER', { path: at('file') }],
    [at('file/below'), 'NOT_A_FOLDER', { path: at('file/below') }],
  ] as const;
  const { exitCode, stdout, stderr } = await save('now', 30, [...refusals.map(([dir]) => dir), at('free')]);
  expect(stderr).toBe('');
  expect(exitCode).toBe(0);
  expect(stdout.split('\n').map((line) => JSON.parse(line))).toEqual([
    ...refusals.map(([dir, code, params]) => ({ dir, codes: [code], params })),
    { dir: at('free'), codes: ['saved'] },
  ]);
});

test('the control: an archive opened before its target ends the whole process', async () => {
  const { exitCode, stderr } = await save('packing-first', 300, [join(media, 'protected')]);
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(/Unhandled 'error' event|ENOENT/);
});
