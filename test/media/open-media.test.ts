import { execFileSync } from 'node:child_process';
import { mkdir, rename, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openMedia } from '../../installer/media/open-media.ts';
import { errorOf } from '../fixtures/error-code.ts';
import { workDirs } from '../fixtures/work-dir.ts';

const workDir = workDirs();

async function stick(): Promise<string> {
  const dir = await workDir();
  await mkdir(join(dir, 'models'));
  await writeFile(join(dir, 'bundle.json'), '{}');
  await writeFile(join(dir, 'models/a.gguf'), '0123456789');
  return dir;
}

async function all(stream: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

describe('a medium', () => {
  it('lists its files, reads and streams them', async () => {
    const media = await openMedia(await stick());
    expect(await media.list()).toEqual([
      { path: 'bundle.json', size: 2 },
      { path: 'models/a.gguf', size: 10 },
    ]);
    expect((await media.read('models/a.gguf', 10)).toString()).toBe('0123456789');
    expect(await all(media.stream('models/a.gguf'))).toBe('0123456789');
    expect(await all(media.stream('models/a.gguf', { start: 3, end: 5 }))).toBe('34');
    expect(await all(media.stream('models/a.gguf', { start: 8, end: 50 }))).toBe('89');
  });

  it('may itself be reached through a link: the officer named it', async () => {
    const dir = await stick();
    const link = join(await workDir(), 'usb');
    await symlink(dir, link);
    expect(await (await openMedia(link)).list()).toHaveLength(2);
  });

  it('reads no more than asked for, and names what is missing', async () => {
    const media = await openMedia(await stick());
    expect(await errorOf(media.read('models/a.gguf', 9))).toMatchObject({
      code: 'BUNDLE_FILE_SIZE',
      params: { file: 'models/a.gguf' },
    });
    expect(await errorOf(media.read('models/b.gguf', 9))).toMatchObject({ code: 'BUNDLE_FILE_MISSING' });
    expect(await errorOf(media.read('bundle.json/x', 9))).toMatchObject({ code: 'BUNDLE_FILE_MISSING' });
    expect(await errorOf(all(media.stream('models/b.gguf')))).toMatchObject({ code: 'BUNDLE_FILE_MISSING' });
  });

  it('without a bundle.json is no bundle', async () => {
    const dir = await workDir();
    expect(await errorOf(openMedia(dir))).toMatchObject({ code: 'BUNDLE_NOT_FOUND', params: { dir } });
    expect(await errorOf(openMedia(join(dir, 'x/y')))).toMatchObject({ code: 'BUNDLE_NOT_FOUND' });
    await mkdir(join(dir, 'bundle.json'));
    expect(await errorOf(openMedia(dir))).toMatchObject({ code: 'BUNDLE_NOT_A_FILE' });
  });
});

describe('what is no regular file', () => {
  it('links, to files and to folders, are refused in the list', async () => {
    const file = await stick();
    await symlink('a.gguf', join(file, 'models/b.gguf'));
    expect(await errorOf((await openMedia(file)).list())).toMatchObject({
      code: 'BUNDLE_NOT_A_FILE',
      params: { file: 'models/b.gguf' },
    });
    const folder = await stick();
    await symlink('models', join(folder, 'product'));
    expect(await errorOf((await openMedia(folder)).list())).toMatchObject({ code: 'BUNDLE_NOT_A_FILE' });
  });

  it('links are not followed when opening, in the last place nor on the way', async () => {
    const dir = await stick();
    const media = await openMedia(dir);
    await symlink('/etc/passwd', join(dir, 'models/passwd'));
    expect(await errorOf(media.read('models/passwd', 1e6))).toMatchObject({ code: 'BUNDLE_NOT_A_FILE' });
    expect(await errorOf(all(media.stream('models/passwd')))).toMatchObject({ code: 'BUNDLE_NOT_A_FILE' });
    await rename(join(dir, 'models'), join(dir, 'elsewhere'));
    await symlink('elsewhere', join(dir, 'models'));
    expect(await errorOf(media.read('models/a.gguf', 100))).toMatchObject({
      code: 'BUNDLE_NOT_A_FILE',
      params: { file: 'models/a.gguf' },
    });
  });

  it('a FIFO is refused at once, not waited for', async () => {
    const dir = await stick();
    execFileSync('mkfifo', [join(dir, 'models/fifo')]);
    const media = await openMedia(dir);
    expect(await errorOf(media.list())).toMatchObject({ code: 'BUNDLE_NOT_A_FILE' });
    expect(await errorOf(media.read('models/fifo', 10))).toMatchObject({ code: 'BUNDLE_NOT_A_FILE' });
  });

  it('a socket is refused', async () => {
    const dir = await stick();
    const server = createServer().listen(join(dir, 'socket'));
    try {
      const media = await openMedia(dir);
      expect(await errorOf(media.list())).toMatchObject({ code: 'BUNDLE_NOT_A_FILE', params: { file: 'socket' } });
      expect(await errorOf(media.read('socket', 10))).toMatchObject({ code: 'BUNDLE_NOT_A_FILE' });
    } finally {
      server.close();
    }
  });

  it('a folder is no file', async () => {
    const media = await openMedia(await stick());
    expect(await errorOf(media.read('models', 10))).toMatchObject({ code: 'BUNDLE_NOT_A_FILE' });
  });

  it('a name that is not text is refused', async () => {
    const dir = await stick();
    await writeFile(Buffer.concat([Buffer.from(`${dir}/`), Buffer.from([0xff, 0xfe])]), 'x');
    expect(await errorOf((await openMedia(dir)).list())).toMatchObject({ code: 'BUNDLE_FILE_UNLISTED' });
  });

  it('folders nested without end are given up on', async () => {
    const dir = await stick();
    await mkdir(join(dir, ...Array.from({ length: 40 }, () => 'd')), { recursive: true });
    expect(await errorOf((await openMedia(dir)).list())).toMatchObject({
      code: 'BUNDLE_FORMAT',
      params: { what: 'depth' },
    });
  });
});
